"""Progress as one attempt: what is read, what is written, and what is said where nothing could be."""

from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.progress import ProgressActivities
from activities.records import Records, read_record
from activities.requests import MoveOutcome, ProgressRequest, ProgressTold
from domain.logistic_order import LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.order import Order
from domain.phases import Phase
from domain.progress import Progress, infer
from domain.status_mapping import Mapped
from tests.activities.desk import NOON, Desk, a_record
from tests.domain.logistics import after, event

REF = "SO-1-1"


def progress(order: Order, *statuses: str, **more: Any) -> Progress:
    """How far an order of one logistic order has come after these events."""
    lines = {line.id: line.quantity for line in order.content.lines}
    known = LogisticOrders(
        orders=(LogisticOrder(ref=REF, lines=lines, handed_over=True),), rules_digest="rules"
    )
    events = (event(f"e{n}", status, hours=n, **more) for n, status in enumerate(statuses))
    return infer(after(known, *events)[0])


async def told(here: Desk, order: Order, found: Progress, **more: Any) -> ProgressTold:
    """The activity `apply_progress`."""
    activities = ProgressActivities(here.ours, Records(here.ours), here.configuration.machine)
    given: dict[str, Any] = {"phase": Phase.IN_FULFILLMENT, "record": a_record(order.id, 2)}
    request = ProgressRequest(order_id=order.id, progress=found, at=NOON, **(given | more))
    return await ActivityEnvironment().run(activities.apply_progress, request)


async def test_what_is_new_is_written_with_the_record(here: Desk) -> None:
    """One update, and the record says what was in it."""
    order = await here.place(state="InFulfillment")
    answer = await told(here, order, progress(order, "shipped"))
    assert (answer.elsewhere, answer.refused, answer.recorded) == (False, None, True)
    assert answer.fact is not None
    assert answer.fact.detail["written"] == ["shipmentState Shipped"]
    assert answer.fact.detail["noShippingFor"] == ["SO-1-1"]
    assert await here.writes(order) == [["changeShipmentState"]]
    record = await read_record(here.ours, order.id)
    assert record is not None
    assert record.entries[-1].kind == "progressed"


async def test_the_same_again_writes_nothing(here: Desk) -> None:
    """The order has it all; only the record is written along."""
    order = await here.place(state="InFulfillment")
    await told(here, order, progress(order, "shipped"))
    await told(here, order, progress(order, "shipped"))
    assert len(await here.writes(order)) == 1


async def test_an_order_that_stands_elsewhere_is_not_written(here: Desk) -> None:
    """Somebody moved it: the workflow has to look first. After its end it is written wherever it stands."""
    order = await here.place(state="PendingApproval")
    answer = await told(here, order, progress(order, "shipped"))
    assert (answer.elsewhere, await here.writes(order)) == (True, [])
    answer = await told(here, order, progress(order, "shipped"), phase=Phase.COMPLETED)
    assert (answer.elsewhere, len(await here.writes(order))) == (False, 1)


async def test_an_order_that_is_gone(here: Desk) -> None:
    """There is nothing to write."""
    order = await here.place(state="InFulfillment")
    gone = order.model_copy(update={"id": "not-there"})
    assert (await told(here, gone, progress(order, "shipped"))).elsewhere


async def test_states_of_payments_are_set_and_ends_are_not(here: Desk) -> None:
    """A provider's word completes or cancels nothing by itself."""
    order = await here.place(state="InFulfillment")
    mapped = Mapped(order="Complete", payment="Paid", shipment="Delivered")
    await told(here, order, progress(order, "accepted"), mapped=mapped)
    assert await here.writes(order) == [["changePaymentState"]]


