"""The scene of a workflow test: a shop that places orders, approvers who decide, and the order as it then is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from pydantic import SecretStr
from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.testing import WorkflowEnvironment

from activities.handover import HandOverActivities
from activities.notify import NotifyActivities
from activities.orders import OrderActivities
from clients.account import Account
from clients.commercetools import Commercetools
from clients.drafts import set_transitions, state_draft
from clients.fulfillment import FulfillmentSystem
from configuration import Configuration, load
from domain.audit import AuditKind
from domain.decision import Decision, DecisionReceipt, Verdict, Withdrawal
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus
from domain.notification import Notification
from domain.phases import Phase
from domain.status import OrderStatus
from sandbox.app import create_app
from worker import Activities, build_workers, running
from workflows.memory import OrderChanged, OrderResult, OrderStart
from workflows.names import ORDERS_QUEUE, OrderHint, order_workflow_id, start_attributes
from workflows.order import Order

SHIPPED = Path(__file__).parents[2] / "config"
_NUMBERS = count(1)


@dataclass
class Inboxes:
    """Everybody's inbox: a notifier that keeps what it was given."""

    received: list[Notification] = field(default_factory=list)
    broken: bool = False

    async def send(self, notification: Notification) -> None:
        """Keep the message, or fail as a dead mail server does."""
        if self.broken:
            raise ConnectionError("the mail server is down")
        self.received.append(notification)

    def of(self, recipient: str) -> list[str]:
        """The kinds of message that somebody got, in order."""
        return [n.kind.value for n in self.received if n.recipient == recipient]


@dataclass
class Scene:
    """One shop, one Placet."""

    environment: WorkflowEnvironment
    shop: httpx.AsyncClient
    http: httpx.AsyncClient
    commercetools: Commercetools
    configuration: Configuration
    inboxes: Inboxes
    handles: list[WorkflowHandle[Order, OrderResult]] = field(default_factory=list)

    async def place(self, cents: int = 150_000, *, start: bool = True, **draft: Any) -> "Placed":
        """Import an order of one line as a shop does, and start its workflow."""
        number = draft.pop("orderNumber", f"ON-{next(_NUMBERS)}")
        answer = await self.shop.post("/orders/import", json=order_draft(number, cents) | draft)
        assert answer.status_code == 201, answer.text
        placed = Placed(self, answer.json()["id"], number)
        if start:
            await placed.start()
        return placed


@dataclass
class Placed:
    """An order that was placed."""

    scene: Scene
    id: str
    number: str

    @property
    def handle(self) -> WorkflowHandle[Order, OrderResult]:
        """Its workflow."""
        return self.scene.environment.client.get_workflow_handle_for(Order.run, order_workflow_id(self.id))

    async def start(self, **more: Any) -> None:
        """Start its workflow as the bridge does."""
        handle = await self.scene.environment.client.start_workflow(
            Order.run,
            OrderStart(order_id=self.id),
            id=order_workflow_id(self.id),
            task_queue=ORDERS_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=start_attributes(OrderHint(order_number=self.number)),
            **more,
        )
        self.scene.handles.append(handle)

    async def decide(
        self, who: str, verdict: str = "approve", *, revision: int | None = None, decision_id: str | None = None, **more: Any
    ) -> DecisionReceipt:
        """Decide as the edge does."""
        decision = a_decision(who, verdict, revision, decision_id, **more)
        return await self.handle.execute_update(Order.decide, decision, id=decision.update_id)

    async def withdraw(self, who: str) -> DecisionReceipt:
        """Withdraw as the edge does."""
        sent = Withdrawal(withdrawal_id=f"w-{uuid4()}", requester=who, request_id=uuid4().hex)
        return await self.handle.execute_update(Order.withdraw, sent, id=sent.update_id)

    async def report(self, status: str, *, ref: str | None = None, event_id: str | None = None) -> None:
        """A fulfilment event, as the edge passes it on."""
        now = await self.scene.environment.get_current_time(self.handle)
        event = FulfillmentEvent(
            event_id=event_id or uuid4().hex,
            ref=ref or f"{self.number}-1",
            status=FulfillmentStatus(status),
            occurred_at=now,
        )
        await self.handle.signal(Order.fulfillment_event, event)

    async def changed(self) -> None:
        """What the bridge tells when a message about the order came."""
        await self.handle.signal(Order.order_changed, OrderChanged(message_id=uuid4().hex, type="OrderStateTransition"))

    async def status(self) -> OrderStatus:
        """How it stands."""
        return await self.handle.query(Order.status)

    async def until(self, holds: Callable[[OrderStatus], bool]) -> OrderStatus:
        """Its status as soon as it is as wanted."""
        status = await self.status()
        for _ in range(400):
            if holds(status):
                return status
            await asyncio.sleep(0.025)
            status = await self.status()
        raise AssertionError(f"it never came to that: {status.model_dump_json(indent=1)}")

    async def until_phase(self, phase: Phase) -> OrderStatus:
        """Its status as soon as it is in that phase."""
        return await self.until(lambda status: status.phase is phase)

    async def until_pending(self, *people: str) -> OrderStatus:
        """Its status as soon as just these people may decide."""
        return await self.until(lambda status: sorted(p.approver for p in status.pending) == sorted(people))

    async def pass_time(self, span: timedelta) -> None:
        """Turn the order's clock forward."""
        await self.scene.environment.fast_forward(self.handle, span)

    async def result(self) -> OrderResult:
        """How the workflow ended."""
        return await asyncio.wait_for(self.handle.result(), 20)

    async def kinds(self) -> list[str]:
        """The kinds of the audit's entries, in order."""
        return [entry.kind.value for entry in (await self.handle.query(Order.audit)).entries]

    async def details(self, kind: AuditKind) -> list[dict[str, Any]]:
        """The details of the audit's entries of a kind."""
        return [dict(e.detail) for e in (await self.handle.query(Order.audit)).entries if e.kind is kind]

    async def there(self) -> dict[str, Any]:
        """The order as commercetools has it, with its state's key as `state`."""
        order: dict[str, Any] = (await self.scene.shop.get(f"/orders/{self.id}?expand=state")).json()
        return order | {"state": order["state"]["obj"]["key"] if "state" in order else None}

    async def update(self, *actions: dict[str, Any]) -> dict[str, Any]:
        """Somebody else's update of the order; state keys are what `transitionState` takes."""
        version = (await self.there())["version"]
        answer = await self.scene.shop.post(f"/orders/{self.id}", json={"version": version, "actions": list(actions)})
        assert answer.status_code == 200, answer.text
        updated: dict[str, Any] = answer.json()
        return updated

    async def move(self, key: str, *, force: bool = False) -> None:
        """Somebody else's transition."""
        await self.update({"action": "transitionState", "state": {"typeId": "state", "key": key}, "force": force})

    async def edit(self, postal_code: str = "99999") -> None:
        """Somebody else's change of what the approver would say yes to."""
        address = {"country": "DE", "city": "Berlin", "postalCode": postal_code}
        await self.update({"action": "setShippingAddress", "address": address})

    async def transitions(self) -> list[tuple[str | None, str]]:
        """Every move that commercetools has on record, by key."""
        states = {s["id"]: s["key"] for s in (await self.scene.shop.get("/states?limit=500")).json()["results"]}
        where = f'resource(id="{self.id}") and type="OrderStateTransition"'
        answer = await self.scene.shop.get("/messages", params={"where": where, "sort": "sequenceNumber asc"})
        return [
            (states.get(m["oldState"]["id"]) if "oldState" in m else None, states[m["state"]["id"]])
            for m in answer.json()["results"]
        ]

    async def custom_object(self, container: str, key: str) -> Any:
        """The value of a custom object, None if there is none."""
        answer = await self.scene.shop.get(f"/custom-objects/{container}/{key}")
        return answer.json()["value"] if answer.status_code == 200 else None


