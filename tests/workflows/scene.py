"""The scene of a workflow test: a shop that places orders, a commercetools, a Placet and everybody's inbox."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx
from pydantic import SecretStr
from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from activities.handover import HandOverActivities
from activities.notify import NotifyActivities
from activities.openings import OpeningActivities
from activities.order_workflows import OrderWorkflows
from activities.orders import OrderActivities
from activities.progress import ProgressActivities
from activities.providers import ProviderActivities
from activities.reconciliation import ReconciliationActivities
from activities.records import Records
from activities.registered import Activities
from activities.requests import OpenedLevel, OpenRequest
from activities.splitting import SplittingActivities
from clients.account import Account
from clients.commercetools import Commercetools
from clients.drafts import set_transitions, state_draft
from clients.fulfillment import FulfillmentSystem
from clients.providers import Provider
from configuration import Configuration, load
from domain.directory import Directory
from domain.notification import Notification
from sandbox.app import create_app
from tests.workflows.drafts import SHIPPED, order_draft
from tests.workflows.placed import Handle, Placed
from worker import build_workers, running
from workflows.contract import ORDER_CONTRACT

BASE, PROJECT = "http://commercetools.test", "placet-demo"
_NUMBERS = count(1)


@dataclass
class Inboxes:
    """Everybody's inbox: a notifier that keeps each message once, as its idempotency key asks."""

    received: dict[str, Notification] = field(default_factory=dict)
    broken: bool = False
    refusal: Exception | None = None
    attempts: int = 0

    async def send(self, notification: Notification) -> None:
        """Keep the message, or fail as a dead mail server does."""
        self.attempts += 1
        if self.broken:
            raise ConnectionError("the mail server is down")
        if self.refusal is not None:
            raise self.refusal
        self.received.setdefault(notification.idempotency_key, notification)

    def of(self, recipient: str) -> list[str]:
        """The kinds of message that somebody got, in order."""
        return [n.kind.value for n in self.received.values() if n.recipient == recipient]


class Lookups(OpeningActivities):
    """Readings of the directory that last for as long as a test wants."""

    def __init__(self, directory: Directory, api: Commercetools, goes_on: asyncio.Event) -> None:
        super().__init__(directory, api.associates)
        self._goes_on = goes_on

    @activity.defn(name="open_level")
    async def open_level(self, request: OpenRequest) -> OpenedLevel:
        """As ever, once it may go on."""
        await self._goes_on.wait()
        return await super().open_level(request)


@dataclass
class Scene:
    """One shop, one Placet."""

    environment: WorkflowEnvironment
    shop: httpx.AsyncClient
    http: httpx.AsyncClient
    commercetools: Commercetools
    configuration: Configuration
    inboxes: Inboxes
    workers: "Callable[[Scene, Configuration], AbstractAsyncContextManager[None]]"
    started: list[Handle] = field(default_factory=list)
    lookups: asyncio.Event = field(default_factory=asyncio.Event)
    """Whether the directory can be read."""
    shift: AsyncExitStack = field(default_factory=AsyncExitStack)
    """The workers that are at work now."""

    async def start_workers(self, configuration: Configuration | None = None) -> None:
        """Workers under the configuration that the scene has, or under another one: how an edited file takes effect."""
        await self.shift.enter_async_context(self.workers(self, configuration or self.configuration))

    async def stop_workers(self) -> None:
        """Nobody works until others are started."""
        await self.shift.aclose()

    async def clear(self) -> None:
        """An empty project with the declared machine, empty inboxes, nothing going wrong."""
        await self.http.post(f"{BASE}/sandbox/reset")
        await self.authorise()
        await provision(self.commercetools, self.configuration)
        self.lookups.set()
        self.inboxes.received.clear()
        self.inboxes.broken, self.inboxes.refusal, self.inboxes.attempts = False, None, 0

    async def authorise(self) -> None:
        """A token for the shop, whose last one may be over."""
        grant = {"grant_type": "client_credentials"}
        answer = await self.http.post(f"{BASE}/oauth/token", auth=("shop", "shop"), data=grant)
        self.shop.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def end(self) -> None:
        """Whatever still runs would be taken up by the next test's workers."""
        for handle in self.started:
            if (await handle.describe()).close_time is None:
                await handle.terminate("the test is over")
        self.started.clear()

    async def place(
        self, cents: int = 150_000, *, start: bool = True, state: str | None = None, **draft: Any
    ) -> Placed:
        """Import an order of one line as a shop does, in the state of that key, and start its workflow."""
        number = draft.pop("orderNumber", f"ON-{next(_NUMBERS)}")
        currency = draft.pop("currency", "EUR")
        if state is not None:
            held = await self.commercetools.state(state)
            assert held is not None
            draft["state"] = {"typeId": "state", "id": held.id}
        answer = await self.shop.post("/orders/import", json=order_draft(number, cents, currency) | draft)
        assert answer.status_code == 201, answer.text
        placed = Placed(self.environment, self.shop, self.started, answer.json()["id"], number)
        if start:
            await placed.start()
        return placed

    async def fault(self, kind: str, **rule: Any) -> None:
        """Have something go wrong at commercetools."""
        answer = await self.http.post(f"{BASE}/sandbox/faults", json={"kind": kind, **rule})
        assert answer.status_code == 201, answer.text

    async def faults_left(self) -> list[dict[str, Any]]:
        """What has not gone wrong yet."""
        left: list[dict[str, Any]] = (await self.http.get(f"{BASE}/sandbox/faults")).json()
        return left

    async def mend(self) -> None:
        """Nothing goes wrong any more."""
        await self.http.delete(f"{BASE}/sandbox/faults")

    async def writes(self, resource_id: str, client: str = "placet") -> list[dict[str, Any]]:
        """A client's accepted writes of one resource, oldest first."""
        journal = (await self.http.get(f"{BASE}/sandbox/journal?resourceId={resource_id}")).json()
        return [entry for entry in journal if entry["clientId"] == client]

    async def group(self, **draft: Any) -> dict[str, str]:
        """A customer group, as a reference to it."""
        answer = await self.shop.post("/customer-groups", json={"groupName": "New customers", **draft})
        assert answer.status_code == 201, answer.text
        return {"typeId": "customer-group", "id": answer.json()["id"]}


