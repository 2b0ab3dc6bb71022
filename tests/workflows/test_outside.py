"""What others do to the order in commercetools while it is undecided: noticed, recorded, reconciled, not overwritten."""

import pytest

from domain.audit import AuditKind
from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.scene import Scene
from workflows.names import ALARM

FULFILMENT = "placet-fulfillment"


async def test_an_order_found_in_approved_goes_back(here: Scene) -> None:
    """Nobody said yes, so it is no approval: the order waits in PendingApproval for a real one."""
    order = await here.place(state="Approved")
    await order.until_pending("ana", "ben")
    assert (await order.there())["state"] == "PendingApproval"
    assert await order.told_moves() == [("Approved", "PendingApproval")]
    await order.decide("ana")
    await order.until_phase(Phase.IN_FULFILLMENT)


@pytest.mark.parametrize("state", ["InFulfillment", "Completed"])
async def test_an_order_found_past_its_approval_calls_the_operators(here: Scene, state: str) -> None:
    """It needed a yes and somebody moved it without: alarm in status, lists and inbox, and no hand-over of ours."""
    order = await here.place(state=state)
    await order.until_alarm("movedOutside")
    await order.until(lambda _: here.inboxes.of("operators") == ["alarm"])
    await order.at_rest()
    assert (await order.handle.describe()).typed_search_attributes[ALARM] == "movedOutside"
    assert here.inboxes.of("ana") == []
    assert await here.writes(order.id) == []
    assert await order.custom_object(FULFILMENT, f"{order.number}-1") is None


@pytest.mark.parametrize(("state", "phase"), [("Rejected", Phase.REJECTED), ("Cancelled", Phase.CANCELLED)])
async def test_an_order_found_closed_is_recorded_as_closed(here: Scene, state: str, phase: Phase) -> None:
    """There is nothing to approve: the record says that somebody else closed it, and nothing is moved."""
    order = await here.place(state=state)
    assert (await order.result()).phase is phase
    assert await here.writes(order.id) == []
    assert [(e["phase"]) for e in await order.details(AuditKind.CLOSED)] == [phase.value]


async def test_a_small_order_found_in_fulfilment_is_followed_but_not_handed_over(here: Scene) -> None:
    """It needs nobody's yes, so there is no alarm; but its hand-over was not ours to make."""
    order = await here.place(100, state="InFulfillment")
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    await order.at_rest()
    assert status.alarm is None
    assert await here.writes(order.id) == []
    assert await order.custom_object(FULFILMENT, f"{order.number}-1") is None


@pytest.mark.parametrize("forced", [False, True])
async def test_moved_to_approved_while_pending_is_moved_back(here: Scene, *, forced: bool) -> None:
    """Somebody's transition is not an approval; it is on record, and the order waits on as it did."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.move("Approved", force=forced)
    await order.changed()
    await order.until(lambda s: s.state == "PendingApproval")
    await order.at_rest()
    assert (await order.there())["state"] == "PendingApproval"
    assert await order.details(AuditKind.CHANGED_OUTSIDE) == [
        {"from": "PendingApproval", "to": "Approved", "client": "shop"}
    ]
    assert await order.told_moves() == [(None, "PendingApproval"), ("Approved", "PendingApproval")]
    await order.until_pending("ana", "ben", revision=1)
    assert (await order.decide("ana")).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_moved_into_fulfilment_while_pending_is_an_alarm(here: Scene) -> None:
    """The order may be on its way already: nobody can decide, operators are told, nothing is handed over by us."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.move("InFulfillment", force=True)
    await order.changed()
    status = await order.until_alarm("movedOutside")
    assert status.pending == ()
    assert (await order.decide("ana")).receipt is Receipt.NOT_PENDING
    assert (await order.there())["state"] == "InFulfillment"
    assert await order.custom_object(FULFILMENT, f"{order.number}-1") is None
    await order.until(lambda _: here.inboxes.of("operators") == ["alarm"])


