"""Every decision gets a typed answer: one example for each answer, and for each rule of who gets which."""

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Alarmed, Intent, Moved, Routed
from domain.decision import Decision, DecisionIdReusedError, Receipt, Verdict, Withdrawal
from domain.phases import Phase
from domain.policy import Outcome
from tests.domain.cast import DAY, FINANCE, MANAGERS, route_of, routed, step
from tests.domain.witness import Witness


@pytest.fixture
def case() -> Witness:
    """An order from EUR 10,000: one of managers, then one of finance."""
    witness = Witness()
    witness.route(routed())
    return witness


def test_accepted_opens_the_next_step(case: Witness) -> None:
    """A manager's yes is accepted, and finance is asked."""
    receipt = case.decide("ana")
    assert receipt.receipt is Receipt.ACCEPTED
    assert (receipt.order_id, receipt.phase, receipt.revision) == ("order-1", Phase.PENDING, 1)
    assert case.case.deciders == ("cleo", "cem")
    assert case.case.intent is None


def test_accepted_last_yes_releases(case: Witness) -> None:
    """With the last yes the order may be released, and not before."""
    case.decide("ben")
    assert case.case.intent is None
    assert case.decide("cem").receipt is Receipt.ACCEPTED
    assert case.case.intent is Intent.RELEASE


def test_accepted_rejection_by_one_rejects_all(case: Witness) -> None:
    """One no is enough, at whichever step."""
    case.decide("ana")
    assert case.decide("cleo", Verdict.REJECT).receipt is Receipt.ACCEPTED
    assert case.case.intent is Intent.REJECT


def test_a_late_second_approver_is_told_that_the_step_was_decided_and_by_whom(case: Witness) -> None:
    """Two managers click, the second one after the first: alreadyDecided, by the first."""
    case.decide("ana")
    receipt = case.decide("ben")
    assert receipt.receipt is Receipt.ALREADY_DECIDED
    assert "ana" in receipt.message
    assert [record.approver for record in case.case.decisions] == ["ana"]


def test_two_at_once_one_counts(case: Witness) -> None:
    """A yes and a no at the same instant: the first one in counts, the other is told so."""
    assert case.decide("ana").receipt is Receipt.ACCEPTED
    assert case.decide("ben", Verdict.REJECT).receipt is Receipt.ALREADY_DECIDED
    assert case.case.intent is None
    assert case.case.deciders == ("cleo", "cem")


def test_already_decided_after_the_release(case: Witness) -> None:
    """Once released, everybody on the route hears that the order was decided, also in fulfilment."""
    case.decide("ana")
    case.decide("cleo")
    assert case.decide("cem", Verdict.REJECT).receipt is Receipt.ALREADY_DECIDED
    case.carry_out()
    assert case.decide("ben", Verdict.REJECT).receipt is Receipt.ALREADY_DECIDED
    assert case.case.phase is Phase.IN_FULFILLMENT


def test_already_decided_after_a_rejection(case: Witness) -> None:
    """A yes does not bring a rejected order back."""
    case.decide("ana", Verdict.REJECT)
    assert case.decide("ben").receipt is Receipt.ALREADY_DECIDED
    case.carry_out()
    assert case.decide("ben").receipt is Receipt.ALREADY_DECIDED
    assert case.case.phase is Phase.REJECTED


def test_already_decided_for_whoever_counts_already() -> None:
    """Nobody counts twice: somebody who said yes at the first step cannot say yes at the second."""
    both = step("managers", name="second", to=("dana",))
    case = Witness()
    case.route(route_of(MANAGERS, both))
    case.decide("ana")
    assert case.case.deciders == ("ben",)
    assert case.decide("ana").receipt is Receipt.ALREADY_DECIDED
    assert case.decide("ben").receipt is Receipt.ACCEPTED
    assert case.case.intent is Intent.RELEASE


def test_a_step_approved_by_its_deadline_is_already_decided_too() -> None:
    """Whoever comes late to a step that its declared outcome has passed gets an answer, not an error."""
    case = Witness()
    case.route(route_of(step("managers", Outcome.APPROVE, to=()), FINANCE))
    case.wait(2 * DAY)
    assert case.decide("ana").receipt is Receipt.ALREADY_DECIDED


def test_an_early_decision_is_answered_when_the_route_is_known() -> None:
    """What comes before the order was read waits, and counts as soon as it was."""
    case = Witness()
    early = Decision(decision_id="early", approver="ana", verdict=Verdict.APPROVE, revision=1)
    assert case.feed(early).receipt is None
    assert case.feed(early).receipt is None
    case.route(routed())
    answer = case.case.answer_to("early")
    assert answer is not None
    assert answer.receipt.receipt is Receipt.ACCEPTED
    assert case.case.deciders == ("cleo", "cem")
    repeated = case.feed(early).receipt
    assert repeated is not None
    assert (repeated.receipt, repeated.first) == (Receipt.DUPLICATE, Receipt.ACCEPTED)


