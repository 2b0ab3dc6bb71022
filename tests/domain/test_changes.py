"""The order changes under its approval: edited, sent back to its requester, held and mended."""

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.notification import NoticeKind
from domain.phases import Phase
from domain.routing import Route
from tests.domain.cast import DAY, routed
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
    why = "revision 1: the order changed before it was released"
    assert reduction.facts[0].kind is AuditKind.SUPERSEDED
    assert reduction.facts[0].detail == {"decisionIds": ["first"], "why": why}
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
