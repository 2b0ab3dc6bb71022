"""Changes that the policy calls harmless: a new revision on which everything said before stands."""

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Decision, Receipt, Verdict
from domain.events import Alarmed, Moved
from domain.notification import NoticeKind
from domain.order import Address
from domain.phases import Phase
from domain.policy import Approvers, Changes, Condition, Escalation, Policy, Rule
from domain.status import OrderRecord, status_of
from starter.late_answers import late_answer
from tests.domain.cast import DAY, content
from tests.domain.stage import Stage, asking, away, ordered, policy, staff

UP = (Escalation(to=Approvers(people=("dana",)), within=2 * DAY),)
STEPS = (asking("managers", "ana", "ben", escalate=UP), asking("finance", "cleo", "cem"))
RULES = policy(*STEPS, harmless=("purchaseOrderNumber", "billingAddress"))
NUMBERED = ordered(purchase_order_number="PO-7")


def open_stage() -> Stage:
    """An order that waits for managers and then finance; its number may change."""
    return Stage(RULES, order=ordered())


def test_decisions_stand_and_nobody_is_asked_anew() -> None:
    """Another revision, the same step, the same deadline, no message; the record says what is different."""
    stage = open_stage()
    stage.decide("ana")
    due, told = stage.case.due_at, len(stage.notices)
    stage.place(NUMBERED)
    assert (stage.case.revision, stage.case.step, stage.case.due_at) == (2, 1, due)
    assert stage.case.digest == NUMBERED.digest
    assert [record.void for record in stage.case.decisions] == [False]
    assert len(stage.notices) == told
    entry = stage.trail.entries[-1]
    assert (entry.kind, entry.revision) == (AuditKind.ROUTED, 2)
    assert entry.detail["harmless"] == ["purchase order number changed"]
    assert stage.decide("cleo") is Receipt.ACCEPTED
    assert stage.case.intent is Intent.RELEASE


def test_what_was_sent_for_the_older_revision_counts() -> None:
    """Cleo's page shows revision 1; nothing that she decides on has changed. It is recorded on the one that she saw."""
    stage = open_stage()
    stage.place(NUMBERED)
    stage.place(ordered(purchase_order_number="PO-8"))
    assert stage.decide("ana", revision=1) is Receipt.ACCEPTED
    assert stage.decide("cleo", revision=2) is Receipt.ACCEPTED
    assert [record.revision for record in stage.case.decisions] == [1, 2]


def test_only_back_to_the_last_change_that_mattered() -> None:
    """Revision 1 was other content; 2 and 3 differ in nothing that matters."""
    stage = open_stage()
    stage.place(ordered("EUR 13,000.00"))
    stage.place(ordered("EUR 13,000.00", purchase_order_number="PO-7"))
    assert stage.decide("ana", revision=1) is Receipt.SUPERSEDED
    assert stage.decide("ana", revision=4) is Receipt.SUPERSEDED
    assert stage.decide("ana", revision=2) is Receipt.ACCEPTED


def test_after_a_change_that_matters_nothing_older_counts() -> None:
    """However many harmless ones there were before."""
    stage = open_stage()
    stage.place(NUMBERED)
    stage.decide("ana")
    stage.place(ordered("EUR 13,000.00", purchase_order_number="PO-7"))
    assert stage.case.decisions[0].void
    for revision in (1, 2):
        assert stage.decide("ben", revision=revision) is Receipt.SUPERSEDED
    assert stage.decide("ben", revision=3) is Receipt.ACCEPTED


def test_harmless_and_something_else_is_not_harmless() -> None:
    """All that is different has to be."""
    stage = open_stage()
    stage.decide("ana")
    stage.place(ordered("EUR 12,000.01", purchase_order_number="PO-7"))
    assert stage.case.deciders == ("ana", "ben")
    stage.decide("ana")
    stage.place(ordered("EUR 12,000.01", purchase_order_number="PO-7", shipping_address=Address(city="Kiel")))
    assert stage.case.deciders == ("ana", "ben"), "this policy does not call another address harmless"


