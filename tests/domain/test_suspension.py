"""An order that stands where no approval can move it from waits, and is asked for again when it is back."""

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.events import Alarmed, Moved, Resumed
from domain.notification import Notice, NoticeKind
from domain.phases import Phase
from domain.routing import Route
from tests.domain.cast import DAY, MANAGERS, route_of, routed
from tests.domain.witness import Witness


def open_case(route: Route | None = None) -> Witness:
    """An order that waits for managers and then finance, unless another route is given."""
    case = Witness()
    case.route(route or routed())
    return case


def superseded(case: Witness) -> list[str]:
    """The ids of the decisions whose makers were answered that they no longer count."""
    return [a.receipt.decision_id for a in case.case.answers if a.receipt.receipt is Receipt.SUPERSEDED]


def test_suspended_orders_wait_and_are_asked_for_again_when_they_are_back() -> None:
    """Moved past us and back: any doubt means not approved, so everybody is asked again and is told of it."""
    case = open_case()
    asked = case.notices[-1]
    case.decide("ana", name="before")
    case.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved to InFulfillment"))
    assert case.case.suspended
    assert case.wait(30 * DAY).facts == ()
    reduction = case.feed(Resumed())
    assert superseded(case) == ["before"]
    assert [n.kind for n in reduction.notices] == [NoticeKind.SUPERSEDED, NoticeKind.REQUESTED]
    assert case.case.deciders == ("ana", "ben")
    assert case.case.revision == 1
    assert reduction.notices[1].occasion != asked.occasion


def test_suspended_again_the_operators_are_told_again() -> None:
    """Two detours are two alarms, each with a message of its own."""
    case = open_case()
    told: list[Notice] = []
    for place in ("InFulfillment", "Completed"):
        told += case.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail=f"moved to {place}")).notices
        case.feed(Resumed())
    assert len({notice.occasion for notice in told}) == 2


def test_the_trail_says_why_approval_begins_again() -> None:
    """Also for an order that needs nobody's yes, and not that somebody moved it where nobody did."""
    case = open_case(routed("EUR 10.00"))
    case.feed(Alarmed(alarm=Alarm.REFUSED, detail="refused"))
    facts = case.feed(Resumed()).facts
    assert [fact.kind for fact in facts] == [AuditKind.ROUTED]
    assert facts[0].detail["again"] == "what was decided could not be carried out, so it is asked for again"
    assert case.case.intent is Intent.RELEASE


def test_a_release_in_doubt_is_not_a_release() -> None:
    """Everybody has said yes, the release is refused: nothing is released before everybody is asked again."""
    case = open_case(routed("EUR 2,000.00"))
    case.decide("ana")
    case.feed(Alarmed(alarm=Alarm.REFUSED, detail="refused"))
    assert case.case.intent is None
    case.feed(Resumed())
    assert case.case.intent is None
    assert case.case.deciders == ("ana", "ben")


def test_a_rejection_is_not_overtaken_by_an_alarm_beside_it() -> None:
    """An alarm that does not suspend the approval neither lifts a rejection nor a withdrawal."""
    for say in ("ana", None):
        case = open_case(route_of(MANAGERS))
        if say:
            case.decide(say, Verdict.REJECT)
        else:
            case.withdraw("rita")
        intent = case.case.intent
        case.feed(Alarmed(alarm=Alarm.NOT_DELIVERED, detail="mail server down"))
        assert case.case.intent is intent
        assert case.case.deciders == ()


def test_an_alarm_beside_the_approval_does_not_stop_its_clock() -> None:
    """A message that could not be delivered is no reason not to escalate."""
    case = open_case()
    due = case.case.due_at
    case.feed(Alarmed(alarm=Alarm.NOT_DELIVERED, detail="mail server down"))
    assert case.case.due_at == due
    case.wait(2 * DAY)
    assert case.case.deciders == ("dana",)


def test_an_alarm_beside_the_approval_does_not_lift_a_suspension() -> None:
    """The message about the suspension could not be delivered: the order is suspended all the same."""
    case = open_case()
    case.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved to InFulfillment"))
    case.feed(Alarmed(alarm=Alarm.NOT_DELIVERED, detail="mail server down"))
    assert case.case.suspended
    assert case.decide("ana").receipt is Receipt.NOT_PENDING


@pytest.mark.parametrize("end", [Phase.CANCELLED, Phase.REJECTED, Phase.COMPLETED, Phase.IN_FULFILLMENT])
def test_an_order_past_its_approval_is_not_routed_or_resumed(end: Phase) -> None:
    """What has ended, or is on its way, is not approved again."""
    case = open_case()
    case.feed(Moved(phase=end))
    before = case.case
    case.route(routed("EUR 20.00"), "digest-2")
    assert case.case == before
    case.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved"))
    case.feed(Resumed())
    assert (case.case.phase, case.case.intent) == (end, None)
