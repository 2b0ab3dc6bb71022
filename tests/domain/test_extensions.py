"""Deadlines moved by an operator: later or earlier, but to come; on record, and everybody who decides is told."""

from datetime import timedelta

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.events import Alarmed
from domain.interventions import DeadlineExtension
from domain.notification import NoticeKind
from domain.policy import Approvers, Escalation, Step
from domain.status import status_of
from tests.domain.cast import DAY, HOUR, MONDAY
from tests.domain.stage import Stage, asking, ordered, policy

UP = (Escalation(to=Approvers(people=("dana",)), within=2 * DAY),)
MANAGERS = asking("managers", "ana", "ben", escalate=UP, remind=(DAY,))


def open_stage(*steps: Step) -> Stage:
    """An order that waits for managers, then dana; reminded after a day."""
    return Stage(policy(*(steps or (MANAGERS,))), order=ordered())


def test_a_deadline_is_moved_on() -> None:
    """The managers keep the authority until then; they are told, and the record says from when to when."""
    stage = open_stage()
    assert stage.extend("olga", 5 * DAY) is Receipt.ACCEPTED
    assert stage.case.due_at == MONDAY + 5 * DAY
    told = stage.notices[-1]
    assert (told.kind, told.recipients, told.due_at) == (
        NoticeKind.EXTENDED,
        ("ana", "ben"),
        MONDAY + 5 * DAY,
    )
    entry = stage.trail.entries[-1]
    assert (entry.kind, entry.actor, entry.step) == (AuditKind.EXTENDED, "olga", "managers")
    assert entry.detail["from"] == (MONDAY + 2 * DAY).isoformat()
    assert entry.detail["to"] == (MONDAY + 5 * DAY).isoformat()
    stage.wait(2 * DAY)
    assert stage.case.deciders == ("ana", "ben")
    stage.wait(3 * DAY)
    assert set(stage.case.deciders) == {"dana"}


def test_a_deadline_is_moved_nearer() -> None:
    """Escalation comes sooner, and no reminder after it."""
    stage = open_stage()
    assert stage.extend("olga", HOUR) is Receipt.ACCEPTED
    assert stage.case.reminders == ()
    stage.wait(HOUR)
    assert stage.case.deciders == ("dana",)


def test_reminders_stay_where_they_were() -> None:
    """They count from the opening of the level."""
    stage = open_stage()
    stage.extend("olga", 5 * DAY)
    assert stage.case.next_instant == MONDAY + DAY
    assert [n.kind for n in stage.wait(DAY).notices] == [NoticeKind.REMINDED]


def test_the_next_level_has_its_own_time() -> None:
    """The extension was the managers'."""
    stage = open_stage()
    stage.extend("olga", 5 * DAY)
    stage.wait(5 * DAY)
    assert stage.case.due_at == stage.now + 2 * DAY


@pytest.mark.parametrize("who", ["ana", "dana", "rita", "stan"])
def test_only_an_operator_moves_it(who: str) -> None:
    """Neither an approver, nor the requester, nor a stranger."""
    stage = open_stage()
    assert stage.extend(who, 5 * DAY) is Receipt.NOT_ALLOWED
    assert stage.case.due_at == MONDAY + 2 * DAY


@pytest.mark.parametrize("by", [timedelta(0), -HOUR])
def test_only_to_an_instant_to_come(by: timedelta) -> None:
    """Nobody loses their authority by an instant that has passed."""
    stage = open_stage()
    assert stage.extend("olga", by) is Receipt.NOT_ALLOWED
    assert stage.case.deciders == ("ana", "ben")


def test_a_deadline_that_has_passed_counts_before_it() -> None:
    """The operator's word comes a moment too late: it is about the level that has the authority by then."""
    stage = open_stage()
    stage.now += 2 * DAY
    assert stage.extend("olga", 5 * DAY) is Receipt.ACCEPTED
    assert stage.case.deciders == ("dana",)
    assert stage.case.due_at == MONDAY + 7 * DAY


