"""What time does: it reminds, moves the authority on, and at the last level does what the policy declares."""

from datetime import timedelta

import pytest

from domain.audit import AuditKind
from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.scene import Scene

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def test_a_reminder_comes_once_after_a_day(here: Scene) -> None:
    """Each of the group is reminded once, with the deadline and what happens then; not a second time."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.pass_time(DAY + HOUR)
    await order.until(lambda _: here.inboxes.of("ana") == ["requested", "reminded"])
    await order.pass_time(DAY - 2 * HOUR)
    await order.at_rest()
    assert here.inboxes.of("ana") == here.inboxes.of("ben") == ["requested", "reminded"]
    assert here.inboxes.of("dana") == []
    reminder = next(n for n in here.inboxes.received.values() if n.kind == "reminded")
    assert reminder.due_at == (await order.status()).pending[0].due_at
    assert reminder.then == "it escalates to dana"
    assert (await order.kinds()).count("reminded") == 1


async def test_escalation_moves_the_authority(here: Scene) -> None:
    """After two days only the next level decides: the level before is told no, though it was asked first."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.pass_time(2 * DAY + HOUR)
    await order.until_pending("dana")
    refused = await order.decide("ana")
    assert (refused.receipt, refused.step) == (Receipt.NOT_ALLOWED, "manager")
    await order.until(lambda _: here.inboxes.of("dana") == ["escalated"])
    assert (await order.decide("dana")).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)
    escalated = (await order.details(AuditKind.ESCALATED))[0]
    assert escalated["approvers"] == ["dana"]


async def test_after_the_last_level_the_order_is_held(here: Scene) -> None:
    """Four days without an answer: operators are told, nothing is approved, and dana may still decide.

    The requester is none of the directory's people: of the escalation the operators hear in their place.
    """
    order = await here.place()
    status = await order.until_pending("ana", "ben")
    await order.pass_time(4 * DAY + HOUR)
    status = await order.until_alarm("overdue")
    assert [(p.approver, p.due_at) for p in status.pending] == [("dana", None)]
    assert (await order.there())["state"] == "PendingApproval"
    await order.until(lambda _: here.inboxes.of("operators") == ["informed", "alarm"])
    assert (await order.decide("ana")).receipt is Receipt.NOT_ALLOWED
    assert (await order.decide("dana")).receipt is Receipt.ACCEPTED
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    assert status.alarm is None
    assert here.inboxes.of("ana") == ["requested", "reminded", "informed"]


async def test_the_second_step_has_a_clock_of_its_own(here: Scene) -> None:
    """What the first step used up of its time is not taken from the second."""
    order = await here.place(1_000_000)
    first = (await order.until_pending("ana", "ben")).pending[0].due_at
    await order.pass_time(DAY + HOUR)
    await order.decide("ana")
    second = (await order.until_pending("cem", "cleo")).pending[0].due_at
    assert first is not None
    assert second is not None
    assert second - first >= DAY + HOUR
    await order.pass_time(2 * DAY + HOUR)
    await order.until_pending("dana")


@pytest.mark.slow
async def test_somebody_who_said_yes_does_not_say_it_again_for_another_step(here: Scene) -> None:
    """dana, who took over the first step, is passed over in the second one's escalation: finance keeps it."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    await order.pass_time(2 * DAY + HOUR)
    await order.until_pending("dana")
    await order.decide("dana")
    await order.until_pending("cem", "cleo")
    await order.pass_time(2 * DAY + HOUR)
    status = await order.until_alarm("overdue")
    assert [p.approver for p in status.pending] == ["cleo", "cem"]
    assert (await order.decide("dana")).receipt is Receipt.ALREADY_DECIDED
    assert (await order.there())["state"] == "PendingApproval"
    assert (await order.decide("cem")).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)