def test_early_decisions_are_answered_in_the_order_of_coming() -> None:
    """Two early ones on the same step: the first counts."""
    case = Witness()
    for name in ("ana", "ben"):
        case.feed(Decision(decision_id=f"early-{name}", approver=name, verdict=Verdict.APPROVE))
    case.route(routed())
    assert [record.approver for record in case.case.decisions] == ["ana"]
    second = case.case.answer_to("early-ben")
    assert second is not None
    assert second.receipt.receipt is Receipt.ALREADY_DECIDED


def test_an_early_decision_by_a_stranger_is_answered_too() -> None:
    """Not being on the route is an answer, not silence."""
    case = Witness()
    case.feed(Decision(decision_id="early", approver="stan", verdict=Verdict.APPROVE))
    case.route(routed())
    answer = case.case.answer_to("early")
    assert answer is not None
    assert answer.receipt.receipt is Receipt.NOT_ALLOWED


@pytest.mark.parametrize("end", [Phase.CANCELLED, Phase.COMPLETED])
def test_an_early_decision_is_answered_if_the_order_ends_before_it_was_routed(end: Phase) -> None:
    """Somebody cancels the order before it was ever routed: whoever was early hears of it."""
    case = Witness()
    case.feed(Decision(decision_id="early", approver="ana", verdict=Verdict.APPROVE, revision=1))
    case.feed(Withdrawal(withdrawal_id="early-too", requester="rita"))
    case.feed(Moved(phase=end))
    expected = Receipt.NOT_PENDING if end is Phase.CANCELLED else Receipt.ALREADY_DECIDED
    for name in ("early", "early-too"):
        answer = case.case.answer_to(name)
        assert answer is not None
        assert answer.receipt.receipt is expected
    assert case.decide("ben").receipt is expected


def test_not_allowed_for_a_stranger(case: Witness) -> None:
    """Somebody whom no step names decides nothing."""
    receipt = case.decide("stan")
    assert receipt.receipt is Receipt.NOT_ALLOWED
    assert case.case.decisions == ()


def test_not_allowed_before_ones_turn(case: Witness) -> None:
    """Finance cannot decide while the managers are asked."""
    assert case.decide("cleo").receipt is Receipt.NOT_ALLOWED
    assert case.case.deciders == ("ana", "ben")


def test_not_allowed_after_escalation(case: Witness) -> None:
    """Escalation moves authority: the first level decides no longer, the new one does."""
    case.wait(2 * DAY)
    assert case.decide("ana").receipt is Receipt.NOT_ALLOWED
    assert case.decide("dana").receipt is Receipt.ACCEPTED
    assert case.case.deciders == ("cleo", "cem")


def test_not_allowed_for_the_escalation_level_before_the_deadline(case: Witness) -> None:
    """Authority moves at the deadline, not before."""
    case.wait(2 * DAY - DAY / 24)
    assert case.decide("dana").receipt is Receipt.NOT_ALLOWED


def test_not_allowed_for_the_requester() -> None:
    """A manager who placed the order is no approver of it."""
    case = Witness()
    requester = routed().requester
    assert requester == ("rita",)
    case.route(routed())
    assert case.decide("rita").receipt is Receipt.NOT_ALLOWED


def test_superseded_when_the_content_has_changed(case: Witness) -> None:
    """A decision on what is no longer ordered does not count."""
    case.route(routed("EUR 20,000.00"), "digest-2")
    receipt = case.decide("ana", revision=1)
    assert receipt.receipt is Receipt.SUPERSEDED
    assert receipt.revision == 2
    assert case.case.decisions == ()
    assert case.decide("ana", revision=2).receipt is Receipt.ACCEPTED


def test_not_pending_after_withdrawal(case: Witness) -> None:
    """Withdrawn by its requester, before and after the order was moved."""
    case.withdraw("rita")
    assert case.decide("ana").receipt is Receipt.NOT_PENDING
    case.carry_out()
    assert case.decide("ben").receipt is Receipt.NOT_PENDING
    assert case.case.phase is Phase.WITHDRAWN


def test_not_pending_after_somebody_cancelled_the_order(case: Witness) -> None:
    """Cancelled in commercetools: nobody decided, so nothing was already decided."""
    case.feed(Moved(phase=Phase.CANCELLED))
    assert case.decide("ana").receipt is Receipt.NOT_PENDING


