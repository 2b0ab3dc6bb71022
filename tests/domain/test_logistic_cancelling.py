"""Cancellation from either side, by line quantity: while the goods are in the warehouse the provider's answer decides."""

from datetime import timedelta

import pytest

from domain.fulfillment_event import FulfillmentStatus
from domain.logistic_events import (
    CancelAnswered,
    CancelRequested,
    CancelToAsk,
    HandedOver,
    NotCancellable,
    Noted,
    Outcome,
    Raised,
)
from domain.logistic_order import CancelAnswer, LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.logistic_standing import FindingKind
from domain.progress import End, infer
from domain.splitting import Held
from tests.domain.cast import MONDAY
from tests.domain.logistics import REF, after, event, orders_of, stands

THREE = {"l1": 3}
YES, NO = CancelAnswer.CONFIRMED, CancelAnswer.REFUSED


def ask(units: int = 2, name: str = "r1") -> CancelRequested:
    """A request to cancel so many of the line."""
    return CancelRequested(request_id=name, items={"l1": units}, ref=REF, reason_code="noNeed")


def answer(verdict: CancelAnswer, name: str = "r1", **confirmed: int) -> CancelAnswered:
    """The provider's answer to it."""
    return CancelAnswered(request_id=name, ref=REF, answer=verdict, confirmed=confirmed, why="picked")


def test_while_picking_nothing_is_assumed_until_the_provider_answers() -> None:
    """The units are asked for, and neither cancelled nor gone; the order is not settled with the rest."""
    orders, effects = after(orders_of(a=THREE), event("e1", "picking"), ask())
    assert [one for one in effects if isinstance(one, CancelToAsk)] == [
        CancelToAsk(
            ref=REF, provider="custom-object", request_id="r1", altogether={"l1": 2}, reason_code="noNeed"
        )
    ]
    found = stands(orders, event("e2", "delivered", {"l1": 1}))
    assert (found.cancel_requested, found.cancelled, found.settled) == ({"l1": 2}, {}, False)


def test_a_confirmation_cancels() -> None:
    """And the rest settles the order."""
    found = stands(orders_of(a=THREE), ask(), answer(YES), event("e1", "delivered", {"l1": 1}))
    assert (found.cancel_requested, found.cancelled, found.cancel_refused) == ({}, {"l1": 2}, {})
    assert found.settled


def test_a_confirmation_of_less_refuses_the_rest() -> None:
    """One of two."""
    found = stands(orders_of(a=THREE), ask(), answer(YES, l1=1))
    assert (found.cancelled, found.cancel_refused, found.cancel_requested) == ({"l1": 1}, {"l1": 1}, {})


def test_a_refusal_lets_the_goods_go_on() -> None:
    """They can be delivered, and asked for again."""
    orders, _ = after(orders_of(a=THREE), ask(), answer(NO))
    found = stands(orders)
    assert (found.cancelled, found.cancel_refused, found.cancel_requested) == ({}, {"l1": 2}, {})
    assert stands(orders, event("e1", "delivered")).settled
    again, effects = after(orders, ask(1, "r2"))
    assert [one.altogether for one in effects if isinstance(one, CancelToAsk)] == [{"l1": 1}]
    assert stands(again).cancel_requested == {"l1": 1}


def test_a_refusal_after_the_confirmation_is_old_news() -> None:
    """What the provider has cancelled stays so; a late confirmation counts."""
    assert stands(orders_of(a=THREE), ask(), answer(YES), answer(NO)).cancelled == {"l1": 2}
    assert stands(orders_of(a=THREE), ask(), answer(NO), answer(YES)).cancelled == {"l1": 2}


def test_goods_that_leave_meanwhile_refuse_the_request() -> None:
    """Three leave although two were asked for; one that stays may still be cancelled."""
    gone = stands(orders_of(a=THREE), ask(), event("e1", "shipped", THREE, shipment_ref="s1"))
    assert (gone.cancel_requested, gone.cancel_refused, gone.findings) == ({}, {"l1": 2}, ())
    some = stands(orders_of(a=THREE), ask(), event("e1", "shipped", {"l1": 2}, shipment_ref="s1"))
    assert (some.cancel_requested, some.cancel_refused) == ({"l1": 1}, {"l1": 1})


@pytest.mark.parametrize("named", ["r1", None])
@pytest.mark.parametrize("answered", [True, False])
def test_the_event_about_a_request_counts_its_units_once(named: str | None, *, answered: bool) -> None:
    """Whether it names the request or not, and whether the provider answered before."""
    told = event("e1", "cancelled", {"l1": 2}, request_ref=named)
    found = stands(orders_of(a=THREE), ask(), *([answer(YES)] if answered else []), told)
    assert (found.cancelled, found.cancel_requested, found.cancel_refused) == ({"l1": 2}, {}, {})


def test_an_event_that_names_the_request_leaves_others_to_count() -> None:
    """One unit asked for, and one that the provider gives up by itself."""
    found = stands(
        orders_of(a=THREE),
        ask(1),
        event("e1", "cancelled", {"l1": 1}, request_ref="r1"),
        event("e2", "cancelled", {"l1": 1}, reason_code="outOfStock"),
    )
    assert found.cancelled == {"l1": 1}
    both = stands(
        orders_of(a=THREE), event("e2", "cancelled", {"l1": 1}), event("e3", "cancelled", {"l1": 1})
    )
    assert both.cancelled == {"l1": 2}


