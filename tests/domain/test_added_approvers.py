"""Approvers added while an order waits: only ever one more yes; no step is skipped, and no quorum lowered."""

from domain.alarms import Alarm
from domain.case import Intent
from domain.decision import Receipt
from domain.policy import Approvers, Escalation, Step
from tests.domain.cast import DAY
from tests.domain.stage import Stage, asking, ordered, policy

MANAGERS, FINANCE = asking("managers", "ana", "ben"), asking("finance", "cleo", "cem")
TWO = asking("two", "ana", "ben", "dana", needs={"of": 2})
UP = (Escalation(to=Approvers(people=("dana",)), within=2 * DAY),)


def open_stage(*steps: Step, **more: object) -> Stage:
    """An order that waits for managers and then finance, or along these steps."""
    return Stage(policy(*(steps or (MANAGERS, FINANCE))), order=ordered(), **more)  # type: ignore[arg-type]


def test_an_approver_is_added() -> None:
    """By an operator or by who decides: one more step behind the present one, which nobody skips."""
    for by in ("olga", "ben"):
        stage = open_stage()
        assert stage.reassign(by, "eva") is Receipt.ACCEPTED
        assert set(stage.case.deciders) == {"ana", "ben"}, "the present step is as it was"
        assert [step.step for step in stage.case.steps] == ["managers", "managers+eva", "finance"]
        stage.decide("ana")
        assert set(stage.case.deciders) == {"eva"}
        assert stage.decide("ben") is Receipt.ALREADY_DECIDED
        stage.decide("eva")
        assert stage.case.deciders == ("cleo", "cem")
        stage.decide("cem")
        assert stage.case.intent is Intent.RELEASE


def test_an_added_approvers_silence_is_no_yes() -> None:
    """Even where the policy's own steps go on by themselves."""
    stage = open_stage(asking("managers", "ana", "ben", on_timeout="approve"))
    stage.reassign("ana", "eva")
    stage.wait(2 * DAY)
    assert stage.case.deciders == ("eva",)
    stage.wait(30 * DAY)
    assert (stage.case.intent, stage.case.alarm) == (None, Alarm.OVERDUE)


def test_several_are_added_under_names_of_their_own() -> None:
    """The last one added is asked first; each of them has to say yes, and nobody twice."""
    stage = open_stage(MANAGERS)
    for to in ("eva", "eva", "finn"):
        assert stage.reassign("olga", to) is Receipt.ACCEPTED
    assert len({step.step for step in stage.case.steps}) == 4
    stage.decide("ana")
    stage.decide("finn")
    stage.decide("eva")
    assert stage.case.intent is None
    assert stage.case.alarm is Alarm.HELD, "eva was added twice and counts once"


def test_an_operator_adds_somebody_where_nobody_is_left() -> None:
    """The step was held: the same person decides both; eva is asked, and the alarm is over."""
    stage = open_stage(asking("first", "ana"), asking("second", "ana"))
    stage.decide("ana")
    assert (stage.case.alarm, stage.case.deciders) == (Alarm.HELD, ())
    assert stage.reassign("ana", "eva") is Receipt.NOT_ALLOWED
    assert stage.reassign("olga", "eva", "ana") is Receipt.NOT_ALLOWED
    assert stage.reassign("olga", "eva") is Receipt.ACCEPTED
    assert (stage.case.alarm, stage.case.deciders) == (None, ("eva",))
    assert stage.notices[-1].recipients == ("eva",)
    stage.decide("eva")
    assert stage.case.intent is Intent.RELEASE


def test_adding_somebody_where_nobody_is_left_lowers_no_quorum() -> None:
    """Two are needed and nobody is left: one who is added is not two."""
    stage = open_stage(
        asking("first", "ana", "ben", needs="all"), asking("second", "ana", "ben", needs={"of": 2})
    )
    stage.decide("ana")
    stage.decide("ben")
    assert stage.case.alarm is Alarm.HELD
    assert stage.reassign("olga", "eva") is Receipt.ACCEPTED
    assert (stage.case.alarm, stage.case.deciders) == (Alarm.HELD, ())
    assert stage.reassign("olga", "finn") is Receipt.ACCEPTED
    assert set(stage.case.deciders) == {"eva", "finn"}
    stage.decide("eva")
    assert stage.case.intent is None
    stage.decide("finn")
    assert stage.case.intent is Intent.RELEASE


def test_added_where_nobody_is_left_of_all() -> None:
    """Everybody had said yes before: somebody has to who has not, and one is enough."""
    stage = open_stage(
        asking("first", "ana", "ben", needs="all"), asking("second", "ana", "ben", needs="all")
    )
    stage.decide("ana")
    stage.decide("ben")
    assert stage.reassign("olga", "eva") is Receipt.ACCEPTED
    assert stage.case.deciders == ("eva",)
    stage.decide("eva")
    assert stage.case.intent is Intent.RELEASE


def test_who_is_added_while_a_level_opens_is_added_when_it_is_open() -> None:
    """An operator adds eva just as the deadline passes: it is not lost, and not refused because of a moment."""
    for first in (True, False):
        stage = open_stage(asking("managers", "ana", "ben", escalate=UP))
        stage.waits = True
        if first:
            stage.reassign("olga", "eva")
            stage.wait(2 * DAY)
        else:
            stage.wait(2 * DAY)
            stage.reassign("olga", "eva")
        assert stage.answer("id-1") is None
        stage.read_directory()
        assert stage.answer("id-1") is Receipt.ACCEPTED
        assert stage.case.deciders == ("dana",)
        stage.waits = False
        stage.decide("dana")
        assert stage.case.deciders == ("eva",)
