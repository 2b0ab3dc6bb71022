"""After completion: the order stays open for what comes back, and then its workflow ends."""

from datetime import timedelta

from domain.audit import AuditKind
from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def completed(here: Scene) -> Placed:
    """An order that arrived."""
    order = await here.place(100)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.report("completed")
    await order.until_phase(Phase.COMPLETED)
    await order.at_rest()
    return order


async def test_it_ends_after_thirty_days(here: Scene) -> None:
    """One day before, it is still there; after the window the workflow has ended, in peace."""
    order = await completed(here)
    await order.pass_time(29 * DAY)
    assert (await order.handle.describe()).close_time is None
    await order.pass_time(DAY + HOUR)
    result = await order.result()
    assert (result.phase, result.note) == (Phase.COMPLETED, None)


async def test_a_return_is_recorded_and_mirrored(here: Scene) -> None:
    """What comes back within the window is on record in both places; the order's state stays Completed."""
    order = await completed(here)
    await order.pass_time(10 * DAY)
    await order.report("returned", event_id="r-1")
    await order.until(lambda _: True)
    await order.at_rest()
    assert (await order.details(AuditKind.FULFILLMENT))[-1]["status"] == "returned"
    record = await order.custom_object("placet-audit")
    assert record["entries"][-2]["detail"]["status"] == "returned"
    assert record["entries"][-1]["detail"]["written"] == ["return r-1: 1 units"]
    there = await order.there()
    assert there["state"] == "Completed"
    (info,) = there["returnInfo"]
    assert (info["returnTrackingId"], info["items"][0]["shipmentState"]) == ("r-1", "Returned")
    assert (info["items"][0]["lineItemId"], info["items"][0]["quantity"]) == (there["lineItems"][0]["id"], 1)
    await order.pass_time(20 * DAY + HOUR)
    assert (await order.result()).phase is Phase.COMPLETED


async def test_a_late_decision_within_the_window_gets_its_answer(here: Scene) -> None:
    """An approver with an old message is told that it is over."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    await order.report("completed")
    await order.until_phase(Phase.COMPLETED)
    assert (await order.decide("ben", "reject", revision=1)).receipt is Receipt.ALREADY_DECIDED
    assert (await order.withdraw("dana")).receipt is Receipt.ALREADY_DECIDED


async def test_messages_within_the_window_move_nothing(here: Scene) -> None:
    """An order at its end is not looked at again: the state machine has no way on."""
    order = await completed(here)
    before = await here.writes(order.id)
    await order.edit()
    await order.changed()
    await order.at_rest()
    assert await here.writes(order.id) == before
    assert (await order.status()).phase is Phase.COMPLETED
