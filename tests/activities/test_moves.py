"""Moving orders: along the machine, on the version that was read, `orderState` never lowered, any doubt means not us."""

import pytest

from activities.moves import move, moved_by_us, transitions, way_to
from clients.errors import ConcurrentModification, InvalidOperation
from domain.audit import Transition
from domain.phases import Phase
from tests.activities.desk import Desk


def order_state(name: str) -> dict[str, str]:
    """Somebody else's change of `orderState`."""
    return {"action": "changeOrderState", "orderState": name}


@pytest.mark.parametrize(
    ("before", "phase", "way", "after"),
    [
        ("Open", Phase.PENDING, (), "Open"),
        ("Open", Phase.IN_FULFILLMENT, ("Approved", "InFulfillment"), "Confirmed"),
        ("Confirmed", Phase.IN_FULFILLMENT, ("Approved", "InFulfillment"), "Confirmed"),
        ("Complete", Phase.IN_FULFILLMENT, ("Approved", "InFulfillment"), "Complete"),
        ("Confirmed", Phase.REJECTED, ("Rejected",), "Cancelled"),
        ("Open", Phase.WITHDRAWN, ("Cancelled",), "Cancelled"),
        ("Complete", Phase.CANCELLED, ("Cancelled",), "Complete"),
    ],
)
async def test_order_state_rises_with_the_move_and_is_never_lowered(
    here: Desk, before: str, phase: Phase, way: tuple[str, ...], after: str
) -> None:
    """In the same update as the transitions, or not at all."""
    order = await here.place(state="PendingApproval")
    if before != "Open":
        order = await here.shop_does(order, order_state(before))
    moved, made = await move(here.ours, order, way, phase)
    assert moved.order_state == after
    assert [one.target for one in made] == list(way)
    assert len(await here.writes(order)) == (1 if way or before != after else 0)


async def test_nothing_to_do_writes_nothing(here: Desk) -> None:
    """An order that is where it should be is not touched."""
    order = await here.place(state="PendingApproval")
    assert await move(here.ours, order, (), Phase.PENDING) == (order, ())
    assert await here.writes(order) == []


async def test_an_order_that_somebody_touched_is_not_moved(here: Desk) -> None:
    """The version that was read is the one that is written to."""
    order = await here.place(state="PendingApproval")
    await here.shop_edits(order)
    with pytest.raises(ConcurrentModification):
        await move(here.ours, order, ("Approved",), Phase.APPROVED)
    assert (await here.read(order.id)).state == "PendingApproval"


async def test_a_move_that_the_machine_lacks_changes_nothing(here: Desk) -> None:
    """All of an update or none of it: the first of two moves is not left behind."""
    order = await here.place(state="PendingApproval")
    with pytest.raises(InvalidOperation):
        await move(here.ours, order, ("Approved", "Completed"), Phase.COMPLETED)
    assert (await here.read(order.id)).state == "PendingApproval"


def test_a_way_reads_as_single_moves() -> None:
    """From where to where, one after the other."""
    assert transitions(None, ("A", "B")) == (Transition(target="A"), Transition(source="A", target="B"))
    assert transitions("A", ()) == ()


@pytest.mark.parametrize(
    ("state", "phase", "way"),
    [
        ("PendingApproval", Phase.REJECTED, ("Rejected",)),
        ("Approved", Phase.REJECTED, ("PendingApproval", "Rejected")),
        ("Approved", Phase.WITHDRAWN, ("Cancelled",)),
        ("InFulfillment", Phase.REJECTED, None),
        ("InFulfillment", Phase.COMPLETED, ("Completed",)),
        ("Completed", Phase.CANCELLED, None),
        (None, Phase.REJECTED, ("PendingApproval", "Rejected")),
    ],
)
async def test_the_way_to_an_end(
    here: Desk, state: str | None, phase: Phase, way: tuple[str, ...] | None
) -> None:
    """Direct, else by way of pending, else there is none; never by force."""
    order = await here.place(state=state)
    assert way_to(here.configuration.machine, order, phase) == way


async def test_who_moved_the_order(here: Desk) -> None:
    """Our transition counts as ours, also after somebody touched the order since; anybody else's never does."""
    order = await here.place()
    assert not await moved_by_us(here.ours, order)
    moved, _ = await move(here.ours, order, ("PendingApproval",), Phase.PENDING)
    assert await moved_by_us(here.ours, moved)
    touched = await here.shop_edits(moved)
    assert await moved_by_us(here.ours, touched)
    assert not await moved_by_us(here.ours, await here.shop_moves(touched, "Approved"))


async def test_a_message_about_another_move_is_no_evidence(here: Desk) -> None:
    """Messages lag: one that leads elsewhere tells nothing about where the order is now."""
    order = await here.place()
    await move(here.ours, order, ("PendingApproval",), Phase.PENDING)
    elsewhere = await here.shop_edits(await here.shop_moves(order, "Approved"))
    lagging = elsewhere.model_copy(update={"state": "PendingApproval"})
    assert not await moved_by_us(here.ours, lagging)
