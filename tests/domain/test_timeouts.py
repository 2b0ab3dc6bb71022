"""Time: reminders once each, authority along the declared levels, and the declared outcome at their end."""

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.events import TimePassed
from domain.notification import OPERATORS_DESK, NoticeKind
from domain.phases import Phase
from domain.policy import Escalation, Outcome, Step
from tests.domain.cast import DAY, FINANCE, HOUR, MANAGERS, route_of, routed, step
from tests.domain.witness import Witness


def open_case(*steps: Step) -> Witness:
    """An order that waits along these steps."""
    case = Witness()
    case.route(route_of(*steps))
    return case


def test_the_first_level_is_asked_at_once_and_told_what_happens_then() -> None:
    """Who is asked, until when, and what happens if nobody answers."""
    case = Witness()
    notice = case.route(routed()).notices[0]
    assert (notice.kind, notice.recipients) == (NoticeKind.REQUESTED, ("ana", "ben"))
    assert notice.due_at == case.now + 2 * DAY
    assert notice.then == "it escalates to dana"
    assert case.case.next_instant == case.now + DAY


def test_reminders_come_once_each() -> None:
    """Two reminders, each told once, however often the clock is looked at."""
    case = open_case(MANAGERS.model_copy(update={"remind": (6 * HOUR, DAY)}))
    reminded = []
    for hours in range(1, 47):
        reminded += [(hours, n) for n in case.wait(HOUR).notices]
    assert [hours for hours, _ in reminded] == [6, 24]
    assert {notice.kind for _, notice in reminded} == {NoticeKind.REMINDED}
    assert len({notice.occasion for _, notice in reminded}) == 2
    assert [e.kind for e in case.trail.entries].count(AuditKind.REMINDED) == 2


def test_reminders_that_are_due_together_are_one() -> None:
    """After an outage of the worker nobody gets a heap of reminders."""
    case = open_case(MANAGERS.model_copy(update={"remind": (6 * HOUR, DAY)}))
    assert [n.kind for n in case.wait(30 * HOUR).notices] == [NoticeKind.REMINDED]
    assert case.wait(HOUR).notices == ()


def test_a_deadline_goes_before_the_reminders_it_overtakes() -> None:
    """Whoever has lost the authority is not reminded of it."""
    case = open_case(MANAGERS)
    assert [n.kind for n in case.wait(3 * DAY).notices] == [NoticeKind.ESCALATED, NoticeKind.INFORMED]


def test_a_deadline_is_met_until_its_very_instant() -> None:
    """A decision that comes first at the instant of the deadline counts; once time was looked at it does not."""
    in_time, too_late = open_case(MANAGERS), open_case(MANAGERS)
    in_time.now += 2 * DAY
    assert in_time.decide("ana").receipt is Receipt.ACCEPTED
    too_late.wait(2 * DAY)
    assert too_late.decide("ana").receipt is Receipt.NOT_ALLOWED


def test_escalation_moves_along_every_level() -> None:
    """Each level has its own time, its own reminder, and its own heirs."""
    levels = (
        *MANAGERS.escalate,
        Escalation(to=FINANCE.approvers, within=HOUR),
    )
    case = open_case(MANAGERS.model_copy(update={"escalate": levels}))
    assert case.wait(2 * DAY).notices[0].then == "it escalates to cleo, cem"
    assert case.wait(DAY).notices[0].kind is NoticeKind.REMINDED
    assert case.wait(DAY).notices[0].then == "it waits and the operators are told"
    assert case.case.deciders == ("cleo", "cem")
    assert case.decide("dana").receipt is Receipt.NOT_ALLOWED


def test_a_long_outage_moves_authority_one_level_at_a_time() -> None:
    """Nobody loses a turn because the worker was down: each level gets its own time in full."""
    case = open_case(MANAGERS)
    case.wait(30 * DAY)
    assert case.case.deciders == ("dana",)
    assert case.case.due_at == case.now + 2 * DAY
    assert case.wait(HOUR).facts == ()


