"""An order that two providers fulfil: split when it is released, exported side by side, followed to one end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.audit import AuditKind
from domain.phases import Phase
from domain.status import OrderStatus
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from tests.workflows.warehouses import NORTH, SOUTH, Warehouse, report, two_places


@pytest.fixture(scope="module")
def shipped_example(two_warehouses: Scene) -> Scene:
    """Two providers."""
    return two_warehouses


@pytest.fixture(autouse=True)
def _open(north: Warehouse, south: Warehouse) -> None:
    north.clear()
    south.clear()


async def exported(here: Scene, *warehouses: Warehouse) -> tuple[Placed, str, str]:
    """An order that both, or these, have; and the ids of its pumps and hoses."""
    order = await here.place(5_000, **two_places())
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.until(lambda _: all(warehouse.orders for warehouse in warehouses))
    if len(warehouses) == 2:
        await order.at_rest()
    pumps, hoses = await order.lines()
    return order, pumps, hoses


async def cancelled_outside(order: Placed) -> None:
    """Somebody cancels it in commercetools."""
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await order.changed()


async def minute_by_minute(order: Placed, holds: Callable[[OrderStatus], bool]) -> OrderStatus:
    """Turn the order's clock forward until it is as wanted."""
    for _ in range(60):
        if holds(status := await order.until(lambda _: True)):
            return status
        await order.pass_time(timedelta(minutes=1))
    raise AssertionError(f"it never came to that: {status.model_dump_json(indent=1)}")


def deliveries(there: dict[str, Any]) -> dict[str, dict[str, int]]:
    """What commercetools has of deliveries: their contents by key."""
    found = there["shippingInfo"]["deliveries"]
    return {one["key"]: {item["id"]: item["quantity"] for item in one["items"]} for one in found}