def test_an_overdue_step_gets_time_again_and_again() -> None:
    """The alarm is over; a deadline missed once more is another alarm, with a message of its own."""
    stage = open_stage(asking("managers", "ana", "ben"))
    stage.wait(2 * DAY)
    assert stage.case.alarm is Alarm.OVERDUE
    for _ in range(2):
        assert stage.extend("olga", DAY) is Receipt.ACCEPTED
        assert stage.case.due_at == stage.now + DAY
        assert status_of(stage.case, None, None).alarm is None
        stage.wait(DAY)
        assert stage.case.alarm is Alarm.OVERDUE
    alarms = [n.occasion for n in stage.notices if n.kind is NoticeKind.ALARM]
    assert len(alarms) == len(set(alarms)) == 3
    assert stage.decide("ana") is Receipt.ACCEPTED


def test_the_outcome_of_the_policy_comes_at_the_new_deadline() -> None:
    """Reject, approve: then and not before."""
    for outcome, intent in (("reject", Intent.REJECT), ("approve", Intent.RELEASE)):
        stage = open_stage(asking("managers", "ana", on_timeout=outcome))
        stage.extend("olga", 5 * DAY)
        stage.wait(4 * DAY)
        assert stage.case.intent is None
        stage.wait(DAY)
        assert stage.case.intent is intent


@pytest.mark.parametrize("alarm", [Alarm.PAST_THE_GUARD, Alarm.NOT_DELIVERED, Alarm.PARKED])
def test_it_ends_no_alarm_about_something_else(alarm: Alarm) -> None:
    """Somebody moved the order past the guard: more time for ana mends nothing of that."""
    stage = open_stage()
    stage.feed(Alarmed(alarm=alarm, detail="why"))
    assert stage.extend("olga", 5 * DAY) is Receipt.ACCEPTED
    assert stage.case.alarm is alarm


def test_where_nobody_is_asked_there_is_no_deadline() -> None:
    """Held, sent back, out of place; and too late where the order is decided."""
    held = open_stage(asking("first", "ana"), asking("second", "ana"))
    held.decide("ana")
    assert held.extend("olga", DAY) is Receipt.NOT_PENDING
    back = open_stage()
    back.request_changes("ana")
    assert back.extend("olga", DAY) is Receipt.NOT_PENDING
    astray = open_stage()
    astray.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved"))
    assert astray.extend("olga", DAY) is Receipt.NOT_PENDING
    decided = open_stage()
    decided.decide("ana", Verdict.REJECT)
    assert decided.extend("olga", DAY) is Receipt.ALREADY_DECIDED
    withdrawn = open_stage()
    withdrawn.withdraw()
    assert withdrawn.extend("olga", DAY) is Receipt.NOT_PENDING


def test_while_a_level_opens_it_waits() -> None:
    """It is about the level that is open then, whose own time is known by then."""
    stage = open_stage()
    stage.waits = True
    stage.wait(2 * DAY)
    assert stage.extend("olga", 6 * DAY) is None
    stage.read_directory()
    assert stage.answer("id-1") is Receipt.ACCEPTED
    assert stage.case.deciders == ("dana",)
    assert stage.case.due_at == MONDAY + 8 * DAY


def test_an_instant_that_passes_while_it_waits_is_refused() -> None:
    """The directory took too long: what is answered is what is true by then."""
    stage = open_stage()
    stage.waits = True
    stage.wait(2 * DAY)
    stage.extend("olga", HOUR)
    stage.now += DAY
    stage.read_directory()
    assert stage.answer("id-1") is Receipt.NOT_ALLOWED
    assert stage.case.due_at == MONDAY + 5 * DAY


def test_the_same_twice_and_two_at_once() -> None:
    """A repeat moves nothing; two operators at once are answered in turn, and the last one's word is the deadline."""
    stage = open_stage()
    sent = DeadlineExtension(extension_id="once", operator="olga", until=MONDAY + 5 * DAY)
    stage.say(sent)
    assert stage.extend("otto", 3 * DAY) is Receipt.ACCEPTED
    again = stage.say(sent)
    assert again is not None
    assert (again.receipt, again.first) == (Receipt.DUPLICATE, Receipt.ACCEPTED)
    assert stage.case.due_at == MONDAY + 3 * DAY
    occasions = [n.occasion for n in stage.notices if n.kind is NoticeKind.EXTENDED]
    assert len(occasions) == len(set(occasions)) == 2
