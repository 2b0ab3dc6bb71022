"""Changes requested, made or not, and asked about again: as often as the policy lets them be requested."""

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.events import Alarmed, Moved, Resumed
from domain.notification import NoticeKind
from domain.order import Requester
from domain.phases import Phase
from domain.policy import Approvers, Changes, Escalation
from tests.domain.cast import DAY, HOUR, OUTSIDER
from tests.domain.stage import Stage, asking, away, ordered, policy, staff

MANAGERS, FINANCE = asking("managers", "ana", "ben"), asking("finance", "cleo", "cem")
OTHER = ordered("EUR 11,000.00")


def open_stage(rounds: int = 3, requester: Requester | None = None, *, pinned: bool = False) -> Stage:
    """An order that waits for managers and then finance."""
    order = ordered() if requester is None else ordered(requester=requester)
    return Stage(policy(MANAGERS, FINANCE, changes=Changes(rounds=rounds)), order=order, pinned=pinned)


def test_the_requester_is_told_what_is_asked_of_them() -> None:
    """By the approver, with the comment; nobody is asked meanwhile, and no deadline runs."""
    stage = open_stage()
    assert stage.request_changes("ana") is Receipt.ACCEPTED
    [told] = [n for n in stage.notices if n.kind is NoticeKind.CHANGES_REQUESTED]
    assert (told.recipients, told.step, told.revision) == (("rita",), "managers", 1)
    assert told.detail == "ana asks for changes: please change it"
    assert (stage.case.deciders, stage.case.next_instant) == ((), None)
    assert stage.wait(365 * DAY).facts == ()


def test_operators_are_told_for_an_outsider() -> None:
    """They know how to reach whoever is not in the directory."""
    stage = open_stage(requester=OUTSIDER)
    stage.request_changes("ana")
    assert stage.told(NoticeKind.CHANGES_REQUESTED) == [("operators",)]


@pytest.mark.parametrize("who", ["rita", "customer-rita", "RITA@example.com", "olga", "otto"])
def test_resubmitted_the_same_content_is_asked_about_anew(who: str) -> None:
    """By the requester under any identity, or by an operator: same revision, same step, new deadline, new messages."""
    stage = open_stage()
    stage.request_changes("ana")
    asked = next(n.occasion for n in stage.notices if n.kind is NoticeKind.REQUESTED)
    stage.now += 5 * DAY
    assert stage.resubmit(who) is Receipt.ACCEPTED
    assert (stage.case.phase, stage.case.revision, stage.case.step) == (Phase.PENDING, 1, 0)
    assert stage.case.deciders == ("ana", "ben")
    assert stage.case.due_at == stage.now + 2 * DAY
    again = stage.notices[-1]
    assert (again.kind, again.recipients) == (NoticeKind.REQUESTED, ("ana", "ben"))
    assert again.occasion != asked
    entry = next(e for e in stage.trail.entries if e.kind is AuditKind.RESUBMITTED)
    assert entry.actor == (who if who in {"rita", "olga", "otto"} else "outsider")


def test_who_asked_for_changes_may_say_yes_after_all() -> None:
    """The requester explains, and ana is convinced; her request does not stand in the way of the release."""
    stage = open_stage()
    stage.request_changes("ana")
    stage.resubmit()
    assert stage.decide("ana") is Receipt.ACCEPTED
    assert stage.decide("cem") is Receipt.ACCEPTED
    assert stage.case.intent is Intent.RELEASE


def test_what_others_have_said_of_the_same_content_stands() -> None:
    """A step that is done is not asked again, nor is whoever has said yes at the present one."""
    two = asking("finance", "cleo", "cem", "dana", needs={"of": 2})
    stage = Stage(policy(MANAGERS, two), order=ordered())
    stage.decide("ana")
    stage.decide("cleo")
    stage.request_changes("cem")
    stage.resubmit()
    assert (stage.case.step, set(stage.case.deciders)) == (1, {"cem", "dana"})
    stage.decide("dana")
    assert stage.case.intent is Intent.RELEASE


def test_after_escalation_it_is_asked_about_where_it_was() -> None:
    """Dana had the authority and has it again; the managers do not get it back."""
    up = (Escalation(to=Approvers(people=("dana",)), within=2 * DAY),)
    stage = Stage(policy(asking("managers", "ana", "ben", escalate=up)), order=ordered())
    stage.wait(2 * DAY)
    stage.request_changes("dana")
    stage.resubmit()
    assert (stage.case.level, stage.case.deciders) == (1, ("dana",))
    assert stage.decide("ana") is Receipt.NOT_ALLOWED


def test_the_directory_is_read_again_when_it_is_resubmitted() -> None:
    """Ana has gone on leave meanwhile: eva stands in for her."""
    stage = open_stage()
    stage.request_changes("ben")
    stage.people = staff(ana=away("eva"))
    stage.resubmit()
    assert stage.case.deciders == ("ana", "ben", "eva")


