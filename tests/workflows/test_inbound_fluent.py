"""The whole way in: Fluent signs and posts, the edge verifies, stage 2 asks Fluent, and the order hears of it."""

import tomllib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.inbound import InboundActivities
from activities.inbound_handlers import GROUP, Handlers
from activities.inbound_orders import OrdersByRef
from clients.provider_fluent import FluentProvider
from clients.providers import Surroundings
from configuration.mappings import load_mappings
from domain.audit import AuditKind
from domain.inbound import ParkReason
from domain.phases import Phase
from sandbox.app import create_app as create_sandbox
from sandbox.fluent import Fluent, fluent_of
from sandbox.fluent_options import FluentOptions
from sandbox.options import Options
from settings import Settings
from starter.api import create_app
from starter.edge import Edge
from starter.guard import Guard
from starter.inbound_gateway import Webhooks
from starter.inbound_pull import pull
from starter.inbound_senders import senders_of
from starter.temporal_inbound import TemporalInbound
from tests.starter.conftest import tokens
from tests.starter.fakes import MACHINE, FakeOrders, FakeShop
from tests.workflows.drafts import SHIPPED
from tests.workflows.inbound_scene import AT, exports_of, given_to, until
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from workflows.inbound_memory import InboundStatus
from workflows.names import provider_queue

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
OPTIONS = {
    "host": "http://sandbox.test/fluent",
    "account": "PLACET_DEMO",
    "retailer_id": "1",
    "username": "placet",
    "password": "placet",
    "client_id": "PLACET_DEMO",
    "client_secret": "placet",
}


def declared_handlers() -> Handlers:
    """Those that pyproject.toml names."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = document["project"]["entry-points"][GROUP]
    return Handlers([EntryPoint(name, value, GROUP) for name, value in named.items()])


@dataclass
class Far:
    """A Fluent, the edge that it posts to, and a worker that asks it."""

    fluent: Fluent
    sandbox: httpx.AsyncClient
    edge: Edge
    inbound: TemporalInbound
    provider: FluentProvider

    async def steer(self, path: str, body: dict[str, Any]) -> None:
        """One of the sandbox's own endpoints."""
        answer = await self.sandbox.post(f"http://sandbox.test/sandbox/fluent/{path}", json=body)
        assert answer.status_code in {200, 201}, answer.text

    async def create(self, order: Placed, quantity: int = 3) -> str:
        """The order at Fluent, under the reference of its logistic order."""
        ref, (line,) = f"{order.number}-1", (await order.there())["lineItems"]
        item = {"ref": line["id"], "productRef": "PUMP-9", "quantity": quantity, "price": 1.0}
        document = {
            "ref": ref,
            "type": "HD",
            "retailer": {"id": "1"},
            "customer": {"id": "1"},
            "items": [item],
        }
        await self.provider._orders.create(document)
        return ref

    async def parked(self, reason: ParkReason) -> InboundStatus:
        """The first event that waits for that reason."""
        found: list[InboundStatus] = []

        async def holds() -> bool:
            found[:] = [one for one in await self.inbound.waiting("fluent") if one.reason is reason]
            return bool(found)

        await until(holds, 0.2)
        return found[0]

    def counted(self, result: str) -> float:
        """How many webhooks ended so."""
        counted: float = self.edge.metrics.webhooks.labels("fluent", result)._value.get()
        return counted


@asynccontextmanager
async def far(environment: WorkflowEnvironment, here: Scene, folder: Path) -> AsyncIterator[Far]:
    """All of it in this process; only Temporal is a server of its own."""
    key, inbound = folder / "fluent.pem", TemporalInbound(environment.client)
    orders, shop = FakeOrders(), FakeShop()
    webhooks = Webhooks(senders_of(Settings(fluent_public_keys=(key,))), inbound)
    edge = Edge(orders, shop, tokens(), Guard(MACHINE, orders, shop, frozenset()), webhooks=webhooks)
    options = FluentOptions(
        webhook_url="http://edge.test/webhooks/fluent",
        step_ms=20,
        retry_at=(0.1, 0.2, 0.4),
        public_key_file=key,
    )
    app = create_sandbox(
        replace(Options(), fluent=options, push_transport=httpx.ASGITransport(create_app(edge)))
    )
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(transport=httpx.ASGITransport(app)))
        fluent = fluent_of(app.state)
        stack.push_async_callback(fluent.aclose)
        fluent.keys.rotate()
        provider = FluentProvider.build(OPTIONS, Surroundings(http))
        mappings = load_mappings(SHIPPED, here.configuration.machine)
        activities = InboundActivities(
            OrdersByRef(here.commercetools), mappings, {"fluent": provider}, declared_handlers()
        )
        # What it is given it keeps to itself: the tests say when there is an order at Fluent.
        queue, called = provider_queue("fluent"), [activities.handle_inbound, *exports_of("fluent")]
        await stack.enter_async_context(Worker(environment.client, task_queue=queue, activities=called))
        yield Far(fluent, http, edge, inbound, provider)


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """The shipped example whose orders Fluent fulfils."""
    async with scene(environment, configuration=given_to("fluent")) as set_up:
        yield set_up


