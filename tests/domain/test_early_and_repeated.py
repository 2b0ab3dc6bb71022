"""What comes early waits for its answer; what comes twice is answered as before; what was said is on record."""

import pytest

from domain.alarms import Alarm
from domain.audit import OUTSIDER, AuditKind
from domain.decision import Decision, DecisionIdReusedError, Receipt, Verdict, Withdrawal
from domain.events import Moved, Routed
from domain.phases import Phase
from tests.domain.cast import DAY, routed
from tests.domain.witness import Witness


@pytest.fixture
def case() -> Witness:
    """An order from EUR 10,000: one of managers, then one of finance."""
    witness = Witness()
    witness.route(routed())
    return witness


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
    """Who tried what, and why it did not count, stands in the trail; somebody whom nobody knows is an outsider there."""
    for person, actor in (("cleo", "cleo"), ("stan", OUTSIDER)):
        case.decide(person, name=f"tried-by-{person}")
        last = case.trail.entries[-1]
        assert (last.kind, last.actor) == (AuditKind.REFUSED, actor)
        assert last.detail["decisionId"] == f"tried-by-{person}"
        assert last.detail["receipt"] == "notAllowed"


def test_a_comment_is_on_record(case: Witness) -> None:
    """What an approver says beside the verdict stands in the trail."""
    case.feed(
        Decision(decision_id="d", approver="ana", verdict=Verdict.REJECT, revision=1, comment="too dear")
    )
    assert case.trail.entries[-1].detail["comment"] == "too dear"
    assert case.case.decisions[0].comment == "too dear"
