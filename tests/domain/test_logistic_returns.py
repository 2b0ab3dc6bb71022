"""Returns by line quantity, with reason and settlement, never more than has left."""

from domain.fulfillment_event import FulfillmentStatus
from domain.logistic_events import Noted, Outcome, Raised, ReturnAdvised, ReturnSettled
from domain.logistic_order import RefundState
from domain.logistic_standing import FindingKind
from tests.domain.logistics import REF, after, event, orders_of, stands

THREE = {"l1": 3}
GONE = event("e1", "delivered", THREE, shipment_ref="s1")


def test_each_event_is_a_return_of_its_own_unless_it_names_one() -> None:
    """Without a reference they add up; of one return the most that was said counts."""
    found = stands(
        orders_of(a=THREE), GONE, event("r1", "returned", {"l1": 1}), event("r2", "returned", {"l1": 1})
    )
    assert (found.returned, [one.ref for one in found.returns]) == ({"l1": 2}, ["r1", "r2"])
    same = stands(
        orders_of(a=THREE),
        GONE,
        event("r1", "returned", {"l1": 1}, return_ref="R"),
        event("r2", "returned", {"l1": 2}, return_ref="R"),
    )
    assert same.returned == {"l1": 2}


def test_without_quantities_everything_comes_back_that_left() -> None:
    """Of the shipment that is named, or of all; what another return holds is left to it."""
    parts = [event(f"s{n}", "delivered", {"l1": n}, shipment_ref=f"s{n}") for n in (1, 2)]
    one = stands(orders_of(a=THREE), *parts, event("r1", "returned", shipment_ref="s2"))
    assert one.returned == {"l1": 2}
    rest = stands(
        orders_of(a=THREE), *parts, event("r1", "returned"), event("r2", "returned", {"l1": 1}, hours=1)
    )
    assert [(each.ref, each.returned) for each in rest.returns] == [("r1", {"l1": 2}), ("r2", {"l1": 1})]


def test_more_than_has_left_is_a_finding_until_it_has() -> None:
    """A return that overtakes its shipment waits for it."""
    orders, effects = after(orders_of(a=THREE), event("r1", "returned", {"l1": 1}))
    assert [one.finding.kind for one in effects if isinstance(one, Raised)] == [FindingKind.RETURNED_BEYOND]
    assert stands(orders).returned == {}
    caught_up = stands(orders, GONE)
    assert (caught_up.returned, caught_up.findings) == ({"l1": 1}, ())


def test_refused_at_the_door_settles_the_order() -> None:
    """All that left has come back, undelivered; a part of it does not settle the rest."""
    shipped = event("e1", "shipped", THREE, shipment_ref="s1")
    all_back = stands(orders_of(a=THREE), shipped, event("r1", "returned"))
    assert (all_back.settled, all_back.at(FulfillmentStatus.DELIVERED)) == (True, {})
    assert not stands(orders_of(a=THREE), shipped, event("r1", "returned", {"l1": 1})).settled


def test_an_order_that_came_back_entirely_is_returned() -> None:
    """Its status says so; with a part of it, it is still delivered."""
    orders, _ = after(orders_of(a=THREE), GONE, event("r1", "returned", {"l1": 1}))
    order = orders.of(REF)
    assert order is not None
    assert order.status is FulfillmentStatus.DELIVERED
    order = after(orders, event("r2", "returned", {"l1": 2}))[0].of(REF)
    assert order is not None
    assert order.status is FulfillmentStatus.RETURNED


def test_a_return_is_announced_comes_back_and_is_settled() -> None:
    """The reason that was given first stays."""
    found = stands(
        orders_of(a=THREE),
        GONE,
        ReturnAdvised(return_ref="R", ref=REF, items={"l1": 2}, reason_code="tooSmall"),
        event("r1", "returned", {"l1": 1}, return_ref="R", hours=1, reason_code="damaged"),
        ReturnSettled(return_ref="R", ref=REF, refund=RefundState.NOT_REFUNDED),
        ReturnSettled(return_ref="R", ref=REF, refund=RefundState.REFUNDED),
    )
    (one,) = found.returns
    assert (one.advised, one.returned, one.reason_code) == ({"l1": 2}, {"l1": 1}, "tooSmall")
    assert one.refund is RefundState.REFUNDED


def test_what_settles_no_return_is_said() -> None:
    """It changes nothing."""
    orders = orders_of(a=THREE)
    same, effects = after(orders, ReturnSettled(return_ref="R", ref=REF, refund=RefundState.REFUNDED))
    assert same == orders
    assert [one.outcome for one in effects if isinstance(one, Noted)] == [Outcome.UNKNOWN]