def test_a_cancellation_of_what_has_left_is_a_finding() -> None:
    """Whichever came first: what has left has left."""
    shipped = event("e1", "shipped", THREE, shipment_ref="s1")
    cancelled = event("e2", "cancelled", {"l1": 1}, hours=1)
    for events in ((shipped, cancelled), (cancelled, shipped)):
        orders, effects = after(orders_of(a=THREE), *events)
        found = stands(orders)
        assert (found.cancelled, found.at(FulfillmentStatus.SHIPPED)) == ({}, THREE)
        assert [one.finding.kind for one in effects if isinstance(one, Raised)] == [
            FindingKind.CANCELLED_TOO_LATE
        ]


def test_cancelled_without_quantities_is_what_has_not_left() -> None:
    """The order ends with what has."""
    orders, _ = after(
        orders_of(a=THREE),
        event("e1", "shipped", {"l1": 1}, shipment_ref="s1"),
        ask(),
        event("e2", "cancelled"),
    )
    found = stands(orders)
    assert (found.cancelled, found.cancel_requested, found.cancel_refused) == ({"l1": 2}, {}, {})
    assert not found.settled
    assert stands(orders, event("e3", "delivered", shipment_ref="s1")).settled


def test_a_cancelled_shipment_is_what_was_in_it() -> None:
    """Not everything that is left."""
    found = stands(
        orders_of(a=THREE),
        event("e1", "packed", {"l1": 1}, shipment_ref="s1"),
        event("e2", "cancelled", shipment_ref="s1"),
    )
    assert found.cancelled == {"l1": 1}


def test_before_the_hand_over_nobody_is_asked() -> None:
    """The hand-over brings the question."""
    orders = LogisticOrders(orders=(LogisticOrder(ref=REF, lines=THREE),))
    orders, effects = after(orders, ask())
    assert [type(one) for one in effects] == [Noted]
    _, effects = after(orders, HandedOver(ref=REF))
    (asked,) = [one for one in effects if isinstance(one, CancelToAsk)]
    assert (asked.altogether, asked.request_id) == ({"l1": 2}, "r1")


def test_what_a_provider_is_asked_counts_from_the_hand_over() -> None:
    """The second request names what both cancel altogether."""
    _, effects = after(orders_of(a=THREE), ask(1), answer(YES), ask(1, "r2"))
    assert [one.altogether for one in effects if isinstance(one, CancelToAsk)] == [{"l1": 1}, {"l1": 2}]


def test_a_request_over_the_whole_order_takes_held_units_first_and_the_last_logistic_order_next() -> None:
    """What cannot be cancelled is said; the same request again is a duplicate."""
    held = Held(line_item_id="l1", quantity=1, why="no rule takes it")
    orders = orders_of(a={"l1": 1}, b={"l1": 1}).model_copy(update={"held": (held,)})
    request = CancelRequested(request_id="r1", items={"l1": 4})
    orders, effects = after(orders, request, now=MONDAY + timedelta(hours=1))
    assert orders.let_go == {"l1": 1}
    assert [one.ref for one in effects if isinstance(one, CancelToAsk)] == ["SO-1-2", "SO-1-1"]
    assert [one.items for one in effects if isinstance(one, NotCancellable)] == [{"l1": 1}]
    same, effects = after(orders, request)
    assert same == orders
    assert [one.outcome for one in effects if isinstance(one, Noted)] == [Outcome.DUPLICATE]


def test_everything_asked_for_and_confirmed_is_a_cancelled_order() -> None:
    """Without quantities a request is about all that can be cancelled."""
    request = CancelRequested(request_id="r1")
    yes = CancelAnswered(request_id="r1", ref=REF, answer=YES)
    orders, _ = after(orders_of(a={"l1": 3, "l2": 1}), request, yes)
    assert infer(orders).end is End.CANCELLED


@pytest.mark.parametrize(
    ("unknown", "outcome"),
    [
        (CancelAnswered(request_id="other", ref=REF, answer=YES), Outcome.UNKNOWN),
        (CancelAnswered(request_id="r1", ref="SO-9-9", answer=YES), Outcome.UNKNOWN_REF),
        (CancelRequested(request_id="r1", ref="SO-9-9"), Outcome.UNKNOWN_REF),
    ],
)
def test_what_belongs_to_nothing_is_said(unknown: CancelAnswered, outcome: Outcome) -> None:
    """And changes nothing."""
    orders = orders_of(a=THREE)
    same, effects = after(orders, unknown)
    assert same == orders
    assert [one.outcome for one in effects if isinstance(one, Noted)] == [outcome]


def test_what_a_provider_counts_altogether_does_not_add_up() -> None:
    """The greatest of those words holds, beside what it cancels by quantity; a request that it confirmed is the same units."""
    told = [
        event("e1", "cancelled", {"l1": 1}, altogether=True),
        event("e2", "cancelled", {"l1": 2}, altogether=True),
    ]
    for words in (told, told[::-1]):
        assert stands(orders_of(a=THREE), ask(1), answer(YES), *words).cancelled == {"l1": 2}
    assert stands(orders_of(a=THREE), *told, event("e3", "cancelled", {"l1": 1})).cancelled == THREE
