"""Where an edited order is taken up after changes were requested: at the step that the policy names."""

import pytest

from domain.alarms import Alarm
from domain.case import Intent
from domain.decision import Receipt
from domain.events import Alarmed
from domain.policy import Approvers, Changes, Escalation, Step
from tests.domain.cast import DAY
from tests.domain.stage import Stage, asking, away, ordered, policy, staff

MANAGERS, FINANCE, BOARD = (
    asking("managers", "ana", "ben"),
    asking("finance", "cleo", "cem"),
    asking("board", "dana"),
)
OTHER = ordered("EUR 13,000.00")


def resuming(at: str, *steps: Step) -> Stage:
    """An order of three steps that resumes at one of them."""
    return Stage(
        policy(*(steps or (MANAGERS, FINANCE, BOARD)), changes=Changes(resume_at=at)), order=ordered()
    )


def test_earlier_decisions_stand() -> None:
    """Finance asks for changes; once they are made it is finance's turn again, and not the managers'."""
    stage = resuming("finance")
    stage.decide("ana")
    stage.request_changes("cleo")
    stage.place(OTHER)
    assert (stage.case.revision, stage.case.step, stage.case.deciders) == (2, 1, ("cleo", "cem"))
    assert [record.void for record in stage.case.decisions] == [False, True]
    assert stage.decide("ana") is Receipt.ALREADY_DECIDED
    stage.decide("cem")
    stage.decide("dana")
    assert stage.case.intent is Intent.RELEASE


def test_what_was_decided_from_there_on_is_void() -> None:
    """The board asks for changes; what finance said was about another order."""
    stage = resuming("finance")
    for person in ("ana", "cleo"):
        stage.decide(person)
    stage.request_changes("dana")
    stage.place(OTHER)
    assert (stage.case.step, stage.case.deciders) == (1, ("cleo", "cem"))
    assert [record.void for record in stage.case.decisions] == [False, True, True]


def test_no_step_is_skipped_that_was_not_decided() -> None:
    """The managers themselves ask for changes: they are asked again, whatever comes later."""
    stage = resuming("finance")
    stage.request_changes("ana")
    stage.place(OTHER)
    assert (stage.case.step, stage.case.deciders) == (0, ("ana", "ben"))


def test_only_after_requested_changes() -> None:
    """An edit that nobody has asked for is asked about from the beginning."""
    stage = resuming("finance")
    stage.decide("ana")
    stage.place(OTHER)
    assert stage.case.deciders == ("ana", "ben")


def test_only_if_the_earlier_steps_are_the_same() -> None:
    """The policy has changed meanwhile, or the people have."""
    for people, rules in (
        (
            staff(),
            policy(asking("managers", "ana", "ben", "dana"), FINANCE, changes=Changes(resume_at="finance")),
        ),
        (staff(without=("ben",)), policy(MANAGERS, FINANCE, changes=Changes(resume_at="finance"))),
    ):
        stage = resuming("finance")
        stage.decide("ana")
        stage.request_changes("cleo")
        stage.people, stage.policy = people, rules
        stage.place(OTHER)
        assert (stage.case.step, stage.case.decisions[0].void) == (0, True)


def test_not_where_people_have_changed_who_decides() -> None:
    """The steps as they are now are not the policy's."""
    stage = resuming("finance")
    stage.decide("ana")
    stage.reassign("olga", "eva", "cem")
    stage.request_changes("eva")
    stage.place(OTHER)
    assert (stage.case.step, stage.case.deciders) == (0, ("ana", "ben"))


def test_the_directory_is_read_for_the_step_at_which_it_resumes() -> None:
    """Cleo has gone on leave: eva stands in for her, as if the step had been reached in the usual way."""
    stage = resuming("finance")
    stage.decide("ana")
    stage.request_changes("cleo")
    stage.people = staff(cleo=away("eva"))
    stage.place(OTHER)
    assert stage.case.deciders == ("cleo", "cem", "eva")


def test_a_step_that_time_decided_stays_decided() -> None:
    """The policy has declared that the managers' silence is a yes; it still is when finance has asked for changes."""
    silent = asking("managers", "ana", "ben", on_timeout="approve")
    stage = resuming("finance", silent, FINANCE)
    stage.wait(2 * DAY)
    stage.request_changes("cleo")
    stage.place(OTHER)
    assert (stage.case.step, stage.case.deciders) == (1, ("cleo", "cem"))


