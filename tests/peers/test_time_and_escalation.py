"""Time and escalation: the rows of the comparison that other products leave empty, and what is promised beyond them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.notification import NoticeKind
from domain.phases import Phase
from domain.policy import Approvers, Escalation, Needs, Outcome
from domain.routing import Router
from domain.spans import parse_span
from domain.working_time import add_span
from tests.domain.cast import DAY, HOUR, MONDAY
from tests.domain.office import BERLIN
from tests.domain.stage import Stage, asking, ordered, policy, staff
from tests.peers.written import PEOPLE, loaded

UP = (
    Escalation(to=Approvers(people=("dana",)), within=DAY),
    Escalation(to=Approvers(people=("eva", "finn")), needs=Needs(of=2), within=2 * DAY),
    Escalation(to=Approvers(people=("cem",)), within=3 * DAY),
)


def open_stage(outcome: str = "hold") -> Stage:
    """Managers, and three levels above them."""
    return Stage(policy(asking("managers", "ana", "ben", escalate=UP, on_timeout=outcome)), order=ordered())


class TestEscalationChangesWhoMayDecide:
    """Row 'escalation changes who may decide', advance 5: elsewhere a mail goes out and nothing else changes."""

    def test_authority_moves(self) -> None:
        """Those who had it are refused, with who has it now; the new ones are accepted."""
        stage = open_stage()
        assert stage.decide("dana") is Receipt.NOT_ALLOWED
        stage.wait(2 * DAY)
        assert stage.decide("ana") is Receipt.NOT_ALLOWED
        assert "dana may" in stage.why()
        assert stage.decide("dana") is Receipt.ACCEPTED
        assert stage.case.intent is Intent.RELEASE

    def test_the_first_approvers_and_the_requester_are_informed(self) -> None:
        """Each time."""
        stage = open_stage()
        stage.wait(2 * DAY)
        stage.wait(DAY)
        assert stage.told(NoticeKind.INFORMED) == [("ana", "ben", "rita"), ("dana", "rita")]

    def test_a_policy_may_let_the_earlier_level_keep_it(self) -> None:
        """Declared, not by accident."""
        both = (Escalation(to=Approvers(people=("dana",)), keeps_earlier=True, within=DAY),)
        stage = Stage(policy(asking("managers", "ana", "ben", escalate=both)), order=ordered())
        stage.wait(2 * DAY)
        assert set(stage.case.deciders) == {"ana", "ben", "dana"}


class TestAChainOfMoreThanOneLevel:
    """Row 'chain of more than one level': nobody has it; one contact, or a pattern to be written."""

    def test_each_level_has_its_own_people_number_and_time(self) -> None:
        """Three levels above the first, one after the other, and nobody skipped."""
        stage, seen = open_stage(), []
        while stage.case.due_at is not None:
            seen.append((stage.case.deciders, stage.case.due_at - stage.now))
            stage.wait(stage.case.due_at - stage.now)
        wanted = [
            (("ana", "ben"), 2 * DAY),
            (("dana",), DAY),
            (("eva", "finn"), 2 * DAY),
            (("cem",), 3 * DAY),
        ]
        assert seen == wanted
        assert stage.case.alarm is Alarm.OVERDUE

    def test_escalation_rules_are_carried_out(self) -> None:
        """open-mercato has them in schema, UI and docs, and no code that executes them."""
        stage = open_stage()
        stage.wait(2 * DAY)
        stage.wait(DAY)
        assert stage.kinds().count(AuditKind.ESCALATED) == 2
        stage.decide("eva")
        assert stage.case.intent is None, "the third level needs two"
        stage.decide("finn")
        assert stage.case.intent is Intent.RELEASE


class TestChooseRejectApproveOrHoldOnTimeout:
    """Row 'choose reject / approve / escalate on timeout': nobody lets it be chosen per step."""

    @pytest.mark.parametrize(
        ("outcome", "intent", "alarm"),
        [
            ("hold", None, Alarm.OVERDUE),
            ("reject", Intent.REJECT, None),
            ("approve", Intent.RELEASE, None),
        ],
    )
    def test_what_is_declared_happens(self, outcome: str, intent: Intent | None, alarm: Alarm | None) -> None:
        """Only when the last level has let its time pass, and on record."""
        stage = open_stage(outcome)
        for _ in range(3):
            assert stage.case.due_at is not None
            stage.wait(stage.case.due_at - stage.now)
            assert (stage.case.intent, stage.case.alarm) == (None, None)
        assert stage.case.due_at is not None
        stage.wait(stage.case.due_at - stage.now)
        assert (stage.case.intent, stage.case.alarm) == (intent, alarm)
        [timed_out] = [e for e in stage.trail.entries if e.kind is AuditKind.TIMED_OUT]
        assert timed_out.detail["outcome"] == outcome

    def test_nothing_said_is_never_a_yes(self, tmp_path: Path) -> None:
        """The default of a file that does not say is to wait (lesson 4: fail closed)."""
        step = "{ step: s, approvers: { people: [ana] }, within: P1D }"
        found = loaded(tmp_path, f"rules:\n  - {{ rule: only, why: Because., steps: [{step}] }}\n")
        assert found.policy.rules[0].steps[0].on_timeout is Outcome.HOLD

    def test_each_step_has_its_own(self) -> None:
        """The managers' silence goes on to finance, and finance's rejects."""
        steps = (
            asking("managers", "ana", on_timeout="approve"),
            asking("finance", "cleo", on_timeout="reject"),
        )
        stage = Stage(policy(*steps), order=ordered())
        stage.wait(2 * DAY)
        assert (stage.case.deciders, stage.case.intent) == (("cleo",), None)
        stage.wait(2 * DAY)
        assert stage.case.intent is Intent.REJECT


class TestWorkingHoursAndHolidays:
    """Row 'working hours / holidays', advance 5: one product has a schedule; none has the approver's zone."""

    def test_eight_working_hours_over_a_weekend(self) -> None:
        """From Friday at four in Berlin: one hour that day, seven on Monday."""
        friday = datetime(2026, 1, 16, 15, 0, tzinfo=UTC)
        assert add_span(friday, parse_span("8 working hours"), BERLIN) == datetime(
            2026, 1, 19, 15, 0, tzinfo=UTC
        )

    def test_over_a_public_holiday(self) -> None:
        """Good Friday and Easter Monday of 2026 are no working days in Berlin."""
        thursday = datetime(2026, 4, 2, 15, 0, tzinfo=UTC)
        assert add_span(thursday, parse_span("1 working day"), BERLIN) == datetime(
            2026, 4, 7, 15, 0, tzinfo=UTC
        )

    def test_over_the_night_in_which_the_clocks_go_forward(self) -> None:
        """A working day is a working day by the clock on the wall."""
        friday = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
        assert add_span(friday, parse_span("1 working day"), BERLIN) == datetime(
            2026, 3, 30, 8, 0, tzinfo=UTC
        )

    def test_in_the_approvers_own_zone(self, tmp_path: Path) -> None:
        """The same eight hours end when the approver's day does, wherever they are."""
        step = "{ step: s, approvers: { people: [ana] }, within: 8 working hours }"
        written = f"rules:\n  - {{ rule: only, why: Because., steps: [{step}] }}\n"
        ends = []
        for n, zone in enumerate(("Europe/Berlin", "America/New_York")):
            people = PEOPLE.replace("manager: dana }", f"manager: dana, zone: {zone}, hours: office }}", 1)
            people += 'calendars:\n  - { id: office, week: { mon-fri: "09:00-17:00" } }\n'
            found = loaded(tmp_path / str(n), written, people)
            router = Router(found.policy, found.directory, found.policy_digest)
            route = router.route(ordered(), at=datetime(2026, 1, 12, 0, 0, tzinfo=UTC))
            assert route.opening is not None
            ends.append(route.opening.due_at)
        assert ends == [datetime(2026, 1, 12, hour, 0, tzinfo=UTC) for hour in (16, 22)]


