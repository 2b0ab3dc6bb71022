"""Who may take an order back, until when, and that nothing brings it back then."""

import pytest

from domain.alarms import SUSPENDING, Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.events import Alarmed, Resumed, Routed
from domain.routing import Route
from tests.domain.cast import NOBODY, OUTSIDER, routed
from tests.domain.witness import Witness


def open_case(route: Route | None = None) -> Witness:
    """An order that waits for managers and then finance, unless another route is given."""
    case = Witness()
    case.route(route or routed())
    return case


def test_the_requester_withdraws() -> None:
    """Accepted, on record, and final."""
    case = open_case()
    receipt = case.withdraw("rita")
    assert receipt.receipt is Receipt.ACCEPTED
    assert case.case.intent is Intent.WITHDRAW
    assert case.trail.entries[-1].kind is AuditKind.WITHDRAWN
    assert case.trail.entries[-1].actor == "rita"
    assert case.withdraw("rita").receipt is Receipt.NOT_PENDING


@pytest.mark.parametrize("identity", ["customer-rita", "RITA@example.com"])
def test_the_requester_withdraws_by_the_identity_on_the_order(identity: str) -> None:
    """A portal knows its user by customer id or e-mail address."""
    assert open_case().withdraw(identity).receipt is Receipt.ACCEPTED


def test_an_operator_withdraws_for_an_outsider() -> None:
    """The requester is not in the directory: an operator enters the withdrawal."""
    case = open_case(routed(requester=OUTSIDER))
    assert case.case.route is not None
    assert case.case.route.requester == ()
    assert case.withdraw("olga").receipt is Receipt.ACCEPTED


@pytest.mark.parametrize("person", ["stan", "ana", "dana", ""])
def test_a_stranger_may_not_withdraw(person: str) -> None:
    """Neither somebody else nor an approver, nor anybody where the order names no requester."""
    for requester in (OUTSIDER, NOBODY):
        case = open_case(routed(requester=requester))
        assert case.withdraw(person or "nobody").receipt is Receipt.NOT_ALLOWED
        assert case.case.deciders == ("ana", "ben")


def test_a_withdrawal_after_the_decision_is_too_late() -> None:
    """What was decided stays decided."""
    case = open_case()
    case.decide("ana", Verdict.REJECT)
    assert case.withdraw("rita").receipt is Receipt.ALREADY_DECIDED
    released = open_case(routed("EUR 10.00"))
    assert released.withdraw("rita").receipt is Receipt.ALREADY_DECIDED


def test_withdrawn_stays_withdrawn_when_the_content_changes() -> None:
    """An edit after the withdrawal brings nobody's approval back."""
    case = open_case()
    case.withdraw("rita")
    case.route(routed("EUR 10.00"), "digest-2")
    assert case.case.intent is Intent.WITHDRAW


@pytest.mark.parametrize("alarm", sorted(SUSPENDING))
@pytest.mark.parametrize("total", ["EUR 10,000.00", "EUR 10.00"])
def test_withdrawn_stays_withdrawn_when_the_move_is_refused(alarm: Alarm, total: str) -> None:
    """The move to the end does not succeed at first: later it is tried again, and nobody is asked to approve."""
    case = open_case()
    case.withdraw("rita")
    case.feed(Alarmed(alarm=alarm, detail="the machine has no way"))
    assert case.case.intent is None
    assert case.decide("ana").receipt is Receipt.NOT_PENDING
    case.feed(Resumed())
    assert case.case.intent is Intent.WITHDRAW
    case.feed(Alarmed(alarm=alarm, detail="the machine has no way"))
    case.feed(Routed(route=routed(total), digest="digest-2"))
    assert case.case.intent is Intent.WITHDRAW
    assert case.decide("ana").receipt is Receipt.NOT_PENDING


def test_withdrawn_while_the_order_is_out_of_place() -> None:
    """A withdrawal is heard also then, and is carried out once it can be."""
    case = open_case()
    case.feed(Alarmed(alarm=Alarm.UNKNOWN_STATE, detail="in Limbo"))
    assert case.withdraw("rita").receipt is Receipt.ACCEPTED
    case.feed(Resumed())
    assert case.case.intent is Intent.WITHDRAW