async def provision(api: Commercetools, configuration: Configuration) -> None:
    """The declared machine in the project, in two phases."""
    for state in configuration.states.states:
        await api.create_state(
            state_draft(state.key, type_=state.type, name=state.name, initial=state.initial)
        )
    for state in configuration.states.states:
        held = await api.state(state.key)
        assert held is not None
        await api.update_state(held.id, held.version, [set_transitions(state.targets)])


@asynccontextmanager
async def scene(
    environment: WorkflowEnvironment,
    *,
    configuration: Configuration | None = None,
    fulfillment: httpx.AsyncBaseTransport | None = None,
    adopt_since: datetime | None = None,
    cached_workflows: int = 0,
    page_size: int = 100,
    silent_after: timedelta = timedelta(days=3),
    per_second: float | None = None,
    providers: Mapping[str, Provider] | None = None,
) -> AsyncIterator[Scene]:
    """A shop with its machine, and a Placet whose workers replay every task from the start."""
    loaded = configuration or load(SHIPPED)
    commerce = httpx.ASGITransport(create_app())
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(transport=commerce))
        shop = await stack.enter_async_context(
            httpx.AsyncClient(transport=commerce, base_url=f"{BASE}/{PROJECT}")
        )
        secret = SecretStr("placet")
        account = Account(
            project_key=PROJECT, client_id="placet", client_secret=secret, api_url=BASE, auth_url=BASE
        )
        api = Commercetools(account, http)
        system = None
        if fulfillment is not None:
            outside = await stack.enter_async_context(httpx.AsyncClient(transport=fulfillment))
            system = FulfillmentSystem("http://fulfillment.test/hand-overs", outside)
        inboxes, records = Inboxes(), Records(api)

        def workers(here: Scene, known: Configuration) -> AbstractAsyncContextManager[None]:
            splitting = SplittingActivities(api, known.splitting)
            progress = ProgressActivities(api, records, known.machine, known.states.line_states)
            activities = Activities(
                orders=OrderActivities(
                    api,
                    records,
                    known.machine,
                    known.policy,
                    known.directory,
                    adopt_since,
                    splitting,
                    progress,
                ),
                openings=Lookups(known.directory, api, here.lookups),
                hand_over=HandOverActivities(api, records, system),
                notify=NotifyActivities(inboxes, api, records),
                reconciliation=ReconciliationActivities(
                    api,
                    known.machine,
                    OrderWorkflows(environment.client, ORDER_CONTRACT),
                    since=adopt_since,
                    silent_after=silent_after,
                    page_size=page_size,
                ),
                splitting=splitting,
                progress=progress,
                providers=ProviderActivities(providers or {}, known.reasons),
            )
            return running(
                build_workers(
                    environment.client,
                    activities,
                    cached_workflows=cached_workflows,
                    commercetools_per_second=per_second,
                )
            )

        set_up = Scene(environment, shop, http, api, loaded, inboxes, workers)
        await set_up.clear()
        await set_up.start_workers()
        try:
            yield set_up
        finally:
            await set_up.end()
            await set_up.stop_workers()