@pytest_asyncio.fixture(scope="module")
async def everything(
    environment: WorkflowEnvironment, shipped_example: Scene, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Far]:
    """For the whole module: the server goes on handing tasks to workers that have just stopped."""
    async with far(environment, shipped_example, tmp_path_factory.mktemp("keys")) as there:
        yield there


@pytest.fixture
async def there(everything: Far, here: Scene) -> Far:
    """Nothing left over."""
    everything.fluent.reset()
    return everything


async def placed(here: Scene) -> Placed:
    """An order of three of one thing, on its way."""
    price = {"type": "centPrecision", "currencyCode": "EUR", "centAmount": 100}
    line = {"name": {"en": "Pump"}, "variant": {"sku": "PUMP-9"}, "quantity": 3, "price": {"value": price}}
    order = await here.place(300, lineItems=[line])
    await order.until_phase(Phase.IN_FULFILLMENT)
    return order


async def heard(order: Placed) -> list[str]:
    """The statuses that the order has on record."""
    return [detail["status"] for detail in await order.details(AuditKind.FULFILLMENT)]


async def test_an_order_is_followed_from_fluent_to_its_end(there: Far, here: Scene) -> None:
    """Signed, verified, safe, enriched, mapped, told; sent twice and held back by faults, and none of it seen twice."""
    order = await placed(here)
    await there.steer("faults", {"kind": "reorderWebhooks", "window": 3})
    await there.steer("faults", {"kind": "repeatWebhook", "times": 3, "freshId": True})
    await there.steer("faults", {"kind": "repeatWebhook", "times": 20})
    await there.create(order)
    await order.until_phase(Phase.COMPLETED)
    statuses = await heard(order)
    assert {"shipped", "completed"} <= set(statuses)  # earlier ones, if the record was read early enough
    ids = [detail["eventId"] for detail in await order.details(AuditKind.FULFILLMENT)]
    assert len(ids) == len(set(ids))
    assert there.counted("takenIn") > 8
    assert there.counted("badSignature") == 0


async def test_after_a_rotation_the_new_key_works_and_a_foreign_one_never_does(
    there: Far, here: Scene
) -> None:
    """The file is replaced while webhooks come in."""
    before = there.counted("badSignature")
    order = await placed(here)
    await there.steer("rotate-key", {})
    await there.steer("faults", {"kind": "wrongSignature"})
    await there.create(order)
    await order.until_phase(Phase.COMPLETED)
    assert there.counted("badSignature") > before


async def test_an_unmapped_status_is_parked_and_what_was_never_sent_is_pulled(
    there: Far, here: Scene
) -> None:
    """The last of the order's webhooks is dropped: a pull brings what it would have brought."""
    order = await placed(here)
    ref = f"{order.number}-1"
    await there.steer("behaviour", {"orderRef": ref, "pauseAt": ["BOOKED"]})
    about = {"entityType": "ORDER", "entityRef": ref}
    await there.steer("faults", {"kind": "unmappedStatus", "entityStatus": "BOOKED", **about})
    await there.steer("faults", {"kind": "dropWebhook", "entityStatus": "COMPLETE", **about})
    await there.create(order)
    waiting = await there.parked(ParkReason.UNMAPPED)
    assert "AWAITING_CARRIER_PIGEON" in waiting.why
    await there.steer("resume", {"orderRef": ref})
    await there.fluent.idle()
    assert "completed" not in await heard(order)
    pulled = await pull("fluent", there.provider, there.inbound, AT, lambda _: None)
    assert pulled.taken_in >= 1
    await order.until_phase(Phase.COMPLETED)
    replayed = await there.inbound.replay("fluent", waiting.event_id)
    assert replayed.why == f"delivered: 3 to order {order.id}"
    ids = [detail["eventId"] for detail in await order.details(AuditKind.FULFILLMENT)]
    assert len(ids) == len(set(ids))