async def test_each_provider_is_given_its_part(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """Lines by quantity, amounts that add up, an address each; on record as handed over, by whom."""
    order, pumps, hoses = await exported(here, north, south)
    (one,), (two,) = north.orders.values(), south.orders.values()
    assert {line.id: line.quantity for line in one.lines} == {pumps: 2}
    assert {line.id: line.quantity for line in two.lines} == {pumps: 1, hoses: 2}
    assert one.total.cent_amount + two.total.cent_amount == 5_000
    assert (one.shipping_address and one.shipping_address.city) == "Berlin"
    assert (two.shipping_address and two.shipping_address.city) == "Wien"
    assert one.digest == two.digest
    told = sorted((d["ref"], d["provider"]) for d in await order.details(AuditKind.HANDED_OVER))
    assert told == [(f"{order.number}-1", NORTH), (f"{order.number}-2", SOUTH)]
    assert await order.custom_object("placet-fulfillment", f"{order.number}-1") is None


async def test_both_have_to_be_done(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """Partial while one has shipped, shipped when both have, completed when all has arrived: written once each."""
    order, pumps, hoses = await exported(here, north, south)
    await report(order, 2, "shipped", {pumps: 1, hoses: 2}, shipment_ref="S1", tracking="T2")
    await order.at_rest()
    there = await order.there()
    assert (there["state"], there["shipmentState"]) == ("InFulfillment", "Partial")
    assert deliveries(there) == {f"{order.number}-2_S1": {pumps: 1, hoses: 2}}
    (parcel,) = there["shippingInfo"]["deliveries"][0]["parcels"]
    assert parcel["trackingData"]["trackingId"] == "T2"
    await report(order, 2, "completed", minutes=1)
    await order.at_rest()
    assert (await order.there())["state"] == "InFulfillment"
    await report(order, 1, "shipped", {pumps: 2}, shipment_ref="S1", tracking="T1", minutes=2)
    await report(order, 1, "delivered", shipment_ref="S1", minutes=3)
    await order.until_phase(Phase.COMPLETED)
    there = await order.there()
    assert (there["state"], there["orderState"], there["shipmentState"]) == (
        "Completed",
        "Complete",
        "Delivered",
    )
    assert set(deliveries(there)) == {f"{order.number}-1_S1", f"{order.number}-2_S1"}


async def test_nothing_is_called_while_it_is_picked(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """What commercetools cannot show costs no activity that would write it."""
    order, *_ = await exported(here, north, south)
    before = await here.writes(order.id)
    await report(order, 1, "accepted")
    await report(order, 1, "picking", minutes=1)
    await order.at_rest()
    assert await here.writes(order.id) == before
    assert await order.details(AuditKind.PROGRESSED) == []


@pytest.mark.slow
async def test_a_provider_that_is_down_holds_up_nobody(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """The other one is given its part and ships it; after a quarter of an hour a person is told, once."""
    north.down = True
    order, pumps, hoses = await exported(here, south)
    await report(order, 2, "shipped", {pumps: 1, hoses: 2}, shipment_ref="S1")
    await order.until(lambda _: True)
    assert (await order.there())["shipmentState"] == "Partial"
    status = await minute_by_minute(order, lambda status: status.alarm is not None)
    assert (status.alarm, status.phase) == ("outOfReach", Phase.IN_FULFILLMENT)
    north.down = False
    await minute_by_minute(order, lambda status: status.alarm is None)
    assert list(north.orders) == [f"{order.number}-1"]
    assert here.inboxes.of("operators") == ["alarm"]


async def test_a_lost_reply_exports_nothing_twice(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """The same draft again is the same logistic order; it is on record once."""
    north.losing = 2
    order, *_ = await exported(here, north, south)
    await order.until(lambda _: len(north.exports) == 3)
    await order.at_rest()
    assert len(north.orders) == 1
    refs = [d["ref"] for d in await order.details(AuditKind.HANDED_OVER)]
    assert sorted(refs) == [f"{order.number}-1", f"{order.number}-2"]


async def test_a_worker_that_starts_anew_exports_nothing_twice(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """Whatever was known of the providers is known after it."""
    order, pumps, _ = await exported(here, north, south)
    await here.stop_workers()
    await report(order, 1, "shipped", {pumps: 1}, shipment_ref="S1", event_id="e-1")
    await report(order, 1, "shipped", {pumps: 1}, shipment_ref="S1", event_id="e-1")
    await here.start_workers()
    await order.until(lambda _: True)
    await order.at_rest()
    assert (north.exports, south.exports) == ([f"{order.number}-1"], [f"{order.number}-2"])
    assert deliveries(await order.there()) == {f"{order.number}-1_S1": {pumps: 1}}


async def test_a_refused_export_calls_a_person_and_is_tried_again(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """The other part goes its way; once the cause is mended and the order looked at, the provider is asked anew."""
    north.unable = "an address without a street"
    order, *_ = await exported(here, south)
    status = await order.until_alarm("exportRefused")
    assert status.phase is Phase.IN_FULFILLMENT
    assert len(north.exports) == 1
    why = (await order.details(AuditKind.ALARM))[0]["why"]
    assert why == f"north does not take {order.number}-1: an address without a street"
    await order.changed()
    await order.until(lambda _: len(north.exports) == 2)
    await order.at_rest()
    assert len(await order.details(AuditKind.ALARM)) == 1
    north.unable = None
    await order.changed()
    await order.until(lambda _: bool(north.orders))
    await order.until(lambda status: status.alarm is None)
    assert len(await order.details(AuditKind.HANDED_OVER)) == 2


async def test_events_before_the_export_is_known_count(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """A provider that has created the order and lost its reply may report of it already."""
    north.losing = 3
    order, pumps, _ = await exported(here, north, south)
    await report(order, 1, "shipped", {pumps: 2}, shipment_ref="S1")
    await order.until(lambda _: len(north.exports) > 3)
    await order.at_rest()
    assert deliveries(await order.there()) == {f"{order.number}-1_S1": {pumps: 2}}


async def test_a_cancelled_order_is_not_exported_any_more(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """Whoever could not be reached must not be told to ship; whoever has it, or may have it, is asked to cancel."""
    north.down = True
    order, pumps, hoses = await exported(here, south)
    await cancelled_outside(order)
    await order.until(lambda _: bool(south.asked))
    assert south.asked == [(f"{order.number}-2", {pumps: 1, hoses: 2}, "other")]
    await order.until(lambda _: bool(north.asked))
    attempts = len(north.exports)
    north.down = False
    assert (await order.result()).phase is Phase.CANCELLED
    answers = {d["ref"]: d["answer"] for d in await order.details(AuditKind.CANCELLATION)}
    assert answers == {f"{order.number}-1": "confirmed", f"{order.number}-2": "confirmed"}
    assert (len(north.exports), north.orders) == (attempts, {})


async def test_a_refused_cancellation_calls_a_person(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """The order is cancelled in commercetools, and its goods are on their way all the same."""
    north.cancels = "refuses"
    order, *_ = await exported(here, north, south)
    await cancelled_outside(order)
    assert (await order.result()).phase is Phase.CANCELLED
    alarms = [d["alarm"] for d in await order.details(AuditKind.ALARM)]
    assert alarms == ["changedAfterHandOver", "cancellationRefused"]
    answers = {d["ref"]: d["answer"] for d in await order.details(AuditKind.CANCELLATION)}
    assert answers == {f"{order.number}-1": "refused", f"{order.number}-2": "confirmed"}
    assert (await order.there())["state"] == "Cancelled"


async def test_a_cancelled_order_waits_for_its_providers_word(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """A provider that has only taken the request tells by an event what became of it; goods that leave ring again."""
    north.cancels = south.cancels = "accepts"
    order, pumps, _ = await exported(here, north, south)
    await cancelled_outside(order)
    await order.until_phase(Phase.CANCELLED)
    await order.until(lambda _: bool(north.asked) and bool(south.asked))
    await report(order, 2, "cancelled")
    await order.until(lambda _: True)
    assert (await order.handle.describe()).close_time is None
    await report(order, 1, "shipped", {pumps: 1}, shipment_ref="S1")
    await order.until_alarm("cancellationRefused")
    await report(order, 1, "cancelled", {pumps: 1}, minutes=1)
    assert (await order.result()).phase is Phase.CANCELLED
    there = await order.there()
    assert deliveries(there) == {f"{order.number}-1_S1": {pumps: 1}}


async def test_a_provider_that_never_answers_is_not_waited_for_for_ever(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """After the window the workflow ends; what comes later is parked."""
    north.cancels = "accepts"
    order, *_ = await exported(here, north, south)
    await cancelled_outside(order)
    await order.until(lambda _: bool(north.asked))
    await order.at_rest()
    await order.pass_time(timedelta(days=31))
    assert (await order.result()).phase is Phase.CANCELLED