def a_decision(
    who: str, verdict: str = "approve", revision: int | None = None, decision_id: str | None = None, **more: Any
) -> Decision:
    """A decision as the edge makes it."""
    return Decision(
        decision_id=decision_id or f"d-{uuid4()}",
        approver=who,
        verdict=Verdict(verdict),
        revision=revision,
        request_id=uuid4().hex,
        **more,
    )


def order_draft(number: str, cents: int, currency: str = "EUR") -> dict[str, Any]:
    """An order of one line, as `orders/import` takes it."""
    price = {"currencyCode": currency, "centAmount": cents}
    line = {"name": {"en": "Pump"}, "variant": {"sku": "PUMP-9"}, "quantity": 1, "price": {"value": price}}
    return {
        "orderNumber": number,
        "customerEmail": "buyer@acme.example",
        "totalPrice": price,
        "lineItems": [line],
        "shippingAddress": {"country": "DE", "city": "Berlin", "postalCode": "10115"},
    }


async def provision(api: Commercetools, configuration: Configuration) -> None:
    """The declared machine in the project, in two phases."""
    for state in configuration.machine.states:
        await api.create_state(state_draft(state))
    for state in configuration.machine.states:
        held = await api.state(state.key)
        assert held is not None
        await api.update_state(held.id, held.version, [set_transitions(state.transitions)])


@asynccontextmanager
async def scene(
    environment: WorkflowEnvironment,
    *,
    configuration: Configuration | None = None,
    fulfillment: httpx.AsyncBaseTransport | None = None,
    cached_workflows: int = 0,
) -> AsyncIterator[Scene]:
    """A shop with its machine, and a Placet whose workers replay every task from the start."""
    loaded = configuration or load(SHIPPED)
    app = create_app()
    base, project = "http://commercetools.test", "placet-demo"
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http,
        httpx.AsyncClient(transport=fulfillment or httpx.ASGITransport(app)) as outside,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"{base}/{project}") as shop,
    ):
        token = (await http.post(f"{base}/oauth/token", auth=("shop", "shop"), data={"grant_type": "client_credentials"})).json()
        shop.headers["Authorization"] = f"Bearer {token['access_token']}"
        account = Account(
            project_key=project,
            client_id="placet",
            client_secret=SecretStr("placet"),
            api_url=base,
            auth_url=base,
        )
        api = Commercetools(account, http)
        await provision(api, loaded)
        inboxes = Inboxes()
        system = FulfillmentSystem("http://fulfillment.test/hand-overs", outside) if fulfillment else None
        activities = Activities(
            orders=OrderActivities(api, loaded.machine, loaded.policy, loaded.directory),
            hand_over=HandOverActivities(api, system),
            notify=NotifyActivities(inboxes, api),
        )
        set_up = Scene(environment, shop, http, api, loaded, inboxes)
        async with running(build_workers(environment.client, activities, cached_workflows=cached_workflows)):
            yield set_up
            for handle in set_up.handles:
                description = await handle.describe()
                if description.close_time is None:
                    await handle.terminate("the test is over")
