"""Routing, the gate and the ends, each as one attempt: what is asked of commercetools, and what is answered."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.orders import OrderActivities
from activities.records import Records, read_record
from activities.requests import KnownContent, LookRequest, MoveOutcome, RouteRequest
from domain.audit import Transition
from domain.phases import Phase
from domain.standing import Standing
from tests.activities.desk import Desk, a_record

IN = ("Approved", "InFulfillment")


async def test_an_order_that_needs_a_yes_is_made_to_wait(here: Desk) -> None:
    """Read, routed and moved in one attempt; the content travels because it is new."""
    order = await here.place()
    routing = await here.route(order, first=True)
    assert routing.moves == (Transition(target="PendingApproval"),)
    assert (routing.standing, routing.found_state, routing.state) == (
        Standing.PENDING,
        None,
        "PendingApproval",
    )
    assert routing.route is not None
    assert routing.order is not None
    assert routing.order.content == order.content


async def test_an_automatic_order_is_not_touched_by_routing(here: Desk) -> None:
    """Its moves are the gate's."""
    order = await here.place(100)
    routing = await here.route(order, first=True)
    assert routing.route is not None
    assert (routing.route.automatic, routing.moves, await here.writes(order)) == (True, (), [])


async def test_known_content_does_not_travel_again(here: Desk) -> None:
    """Small payloads: an order that reads as before comes without content and route."""
    order = await here.place(state="PendingApproval")
    known = KnownContent(digest=order.content.digest, automatic=False)
    routing = await here.route(order, known=known, known_state="PendingApproval")
    assert (routing.order, routing.route, routing.moves) == (None, None, ())
    changed = await here.shop_edits(order)
    routing = await here.route(order, known=known, known_state="PendingApproval")
    assert routing.order is not None
    assert routing.order.content == changed.content


async def test_a_closed_order_is_not_taken_up(here: Desk) -> None:
    """The record is the guard, before the order is even read."""
    order = await here.place()
    await Records(here.ours).write(a_record(order.id, 3, Phase.REJECTED))
    routing = await here.route(order, first=True)
    assert routing.not_taken_up == "its record says rejected"
    assert await here.writes(order) == []


async def test_an_open_record_is_gone_on_with(here: Desk) -> None:
    """An earlier workflow was reset or terminated: what it had on record is handed to the new one."""
    order = await here.place()
    await Records(here.ours).write(a_record(order.id, 3))
    routing = await here.route(order, first=True)
    assert (routing.not_taken_up, routing.earlier) == (None, a_record(order.id, 3))


async def test_an_older_order_is_not_taken_up(here: Desk) -> None:
    """Whatever the policy would say about it."""
    order = await here.place()
    loaded = here.configuration
    soon = datetime.now(UTC) + timedelta(hours=1)
    activities = OrderActivities(
        here.ours, Records(here.ours), loaded.machine, loaded.policy, loaded.directory, soon
    )
    request = RouteRequest(order_id=order.id, first=True)
    routing = await ActivityEnvironment().run(activities.route_order, request)
    assert routing.not_taken_up == "it was placed before Placet was set up"
    assert await here.writes(order) == []


async def test_looking_touches_nothing(here: Desk) -> None:
    """Where it stands, what it holds, who wrote last; and that it is gone."""
    order = await here.place(state="Approved")
    look = here.orders.look_at_order
    seen = await ActivityEnvironment().run(look, LookRequest(order_id=order.id))
    assert (seen.standing, seen.state, seen.digest) == (Standing.APPROVED, "Approved", order.content.digest)
    gone = await ActivityEnvironment().run(look, LookRequest(order_id="not-there"))
    assert (gone.standing, gone.digest) == (Standing.GONE, None)
    assert await here.writes(order) == []


async def test_the_gate_approves_and_claims_what_was_decided_on(here: Desk) -> None:
    """One write, on the version read, in the approver's name."""
    order = await here.place(state="PendingApproval")
    moves = await here.release(order, on_behalf_of="ana")
    assert (moves.outcome, moves.state) == (MoveOutcome.MOVED, "InFulfillment")
    assert tuple(move.target for move in moves.moves) == IN
    assert (await here.read(order.id)).order_state == "Confirmed"
    assert len(await here.writes(order)) == 1


async def test_the_gate_tells_where_somebody_else_had_moved_the_order(here: Desk) -> None:
    """Approved by another client without our knowing: released from there, and said so."""
    order = await here.place(state="PendingApproval")
    await here.shop_moves(order, "Approved")
    moves = await here.release(order)
    assert (moves.outcome, moves.moved_before, moves.moved_before_by) == (
        MoveOutcome.MOVED,
        "Approved",
        "shop",
    )
    assert [move.target for move in moves.moves] == ["InFulfillment"]
    untouched = await here.release(await here.place(number="ON-2", state="PendingApproval"))
    assert untouched.moved_before is None


