"""Fluent keeps the contract, in front of the sandbox's Fluent."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from clients.provider_fluent import FluentProvider
from clients.providers import Surroundings
from domain.logistic_export import ExportedCustomer
from domain.order import Address
from domain.provider_answers import Accepted, Exported, LineQuantity, Refused, Unsupported
from domain.provider_orders import ProviderFulfillment, ProviderOrder
from sandbox.app import create_app
from sandbox.options import Options
from tests.providers.contract import CHANGES, ProviderContract, change
from tests.providers.drafts import REF, draft
from tests.providers.faults import FaultyTransport

OPTIONS = {
    "host": "http://sandbox/fluent",
    "account": "PLACET_DEMO",
    "retailer_id": "1",
    "client_id": "PLACET_DEMO",
    "client_secret": "placet",
    "username": "placet",
    "password": "placet",
}
UNHURRIED = {"delayMs": 3_600_000}


@dataclass
class FluentWorld:
    """The sandbox's Fluent, where orders wait before they are sourced. `direct` goes round the faults."""

    transport: FaultyTransport
    http: httpx.AsyncClient
    direct: httpx.AsyncClient
    supports: frozenset[str] = field(default=frozenset({*CHANGES, "fetch", "updated_since"}))
    secrets: tuple[str, ...] = ("client_secret", "password=", "Bearer ")

    def __post_init__(self) -> None:
        self.provider = self.fresh()

    def fresh(self, **options: str) -> FluentProvider:
        """A provider that has no token yet."""
        return FluentProvider.build({**OPTIONS, **options}, Surroundings(self.http))

    async def at(self, path: str, body: Any) -> Any:
        """Steer the sandbox."""
        answer = await self.direct.post(f"http://sandbox/sandbox/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def order(self, ref: str) -> dict[str, Any] | None:
        """The order as the sandbox shows it to people."""
        shown = (await self.direct.get("http://sandbox/sandbox/fluent")).json()
        found = [one for one in shown["orders"] if one["ref"] == ref]
        assert len(found) <= 1
        return found[0] if found else None

    async def record(self) -> ProviderOrder:
        """What the provider fetches."""
        found = await self.provider.fetch(REF)
        assert isinstance(found, ProviderOrder)
        return found

    async def until(self, reached: Callable[[ProviderOrder], bool]) -> ProviderOrder:
        """The record, once it is so far."""
        for _ in range(200):
            if reached(found := await self.record()):
                return found
            await asyncio.sleep(0.01)
        pytest.fail(f"it has only come to {found.status}")

    async def standing(self, ref: str) -> int:
        """As often as it is shown."""
        return int(await self.order(ref) is not None)

    async def cancelled(self, ref: str, line_id: str) -> int:
        """What is missing of a line; all of it, where the order is cancelled."""
        found = await self.order(ref)
        assert found is not None
        exported = {line.id: line.quantity for line in draft().lines}[line_id]
        if found["status"] == "CANCELLED":
            return exported
        left: int = next(item["quantity"] for item in found["items"] if item["ref"] == line_id)
        return exported - left

    async def renew(self) -> None:
        """An empty Fluent, and no token."""
        self.transport.heal()
        await self.at("reset", {})
        await self.at("fluent/behaviour", UNHURRIED)
        self.provider = self.fresh()


class TestFluent(ProviderContract):
    """The contract."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[FluentWorld]:
        """A sandbox of its own."""
        app = create_app(Options())
        inner = httpx.ASGITransport(app)
        transport = FaultyTransport(inner)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport) as http,
            httpx.AsyncClient(transport=inner) as direct,
        ):
            world = FluentWorld(transport, http, direct)
            await world.renew()
            yield world

    async def test_a_record_has_everything(self, world: FluentWorld) -> None:
        """Items, the fulfilments of two places with what they found, parcels with their tracking, and a return."""
        split = [
            {"location": "berlin", "items": [{"ref": "line-1"}], "carrier": "DHL", "parcels": 2},
            {"location": "hamburg", "items": [{"ref": "line-2", "rejected": 1}]},
        ]
        returned = [{"reason": "DAMAGED", "items": [{"ref": "line-1", "quantity": 1}], "delayMs": 0}]
        await world.at("fluent/behaviour", {"fulfilments": split, "returns": returned, "delayMs": 0})
        await world.provider.export(draft())
        record = await world.until(lambda order: [one.status for one in order.returns] == ["COMPLETE"])
        assert (record.status, record.type) == ("COMPLETE", "HD")
        berlin, hamburg = record.fulfillments
        assert (berlin.location, berlin.status, berlin.order_ref) == ("berlin", "SHIPPED", REF)
        found = hamburg.items[0]
        assert (found.line_item_id, found.requested, found.filled, found.rejected) == ("line-2", 3, 2, 1)
        assert len(berlin.parcels) == 2
        assert len({parcel.ref for parcel in berlin.parcels}) == 2
        for parcel in berlin.parcels:
            assert [(item.line_item_id, item.quantity) for item in parcel.items] == [("line-1", 1)]
            assert parcel.carrier == "DHL"
            assert parcel.tracking_number
            assert parcel.tracking_url
            assert parcel.shipped_at is not None
        back = record.returns[0].items[0]
        assert (back.line_item_id, back.quantity, back.reason) == ("line-1", 1, "DAMAGED")
        again = await world.provider.fetch_fulfillment(berlin.id)
        assert isinstance(again, ProviderFulfillment)
        assert again == berlin

    async def test_what_is_picked_is_not_cancelled(self, world: FluentWorld) -> None:
        """The workflow has no rule for it any more: that is a no, with a reason, and nothing has changed."""
        walk = {"delayMs": 0, "fulfilmentStatuses": ["PICK"], "pauseAt": ["PICK"]}
        await world.at("fluent/behaviour", walk)
        await world.provider.export(draft())
        await world.until(lambda order: [one.status for one in order.fulfillments] == ["PICK"])
        for quantities in ((), (LineQuantity(line_item_id="line-1", quantity=1),)):
            answer = await world.provider.cancel(REF, quantities, "customerRequest")
            assert answer == Refused(ref=REF, why="noWorkflowRule")
        assert await world.cancelled(REF, "line-1") == 0

    async def test_an_event_that_was_taken_is_not_yet_a_cancellation(self, world: FluentWorld) -> None:
        """A workflow that gets round to it later is no settled answer."""
        await world.at("fluent/behaviour", {**UNHURRIED, "cancelDelayMs": 3_600_000})
        await world.provider.export(draft())
        assert await world.provider.cancel(REF, (), "customerRequest") == Accepted(ref=REF, settled=False)

    async def test_a_cancellation_shows_in_the_record(self, world: FluentWorld) -> None:
        """What was exported, what is left of it, and why."""
        await world.provider.export(draft())
        one = (LineQuantity(line_item_id="line-2", quantity=2),)
        assert await world.provider.cancel(REF, one, "OUT_OF_STOCK") == Accepted(ref=REF, settled=True)
        record = await world.record()
        assert record.cancel_reason == "OUT_OF_STOCK"
        assert [(item.exported, item.quantity) for item in record.items] == [(2, 2), (3, 1)]

    async def test_nobody_elses_lines_are_cancelled(self, world: FluentWorld) -> None:
        """A line that is not there, or an order that is not."""
        stranger = (LineQuantity(line_item_id="line-9", quantity=1),)
        assert await world.provider.cancel(REF, (), "r") == Refused(ref=REF, why="unknownOrder")
        assert await world.provider.amend(REF, stranger) == Refused(ref=REF, why="unknownOrder")
        await world.provider.export(draft())
        assert await world.provider.cancel(REF, stranger, "r") == Refused(ref=REF, why="unknownLine")

    async def test_address_and_method_change_together(self, world: FluentWorld) -> None:
        """Two events, and the order has both."""
        await world.provider.export(draft())
        address = Address(city="Potsdam", country="DE")
        answer = await world.provider.change_delivery(REF, address=address, method="EXPRESS")
        assert isinstance(answer, Accepted)
        order = await world.order(REF)
        assert order is not None
        choice = order["fulfilmentChoice"]
        assert (choice["deliveryAddress"]["city"], choice["deliveryType"]) == ("Potsdam", "EXPRESS")

    async def test_an_event_without_a_name_is_unsupported(self, world: FluentWorld) -> None:
        """A retailer's workflows need not know every change: then nothing is sent."""
        names = ("event_cancel", "event_cancel_items", "event_amend", "event_method", "event_payment")
        provider = world.fresh(**dict.fromkeys(names, ""))
        await provider.export(draft())
        requests = len(world.transport.seen)
        for operation in CHANGES:
            assert isinstance(await change(provider, operation, REF), Unsupported)
        assert len(world.transport.seen) == requests

    async def test_a_reference_is_unique_to_a_retailer(self, world: FluentWorld) -> None:
        """Another retailer's order of the same name is not ours."""
        other = world.fresh(retailer_id="2", customers="new")
        assert isinstance(await other.export(draft()), Exported)
        assert await world.provider.fetch(REF) is None

    @pytest.mark.parametrize("customers", ["find", "new"])
    async def test_a_customer_orders_again(self, world: FluentWorld, customers: str) -> None:
        """The second order of one customer is as good as the first, whether they are found or made anew."""
        provider = world.fresh(customers=customers)
        for ref in ("ON-1001-1", "ON-1001-2"):
            known = draft(ref, customer=ExportedCustomer(id="customer-9", email="buyer@acme.example"))
            assert isinstance(await provider.export(known), Exported)
        orders = [await world.order(ref) for ref in ("ON-1001-1", "ON-1001-2")]
        ids = {order["customerId"] for order in orders if order is not None}
        assert len(ids) == (1 if customers == "find" else 2)

    async def test_a_customer_whose_id_is_known_is_not_looked_for(self, world: FluentWorld) -> None:
        """Their order is theirs."""
        await world.provider.export(draft(customer=ExportedCustomer(id="customer-9", provider_id="1")))
        order = await world.order(REF)
        assert order is not None
        assert order["customerId"] == "1"

    async def test_expired_tokens_do_not_matter(self, world: FluentWorld) -> None:
        """One more log-in, and the call goes through."""
        await world.provider.export(draft())
        await world.at("fluent/faults", {"kind": "expireTokens"})
        assert isinstance(await world.provider.fetch(REF), ProviderOrder)
