"""Small stand-ins for Temporal and commercetools, handed to the edge in place of the real ones."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from clients.errors import ClientError, Forbidden, Unreachable
from clients.messages import message_from_json
from clients.resources import CustomObject, Message, Project, StateResource
from configuration import load_machine
from domain.audit import AuditEntry, AuditKind, AuditTrail
from domain.cancellation import Sayable
from domain.decision import DecisionReceipt, Receipt
from domain.fulfillment import FulfillmentEvent
from domain.money import parse_money
from domain.order import Order, OrderContent, Requester
from domain.phases import Phase
from domain.release import ReleaseVerdict
from domain.status import OrderRecord, OrderStatus, PendingDecision
from settings import SHIPPED_CONFIG
from starter.orders_gateway import (
    ClosedWorkflowError,
    GatewayError,
    Listed,
    NoWorkflowError,
    Page,
    Reached,
    Worklist,
)
from starter.sayings import names_of
from workflows.memory import OrderChanged
from workflows.names import OrderHint

MACHINE = load_machine(SHIPPED_CONFIG / "states.yaml")
NOW = datetime(2026, 3, 1, 10, 5, tzinfo=UTC)
RUNNING, CLOSED, UNKNOWN, NEW = "order-1", "order-closed", "order-unknown", "order-new"
"""A waiting order; one whose workflow is over; one that nobody knows; one that only commercetools knows."""


def status(order_id: str = RUNNING, phase: Phase = Phase.PENDING) -> OrderStatus:
    """An order that waits for ana, or stands elsewhere."""
    waiting = (PendingDecision(approver="ana", step="manager", due_at=NOW),) if phase is Phase.PENDING else ()
    return OrderStatus(
        order_id=order_id,
        order_number=f"ON-{order_id}",
        phase=phase,
        state="PendingApproval",
        revision=2,
        rule="notable",
        why="Orders from EUR 1,000.00 need a manager.",
        pending=waiting,
        decisions=(),
        receipts=(),
    )


def trail(order_id: str = RUNNING) -> AuditTrail:
    """A trail of one entry."""
    entry = AuditEntry(seq=1, at=NOW, kind=AuditKind.ROUTED, actor="placet", revision=1)
    return AuditTrail(
        order_id=order_id, order_number=f"ON-{order_id}", policy_digest="d" * 64, entries=(entry,)
    )


def record(order_id: str = CLOSED, phase: Phase = Phase.APPROVED, **changes: Any) -> OrderRecord:
    """The lasting record of an order that has come to a phase."""
    held = status(order_id, phase).model_copy(update=changes)
    return OrderRecord(**dict(trail(order_id)), status=held)


def receipt(kind: Receipt, request_id: str | None = None, **changes: Any) -> DecisionReceipt:
    """A receipt of a kind."""
    made = DecisionReceipt(
        receipt=kind,
        message=f"this is {kind}",
        order_id=RUNNING,
        phase=Phase.PENDING,
        step="manager",
        revision=2,
        decision_id="d-1",
        request_id=request_id,
    )
    return made.model_copy(update=changes)


class FakeOrders:
    """The workflows: remembers what it was told, answers what it is set to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, object]] = []
        self.fails: GatewayError | None = None
        self.receipt = Receipt.ACCEPTED
        self.repeats = False
        self.page = Page(())
        self.wanted: tuple[Worklist, int, str | None] | None = None
        self.silent: dict[str, GatewayError] = {}
        self.missing: frozenset[str] = frozenset()
        self.looked = 0
        self.released_digests: set[str] = set()
        self.answers_after = 0.0
        self.told_messages: set[str] = set()
        self.ended: set[str] = set()

    async def start(self, order_id: str, hint: OrderHint) -> Reached:
        """Start, or find."""
        self._call("start", order_id, hint)
        return Reached.CLOSED if order_id == CLOSED else Reached.STARTED

    async def tell(self, order_id: str, change: OrderChanged) -> Reached:
        """Tell."""
        self._there(order_id)
        self._call("tell", order_id, change)
        return Reached.TOLD

    async def tell_or_start(self, order_id: str, change: OrderChanged, hint: OrderHint) -> Reached:
        """Tell, or start."""
        self._call("tell_or_start", order_id, change)
        return Reached.CLOSED if order_id == CLOSED else Reached.TOLD

    async def say(self, order_id: str, said: Sayable) -> DecisionReceipt:
        """Answer with the receipt that is set; an order may have an error of its own."""
        self._there(order_id)
        self._call(names_of(said).update, order_id, said)
        if self.answers_after:
            await asyncio.sleep(self.answers_after)
        if order_id in self.silent:
            raise self.silent[order_id]
        request_id = "an-earlier-request" if self.repeats else said.request_id
        return receipt(self.receipt, request_id, order_id=order_id, decision_id=said.sent_id)

    async def park(self, order_id: str, event: FulfillmentEvent, why: str) -> None:
        """Keeps it."""
        self.calls.append(("park", order_id, event))

    async def fulfillment_event(self, order_id: str, event: FulfillmentEvent) -> None:
        """Take it."""
        self._there(order_id)
        self._call("fulfillment_event", order_id, event)

    async def park_change(self, order_id: str, change: OrderChanged, why: str) -> None:
        """Keeps it."""
        self.calls.append(("park_change", order_id, change))

    async def released(self, order_id: str, digest: str) -> ReleaseVerdict:
        """What is set for that content; nobody knows the unknown."""
        if order_id in {UNKNOWN, NEW}:
            raise NoWorkflowError("unknown")
        self._call("released", order_id, digest)
        if self.answers_after:
            await asyncio.sleep(self.answers_after)
        return ReleaseVerdict(digest=digest, released=digest in self.released_digests, phase=Phase.PENDING)

    async def status(self, order_id: str) -> OrderStatus:
        """A waiting order."""
        self._there(order_id)
        self._call("status", order_id, None)
        if order_id in self.silent:
            raise self.silent[order_id]
        return status(order_id, Phase.REJECTED if order_id in self.ended else Phase.PENDING)

    async def audit(self, order_id: str) -> AuditTrail:
        """Its trail; with the alarms of the messages that are set, also after its end."""
        if self.told_messages:
            told = [
                AuditEntry(seq=n, at=NOW, kind=AuditKind.ALARM, actor="placet", detail={"messageId": m})
                for n, m in enumerate(self.told_messages, 1)
            ]
            return trail(order_id).model_copy(update={"entries": tuple(told)})
        self._there(order_id)
        self._call("audit", order_id, None)
        if order_id in self.ended:
            closed = AuditEntry(seq=1, at=NOW, kind=AuditKind.CLOSED, actor="placet")
            return trail(order_id).model_copy(update={"entries": (closed,)})
        return trail(order_id)

    async def list(self, wanted: Worklist, limit: int, cursor: str | None) -> Page:
        """The page that is set."""
        self._call("list", "", wanted)
        self.wanted = wanted, limit, cursor
        return self.page

    async def missing_search_attributes(self) -> frozenset[str]:
        """What is set."""
        self.looked += 1
        if self.fails is not None:
            raise self.fails
        return self.missing

    def _call(self, name: str, order_id: str, said: object) -> None:
        if self.fails is not None:
            raise self.fails
        self.calls.append((name, order_id, said))

    def _there(self, order_id: str) -> None:
        if order_id == CLOSED:
            raise ClosedWorkflowError("closed")
        if order_id in {UNKNOWN, NEW}:
            raise NoWorkflowError("unknown")