async def test_moved_into_fulfilment_unnoticed_is_found_at_the_gate(here: Scene) -> None:
    """The message was missed: the accepted yes releases nothing that somebody else has released."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.move("InFulfillment", force=True)
    assert (await order.decide("ana")).receipt is Receipt.ACCEPTED
    await order.until_alarm("movedOutside")
    assert await order.custom_object(FULFILMENT, f"{order.number}-1") is None
    assert [w["actions"][0]["action"] for w in await here.writes(order.id)] == ["transitionState"]


async def test_an_order_that_comes_back_is_asked_for_again(here: Scene) -> None:
    """Any doubt means not approved: what was decided before does not count, everybody gets a new message."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    await order.until_pending("cem", "cleo")
    await order.move("InFulfillment", force=True)
    await order.changed()
    await order.until_alarm("movedOutside")
    await order.move("PendingApproval", force=True)
    await order.changed()
    status = await order.until_pending("ana", "ben")
    assert (status.alarm, [d.void for d in status.decisions or ()]) == (None, [True])
    await order.until(lambda _: here.inboxes.of("ana") == ["requested", "superseded", "requested"])
    await order.decide("ben")
    await order.until_pending("cem", "cleo")


@pytest.mark.parametrize(
    ("state", "phase", "forced"),
    [
        ("Rejected", Phase.REJECTED, False),
        ("Cancelled", Phase.CANCELLED, True),
        ("Completed", Phase.COMPLETED, True),
    ],
)
async def test_closed_outside_while_pending(here: Scene, state: str, phase: Phase, *, forced: bool) -> None:
    """The order has come to an end without us: the case follows, and a late decision is told so."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.move(state, force=forced)
    await order.changed()
    status = await order.until_phase(phase)
    assert status.state == state
    assert (await order.details(AuditKind.CHANGED_OUTSIDE))[0]["to"] == state
    assert (await order.details(AuditKind.CLOSED))[0]["phase"] == phase.value
    assert await order.told_moves() == [(None, "PendingApproval")]


async def test_cancelled_by_order_state_while_pending(here: Scene) -> None:
    """A shop that cancels by `orderState` alone is followed: the custom state is brought in line."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await order.changed()
    assert (await order.result()).phase is Phase.CANCELLED
    there = await order.there()
    assert (there["state"], there["orderState"]) == ("Cancelled", "Cancelled")
    assert await order.told_moves() == [(None, "PendingApproval"), ("PendingApproval", "Cancelled")]


async def test_cancelled_unnoticed_is_found_at_the_gate(here: Scene) -> None:
    """An approval of an order that was cancelled meanwhile approves nothing."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    assert (await order.decide("ana")).receipt is Receipt.ACCEPTED
    assert (await order.result()).phase is Phase.CANCELLED
    assert ("PendingApproval", "Approved") not in await order.transitions()


async def test_deleted_while_pending(here: Scene) -> None:
    """An order that is gone is cancelled; its record stays."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.delete()
    await order.changed()
    assert (await order.result()).phase is Phase.CANCELLED
    record = await order.custom_object("placet-audit")
    assert record["entries"][-1]["detail"] == {"phase": "cancelled", "why": "the order was deleted"}


async def test_deleted_before_the_first_look(here: Scene) -> None:
    """A message about an order that is gone already: the case is closed, and an early decision answered."""
    order = await here.place(start=False)
    await order.delete()
    await here.fault("slow", delayMs=300, method="GET", path="^/orders/", times=2)
    await order.start()
    assert (await order.decide("ana", revision=1)).receipt is Receipt.NOT_PENDING
    assert (await order.result()).phase is Phase.CANCELLED


async def test_a_state_that_the_machine_does_not_have_is_an_alarm(here: Scene) -> None:
    """Somebody else's machine is not guessed at: the order is parked and shown."""
    draft = {"key": "OnHold", "type": "OrderState", "initial": True}
    assert (await here.shop.post("/states", json=draft)).status_code == 201
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.move("OnHold", force=True)
    await order.changed()
    status = await order.until_alarm("unknownState")
    assert (status.pending, status.state) == ((), "OnHold")
    assert (await order.decide("ana")).receipt is Receipt.NOT_PENDING
    small = await here.place(100, state="OnHold")
    await small.until_alarm("unknownState")
    assert await here.writes(small.id) == []


async def test_approved_by_somebody_else_unnoticed_is_on_record(here: Scene) -> None:
    """The message was missed and the content is as decided: released all the same, and the trail names who moved it."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.move("Approved")
    await order.decide("ana")
    await order.until_phase(Phase.IN_FULFILLMENT)
    assert await order.details(AuditKind.CHANGED_OUTSIDE) == [
        {"from": "PendingApproval", "to": "Approved", "client": "shop"}
    ]
    assert await order.told_moves() == [(None, "PendingApproval"), ("Approved", "InFulfillment")]
    assert (await order.there())["orderState"] == "Confirmed"
