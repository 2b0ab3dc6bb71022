"""Steps that need several people: any of them, all of them, or so many different ones."""

from datetime import timedelta

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.notification import NoticeKind
from domain.order import Requester
from domain.policy import Approvers, Escalation, Needs, Outcome, Step
from domain.status import status_of
from tests.domain.cast import DAY, HOUR, RITA, route_of
from tests.domain.witness import Witness

TEAM = ("ana", "ben", "cleo")


def step(
    needs: str | dict[str, int],
    *later: Escalation,
    people: tuple[str, ...] = TEAM,
    name: str = "team",
    on_timeout: Outcome = Outcome.HOLD,
) -> Step:
    """A step of a day."""
    return Step(
        step=name,
        approvers=Approvers(people=people),
        needs=Needs.model_validate(needs),
        within=DAY,
        remind=(HOUR,),
        escalate=later,
        on_timeout=on_timeout,
    )


def to(needs: str | dict[str, int], *people: str) -> Escalation:
    """A level of another day."""
    return Escalation(to=Approvers(people=people), needs=Needs.model_validate(needs), within=DAY)


def opened(*steps: Step, requester: Requester = RITA) -> Witness:
    """A case along these steps, its first one open."""
    witness = Witness()
    witness.route(route_of(*steps, requester=requester))
    return witness


@pytest.mark.parametrize(("needs", "wanted"), [("any", 1), ({"of": 2}, 2), ({"of": 3}, 3), ("all", 3)])
def test_so_many_different_people(needs: str | dict[str, int], wanted: int) -> None:
    """The order is released with the last yes that is needed, and with none before."""
    case = opened(step(needs))
    for n, person in enumerate(TEAM[:wanted], 1):
        assert case.case.intent is None
        assert set(case.case.deciders) == set(TEAM[n - 1 :])
        assert case.decide(person).receipt is Receipt.ACCEPTED
    assert case.case.intent is Intent.RELEASE


def test_nobody_counts_twice() -> None:
    """The second yes of the same person is answered, and the step still waits for somebody else."""
    case = opened(step({"of": 2}))
    assert case.decide("ana").message == "approve is recorded; 1 more of ben, cleo must say yes"
    assert case.decide("ana").receipt is Receipt.ALREADY_DECIDED
    assert case.case.intent is None
    assert case.decide("ben").receipt is Receipt.ACCEPTED
    assert case.decide("cleo").receipt is Receipt.ALREADY_DECIDED


def test_one_no_is_enough() -> None:
    """Whoever has said yes before."""
    case = opened(step("all"))
    case.decide("ana")
    assert case.decide("ben", Verdict.REJECT).receipt is Receipt.ACCEPTED
    assert case.case.intent is Intent.REJECT


def test_the_clock_runs_on_for_the_others() -> None:
    """A first yes moves neither the deadline nor the reminders; they go to those who have not answered."""
    case = opened(step({"of": 2}))
    due = case.case.due_at
    case.wait(timedelta(minutes=30))
    case.decide("ana")
    assert case.case.due_at == due
    reminded = case.wait(timedelta(minutes=30))
    [notice] = reminded.notices
    assert (notice.kind, notice.recipients) == (NoticeKind.REMINDED, ("ben", "cleo"))
    assert notice.detail == "1 of them have to say yes"
    status = status_of(case.case, None, None)
    assert [pending.approver for pending in status.pending] == ["ben", "cleo"]


def test_the_audit_says_how_many_are_missing() -> None:
    """At the opening and at each yes."""
    case = opened(step({"of": 2}))
    case.decide("ana")
    kinds = {entry.kind: entry.detail for entry in case.trail.entries}
    assert kinds[AuditKind.REQUESTED]["needed"] == 2
    assert kinds[AuditKind.DECIDED]["stillNeeded"] == 1


def test_an_escalation_begins_to_count_anew() -> None:
    """Authority moves as a whole: a yes at the level before is not one of those that the new level needs."""
    case = opened(step("all", to({"of": 2}, "cleo", "cem", "dana")))
    case.decide("cleo")
    case.wait(DAY)
    assert set(case.case.deciders) == {"cem", "dana"}
    assert case.decide("ana").receipt is Receipt.NOT_ALLOWED
    case.decide("cem")
    assert case.case.intent is None
    case.decide("dana")
    assert case.case.intent is Intent.RELEASE


def test_a_level_with_too_few_left_is_passed_over() -> None:
    """Two of three have said yes to the step before: the third is not two people."""
    first = step({"of": 2}, name="first")
    case = opened(first, step({"of": 2}, to("all", "cem", "dana"), name="second"))
    case.decide("ana")
    case.decide("ben")
    assert (case.case.step, case.case.level) == (1, 1)
    assert set(case.case.deciders) == {"cem", "dana"}


def test_all_are_all_who_have_not_said_yes_already() -> None:
    """Who has said yes to this very content need not say it again; somebody has to who has not."""
    case = opened(step("any", name="first"), step("all", name="second"))
    case.decide("ana")
    assert set(case.case.deciders) == {"ben", "cleo"}
    case.decide("ben")
    assert case.case.intent is None
    case.decide("cleo")
    assert case.case.intent is Intent.RELEASE


def test_nobody_left_to_be_all_is_nobody() -> None:
    """Everybody has said yes before: the order is held for a person, not approved by itself."""
    case = opened(step("all", name="first"), step("all", name="second"))
    for person in TEAM:
        case.decide(person)
    assert case.case.intent is None
    assert case.case.alarm is Alarm.HELD


@pytest.mark.parametrize(
    ("outcome", "intent", "alarm"),
    [
        (Outcome.HOLD, None, Alarm.OVERDUE),
        (Outcome.REJECT, Intent.REJECT, None),
        (Outcome.APPROVE, Intent.RELEASE, None),
    ],
)
def test_a_deadline_with_too_few_answers_is_a_missed_one(
    outcome: Outcome, intent: Intent | None, alarm: Alarm | None
) -> None:
    """One yes of two is not a yes: what the policy declares happens."""
    case = opened(step({"of": 2}, on_timeout=outcome))
    case.decide("ana")
    case.wait(DAY)
    assert (case.case.intent, case.case.alarm) == (intent, alarm)


def test_an_overdue_step_can_still_get_the_yes_that_is_missing() -> None:
    """It goes on counting where it stood, and the alarm stays until the last one."""
    case = opened(step({"of": 3}))
    case.decide("ana")
    case.wait(DAY)
    case.decide("ben")
    assert case.case.alarm is Alarm.OVERDUE
    case.decide("cleo")
    assert case.case.intent is Intent.RELEASE
    assert status_of(case.case, None, None).alarm is None


def test_changed_content_makes_every_yes_void() -> None:
    """The first yes of two was about something else."""
    case = opened(step({"of": 2}))
    case.decide("ana")
    case.route(route_of(step({"of": 2})), digest="digest-2")
    assert set(case.case.deciders) == set(TEAM)
    case.decide("ben", revision=2)
    assert case.case.intent is None
    case.decide("ana", revision=2)
    assert case.case.intent is Intent.RELEASE