async def test_the_gate_is_shut_for_other_content(here: Desk) -> None:
    """Changed since the decision: nothing is written."""
    order = await here.place(state="PendingApproval")
    await here.shop_edits(order)
    assert (await here.release(order)).outcome is MoveOutcome.CHANGED
    assert await here.writes(order) == []


@pytest.mark.parametrize("state", ["Rejected", "Completed", "Cancelled", "InFulfillment"])
async def test_the_gate_is_shut_for_orders_that_stand_elsewhere(here: Desk, state: str) -> None:
    """Somebody else moved it: not ours to overwrite."""
    order = await here.shop_moves(await here.place(state="PendingApproval"), state)
    assert (await here.release(order)).outcome is MoveOutcome.ELSEWHERE
    assert await here.writes(order) == []


async def test_the_gate_is_shut_for_an_order_that_is_gone(here: Desk) -> None:
    """Deleted, or cancelled by `orderState` alone."""
    order = await here.place(state="PendingApproval")
    gone = order.model_copy(update={"id": "not-there"})
    assert (await here.release(gone)).outcome is MoveOutcome.ELSEWHERE
    cancelled = {"action": "changeOrderState", "orderState": "Cancelled"}
    await here.shop_does(order, cancelled)
    assert (await here.release(order)).outcome is MoveOutcome.ELSEWHERE


async def test_the_gate_knows_its_own_claim_again(here: Desk) -> None:
    """A reply was lost: the second attempt writes nothing and tells both moves."""
    order = await here.place(state="PendingApproval")
    first, second = await here.release(order), await here.release(order)
    assert first == second
    assert len(await here.writes(order)) == 1


async def test_the_gate_decides_afresh_after_a_conflict(here: Desk) -> None:
    """Whoever was quicker only touched the order: approved on the newer version, once."""
    order = await here.place(state="PendingApproval")
    await here.fault("conflict", method="POST", path="^/orders/")
    assert (await here.release(order)).outcome is MoveOutcome.MOVED
    assert len(await here.writes(order)) == 1


@pytest.mark.parametrize(
    ("phase", "state", "order_state"),
    [
        (Phase.REJECTED, "Rejected", "Cancelled"),
        (Phase.WITHDRAWN, "Cancelled", "Cancelled"),
        (Phase.CANCELLED, "Cancelled", "Cancelled"),
    ],
)
async def test_closing_moves_and_records(here: Desk, phase: Phase, state: str, order_state: str) -> None:
    """State, `orderState` and record in one activity; the record ends with the move and the close."""
    order = await here.place(state="PendingApproval")
    moves = await here.close(order, phase)
    after = await here.read(order.id)
    assert (moves.outcome, after.state, after.order_state) == (MoveOutcome.MOVED, state, order_state)
    record = await read_record(here.ours, order.id)
    assert record is not None
    assert [entry.kind.value for entry in record.entries] == ["routed", "routed", "transitioned", "closed"]
    assert record.closed


async def test_closing_twice_is_closing_once(here: Desk) -> None:
    """The same request again finds it done, tells the same moves, and leaves the same record."""
    order = await here.place(state="PendingApproval")
    first = await here.close(order, Phase.REJECTED)
    record = await read_record(here.ours, order.id)
    assert await here.close(order, Phase.REJECTED) == first
    assert await read_record(here.ours, order.id) == record
    assert len(await here.writes(order)) == 1


async def test_a_rejection_binds_to_its_content_and_a_withdrawal_does_not(here: Desk) -> None:
    """A no means what was shown; taking back means the order."""
    order = await here.place(state="PendingApproval")
    digest = order.content.digest
    await here.shop_edits(order)
    assert (await here.close(order, Phase.REJECTED, digest=digest)).outcome is MoveOutcome.CHANGED
    assert await read_record(here.ours, order.id) is None
    assert (await here.close(order, Phase.WITHDRAWN)).outcome is MoveOutcome.MOVED


async def test_an_end_that_somebody_else_made_is_not_ours(here: Desk) -> None:
    """The order is there, but we did not put it there: the workflow must look."""
    order = await here.place(state="PendingApproval")
    await here.shop_moves(order, "Rejected")
    assert (await here.close(order, Phase.REJECTED)).outcome is MoveOutcome.ELSEWHERE


async def test_an_end_without_a_way_is_said_to_have_none(here: Desk) -> None:
    """Not tried, not forced."""
    order = await here.place(state="InFulfillment")
    assert (await here.close(order, Phase.REJECTED)).outcome is MoveOutcome.NO_WAY
    assert await here.writes(order) == []
