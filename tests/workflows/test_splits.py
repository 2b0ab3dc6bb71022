"""What splitting rules make of an order in its workflow: parts in custom objects, units that nobody takes, long lives."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from configuration import Configuration
from domain.audit import AuditKind
from domain.phases import Phase
from domain.splitting import SplitRule, SplittingRules, SplitWhen
from tests.workflows.drafts import shipped
from tests.workflows.inbound_scene import until
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from tests.workflows.warehouses import NORTH, Warehouse, report, two_places


def rules(*some: SplitRule) -> Configuration:
    """The shipped example with these splitting rules."""
    return replace(shipped(), splitting=SplittingRules(rules=some))


HERE = SplitRule(
    rule="germany", when=SplitWhen(country=("DE",)), provider="custom-object", location="b", per_address=True
)
THERE = SplitRule(rule="austria", when=SplitWhen(country=("AT",)), provider=NORTH, per_address=True)


@pytest.fixture(scope="module")
def north() -> Warehouse:
    """The provider that some rules name."""
    return Warehouse(NORTH)


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment, north: Warehouse) -> AsyncIterator[Scene]:
    """Germany in a custom object, Austria by a provider."""
    async with scene(environment, configuration=rules(HERE, THERE), providers={NORTH: north}) as set_up:
        yield set_up


@pytest_asyncio.fixture
async def half(here: Scene, north: Warehouse) -> AsyncIterator[Scene]:
    """Workers whose rules have nobody for Austria; afterwards the others are back."""
    north.clear()
    await here.stop_workers()
    await here.start_workers(rules(HERE))
    yield here
    await here.stop_workers()
    await here.start_workers()


async def placed(here: Scene) -> tuple[Placed, str, str]:
    """An order for two places that is in fulfilment."""
    order = await here.place(5_000, **two_places())
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.at_rest()
    pumps, hoses = await order.lines()
    return order, pumps, hoses


async def test_a_custom_object_holds_its_part(here: Scene, north: Warehouse) -> None:
    """Its own lines, total, place and address beside the whole content; the provider has the others."""
    north.clear()
    order, pumps, hoses = await placed(here)
    document = await order.custom_object("placet-fulfillment", f"{order.number}-1")
    assert [(line["id"], line["quantity"]) for line in document["lines"]] == [(pumps, 2)]
    assert (document["total"]["centAmount"], document["location"]) == (2_000, "b")
    assert document["shippingAddress"]["city"] == "Berlin"
    assert {line["id"]: line["quantity"] for line in document["content"]["lines"]} == {pumps: 3, hoses: 2}
    assert list(north.orders) == [f"{order.number}-2"]
    assert await order.custom_object("placet-fulfillment", f"{order.number}-2") is None


async def test_a_custom_object_that_is_refused_holds_up_nobody(here: Scene, north: Warehouse) -> None:
    """Something else stands under its reference: a person is told, and the other part goes its way."""
    north.clear()
    await here.stop_workers()
    order = await here.place(5_000, **two_places())
    other = {"container": "placet-fulfillment", "key": f"{order.number}-1", "value": {"orderId": "another"}}
    assert (await here.shop.post("/custom-objects", json=other)).status_code == 201
    await here.start_workers()
    status = await order.until_alarm("exportRefused")
    assert status.phase is Phase.IN_FULFILLMENT
    await order.until(lambda _: bool(north.orders))
    pumps, hoses = await order.lines()
    await report(order, 2, "shipped", {pumps: 1, hoses: 2}, shipment_ref="S1")
    await order.at_rest()
    assert (await order.there())["shipmentState"] == "Partial"


async def test_held_units_call_a_person(half: Scene) -> None:
    """What a rule takes goes its way; the order does not complete while something is held."""
    order, pumps, hoses = await placed(half)
    assert (await order.status()).alarm == "unitsHeld"
    why = (await order.details(AuditKind.ALARM))[0]["why"]
    assert why == f"1 of line {pumps}: no rule takes it; 2 of line {hoses}: no rule takes it"
    await report(order, 1, "completed")
    await order.at_rest()
    there = await order.there()
    assert (there["state"], there["shipmentState"]) == ("InFulfillment", "Partial")


async def test_held_units_are_split_again(half: Scene, north: Warehouse) -> None:
    """Once the rules are mended and the order was looked at, the rest is handed over under the next reference."""
    order, pumps, hoses = await placed(half)
    await order.changed()
    await order.at_rest()
    assert len(await order.details(AuditKind.ALARM)) == 1
    await half.stop_workers()
    await half.start_workers(rules(THERE, HERE))
    await order.changed()
    await order.until(lambda status: bool(north.orders) and status.alarm is None)
    await order.at_rest()
    (draft,) = north.orders.values()
    assert {line.id: line.quantity for line in draft.lines} == {pumps: 1, hoses: 2}
    assert draft.ref == f"{order.number}-2"
    assert (draft.shipping_address and draft.shipping_address.city) == "Wien"
    await report(order, 1, "completed")
    await report(order, 2, "completed", minutes=1)
    assert (await order.until_phase(Phase.COMPLETED)).state == "Completed"


async def test_an_order_that_was_changed_before_the_claim_was_known(here: Scene, north: Warehouse) -> None:
    """The claim's reply is lost, and somebody edits the order: what was approved is split, and nothing else."""
    north.clear()
    order = await here.place(150_000, **two_places())
    await order.until_pending("ana", "ben")
    await here.fault("errorAfterCommit", method="POST", path="^/orders/", action="transitionState")
    await order.decide("ana")

    async def claimed() -> bool:
        return bool((await order.there())["state"] == "InFulfillment")

    await until(claimed, pause=0.01)
    await order.edit()
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.until(lambda _: bool(north.orders))
    await order.at_rest()
    assert list(north.orders) == [f"{order.number}-2"]
    document = await order.custom_object("placet-fulfillment", f"{order.number}-1")
    assert document["content"]["shippingAddress"]["postalCode"] == "10115"
    assert "split_order" in (await order.handle.fetch_history()).to_json()


@pytest.mark.slow
async def test_a_long_life_forgets_no_shipment(here: Scene, north: Warehouse) -> None:
    """Many reports bring the order into a new run: what was written, and what is still to come, goes with it."""
    north.clear()
    order, pumps, hoses = await placed(here)
    await report(order, 2, "shipped", {hoses: 1}, shipment_ref="S1", event_id="once", tracking="T1")
    await order.at_rest()
    first = (await order.handle.describe()).run_id
    for n in range(400):
        await report(order, 1, "picking", {pumps: 1}, minutes=n)
        if n % 50 == 0:
            await order.at_rest()
        if (await order.handle.describe()).run_id != first:
            break
    assert (await order.handle.describe()).run_id != first
    await report(order, 2, "shipped", {hoses: 1}, shipment_ref="S1", event_id="once", tracking="T1")
    await report(order, 2, "shipped", {hoses: 1, pumps: 1}, shipment_ref="S2", minutes=500)
    await report(order, 1, "completed", minutes=501)
    await report(order, 2, "completed", minutes=502)
    await order.until_phase(Phase.COMPLETED)
    found = (await order.there())["shippingInfo"]["deliveries"]
    assert [one["key"] for one in found] == [f"{order.number}-2_S1", f"{order.number}-2_S2"]
    assert len(north.exports) == 1