def test_hold_is_the_default_at_the_last_level() -> None:
    """A deadline missed for good waits with an alarm, and the last level may still decide."""
    case = open_case(MANAGERS)
    case.wait(2 * DAY)
    reduction = case.wait(2 * DAY)
    assert [fact.kind for fact in reduction.facts] == [AuditKind.TIMED_OUT, AuditKind.ALARM]
    assert reduction.facts[0].detail == {"outcome": "hold"}
    assert reduction.notices[0].recipients == (OPERATORS_DESK,)
    assert (case.case.alarm, case.case.intent, case.case.phase) == (Alarm.OVERDUE, None, Phase.PENDING)
    assert case.case.next_instant is None
    assert case.wait(365 * DAY).facts == ()
    assert case.decide("dana").receipt is Receipt.ACCEPTED
    assert (case.case.alarm, case.case.intent) == (None, Intent.RELEASE)


def test_hold_leaves_the_authority_with_somebody_who_can_use_it() -> None:
    """If everybody on the last level counts already, the level before keeps the authority."""
    second = step("finance", to=("ana",))
    case = open_case(MANAGERS, second)
    case.decide("ana")
    case.wait(2 * DAY)
    assert case.case.alarm is Alarm.OVERDUE
    assert case.case.deciders == ("cleo", "cem")
    assert case.decide("cem").receipt is Receipt.ACCEPTED
    assert case.case.intent is Intent.RELEASE


def test_reject_rejects() -> None:
    """A step that declares `reject` rejects the order when time runs out, and says so."""
    case = open_case(step("managers", Outcome.REJECT))
    case.wait(2 * DAY)
    facts = case.wait(2 * DAY).facts
    assert facts[0].detail == {"outcome": "reject"}
    assert case.case.intent is Intent.REJECT
    assert case.decide("dana").receipt is Receipt.ALREADY_DECIDED


def test_nobody_is_named_who_did_not_reject() -> None:
    """After a rejection by time, a late approver is not told that whoever said yes before had decided it."""
    case = open_case(MANAGERS, step("finance", Outcome.REJECT, to=()))
    case.decide("ana")
    case.wait(2 * DAY)
    receipt = case.decide("cleo")
    assert receipt.receipt is Receipt.ALREADY_DECIDED
    assert "ana" not in receipt.message


def test_approve_approves_only_where_it_is_declared() -> None:
    """A step that declares `approve` counts as approved when time runs out."""
    case = open_case(step("managers", Outcome.APPROVE, to=()))
    facts = case.wait(2 * DAY).facts
    assert facts[0].detail == {"outcome": "approve"}
    assert case.case.intent is Intent.RELEASE
    assert case.case.decisions == ()


def test_approve_is_the_outcome_of_one_step_not_of_the_order() -> None:
    """The steps that follow are still asked: one lapsed step does not release the order."""
    case = open_case(step("managers", Outcome.APPROVE, to=()), FINANCE)
    reduction = case.wait(2 * DAY)
    assert [fact.kind for fact in reduction.facts] == [AuditKind.TIMED_OUT, AuditKind.REQUESTED]
    assert case.case.intent is None
    assert case.case.deciders == ("cleo", "cem")
    case.decide("cleo")
    assert case.case.intent is Intent.RELEASE


def test_what_an_approving_step_says_will_happen_is_what_happens() -> None:
    """`then` promises approval of the order only at the last step."""
    case = Witness()
    first = case.route(route_of(step("managers", Outcome.APPROVE, to=()), FINANCE)).notices[0]
    assert first.then is not None
    assert "the order is approved" not in first.then
    last = open_case(step("managers", Outcome.APPROVE, to=()))
    assert last.notices[0].then == "the order is approved"


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT])
def test_a_decision_stops_the_clock(verdict: Verdict) -> None:
    """Nothing is due once everything is said."""
    case = open_case(MANAGERS)
    case.decide("ana", verdict)
    assert case.case.next_instant is None
    assert case.feed(TimePassed(), 30 * DAY).facts == ()


def test_nobody_left_to_ask_is_an_alarm_not_a_release() -> None:
    """If everybody at a step counts already, a person is called; it is not skipped."""
    alone = step("managers", name="second", to=()).model_copy(
        update={"approvers": FINANCE.approvers.model_copy(update={"groups": (), "people": ("ana",)})}
    )
    case = open_case(MANAGERS, alone)
    case.decide("ana")
    assert (case.case.alarm, case.case.intent) == (Alarm.HELD, None)
    assert case.case.deciders == ()