@pytest.mark.parametrize("who", ["ana", "dana", "stan"])
def test_nobody_else_resubmits(who: str) -> None:
    """Neither an approver nor a stranger."""
    stage = open_stage()
    stage.request_changes("ana")
    assert stage.resubmit(who) is Receipt.NOT_ALLOWED
    assert stage.case.phase is Phase.CHANGES_REQUESTED


def test_there_is_nothing_to_resubmit_where_nothing_was_requested() -> None:
    """Pending, and again after it was resubmitted once."""
    stage = open_stage()
    assert stage.resubmit() is Receipt.NOT_PENDING
    stage.request_changes("ana")
    stage.resubmit()
    assert stage.resubmit() is Receipt.NOT_PENDING


def test_it_is_too_late_to_resubmit_what_has_ended() -> None:
    """Withdrawn, on its way to it, or decided."""
    stage = open_stage()
    stage.request_changes("ana")
    stage.withdraw()
    assert stage.resubmit() is Receipt.NOT_PENDING
    stage.feed(Moved(phase=Phase.WITHDRAWN))
    assert stage.resubmit() is Receipt.NOT_PENDING
    rejected = open_stage()
    rejected.decide("ana", Verdict.REJECT)
    assert rejected.resubmit() is Receipt.ALREADY_DECIDED


@pytest.mark.parametrize("alarm", [Alarm.MOVED_OUTSIDE, Alarm.UNKNOWN_STATE, Alarm.NO_WAY, Alarm.REFUSED])
def test_resubmitting_does_not_lift_what_stops_the_approval(alarm: Alarm) -> None:
    """The order stands where no approval can move it from: nobody is asked until it is back."""
    stage = open_stage()
    stage.request_changes("ana")
    stage.feed(Alarmed(alarm=alarm, detail="moved"))
    assert stage.resubmit() is Receipt.NOT_PENDING
    assert (stage.case.alarm, stage.case.deciders) == (alarm, ())
    stage.feed(Resumed())
    assert stage.case.deciders == ("ana", "ben")


def test_changes_are_requested_as_often_as_the_policy_lets_them_be() -> None:
    """The last resubmission that is accepted is asked about like any other; one request more is refused."""
    stage = open_stage(rounds=2)
    for _ in range(2):
        assert stage.request_changes("ana") is Receipt.ACCEPTED
        assert stage.resubmit() is Receipt.ACCEPTED
        assert stage.case.deciders == ("ana", "ben")
    assert stage.request_changes("ana") is Receipt.NOT_ALLOWED
    assert stage.why() == "changes were requested 2 of 2 times; approve or reject"
    assert stage.case.phase is Phase.PENDING
    assert stage.decide("ana") is Receipt.ACCEPTED
    stage.decide("cleo")
    assert stage.case.intent is Intent.RELEASE


def test_an_edit_begins_no_new_count_of_rounds() -> None:
    """Nor does another approver, nor another step."""
    stage = open_stage(rounds=2)
    stage.request_changes("ana")
    stage.place(OTHER)
    stage.decide("ben")
    assert stage.request_changes("cleo") is Receipt.ACCEPTED
    stage.place(ordered("EUR 12,500.00"))
    assert stage.request_changes("ben") is Receipt.NOT_ALLOWED
    assert stage.decide("ben", Verdict.REJECT) is Receipt.ACCEPTED


def test_no_round_at_all() -> None:
    """The policy wants a yes or a no."""
    stage = open_stage(rounds=0)
    assert stage.request_changes("ana") is Receipt.NOT_ALLOWED
    assert stage.case.deciders == ("ana", "ben")


def test_edited_in_commercetools_it_is_routed_anew() -> None:
    """The requester makes the changes where the order is: a new revision, everybody is asked, and told what is new."""
    stage = open_stage()
    stage.decide("ana")
    stage.request_changes("cleo")
    stage.place(OTHER)
    assert (stage.case.phase, stage.case.revision, stage.case.step) == (Phase.PENDING, 2, 0)
    assert stage.case.deciders == ("ana", "ben")
    asked = stage.notices[-1]
    assert asked.detail is not None
    assert "total EUR 12,000.00 → EUR 11,000.00" in asked.detail
    assert set(stage.told(NoticeKind.SUPERSEDED)[-1]) == {"ana", "cleo"}


def test_a_route_of_an_earlier_version_takes_a_resubmission_too() -> None:
    """Orders that wait while a new version is deployed."""
    stage = open_stage(pinned=True)
    stage.request_changes("ana")
    assert stage.resubmit() is Receipt.ACCEPTED
    assert stage.case.deciders == ("ana", "ben")
    stage.wait(HOUR)
    assert stage.decide("ben") is Receipt.ACCEPTED
