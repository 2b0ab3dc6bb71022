"""What logistic orders mean for commercetools: states by quantity, deliveries and returns by key, and the end."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.logistic_events import CancelRequested, ReturnAdvised, ReturnSettled
from domain.logistic_order import LogisticOrder, RefundState, ReturnCondition
from domain.logistic_orders import LogisticOrders
from domain.progress import End, LineStage, ShipmentState, infer, wire_key
from domain.splitting import Held
from tests.domain.logistics import after, event, orders_of

TWO = {"l1": 2}
KEY = re.compile(r"[a-zA-Z0-9_-]{2,256}")


@pytest.mark.parametrize(
    ("events", "wanted"),
    [
        ([], "Pending"),
        ([("accepted", None)], "Pending"),
        ([("accepted", None, "backorder")], "Backorder"),
        ([("accepted", None, "delayed")], "Delayed"),
        ([("accepted", None, "backorder"), ("picking", None)], "Pending"),
        ([("packed", {"l1": 1})], "Pending"),
        ([("packed", TWO)], "Ready"),
        ([("packed", {"l1": 1}), ("cancelled", {"l1": 1})], "Ready"),
        ([("shipped", {"l1": 1})], "Partial"),
        ([("shipped", {"l1": 1}), ("cancelled", {"l1": 1})], "Shipped"),
        ([("delivered", {"l1": 1})], "Partial"),
        ([("shipped", TWO)], "Shipped"),
        ([("shipped", TWO), ("delivered", {"l1": 1})], "Shipped"),
        ([("delivered", TWO)], "Delivered"),
        ([("cancelled", None)], "Canceled"),
        ([("completed", None)], "Delivered"),
    ],
)
def test_the_shipment_state_is_as_the_quantities_say(events: list[tuple], wanted: str) -> None:  # type: ignore[type-arg]
    """Of what is not cancelled; backorders and delays while nothing has left, until a newer word."""
    told = [
        event(f"e{n}", status, items, hours=n, reason_code=reason[0] if reason else None)
        for n, (status, items, *reason) in enumerate(events)
    ]
    assert infer(after(orders_of(a=TWO), *told)[0]).shipment_state == wanted


def test_two_logistic_orders_make_one_state() -> None:
    """One of two delivered is Partial, and the order ends with the last of them."""
    orders = orders_of(a=TWO, b={"l2": 1})
    one, _ = after(orders, event("e1", "delivered", shipment_ref="s1"))
    assert (infer(one).shipment_state, infer(one).end) == (ShipmentState.PARTIAL, None)
    both, _ = after(one, event("e2", "cancelled", ref="SO-1-2"))
    assert (infer(both).shipment_state, infer(both).end) == (ShipmentState.DELIVERED, End.COMPLETED)
    none, _ = after(orders, event("e3", "cancelled"), event("e4", "cancelled", ref="SO-1-2"))
    assert (infer(none).shipment_state, infer(none).end) == (ShipmentState.CANCELED, End.CANCELLED)


def test_what_is_held_keeps_the_order_open() -> None:
    """Until it is let go or fulfilled; all let go is cancelled."""
    held = Held(line_item_id="l2", quantity=1, why="no rule takes it")
    orders = orders_of(a=TWO).model_copy(update={"held": (held,)})
    done, _ = after(orders, event("e1", "delivered"))
    assert (infer(done).shipment_state, infer(done).end) == (ShipmentState.PARTIAL, None)
    assert infer(done).lines["l2"] == {LineStage.PENDING: 1}
    gone, _ = after(done, CancelRequested(request_id="r1", items={"l2": 1}))
    assert infer(gone).end is End.COMPLETED
    assert infer(gone).lines["l2"] == {LineStage.CANCELLED: 1}
    alone, _ = after(LogisticOrders(held=(held,)), CancelRequested(request_id="r1"))
    assert infer(alone).end is End.CANCELLED
    assert infer(LogisticOrders()).end is None


def test_every_unit_of_a_line_is_in_one_stage() -> None:
    """Cancelled, returned, delivered and still to come, over two logistic orders."""
    orders = orders_of(a={"l1": 5}, b={"l1": 2})
    orders, _ = after(
        orders,
        event("e1", "delivered", {"l1": 2}, shipment_ref="s1"),
        event("e2", "shipped", {"l1": 1}, shipment_ref="s2"),
        event("e3", "returned", {"l1": 1}),
        event("e4", "cancelled", {"l1": 1}),
        event("e5", "picking", ref="SO-1-2"),
    )
    assert infer(orders).lines == {
        "l1": {
            LineStage.PENDING: 1,
            LineStage.PICKING: 2,
            LineStage.SHIPPED: 1,
            LineStage.DELIVERED: 1,
            LineStage.RETURNED: 1,
            LineStage.CANCELLED: 1,
        }
    }


def test_deliveries_and_parcels_have_keys_of_their_references() -> None:
    """Readable, and the same whenever they are inferred."""
    orders, _ = after(
        orders_of(a=TWO, b={"l2": 1}),
        event(
            "e1", "shipped", {"l1": 2}, shipment_ref="s1", parcel_ref="p1", tracking="T1", location="berlin"
        ),
        event("e2", "shipped", ref="SO-1-2", tracking="T2", shipment_ref="x"),
        event("e3", "packed", {"l1": 1}, shipment_ref="not-gone"),
    )
    first, second = infer(orders).deliveries
    assert (first.key, first.items, first.ref, first.shipment_ref) == ("SO-1-1_s1", TWO, "SO-1-1", "s1")
    assert [(one.key, one.items, one.location) for one in first.parcels] == [("SO-1-1_s1_p1", TWO, "berlin")]
    assert (second.key, [one.key for one in second.parcels]) == ("SO-1-2_x", ["SO-1-2_x"])


def test_returns_by_line_with_their_reason_and_settlement() -> None:
    """An announcement is an item of its own; refund and condition belong to what came back."""
    orders, _ = after(
        orders_of(a={"l1": 2, "l2": 1}),
        event("e1", "delivered", shipment_ref="s1"),
        ReturnAdvised(return_ref="R1", ref="SO-1-1", items={"l1": 2}, reason_code="tooSmall"),
        event("e2", "returned", {"l1": 1}, return_ref="R1", reason_code="damaged", hours=1),
        ReturnSettled(
            return_ref="R1", ref="SO-1-1", refund=RefundState.REFUNDED, condition=ReturnCondition.UNUSABLE
        ),
    )
    advised, back = infer(orders).returns
    assert (advised.key, advised.shipment_state, advised.quantity) == ("SO-1-1_R1_l1_advised", "Advised", 2)
    assert (back.key, back.shipment_state, back.quantity) == ("SO-1-1_R1_l1", "Returned", 1)
    assert (back.reason_code, back.refund, back.condition) == ("tooSmall", "Refunded", "Unusable")
    assert (advised.refund, advised.condition) == (None, None)


def test_an_order_whose_quantities_are_not_known_has_no_shipment_state() -> None:
    """One of an earlier version ends as it is told."""
    old = LogisticOrders(orders=(LogisticOrder(ref="SO-1-1"),))
    assert infer(old).shipment_state is None
    assert infer(after(old, event("e1", "completed"))[0]).end is End.COMPLETED
    assert infer(after(old, event("e1", "failed"))[0]).end is End.CANCELLED


parts = st.lists(
    st.text("ab_-. /ä", max_size=4) | st.text("ab", min_size=250, max_size=300), min_size=1, max_size=4
)


@given(parts, parts)
def test_a_key_is_taken_by_commercetools_and_is_of_one_thing(one: list[str], other: list[str]) -> None:
    """Other references never share a key; empty ones at the end say nothing."""

    def named(several: list[str]) -> list[str]:
        while len(several) > 1 and not several[-1]:
            several = several[:-1]
        return several

    assert KEY.fullmatch(wire_key(*one))
    assert (wire_key(*one) == wire_key(*other)) == (named(one) == named(other))
