"""An order is edited after people have changed who decides it: who was added still has to agree, all else is the route's."""

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt
from domain.notification import NoticeKind
from domain.order import Requester
from domain.policy import Changes, Condition, Policy, Rule
from tests.domain.cast import DAY, euros
from tests.domain.stage import Stage, asking, ordered, policy, staff

MANAGERS, FINANCE = asking("managers", "ana", "ben"), asking("finance", "cleo", "cem")
OTHER = ordered("EUR 13,000.00")


def names(stage: Stage) -> list[str]:
    """The steps, as they are now."""
    return [step.step for step in stage.case.steps]


def with_eva(*steps: object, **more: object) -> Stage:
    """An order that waits for managers, behind whom ana has added eva, and for finance."""
    stage = Stage(policy(*(steps or (MANAGERS, FINANCE)), **more), None, ordered())  # type: ignore[arg-type]
    assert stage.reassign("ana", "eva") is Receipt.ACCEPTED
    return stage


def test_an_edit_does_not_get_rid_of_who_was_added() -> None:
    """By a cent: eva is asked behind the managers as before, and nothing is released without her."""
    stage = with_eva()
    stage.place(ordered("EUR 12,000.01"))
    assert names(stage) == ["managers", "managers+eva", "finance"]
    for person, following in (("ana", ("eva",)), ("eva", ("cleo", "cem"))):
        assert stage.decide(person) is Receipt.ACCEPTED
        assert stage.case.deciders == following
    stage.decide("cem")
    assert stage.case.intent is Intent.RELEASE


def test_nor_do_several_edits_or_one_after_she_has_agreed() -> None:
    """Her yes was about another content, as everybody's is."""
    stage = with_eva()
    stage.decide("ana")
    stage.decide("eva")
    stage.place(OTHER)
    stage.place(ordered("EUR 14,000.00"))
    stage.decide("ben")
    assert stage.case.deciders == ("eva",)


def test_several_stay_in_their_order() -> None:
    """Each behind the step it was behind, and those behind one as they were."""
    stage = with_eva()
    stage.reassign("olga", "finn")
    stage.decide("ana")
    stage.reassign("finn", "dana")
    before = names(stage)
    assert before == ["managers", "managers+finn", "managers+finn+dana", "managers+eva", "finance"]
    stage.place(OTHER)
    assert names(stage) == before


def test_last_where_the_step_is_gone() -> None:
    """The new content is another rule's: who was added is asked when all others have agreed."""
    large = Rule(rule="large", why="w", when=Condition(at_least=euros(1_000_000)), steps=(MANAGERS, FINANCE))
    small = Rule(rule="small", why="w", steps=(asking("office", "dana"), FINANCE))
    stage = Stage(Policy(rules=(large, small)), None, ordered())
    stage.reassign("ana", "eva")
    stage.place(ordered("EUR 100.00"))
    assert names(stage) == ["office", "finance", "managers+eva"]
    stage.decide("dana")
    stage.decide("cem")
    assert stage.case.deciders == ("eva",)


def test_a_route_on_which_nobody_can_decide_forgets_nobody() -> None:
    """The policy is broken for a while; mended, it asks eva where she was."""
    stage = with_eva()
    mended, stage.policy = stage.policy, policy(asking("managers", "rita"))
    stage.place(OTHER)
    assert stage.case.alarm is Alarm.HELD
    stage.policy = mended
    stage.place(OTHER)
    assert names(stage) == ["managers", "managers+eva", "finance"]
    no_rule = Policy(rules=(Rule(rule="never", why="w", when=Condition(below=euros(1)), steps=(MANAGERS,)),))
    stage.policy = no_rule
    stage.place(ordered("EUR 15,000.00"))
    stage.policy = mended
    stage.place(ordered("EUR 15,000.00"))
    assert names(stage) == ["managers", "managers+eva", "finance"]


def test_an_order_that_needs_nobodys_yes_needs_not_that_one_either() -> None:
    """It is cheap enough by now to be nobody's business; eva is told, and it is on record."""
    free = Rule(rule="free", why="w", when=Condition(below=euros(10_000)))
    stage = with_eva()
    stage.policy = Policy(rules=(free, *stage.policy.rules))
    stage.place(ordered("EUR 10.00"))
    assert stage.case.intent is Intent.RELEASE
    assert stage.told(NoticeKind.SUPERSEDED) == [("eva",)]