def test_an_escalated_steps_decision_stands_too() -> None:
    """Dana has decided in the managers' place."""
    up = (Escalation(to=Approvers(people=("dana",)), within=2 * DAY),)
    stage = resuming("finance", asking("managers", "ana", "ben", escalate=up), FINANCE)
    stage.wait(2 * DAY)
    stage.decide("dana")
    stage.request_changes("cleo")
    stage.place(OTHER)
    assert (stage.case.step, stage.case.deciders) == (1, ("cleo", "cem"))


def test_nobody_whose_decision_stands_turns_out_to_be_the_requester() -> None:
    """The directory learns that ana's delegate has placed the order: all are asked again."""
    stage = resuming("finance")
    stage.delegate("ana", "eva")
    stage.decide("eva")
    stage.request_changes("cleo")
    stage.people = staff(eva={"email": "rita@example.com"})
    stage.place(OTHER)
    assert (stage.case.step, stage.case.decisions[0].void) == (0, True)


def test_an_order_that_somebody_moved_past_us_resumes_nowhere() -> None:
    """Any doubt means not approved: everybody is asked from the beginning."""
    stage = resuming("finance")
    stage.decide("ana")
    stage.request_changes("cleo")
    stage.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved to Completed"))
    stage.place(OTHER)
    assert (stage.case.step, stage.case.deciders) == (0, ("ana", "ben"))


def test_a_held_route_keeps_nothing() -> None:
    """The people of the steps are unknown while nobody can decide; whoever is asked after that is asked."""
    stage = resuming("finance")
    stage.decide("ana")
    stage.request_changes("cleo")
    mended = stage.policy
    stage.policy = policy(MANAGERS, asking("finance", "rita"), changes=Changes(resume_at="finance"))
    stage.place(OTHER)
    assert stage.case.alarm is Alarm.HELD
    stage.policy = mended
    stage.place(OTHER)
    assert (stage.case.step, stage.case.deciders) == (0, ("ana", "ben"))


def lent(**may_decide: object) -> Stage:
    """An order of EUR 4,000.00 to which eva has agreed for ana, within what she may; dana asks for changes."""
    people = staff(ana=away("eva", **({"mayDecide": may_decide} if may_decide else {})))
    steps = (asking("manager", "ana"), FINANCE, BOARD)
    stage = Stage(policy(*steps, changes=Changes(resume_at="board")), people, ordered("EUR 4,000.00"))
    stage.decide("eva")
    stage.decide("cem")
    stage.request_changes("dana")
    return stage


@pytest.mark.parametrize("total", ["EUR 4,000.01", "EUR 40,000.00", "USD 3,000.00"])
def test_a_yes_on_somebodys_behalf_does_not_stand_for_more(total: str) -> None:
    """Eva may decide for ana below a limit: of a dearer order, or in another currency, ana's step is asked again."""
    stage = lent(below="EUR 5,000.00")
    stage.place(ordered(total))
    assert (stage.case.step, [record.void for record in stage.case.decisions]) == (0, [True, False, True])
    assert "ana" in stage.case.deciders
    stage.decide("ana")
    assert stage.case.deciders == ("dana",), "finance's own word stands, and is not asked for again"


def test_a_yes_on_somebodys_behalf_does_not_stand_under_other_rules() -> None:
    """Eva stands in under this rule alone, and a cheaper content may come under another."""
    stage = lent(rules=["only"])
    other = stage.policy.rules[0].model_copy(update={"rule": "other"})
    stage.policy = stage.policy.model_copy(update={"rules": (other,)})
    stage.place(ordered("EUR 3,000.00"))
    assert (stage.case.step, stage.case.deciders) == (0, ("ana",))


@pytest.mark.parametrize("total", ["EUR 4,000.00", "EUR 3,999.99"])
def test_a_yes_on_somebodys_behalf_stands_for_no_more_than_it_was_about(total: str) -> None:
    """The same rules, the same currency, and no more to pay: within what eva may, whatever that is."""
    stage = lent(below="EUR 5,000.00")
    stage.place(ordered(total, purchase_order_number="PO-1"))
    assert (stage.case.step, stage.case.deciders) == (2, ("dana",))


def test_nobody_is_asked_whose_step_others_have_settled() -> None:
    """Of the two whom finance needs one was stood in for: one more is asked, and whoever has agreed is not."""
    two = asking("finance", "cleo", "cem", "finn", needs={"of": 2})
    stage = Stage(
        policy(MANAGERS, two, BOARD, changes=Changes(resume_at="board")), staff(cem=away("eva")), ordered()
    )
    for person in ("ana", "cleo", "eva"):
        stage.decide(person)
    stage.request_changes("dana")
    stage.place(OTHER)
    assert (stage.case.step, set(stage.case.deciders)) == (1, {"cem", "eva", "finn"})
    stage.decide("finn")
    assert stage.case.deciders == ("dana",)