async def test_an_end_that_only_a_map_tells_of_is_on_record_once(here: Desk) -> None:
    """What is still to come outweighs the provider's word, and a person can see both."""
    order = await here.place(state="InFulfillment")
    ended = Mapped(order="Cancelled")
    answer = await told(here, order, progress(order, "accepted"), mapped=ended)
    assert answer.fact is not None
    assert answer.fact.detail == {
        "leftOut": ["orderState Open -> Cancelled left out: units are still to come"]
    }
    record = await read_record(here.ours, order.id)
    again = await told(here, order, progress(order, "shipped"), mapped=ended, record=record)
    assert again.fact is not None
    assert "leftOut" not in again.fact.detail
    assert [await here.writes(order)] == [[["changeShipmentState"]]]


OTHERWISE = "orderState Open -> Cancelled left out: by what was reported of its units it is completed"


@pytest.mark.parametrize(("said", "left"), [("Complete", None), ("Cancelled", [OTHERWISE])])
async def test_an_end_that_the_quantities_tell_of_as_well_is_nothing_to_note(
    here: Desk, said: str, left: list[str] | None
) -> None:
    """It is set with the order's own transition, in the same update; another end than theirs is noted."""
    order = await here.place(state="InFulfillment")
    found = progress(order, "completed")
    moves = await here.close(order, Phase.COMPLETED, progress=found, mapped=Mapped(order=said))
    assert moves.outcome is MoveOutcome.MOVED
    assert moves.progressed is not None
    assert moves.progressed.detail.get("leftOut") == left


async def test_a_payment_that_would_be_taken_back_is_on_record(here: Desk) -> None:
    """And that an order begins at a provider after it was confirmed here is no news."""
    order = await here.place(state="InFulfillment")
    await told(here, order, progress(order, "shipped"), mapped=Mapped(payment="Paid"))
    late = Mapped(order="Open", payment="Pending")
    answer = await told(here, order, progress(order, "shipped"), mapped=late)
    assert answer.fact is not None
    left = answer.fact.detail["leftOut"]
    assert isinstance(left, list)
    assert [one.partition(":")[0] for one in left] == ["paymentState Paid -> Pending left out"]


async def test_an_outage_is_tried_again(here: Desk) -> None:
    """Only a no of commercetools is an answer."""
    order = await here.place(state="InFulfillment")
    await here.fault("errorBeforeCommit", times=3, method="POST", path="^/graphql")
    with pytest.raises(ApplicationError) as error:
        await told(here, order, progress(order, "shipped"))
    assert not error.value.non_retryable


async def test_the_last_move_takes_the_rest_along(here: Desk) -> None:
    """What was not written before is in the same update, before the move."""
    order = await here.place(state="InFulfillment")
    moves = await here.close(order, Phase.COMPLETED, progress=progress(order, "completed"))
    assert (moves.outcome, moves.recorded) == (MoveOutcome.MOVED, True)
    assert await here.writes(order) == [["changeShipmentState", "transitionState", "changeOrderState"]]
    record = await read_record(here.ours, order.id)
    assert record is not None
    assert [entry.kind for entry in record.entries[-3:]] == ["progressed", "transitioned", "closed"]


async def test_a_conflict_while_closing_is_decided_afresh(here: Desk) -> None:
    """Read, compared and written again: nothing twice."""
    order = await here.place(state="InFulfillment")
    await here.fault("conflict", times=2, method="POST", path="^/orders/")
    moves = await here.close(order, Phase.COMPLETED, progress=progress(order, "completed"))
    assert moves.outcome is MoveOutcome.MOVED
    assert len(await here.writes(order)) == 1


async def test_a_lost_reply_of_the_last_move(here: Desk) -> None:
    """It is found where it was brought by us."""
    order = await here.place(state="InFulfillment")
    await here.fault("errorAfterCommit", method="POST", path="^/orders/")
    with pytest.raises(ApplicationError):
        await here.close(order, Phase.COMPLETED, progress=progress(order, "completed"))
    moves = await here.close(order, Phase.COMPLETED, progress=progress(order, "completed"))
    assert (moves.outcome, len(await here.writes(order))) == (MoveOutcome.MOVED, 1)