def test_not_pending_while_changes_are_requested(case: Witness) -> None:
    """The order waits for its requester."""
    case.decide("ana", Verdict.REQUEST_CHANGES)
    assert case.decide("ben").receipt is Receipt.NOT_PENDING


def test_not_pending_while_the_order_is_out_of_place(case: Witness) -> None:
    """Somebody moved the order past its approval: no decision takes effect until it is back."""
    case.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved to InFulfillment"))
    assert case.decide("ana").receipt is Receipt.NOT_PENDING
    assert case.case.deciders == ()


def test_not_pending_when_it_is_found_out_of_place_at_first_sight() -> None:
    """Early decisions on an order that is found where no approval can move it from are answered."""
    case = Witness()
    case.feed(Decision(decision_id="early", approver="ana", verdict=Verdict.APPROVE))
    case.feed(Routed(route=routed(), digest="digest-1", alarm=Alarm.UNKNOWN_STATE, detail="in Limbo"))
    answer = case.case.answer_to("early")
    assert answer is not None
    assert answer.receipt.receipt is Receipt.NOT_PENDING


def test_duplicate_is_answered_with_the_first_outcome(case: Witness) -> None:
    """The same decision again changes nothing, and is told what the first was answered."""
    case.decide("ana", name="once")
    trail = case.trail
    again = case.decide("ana", name="once")
    assert (again.receipt, again.first) == (Receipt.DUPLICATE, Receipt.ACCEPTED)
    assert case.trail == trail


def test_duplicate_of_a_refusal_stays_a_refusal(case: Witness) -> None:
    """Sent too early and again in time under the same id: it is the same decision, and its answer stands."""
    case.decide("dana", name="once")
    case.wait(2 * DAY)
    again = case.decide("dana", name="once")
    assert (again.receipt, again.first) == (Receipt.DUPLICATE, Receipt.NOT_ALLOWED)
    assert case.case.decisions == ()


def test_duplicate_carries_the_request_it_answers(case: Witness) -> None:
    """A repeat with a request id of its own is the same decision, answered under that request id."""
    sent = Decision(
        decision_id="once", approver="ana", verdict=Verdict.APPROVE, revision=1, request_id="first"
    )
    case.feed(sent)
    receipt = case.feed(sent.model_copy(update={"request_id": "second"})).receipt
    assert receipt is not None
    assert (receipt.receipt, receipt.request_id) == (Receipt.DUPLICATE, "second")


def test_decision_id_reused_with_another_body_raises(case: Witness) -> None:
    """The same id with another verdict is a fault of the sender; the first word stands."""
    case.decide("ana", name="once")
    before = case.case
    with pytest.raises(DecisionIdReusedError):
        case.decide("ana", Verdict.REJECT, name="once")
    with pytest.raises(DecisionIdReusedError):
        case.withdraw("rita", name="once")
    assert case.case == before


def test_decision_id_reused_before_the_route_is_known_raises() -> None:
    """Also for what still waits."""
    case = Witness()
    case.feed(Decision(decision_id="early", approver="ana", verdict=Verdict.APPROVE))
    with pytest.raises(DecisionIdReusedError):
        case.feed(Decision(decision_id="early", approver="ana", verdict=Verdict.REJECT))


def test_an_assumed_revision_is_noted(case: Witness) -> None:
    """Without a revision a decision binds to the current one, and the audit says that it was assumed."""
    case.decide("ana", revision=None)
    case.decide("cleo", revision=1)
    notes = [entry.detail for entry in case.trail.entries if entry.kind is AuditKind.DECIDED]
    assert [detail.get("revisionAssumed", False) for detail in notes] == [True, False]
    assert [record.revision_assumed for record in case.case.decisions] == [True, False]


def test_a_refused_decision_is_on_record(case: Witness) -> None:
    """Who tried what, and why it did not count, stands in the trail."""
    case.decide("stan", name="tried")
    last = case.trail.entries[-1]
    assert (last.kind, last.actor) == (AuditKind.REFUSED, "stan")
    assert last.detail["decisionId"] == "tried"
    assert last.detail["receipt"] == "notAllowed"


def test_a_comment_is_on_record(case: Witness) -> None:
    """What an approver says beside the verdict stands in the trail."""
    case.feed(
        Decision(decision_id="d", approver="ana", verdict=Verdict.REJECT, revision=1, comment="too dear")
    )
    assert case.trail.entries[-1].detail["comment"] == "too dear"
    assert case.case.decisions[0].comment == "too dear"
