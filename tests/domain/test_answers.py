"""Every decision gets a typed answer: one example for each answer, and for each rule of who gets which."""

import pytest

from domain.alarms import Alarm
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.events import Alarmed, Moved
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


def test_already_decided_names_whoever_decided_this_revision() -> None:
    """Not somebody whose yes went void with the content that it was about."""
    case = Witness()
    case.route(routed())
    case.decide("ana")
    case.route(routed("EUR 20,000.00"), "digest-2")
    case.decide("ben", revision=2)
    receipt = case.decide("ana", revision=2)
    assert receipt.receipt is Receipt.ALREADY_DECIDED
    assert "by ben" in receipt.message


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
