"""The order changes under its approval: edited, moved by others, sent back, withdrawn."""

import pytest

from domain.alarms import SUSPENDING, Alarm
from domain.audit import AuditKind
from domain.case import Alarmed, Intent, Moved, Resumed, Routed
from domain.decision import Receipt, Verdict
from domain.notification import Notice, NoticeKind
from domain.phases import Phase
from domain.routing import Route
from tests.domain.cast import DAY, MANAGERS, NOBODY, OUTSIDER, route_of, routed
from tests.domain.witness import Witness


def open_case(route: Route | None = None) -> Witness:
    """An order that waits for managers and then finance, unless another route is given."""
    case = Witness()
    case.route(route or routed())
    return case


def superseded(case: Witness) -> list[str]:
    """The ids of the decisions whose makers were answered that they no longer count."""
    return [a.receipt.decision_id for a in case.case.answers if a.receipt.receipt is Receipt.SUPERSEDED]


def test_the_same_content_again_is_no_news() -> None:
    """Messages repeat; an order that reads as before changes nothing, whatever policy says by now."""
    case = open_case()
    case.decide("ana")
    before = case.case
    reduction = case.route(routed("EUR 1,500.00"))
    assert case.case == before
    assert (reduction.facts, reduction.notices) == ((), ())


def test_new_content_voids_what_was_decided_and_asks_again() -> None:
    """An edit after the first yes: the yes is void, its giver is told, and the first step is asked again."""
    case = open_case()
    case.decide("ana", name="first")
    reduction = case.route(routed("EUR 20,000.00"), "digest-2")
    assert [record.void for record in case.case.decisions] == [True]
    assert superseded(case) == ["first"]
    assert [n.kind for n in reduction.notices] == [NoticeKind.SUPERSEDED, NoticeKind.REQUESTED]
    assert reduction.notices[0].recipients == ("ana",)
    assert case.case.deciders == ("ana", "ben")
    assert case.decide("ana", revision=2).receipt is Receipt.ACCEPTED


def test_content_found_changed_at_release_makes_the_decision_void() -> None:
    """The last yes is in, the check at release finds other content: void, and never released."""
    case = open_case()
    case.decide("ana")
    case.decide("cleo", name="last")
    assert case.case.intent is Intent.RELEASE
    case.route(routed("EUR 20,000.00"), "digest-2")
    assert case.case.intent is None
    assert "last" in superseded(case)
    first = case.case.answer_to("last")
    assert first is not None
    assert first.receipt.receipt is Receipt.ACCEPTED


def test_content_that_goes_back_to_what_it_was_is_a_new_revision_all_the_same() -> None:
    """A yes on revision 1 does not come back to life with its content."""
    case = open_case()
    case.decide("ana")
    case.route(routed("EUR 20,000.00"), "digest-2")
    case.route(routed(), "digest-1")
    assert case.case.revision == 3
    assert case.case.deciders == ("ana", "ben")
    assert case.decide("ana", revision=1).receipt is Receipt.SUPERSEDED


def test_content_changed_so_that_nobody_is_needed_is_released_on_its_own_route() -> None:
    """A new route decides, not what the old one asked for."""
    case = open_case()
    case.decide("ana", Verdict.REJECT)
    case.route(routed("EUR 10.00"), "digest-2")
    assert case.case.intent is Intent.RELEASE
    assert case.case.deciders == ()


def test_changes_requested_then_edited_is_routed_anew() -> None:
    """Changes are asked for, the requester makes them, and approval begins again on the new revision."""
    case = open_case()
    case.decide("ana", Verdict.REQUEST_CHANGES)
    assert (case.case.phase, case.case.intent) == (Phase.CHANGES_REQUESTED, None)
    assert case.wait(365 * DAY).facts == ()
    case.route(routed("EUR 11,000.00"), "digest-2")
    assert (case.case.phase, case.case.revision) == (Phase.PENDING, 2)
    assert case.case.deciders == ("ana", "ben")
    case.decide("ben", revision=2)
    case.decide("cem", revision=2)
    assert case.case.intent is Intent.RELEASE


def test_changes_requested_then_withdrawn() -> None:
    """The requester may also give up."""
    case = open_case()
    case.decide("ana", Verdict.REQUEST_CHANGES)
    assert case.withdraw("rita").receipt is Receipt.ACCEPTED
    assert case.carry_out() is Phase.WITHDRAWN


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


def test_a_held_order_that_reads_as_before_is_no_news() -> None:
    """Held orders are routed at every look; the same result again leaves no trace."""
    held = routed("EUR 10.00").model_copy(update={"rule": "none", "held": "no rule matches"})
    case = open_case(held)
    reduction = case.route(held)
    assert (reduction.facts, reduction.notices) == ((), ())


def test_a_held_order_goes_on_when_a_person_has_mended_the_cause() -> None:
    """The policy was mended: the same content is routed again, on the same revision."""
    held = routed("EUR 10.00").model_copy(update={"rule": "none", "held": "no rule matches"})
    case = open_case(held)
    assert (case.case.alarm, case.case.deciders, case.case.intent) == (Alarm.HELD, (), None)
    assert case.decide("ana").receipt is Receipt.NOT_ALLOWED
    case.route(routed())
    assert (case.case.alarm, case.case.revision) == (None, 1)
    assert case.case.deciders == ("ana", "ben")