def test_what_the_policy_does_not_call_harmless_is_not() -> None:
    """Nothing is by itself."""
    stage = Stage(policy(*STEPS), order=ordered())
    stage.decide("ana")
    stage.place(NUMBERED)
    assert stage.case.deciders == ("ana", "ben")


def test_the_policy_of_now_says_what_is_harmless() -> None:
    """It was tightened while the order waited."""
    stage = open_stage()
    stage.decide("ana")
    stage.policy = policy(*STEPS)
    stage.place(NUMBERED)
    assert stage.case.deciders == ("ana", "ben")


@pytest.mark.parametrize("what", ["people", "steps", "rule", "requester"])
def test_another_route_is_asked_about_anew(what: str) -> None:
    """The same number, but the policy or the directory leads elsewhere by now."""
    stage = open_stage()
    stage.decide("ana")
    if what == "people":
        stage.people = staff(without=("cem",))
    elif what == "steps":
        stage.policy = policy(STEPS[0], harmless=RULES.harmless)
    elif what == "rule":
        stage.policy = Policy(rules=(Rule(rule="other", why="w", steps=STEPS),), harmless=RULES.harmless)
    else:
        stage.people = staff(finn={"email": "rita@example.com"})
    stage.place(NUMBERED)
    assert stage.case.decisions[0].void
    assert stage.case.step == 0


def test_a_change_that_leads_to_another_rule_is_asked_about_anew() -> None:
    """Billed to another country's office: the policy asks others for it."""
    abroad = Rule(
        rule="abroad", why="w", when=Condition(country_other_than="DE"), steps=(asking("board", "dana"),)
    )
    rules = Policy(rules=(abroad, Rule(rule="rest", why="w", steps=STEPS)), harmless=("shippingAddress",))
    stage = Stage(rules, order=ordered(country="DE", shipping_address=Address(country="DE")))
    stage.decide("ana")
    stage.place(ordered(country="DE", shipping_address=Address(country="DE", city="Kiel")))
    assert not stage.case.decisions[0].void
    stage.place(ordered(country="DE", shipping_address=Address(country="FR")))
    assert stage.case.deciders == ("dana",)
    assert stage.case.decisions[0].void


def test_made_after_requested_changes_it_is_what_was_requested() -> None:
    """The number was missing: it is there, and the approvers are asked again, where they were, with new messages."""
    stage = open_stage()
    stage.decide("ana")
    stage.request_changes("cleo")
    stage.now += DAY
    stage.place(NUMBERED)
    assert (stage.case.phase, stage.case.step, stage.case.revision) == (Phase.PENDING, 1, 2)
    assert stage.case.deciders == ("cleo", "cem")
    assert stage.case.due_at == stage.now + 2 * DAY
    occasions = [n.occasion for n in stage.notices if n.kind is NoticeKind.REQUESTED]
    assert len(occasions) == len(set(occasions)) == 3
    assert stage.decide("cem") is Receipt.ACCEPTED
    assert stage.case.intent is Intent.RELEASE


def test_found_at_the_release_it_is_released() -> None:
    """The last yes is in; the number changes before the order is moved. Nobody is asked again."""
    stage = open_stage()
    stage.decide("ana")
    stage.decide("cleo")
    stage.place(NUMBERED)
    assert (stage.case.intent, stage.case.digest) == (Intent.RELEASE, NUMBERED.digest)


def test_found_before_a_rejection_it_is_rejected() -> None:
    """A no to what it was is a no to what it is."""
    stage = open_stage()
    stage.decide("ana", Verdict.REJECT)
    stage.place(NUMBERED)
    assert stage.case.intent is Intent.REJECT


def test_escalated_and_overdue_it_stays_so() -> None:
    """Time goes on where it was."""
    stage = open_stage()
    stage.wait(2 * DAY)
    stage.place(NUMBERED)
    assert (stage.case.level, stage.case.deciders) == (1, ("dana",))
    stage.wait(2 * DAY)
    stage.place(ordered(purchase_order_number="PO-8"))
    assert (stage.case.alarm, stage.case.deciders) == (Alarm.OVERDUE, ("dana",))


