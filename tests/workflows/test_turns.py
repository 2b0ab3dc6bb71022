"""Reports that change how an order ends before it is there: the order in which they arrive decides nothing."""

import pytest

from domain.audit import AuditKind
from domain.phases import Phase
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from tests.workflows.warehouses import Warehouse, report, two_places


@pytest.fixture(scope="module")
def shipped_example(two_warehouses: Scene) -> Scene:
    """Two providers."""
    return two_warehouses


async def exported(here: Scene, north: Warehouse, south: Warehouse) -> tuple[Placed, str, str]:
    """An order that both have; and the ids of its pumps and hoses."""
    north.clear()
    south.clear()
    order = await here.place(5_000, **two_places())
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.until(lambda _: bool(north.orders) and bool(south.orders))
    await order.at_rest()
    pumps, hoses = await order.lines()
    return order, pumps, hoses


async def test_what_arrives_with_the_end_is_heard_before_it(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """A cancellation of the rest, and what had left before it, in the wrong order: the order is not cancelled."""
    order, pumps, _ = await exported(here, north, south)
    await report(order, 2, "cancelled")
    await order.at_rest()
    await here.stop_workers()
    await report(order, 1, "cancelled", minutes=2)
    await report(order, 1, "delivered", {pumps: 2}, shipment_ref="S1", minutes=1)
    await here.start_workers()
    await order.until_phase(Phase.COMPLETED)
    there = await order.there()
    assert (there["state"], there["shipmentState"]) == ("Completed", "Delivered")


async def test_what_failed_and_was_done_after_all_is_done(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """Both words are there before the order can be brought to its end."""
    order, *_ = await exported(here, north, south)
    await report(order, 1, "completed")
    await order.at_rest()
    await here.stop_workers()
    await report(order, 2, "failed", minutes=1)
    await report(order, 2, "completed", minutes=2)
    await here.start_workers()
    await order.until_phase(Phase.COMPLETED)
    assert (await order.there())["shipmentState"] == "Delivered"


async def test_an_end_that_has_to_wait_is_thought_over(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """While the order stands elsewhere its end is not carried out; what is heard meanwhile still counts."""
    order, pumps, hoses = await exported(here, north, south)
    await order.move("PendingApproval", force=True)
    await order.changed()
    await order.until_alarm("movedOutside")
    await report(order, 1, "cancelled")
    await report(order, 2, "failed", minutes=1)
    await order.at_rest()
    await report(order, 2, "shipped", {pumps: 1, hoses: 2}, shipment_ref="S1", minutes=2)
    await order.at_rest()
    await order.move("InFulfillment", force=True)
    await order.changed()
    await order.until(lambda status: status.alarm != "movedOutside")
    await order.at_rest()
    assert (await order.there())["state"] == "InFulfillment"
    await report(order, 2, "delivered", shipment_ref="S1", minutes=3)
    await order.until_phase(Phase.COMPLETED)


async def test_two_systems_may_count_alike(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """The same event id of two logistic orders is two events; of one it is a repetition."""
    order, pumps, hoses = await exported(here, north, south)
    for _ in range(2):
        await report(order, 1, "shipped", {pumps: 2}, shipment_ref="S1", event_id="1")
        await report(order, 2, "shipped", {pumps: 1, hoses: 2}, shipment_ref="S1", event_id="1")
    await order.at_rest()
    found = {one["key"] for one in (await order.there())["shippingInfo"]["deliveries"]}
    assert found == {f"{order.number}-1_S1", f"{order.number}-2_S1"}
    assert len(await order.details(AuditKind.FULFILLMENT)) == 2
