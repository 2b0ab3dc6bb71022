"""The two sides of a comparison, as the load generator drives them: start, decide, complete."""

from datetime import UTC, datetime
from typing import Protocol

from temporalio.client import Client, WorkflowHandle

from benchmarks.floor import Floor, FloorStart
from domain.decision import Decision, Receipt, Verdict
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus, logistic_order_ref
from domain.money import Money
from starter.temporal_orders import TemporalOrders
from workflows.names import ORDERS_QUEUE, OrderHint, order_workflow_id

_TOTAL = Money(cent_amount=150_000, currency_code="EUR", fraction_digits=2)


class Side(Protocol):
    """One side."""

    name: str
    product: bool
    client: Client

    def workflow_id(self, order_id: str) -> str:
        """The id of an order's workflow."""

    async def start(self, order_id: str) -> None:
        """Start an order's workflow."""

    async def decide(self, order_id: str) -> None:
        """Say yes to it; returns once the answer is there."""

    async def complete(self, order_id: str) -> None:
        """Report that it is done."""


class Product:
    """Placet, as bridge and edge call it: through `TemporalOrders`."""

    name, product = "product", True

    def __init__(self, client: Client) -> None:
        self.client = client
        self._orders = TemporalOrders(client)

    def workflow_id(self, order_id: str) -> str:
        """By the one function that makes it."""
        return order_workflow_id(order_id)

    async def start(self, order_id: str) -> None:
        """As for an OrderCreated."""
        hint = OrderHint(order_number=f"N-{order_id}", total=_TOTAL, business_unit="acme")
        await self._orders.start(order_id, hint)

    async def decide(self, order_id: str) -> None:
        """A manager's yes. Anything but `accepted` makes the round worthless."""
        decision = Decision(
            decision_id=f"d-{order_id}",
            approver="ana",
            verdict=Verdict.APPROVE,
            revision=1,
            request_id=order_id[:64],
        )
        receipt = await self._orders.say(order_id, decision)
        if receipt.receipt is not Receipt.ACCEPTED:
            raise RuntimeError(f"the decision on {order_id} was {receipt.receipt}: {receipt.message}")

    async def complete(self, order_id: str) -> None:
        """The fulfilment system's word."""
        event = FulfillmentEvent(
            event_id=f"e-{order_id}",
            ref=logistic_order_ref(f"N-{order_id}", order_id),
            status=FulfillmentStatus.COMPLETED,
            occurred_at=datetime.now(UTC),
        )
        await self._orders.fulfillment_event(order_id, event)


class BareFloor:
    """The floor, plain or packed, by bare client calls."""

    product = False

    def __init__(self, client: Client, *, packed: bool = False) -> None:
        self.client = client
        self._packed = packed
        self.name = "packed floor" if packed else "floor"

    def workflow_id(self, order_id: str) -> str:
        """A plain id."""
        return order_id

    async def start(self, order_id: str) -> None:
        """By the defaults."""
        start = FloorStart(order_id, packed=self._packed)
        await self.client.start_workflow(Floor.run, start, id=order_id, task_queue=ORDERS_QUEUE)

    async def decide(self, order_id: str) -> None:
        """One update."""
        handle: WorkflowHandle[Floor, None] = self.client.get_workflow_handle_for(Floor.run, order_id)
        await handle.execute_update(Floor.decide, "ana")

    async def complete(self, order_id: str) -> None:
        """One signal."""
        handle: WorkflowHandle[Floor, None] = self.client.get_workflow_handle_for(Floor.run, order_id)
        await handle.signal(Floor.complete, "completed")