def test_substitutes_and_delegates_stay() -> None:
    """Who may decide was pinned when the level opened."""
    stage = Stage(RULES, staff(ana=away("eva")), ordered())
    stage.delegate("ben", "finn")
    stage.people = staff()
    stage.place(NUMBERED)
    assert set(stage.case.deciders) == {"ana", "ben", "eva", "finn"}


def test_while_a_level_opens_it_opens() -> None:
    """What waits for it is answered then."""
    stage = open_stage()
    stage.waits = True
    stage.wait(2 * DAY)
    assert stage.decide("dana", revision=1) is None
    stage.place(NUMBERED)
    stage.read_directory()
    assert stage.answer("id-1") is Receipt.ACCEPTED
    assert stage.case.step == 1


def test_on_an_order_that_somebody_moved_past_us_it_is_not_harmless() -> None:
    """Any doubt means not approved."""
    stage = open_stage()
    stage.decide("ana")
    stage.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved"))
    stage.place(NUMBERED)
    assert stage.case.deciders == ("ana", "ben")
    assert stage.case.decisions[0].void


def test_a_withdrawn_order_stays_withdrawn() -> None:
    """Whatever is changed on its way out."""
    stage = open_stage()
    stage.withdraw()
    stage.place(NUMBERED)
    assert stage.case.intent is Intent.WITHDRAW


def test_an_automatic_order_is_released_with_its_new_content() -> None:
    """Nobody's yes is needed, before and after."""
    stage = Stage(policy(), order=content("EUR 5.00"))
    stage.place(content("EUR 5.00").model_copy(update={"purchase_order_number": "PO-7"}))
    assert (stage.case.intent, stage.case.revision) == (Intent.RELEASE, 2)


def test_a_held_order_is_routed_anew() -> None:
    """Nobody could decide; the change is no reason to wait on."""
    stage = Stage(policy(asking("managers", "rita"), harmless=RULES.harmless), order=ordered())
    assert stage.case.alarm is Alarm.HELD
    stage.policy = RULES
    stage.place(NUMBERED)
    assert stage.case.deciders == ("ana", "ben")


def test_it_takes_up_no_round() -> None:
    """Rounds are counted by requests."""
    one = policy(*STEPS, harmless=RULES.harmless, changes=Changes(rounds=1))
    stage = Stage(one, order=ordered())
    stage.place(NUMBERED)
    assert stage.request_changes("ana") is Receipt.ACCEPTED


def test_a_decision_is_on_record_with_the_revision_that_was_seen() -> None:
    """Ana saw the order without its number; so say the record and the trail, and one who names none saw the current one."""
    stage = open_stage()
    stage.place(NUMBERED)
    assert stage.decide("ana", revision=1) is Receipt.ACCEPTED
    assert stage.decide("cleo", revision=None) is Receipt.ACCEPTED
    assert [(d.revision, d.revision_assumed) for d in stage.case.decisions] == [(1, False), (2, True)]
    decided = [entry.revision for entry in stage.trail.entries if entry.kind is AuditKind.DECIDED]
    assert decided == [1, 2]


def test_the_same_decision_after_the_end_is_a_duplicate() -> None:
    """Told from the record, it is the one that was accepted, though the revision counted on before it came."""
    stage = open_stage()
    stage.place(NUMBERED)
    sent = Decision(decision_id="d-1", approver="ana", verdict=Verdict.APPROVE, revision=1)
    answer = stage.say(sent)
    assert answer is not None
    assert answer.receipt is Receipt.ACCEPTED
    stage.feed(Moved(phase=Phase.COMPLETED))
    record = OrderRecord(**dict(stage.trail), status=status_of(stage.case, None, None))
    assert late_answer(record, sent).receipt is Receipt.DUPLICATE
