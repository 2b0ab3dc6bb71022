"""`without`: an approver's yes to the rest of the order, once the order is the rest."""

import pytest
from pydantic import ValidationError

from domain.alarms import Alarm
from domain.case import Intent
from domain.decision import Decision, Receipt, Verdict
from domain.events import Alarmed
from domain.notification import NoticeKind
from domain.phases import Phase
from domain.policy import Approvers, Escalation
from tests.domain.cast import DAY
from tests.domain.stage import Stage, asking, away, ordered, policy, staff

WHOLE = ordered("EUR 0.00", ("desk", 900_000), ("lamp", 5_000), ("mat", 1_000))
REST = ordered("EUR 0.00", ("desk", 900_000), ("mat", 1_000))
MANAGERS, FINANCE = asking("managers", "ana", "ben"), asking("finance", "cleo", "cem")


def asked_without(*lines: str, **more: object) -> Stage:
    """Ana of the managers has asked for the order without these lines."""
    stage = Stage(policy(MANAGERS, FINANCE), order=WHOLE, **more)  # type: ignore[arg-type]
    assert stage.request_changes("ana", *lines) is Receipt.ACCEPTED
    return stage


def test_edited_to_just_the_rest_it_has_the_yes_of_whoever_asked() -> None:
    """Ana need not be asked again; the next step is."""
    stage = asked_without("lamp")
    assert stage.case.phase is Phase.CHANGES_REQUESTED
    stage.place(REST)
    assert (stage.case.phase, stage.case.revision, stage.case.step) == (Phase.PENDING, 2, 1)
    assert stage.case.deciders == ("cleo", "cem")
    [record] = stage.case.decisions
    assert (record.verdict, record.granted, record.void, record.yes) == (
        Verdict.REQUEST_CHANGES,
        True,
        False,
        True,
    )
    assert stage.decide("ana") is Receipt.ALREADY_DECIDED
    assert stage.decide("cleo") is Receipt.ACCEPTED
    assert stage.case.intent is Intent.RELEASE


def test_the_requester_is_told_which_lines() -> None:
    """Who asks for what, and the comment."""
    stage = asked_without("lamp")
    told = next(notice for notice in stage.notices if notice.kind is NoticeKind.CHANGES_REQUESTED)
    assert (told.recipients, told.detail) == (("rita",), "ana asks for without lamp: please change it")


@pytest.mark.parametrize(
    "edited",
    [
        ordered("EUR 0.00", ("desk", 900_000)),
        ordered("EUR 0.00", ("desk", 900_000), ("lamp", 5_000)),
        ordered("EUR 0.00", ("desk", 900_001), ("mat", 1_000)),
        ordered("EUR 0.00", ("desk", 900_000), ("mat", 1_000), ("rug", 10)),
        ordered("EUR 0.00", ("desk", 900_000), ("mat", 1_000), purchase_order_number="PO-2"),
        ordered("EUR 0.00", ("mat", 1_000), ("desk", 900_000)),
    ],
    ids=["more taken out", "another taken out", "dearer", "one added", "something else too", "other order"],
)
def test_anything_but_the_rest_is_asked_about_anew(edited: object) -> None:
    """What ana would have said yes to is another order."""
    stage = asked_without("lamp")
    stage.place(edited)  # type: ignore[arg-type]
    assert stage.case.deciders == ("ana", "ben")
    assert not any(record.yes for record in stage.case.decisions)
    assert stage.case.decisions[0].void


def test_the_yes_ends_with_the_next_edit() -> None:
    """Ana's word was about the rest, not about whatever the order becomes after that."""
    stage = asked_without("lamp")
    stage.place(REST)
    stage.place(ordered("EUR 0.00", ("desk", 90_000_000), ("mat", 1_000)))
    assert stage.case.deciders == ("ana", "ben")
    assert stage.case.decisions[0].void
    assert stage.case.answers[-1].receipt.receipt is Receipt.SUPERSEDED


def test_the_yes_ends_with_the_next_edit_also_if_that_grants_somebody_elses() -> None:
    """Each edit grants what was asked last, and nothing of before."""
    stage = asked_without("lamp")
    stage.place(REST)
    stage.request_changes("cleo", "mat")
    stage.place(ordered("EUR 0.00", ("desk", 900_000)))
    assert [record.granted and record.yes for record in stage.case.decisions] == [False, True]
    assert stage.case.deciders == ("ana", "ben")
    stage.decide("ben")
    assert stage.case.intent is Intent.RELEASE, "cleo's yes at finance stands"