class TestDeadlineCanBeMoved:
    """Row 'deadline can be moved': one sample has it."""

    def test_by_an_operator_and_on_record(self) -> None:
        """Everybody who decides is told."""
        stage = open_stage()
        assert stage.extend("olga", 5 * DAY) is Receipt.ACCEPTED
        assert stage.case.due_at == MONDAY + 5 * DAY
        assert stage.told(NoticeKind.EXTENDED) == [("ana", "ben")]
        assert AuditKind.EXTENDED in stage.kinds()
        stage.wait(4 * DAY)
        assert stage.case.deciders == ("ana", "ben")


class TestLateDecisionHasADefinedAnswer:
    """Row 'late decision has a defined answer', advance 6: elsewhere it is lost, or nobody knows."""

    @pytest.mark.parametrize(
        ("outcome", "answer"),
        [
            ("hold", Receipt.NOT_ALLOWED),
            ("reject", Receipt.ALREADY_DECIDED),
            ("approve", Receipt.ALREADY_DECIDED),
        ],
    )
    def test_after_the_last_deadline(self, outcome: str, answer: Receipt) -> None:
        """Ana's word comes when her step was over long ago: she hears so, and nothing changes."""
        stage = open_stage(outcome)
        for _ in range(4):
            stage.wait(3 * DAY)
        before = stage.case.intent
        assert stage.decide("ana") is answer
        assert stage.case.intent is before

    def test_at_the_very_instant(self) -> None:
        """Airflow #55243 fails near the deadline; here whoever has had the whole time is in time, a moment later is late."""
        stage = open_stage()
        stage.now += 2 * DAY - timedelta(microseconds=1)
        assert stage.decide("ana") is Receipt.ACCEPTED
        late = open_stage()
        late.now += 2 * DAY
        assert late.decide("ana") is Receipt.NOT_ALLOWED
        assert late.decide("dana") is Receipt.ACCEPTED

    def test_overdue_and_held_the_last_level_may_still_decide(self) -> None:
        """Nobody's order is stuck because everybody was on holiday."""
        stage = open_stage()
        for _ in range(4):
            stage.wait(3 * DAY)
        assert stage.case.alarm is Alarm.OVERDUE
        assert stage.decide("cem") is Receipt.ACCEPTED
        assert stage.case.intent is Intent.RELEASE