class FakeShop:
    """commercetools: what it holds is what was put in."""

    client_id = "placet-client"
    project_key = "acme"

    def __init__(self) -> None:
        self.records: dict[str, Any] = {CLOSED: record().to_json_dict()}
        self.messages: dict[str, Mapping[str, Any]] = {}
        self.states_read = 0
        self.slow_seconds = 0.0
        self.fails: ClientError | None = None

    async def order(self, order_id: str) -> Order | None:
        """Everything but the unknown."""
        self._reach()
        return None if order_id == UNKNOWN else order(order_id)

    async def message(self, message_id: str) -> Message | None:
        """A message that was put in."""
        self._reach()
        found = self.messages.get(message_id)
        return message_from_json(dict(found)) if found is not None else None

    async def custom_object(self, container: str, key: str) -> CustomObject | None:
        """A record that was put in."""
        self._reach()
        if container != "placet-audit" or key not in self.records:
            return None
        return CustomObject(
            container=container,
            key=key,
            version=1,
            created_at=NOW,
            last_modified_at=NOW,
            value=self.records[key],
        )

    async def project(self) -> Project:
        """The project."""
        self._reach()
        return Project.model_validate({"key": "acme", "version": 1, "messages": {"enabled": True}})

    async def states(self, type_: str | None = None) -> list[StateResource]:
        """Those of the shipped machine, whose ids are `id-of-{key}`, and one that it does not have."""
        self._reach()
        self.states_read += 1
        await asyncio.sleep(self.slow_seconds)
        return [
            StateResource(id=f"id-of-{key}", version=1, key=key, type="OrderState", initial=False)
            for key in (*(state.key for state in MACHINE.states), "Elsewhere")
        ]

    def _reach(self) -> None:
        if self.fails is not None:
            raise self.fails


def unreachable() -> ClientError:
    """commercetools gives no answer."""
    return Unreachable("no answer", system="commercetools")


def forbidden() -> ClientError:
    """commercetools does not let us."""
    return Forbidden("a scope is missing", system="commercetools", status=403, code="insufficient_scope")


def order(order_id: str) -> Order:
    """An order of EUR 1,500.00."""
    content = OrderContent(
        total=parse_money("EUR 1,500.00"), lines=(), requester=Requester(customer_id="c-1")
    )
    return Order(id=order_id, version=1, created_at=NOW, order_state="Open", content=content)


def listed(*order_ids: str, cursor: str | None = None) -> Page:
    """A page of orders as the index has them."""
    indexed = {i: status(i).model_copy(update={"revision": 0, "why": "from the index"}) for i in order_ids}
    return Page(tuple(Listed(i, indexed[i]) for i in order_ids), cursor)