def test_the_requester_is_not_asked_who_was_added_before() -> None:
    """The order is eva's now: her step falls, and she is told."""
    stage = with_eva()
    stage.place(ordered(requester=Requester(customer_email="eva@example.com")))
    assert names(stage) == ["managers", "finance"]
    assert stage.told(NoticeKind.SUPERSEDED) == [("eva",)]


def test_whoever_has_left_since_is_not_asked_nor_done_without() -> None:
    """Eva is not in the directory any more: her step is held until an operator names somebody."""
    stage = with_eva()
    stage.people = staff(without=("eva",))
    stage.place(OTHER)
    stage.decide("ana")
    assert (stage.case.alarm, stage.case.deciders) == (Alarm.HELD, ())
    stage.reassign("olga", "dana")
    assert stage.case.deciders == ("dana",)


def test_a_step_of_the_policy_may_have_the_name_of_an_added_one() -> None:
    """They are two steps all the same."""
    stage = with_eva()
    stage.policy = policy(MANAGERS, asking("managers+eva", "dana"))
    stage.place(OTHER)
    assert len(set(names(stage))) == 3
    stage.decide("ana")
    assert stage.case.deciders == ("eva",)
    stage.decide("eva")
    assert stage.case.deciders == ("dana",)


def test_whoever_decided_in_somebodys_place_is_told_that_they_do_no_more() -> None:
    """The new route's people decide; dana was put in ana's place, and it is on record that she is not any more."""
    stage = with_eva()
    stage.reassign("olga", "dana", "ana")
    stage.place(OTHER)
    assert stage.case.deciders == ("ana", "ben")
    assert stage.told(NoticeKind.SUPERSEDED) == [("dana",)]
    [fact] = [entry for entry in stage.trail.entries if entry.kind is AuditKind.SUPERSEDED]
    assert fact.detail["reassigned"] == ["dana at managers"]
    assert "total EUR 12,000.00 → EUR 13,000.00" in str(fact.detail["why"])


def test_the_one_whom_an_added_approver_has_put_in_their_place_stays() -> None:
    """No route has anybody else for that step."""
    stage = with_eva()
    stage.decide("ana")
    stage.reassign("eva", "finn", "eva")
    stage.place(OTHER)
    stage.decide("ana")
    assert stage.case.deciders == ("finn",)


@pytest.mark.parametrize("pinned", [True, False])
def test_a_delegation_ends_with_the_content_that_it_was_about(pinned: bool) -> None:
    """Ana has let eva decide an order of twelve thousand, not one of thirteen; eva is told, and it is on record."""
    stage = Stage(policy(MANAGERS), None, ordered(), pinned=pinned)
    stage.delegate("ana", "eva")
    stage.place(OTHER)
    assert stage.case.deciders == ("ana", "ben")
    assert stage.decide("eva") is Receipt.NOT_ALLOWED
    assert stage.told(NoticeKind.SUPERSEDED) == [("eva",)]
    facts = [e.detail.get("delegated") for e in stage.trail.entries if e.kind is AuditKind.SUPERSEDED]
    assert facts == [["eva for ana"]]


def test_a_delegation_does_not_end_with_a_harmless_change() -> None:
    """Nor does who was put in somebody's place, or added."""
    stage = with_eva(harmless=("purchaseOrderNumber",))
    stage.delegate("ana", "finn")
    stage.reassign("olga", "dana", "ben")
    stage.place(ordered(purchase_order_number="PO-1"))
    assert set(stage.case.deciders) == {"ana", "dana", "finn"}
    assert names(stage)[1] == "managers+eva"
    assert stage.told(NoticeKind.SUPERSEDED) == []


def test_a_delegates_yes_stands_where_an_order_resumes() -> None:
    """It was about no less than what is left, and the delegation has ended all the same."""
    stage = Stage(policy(MANAGERS, FINANCE, changes=Changes(resume_at="finance")), None, ordered())
    stage.delegate("ana", "eva")
    stage.decide("eva")
    stage.request_changes("cleo")
    stage.place(ordered("EUR 11,000.00"))
    assert (stage.case.step, stage.case.delegations) == (1, ())
    assert stage.case.voices[0].decides == "eva"
    stage.wait(DAY)