def test_it_counts_as_one_of_as_many_as_are_needed() -> None:
    """Of two managers, the other one is asked about the rest."""
    two = asking("managers", "ana", "ben", "dana", needs={"of": 2})
    stage = Stage(policy(two), order=WHOLE)
    stage.decide("ben")
    stage.request_changes("ana", "lamp")
    stage.place(REST)
    assert set(stage.case.deciders) == {"ben", "dana"}, "ben's yes was to the whole"
    stage.decide("dana")
    assert stage.case.intent is Intent.RELEASE


def test_after_escalation_the_yes_is_the_escalation_levels() -> None:
    """Dana has the authority in the managers' place; her word settles their step, and they are not asked once more."""
    up = (Escalation(to=Approvers(people=("dana",)), within=2 * DAY),)
    stage = Stage(policy(asking("managers", "ana", "ben", escalate=up), FINANCE), order=WHOLE)
    stage.wait(2 * DAY)
    stage.request_changes("dana", "lamp")
    stage.place(REST)
    assert (stage.case.step, stage.case.deciders) == (1, ("cleo", "cem"))


def test_a_delegate_asks_on_behalf_of_their_approver() -> None:
    """The yes is the approver's voice and the delegate's; neither is asked again."""
    stage = Stage(policy(MANAGERS, asking("second", "eva", "finn")), order=WHOLE)
    stage.delegate("ana", "eva")
    stage.request_changes("eva", "lamp")
    stage.place(REST)
    assert stage.case.deciders == ("finn",)
    assert stage.decide("ana") is Receipt.ALREADY_DECIDED


def test_the_rest_that_needs_other_people_is_asked_about() -> None:
    """What is taken out may lead to another route; a yes at a step that is not the same counts for nothing."""
    stage = asked_without("lamp")
    stage.policy = policy(asking("managers", "ana", "dana"), FINANCE)
    stage.place(REST)
    assert stage.case.deciders == ("ana", "dana")


def test_a_held_route_grants_nothing() -> None:
    """The policy is mended later: whoever is asked then is asked."""
    stage = asked_without("lamp")
    mended, rest = stage.policy, stage.people
    stage.people = staff(without=("ana", "ben", "cleo", "cem"))
    stage.place(REST)
    assert stage.case.alarm is Alarm.HELD
    stage.policy, stage.people = mended, rest
    stage.place(REST)
    assert stage.case.deciders == ("ana", "ben")


def test_the_requester_grants_nothing_to_themselves() -> None:
    """The directory learns that ana's delegate is the one who placed the order: their word was none."""
    stage = Stage(policy(MANAGERS, FINANCE), order=WHOLE)
    stage.delegate("ana", "eva")
    stage.request_changes("eva", "lamp")
    stage.people = staff(eva={"email": "rita@example.com"})
    stage.place(REST)
    assert stage.case.route is not None
    assert "eva" in stage.case.route.requester
    assert stage.case.deciders == ("ana", "ben")
    assert stage.case.decisions[0].void


def test_an_order_that_somebody_moved_past_us_is_asked_about_from_the_beginning() -> None:
    """Any doubt means not approved."""
    stage = asked_without("lamp")
    stage.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved to Completed"))
    stage.place(REST)
    assert stage.case.deciders == ("ana", "ben")


def test_a_substitutes_yes_to_the_rest_counts_for_both() -> None:
    """Eva decided for ana, who is away: ana has no second voice."""
    stage = Stage(policy(MANAGERS, asking("second", "ana", "dana")), staff(ana=away("eva")), WHOLE)
    stage.request_changes("eva", "lamp")
    stage.place(REST)
    assert (stage.case.step, stage.case.deciders) == (1, ("dana",))


def test_lines_are_taken_out_by_asking_for_changes_only() -> None:
    """An approval or a rejection is about the whole."""
    for verdict in (Verdict.APPROVE, Verdict.REJECT):
        with pytest.raises(ValidationError, match="goes with requestChanges"):
            Decision(decision_id="d", approver="ana", verdict=verdict, without=("lamp",))