def test_reminders_go_to_those_who_can_still_answer() -> None:
    """Row 'reminders': not to whoever has said yes, and not after the level has changed."""
    up = (Escalation(to=Approvers(people=("dana",)), within=DAY),)
    two = asking("two", "ana", "ben", needs="all", remind=(HOUR, DAY), escalate=up)
    stage = Stage(policy(two), order=ordered())
    stage.decide("ana")
    stage.wait(HOUR)
    stage.wait(3 * DAY)
    assert stage.told(NoticeKind.REMINDED) == [("ben",)]


def test_time_begins_when_somebody_can_decide() -> None:
    """Row 'deadline per step' and Airflow #55866, whose clock starts before the wait: a later step's begins with it."""
    stage = Stage(policy(asking("first", "ana"), asking("second", "ben")), order=ordered())
    stage.wait(DAY)
    stage.decide("ana")
    assert stage.case.due_at == MONDAY + 3 * DAY


def test_time_does_not_run_while_the_requester_has_the_order() -> None:
    """Sent back, nobody is late; asked again, the approvers have their whole time."""
    stage = Stage(policy(asking("first", "ana", on_timeout="reject")), staff(), ordered())
    stage.decide("ana", Verdict.REQUEST_CHANGES)
    stage.wait(30 * DAY)
    assert (stage.case.phase, stage.case.intent) == (Phase.CHANGES_REQUESTED, None)
    stage.resubmit()
    assert stage.case.due_at == stage.now + 2 * DAY
