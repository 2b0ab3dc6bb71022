"""Levels that lack somebody when they open: nobody is done without, and nobody's silence stands for theirs."""

from domain.alarms import Alarm
from domain.case import Intent
from domain.decision import Receipt
from domain.events import Opened
from domain.policy import Approvers, Escalation, Needs
from tests.domain.cast import DAY
from tests.domain.stage import asking, staff
from tests.domain.test_opening_levels import FINANCE, UP, open_stage

ALL = asking("all", "ana", "ben", "dana", needs="all")


def test_all_are_all_who_were_named() -> None:
    """Ben has left: ana and dana are not everybody, so the step waits until an operator has put somebody in his place."""
    stage = open_stage(asking("first", "cleo"), ALL)
    stage.people = staff(without=("ben",))
    stage.decide("cleo")
    assert (stage.case.alarm, stage.case.deciders) == (Alarm.HELD, ())
    assert stage.decide("ana") is Receipt.NOT_ALLOWED
    assert stage.reassign("olga", "finn") is Receipt.ACCEPTED
    assert stage.case.deciders == ("ana", "dana", "finn")
    for person in ("ana", "finn", "dana"):
        assert stage.case.intent is None
        assert stage.decide(person) is Receipt.ACCEPTED
    assert stage.case.intent is Intent.RELEASE


def test_for_each_of_all_who_has_left_there_has_to_be_another() -> None:
    """Ben and dana have left: one in their place is one too few."""
    stage = open_stage(asking("first", "cleo"), ALL)
    stage.people = staff(without=("ben", "dana"))
    stage.decide("cleo")
    stage.reassign("olga", "finn")
    assert (stage.case.alarm, stage.case.deciders) == (Alarm.HELD, ())
    stage.reassign("olga", "eva")
    assert stage.case.deciders == ("ana", "finn", "eva")


def test_a_level_of_all_that_somebody_has_left_is_passed_over() -> None:
    """It escalates to the next that is complete, as a level does that has fewer than it needs."""
    up = (
        Escalation(to=Approvers(people=("cleo", "dana")), needs=Needs.model_validate("all"), within=DAY),
        Escalation(to=Approvers(people=("eva",)), within=DAY),
    )
    stage = open_stage(asking("managers", "ana", escalate=up))
    stage.people = staff(without=("dana",))
    stage.wait(2 * DAY)
    assert (stage.case.level, stage.case.deciders) == (2, ("eva",))


def test_of_all_the_requester_and_those_who_were_heard_stay_out() -> None:
    """Cleo has agreed before, and dana turns out to have placed the order: ana and ben are all the others."""
    stage = open_stage(
        asking("first", "cleo"), asking("all", "ana", "ben", "cleo", "dana", needs="all"), FINANCE
    )
    stage.people = staff(dana={"customer": "customer-rita"})
    stage.decide("cleo")
    assert set(stage.case.deciders) == {"ana", "ben"}
    stage.decide("ana")
    assert stage.case.step == 1
    stage.decide("ben")
    assert set(stage.case.deciders) == {"cem"}


def test_a_level_that_an_earlier_version_has_read_does_without_those_who_left() -> None:
    """Its worker did not tell who else is out, so that nobody can tell who is missing."""
    stage = open_stage(asking("first", "cleo"), ALL)
    stage.people, stage.waits = staff(without=("ben",)), True
    stage.decide("cleo")
    stage.feed(Opened(opening=stage.opening()))
    assert stage.case.deciders == ("ana", "dana")


SILENT = asking("managers", "ana", "ben", escalate=UP[:1], on_timeout="approve")


def test_nobodys_silence_is_a_yes_past_a_level_that_nobody_is_left_of() -> None:
    """The policy counts dana's silence as a yes, not that of those below her; she has left, so the order waits."""
    stage = open_stage(SILENT, FINANCE)
    stage.people = staff(without=("dana",))
    stage.wait(2 * DAY)
    assert (stage.case.alarm, stage.case.step, stage.case.deciders) == (Alarm.OVERDUE, 0, ("ana", "ben"))
    assert "nobody is left of those to whom it escalates" in str(stage.notices[-1].detail)
    assert stage.trail.entries[-2].detail == {"outcome": "hold"}


def test_nor_past_one_whose_people_have_been_heard() -> None:
    """Dana has agreed before: she cannot be asked here, and whoever is told what comes next is told so."""
    stage = open_stage(asking("first", "dana"), SILENT, FINANCE)
    stage.decide("dana")
    assert stage.notices[-1].then == "it waits and the operators are told"
    stage.wait(2 * DAY)
    assert (stage.case.alarm, stage.case.step) == (Alarm.OVERDUE, 1)


def test_nor_past_one_that_the_requester_alone_is_of() -> None:
    """Rita's own silence, as the one to whom her order would escalate."""
    up = (Escalation(to=Approvers(people=("rita",)), within=DAY),)
    stage = open_stage(asking("managers", "ana", escalate=up, on_timeout="approve"), FINANCE)
    assert stage.notices[-1].then == "it waits and the operators are told"
    stage.wait(2 * DAY)
    assert (stage.case.alarm, stage.case.step) == (Alarm.OVERDUE, 0)


def test_the_silence_of_the_last_level_is_a_yes_where_that_is_declared() -> None:
    """Dana was asked, whoever else was not."""
    up = (Escalation(to=Approvers(people=("cleo",)), within=DAY), *UP[:1])
    stage = open_stage(asking("managers", "ana", escalate=up, on_timeout="approve"), FINANCE)
    stage.people = staff(without=("cleo",))
    stage.wait(2 * DAY)
    stage.wait(2 * DAY)
    assert (stage.case.alarm, stage.case.step) == (None, 1)
