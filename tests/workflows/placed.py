"""An order that was placed: what approvers, the shop and the fulfilment system do to it, and how it then stands."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx
from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.testing import WorkflowEnvironment

from domain.audit import AuditKind, AuditTrail
from domain.decision import Decision, DecisionReceipt, Withdrawal
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus
from domain.interventions import (
    DeadlineExtension,
    Delegation,
    Intervention,
    Reassignment,
    Remark,
    Resubmission,
    Said,
)
from domain.phases import Phase
from domain.status import OrderStatus
from tests.workflows.drafts import a_decision, an_id
from workflows.memory import OrderChanged, OrderMemory, OrderResult, OrderStart
from workflows.names import ORDERS_QUEUE, OrderHint, order_workflow_id, start_attributes
from workflows.order import Order

Handle = WorkflowHandle[Order, OrderResult]
PATIENCE = 20.0
GRACE = 0.4
POLL = 0.004
_UPDATES: dict[type[Intervention], str] = {
    Resubmission: "resubmit",
    Reassignment: "reassign",
    Delegation: "delegate",
    DeadlineExtension: "extend",
    Remark: "comment",
}


@dataclass
class Placed:
    """One order, its workflow and its shop."""

    environment: WorkflowEnvironment
    shop: httpx.AsyncClient
    started: list[Handle]
    id: str
    number: str

    @property
    def handle(self) -> Handle:
        """Its workflow, whichever run is the latest."""
        return self.environment.client.get_workflow_handle_for(Order.run, order_workflow_id(self.id))

    async def start(self, *, memory: OrderMemory | None = None, **more: Any) -> None:
        """Start its workflow as the bridge does; with `memory`, as an earlier run of it does."""
        policies = {
            "id_reuse_policy": WorkflowIDReusePolicy.REJECT_DUPLICATE,
            "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
        }
        await self.environment.client.start_workflow(
            Order.run,
            OrderStart(order_id=self.id, memory=memory),
            id=order_workflow_id(self.id),
            task_queue=ORDERS_QUEUE,
            search_attributes=start_attributes(OrderHint(order_number=self.number)),
            **(policies | more),
        )
        self.started.append(self.handle)

    async def decide(
        self, who: str, verdict: str = "approve", revision: int | None = None, **more: Any
    ) -> DecisionReceipt:
        """Decide as the edge does."""
        return await self.send(a_decision(who, verdict, revision, **more))

    async def send(self, decision: Decision, update_id: str | None = None) -> DecisionReceipt:
        """Send this very decision; another `update_id` gets past Temporal's own deduplication."""
        return await self._update("decide", decision, update_id or decision.update_id)

    async def withdraw(self, who: str, **more: Any) -> DecisionReceipt:
        """Withdraw as the edge does."""
        fields = {"withdrawal_id": f"w-{uuid4()}", "request_id": uuid4().hex} | more
        sent = Withdrawal(requester=who, **fields)
        return await self._update("withdraw", sent, sent.update_id)

    async def resubmit(self, who: str, **more: Any) -> DecisionReceipt:
        """Ask again after requested changes."""
        return await self.tell(Resubmission(requester=who, resubmission_id=an_id(), **more))

    async def reassign(self, by: str, to: str, approver: str | None = None, **more: Any) -> DecisionReceipt:
        """Have somebody decide in place of an approver; without one, as well."""
        fields = {"reassignment_id": an_id()} | more
        return await self.tell(Reassignment(by=by, to=to, approver=approver, **fields))

    async def delegate(self, who: str, to: str, **more: Any) -> DecisionReceipt:
        """Let somebody decide on one's behalf."""
        return await self.tell(Delegation(approver=who, delegate=to, delegation_id=an_id(), **more))

    async def extend(self, operator: str, until: datetime, **more: Any) -> DecisionReceipt:
        """Move the deadline."""
        return await self.tell(
            DeadlineExtension(operator=operator, until=until, extension_id=an_id(), **more)
        )

    async def comment(self, who: str, words: str) -> DecisionReceipt:
        """Say something for the record."""
        return await self.tell(Remark(author=who, comment=words, comment_id=an_id()))

    async def tell(self, sent: Intervention, update_id: str | None = None) -> DecisionReceipt:
        """Send this very intervention by the update that it has."""
        name = _UPDATES[type(sent)]
        fresh = sent if sent.request_id else sent.model_copy(update={"request_id": uuid4().hex})
        return await self._update(name, fresh, update_id or sent.update_id)

    async def report(self, status: str, *, ref: str | None = None, event_id: str | None = None) -> None:
        """A fulfilment event, as the edge passes it on."""
        skips = self.environment.supports_time_skipping
        now = await self.environment.get_current_time(self.handle) if skips else datetime.now(UTC)
        event = FulfillmentEvent(
            event_id=event_id or uuid4().hex,
            ref=ref or f"{self.number}-1",
            status=FulfillmentStatus(status),
            occurred_at=now,
        )
        await self.handle.signal(Order.fulfillment_event, event)

    async def changed(self) -> None:
        """What the bridge tells when a message about the order came."""
        change = OrderChanged(message_id=uuid4().hex, type="OrderStateTransition")
        await self.handle.signal(Order.order_changed, change)

    async def status(self) -> OrderStatus:
        """How it stands."""
        return await self.handle.query(Order.status)

    async def audit(self) -> AuditTrail:
        """What happened to it so far."""
        return await self.handle.query(Order.audit)

    async def until(self, holds: Callable[[OrderStatus], bool]) -> OrderStatus:
        """Its status as soon as it is as wanted."""
        deadline, seen = monotonic() + PATIENCE, await self.settled()
        while not holds(status := await self.status()):
            while (now := await self.settled()) == seen and not holds(status):
                assert monotonic() < deadline, f"it never came to that: {status.model_dump_json(indent=1)}"
                await asyncio.sleep(POLL)
            seen = now
        return status

    async def settled(self) -> tuple[str, int]:
        """Run and length of the history, once no workflow task is under way, and rather no activity either.

        Asking sooner would race: a worker without a cache that gets a query and a task of one order at once can
        sit on the task until it times out, 10 s later.
        """
        began = monotonic()
        while True:
            now = await self.handle.describe()
            busy = bool(now.raw_description.pending_activities) and monotonic() < began + GRACE
            if not busy and not now.raw_description.HasField("pending_workflow_task"):
                return now.run_id, now.history_length
            assert monotonic() < began + PATIENCE, "its workflow task never ended"
            await asyncio.sleep(POLL)

    async def until_phase(self, phase: Phase) -> OrderStatus:
        """Its status as soon as it is in that phase."""
        return await self.until(lambda status: status.phase is phase)

    async def until_pending(self, *people: str, revision: int | None = None) -> OrderStatus:
        """Its status as soon as just these people may decide, on that revision if one is given."""
        return await self.until(
            lambda status: (
                sorted(p.approver for p in status.pending) == sorted(people)
                and revision in {None, status.revision}
            )
        )

    async def until_alarm(self, alarm: str) -> OrderStatus:
        """Its status as soon as that alarm stands."""
        return await self.until(lambda status: status.alarm == alarm)

    async def at_rest(self) -> None:
        """Return once nothing is under way: no activity, no workflow task."""
        deadline = monotonic() + PATIENCE
        while (now := (await self.handle.describe()).raw_description).pending_activities or now.HasField(
            "pending_workflow_task"
        ):
            assert monotonic() < deadline, "it never came to rest"
            await asyncio.sleep(POLL)

    async def length(self) -> int:
        """How many events its history has."""
        return (await self.handle.describe()).history_length

    async def pass_time(self, span: timedelta) -> None:
        """Turn the order's clock forward."""
        await self.environment.fast_forward(self.handle, span)

    async def result(self) -> OrderResult:
        """How the workflow ended."""
        return await asyncio.wait_for(self.handle.result(), PATIENCE)

    async def kinds(self) -> list[str]:
        """The kinds of the audit's entries, in order."""
        return [entry.kind.value for entry in (await self.audit()).entries]

    async def details(self, kind: AuditKind) -> list[dict[str, Any]]:
        """The details of the audit's entries of a kind, in order."""
        return [dict(entry.detail) for entry in (await self.audit()).entries if entry.kind is kind]

    async def told_moves(self) -> list[tuple[str | None, str]]:
        """The moves of ours that the audit tells of."""
        return [(d.get("from"), d["to"]) for d in await self.details(AuditKind.TRANSITIONED)]

    async def there(self) -> dict[str, Any]:
        """The order as commercetools has it, with its state's key as `state`."""
        order: dict[str, Any] = (await self.shop.get(f"/orders/{self.id}?expand=state")).json()
        return order | {"state": order["state"]["obj"]["key"] if "state" in order else None}

    async def update(self, *actions: dict[str, Any]) -> None:
        """Somebody else's update of the order."""
        version = (await self.there())["version"]
        body = {"version": version, "actions": list(actions)}
        answer = await self.shop.post(f"/orders/{self.id}", json=body)
        assert answer.status_code == 200, answer.text

    async def move(self, key: str, **force: bool) -> None:
        """Somebody else's transition, perhaps past the machine."""
        await self.update({"action": "transitionState", "state": {"typeId": "state", "key": key}, **force})

    async def edit(self, postal_code: str = "99999") -> None:
        """Somebody else's change of what the approver would say yes to."""
        address = {"country": "DE", "city": "Berlin", "postalCode": postal_code}
        await self.update({"action": "setShippingAddress", "address": address})

    async def name_purchase(self, number: str) -> None:
        """The requester's own number for it comes late: content, and mostly harmless."""
        await self.update({"action": "setPurchaseOrderNumber", "purchaseOrderNumber": number})

    async def lines(self) -> list[str]:
        """The ids of its lines."""
        return [line["id"] for line in (await self.there())["lineItems"]]

    async def reprice(self, cents: int, line: int = 0) -> None:
        """An Order Edit that gives a line another price, applied."""
        price = {"currencyCode": "EUR", "centAmount": cents}
        named = (await self.lines())[line]
        await self.edit_order({"action": "setLineItemPrice", "lineItemId": named, "externalPrice": price})

    async def take_out(self, line_id: str) -> None:
        """An Order Edit that removes a line, applied."""
        await self.edit_order({"action": "removeLineItem", "lineItemId": line_id})

    async def edit_order(self, *staged: dict[str, Any]) -> None:
        """An Order Edit of these staged actions, applied."""
        order = await self.there()
        draft = {"resource": {"typeId": "order", "id": self.id}, "stagedActions": list(staged)}
        made = await self.shop.post("/orders/edits", json=draft)
        assert made.status_code == 201, made.text
        versions = {"editVersion": made.json()["version"], "resourceVersion": order["version"]}
        applied = await self.shop.post(f"/orders/edits/{made.json()['id']}/apply", json=versions)
        assert applied.status_code == 200, applied.text

    async def delete(self) -> None:
        """Somebody deletes the order."""
        answer = await self.shop.delete(f"/orders/{self.id}?version={(await self.there())['version']}")
        assert answer.status_code == 200, answer.text

    async def transitions(self) -> list[tuple[str | None, str]]:
        """Every move that commercetools has on record, by key."""
        states = {s["id"]: s["key"] for s in (await self.shop.get("/states?limit=500")).json()["results"]}
        where = f'resource(id="{self.id}") and type="OrderStateTransition"'
        answer = await self.shop.get("/messages", params={"where": where, "sort": "sequenceNumber asc"})
        return [
            (states.get(m["oldState"]["id"]) if "oldState" in m else None, states[m["state"]["id"]])
            for m in answer.json()["results"]
        ]

    async def custom_object(self, container: str, key: str | None = None) -> Any:
        """The value of a custom object, of this order's by default; None if there is none."""
        answer = await self.shop.get(f"/custom-objects/{container}/{key or self.id}")
        return answer.json()["value"] if answer.status_code == 200 else None

    async def _update(self, name: str, sent: Said, update_id: str) -> DecisionReceipt:
        receipt: DecisionReceipt = await self.handle.execute_update(
            name, sent, id=update_id, result_type=DecisionReceipt
        )
        return receipt
