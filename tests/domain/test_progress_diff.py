"""Only what is really a change is written, nothing twice, and nothing is taken back."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from domain.fulfillment_event import FulfillmentEvent
from domain.logistic_events import ReturnAdvised, ReturnSettled
from domain.logistic_order import RefundState, ReturnCondition
from domain.progress import LineStage, infer
from domain.progress_actions import (
    ProgressAction,
    WrittenDelivery,
    WrittenOrder,
    WrittenParcel,
    WrittenReturnItem,
)
from domain.progress_diff import diff
from domain.progress_lines import LineStates
from tests.domain.logistics import REF, after, event, orders_of
from tests.domain.test_logistic_properties import ORDERED, events
from tests.domain.written import apply

TWO = {"l1": 2}
NOTHING = WrittenOrder()


def changes(written: WrittenOrder, *told: Any, states: LineStates | None = None) -> list[dict[str, Any]]:
    """The actions after those events, as JSON."""
    progress = infer(after(orders_of(a=TWO), *told)[0])
    return [action.to_json_dict() for action in diff(written, progress, states)]


def names(actions: list[dict[str, Any]]) -> list[str]:
    """What is to be done."""
    return [action["action"] for action in actions]


FIRST = event("e1", "shipped", {"l1": 1}, shipment_ref="s1", parcel_ref="p1", tracking="T1", carrier="DHL")


def test_nothing_is_written_of_an_order_of_which_nothing_was_heard() -> None:
    """An order without a shipment state is pending already."""
    assert changes(NOTHING) == []
    assert changes(WrittenOrder(shipment_state="Ready")) == []


def test_a_shipment_is_a_delivery_with_its_parcels() -> None:
    """In one action, with the state that follows from the quantities."""
    delivery, state = changes(NOTHING, FIRST)
    assert (delivery["action"], delivery["key"], delivery["items"]) == ("addDelivery", "SO-1-1_s1", {"l1": 1})
    (parcel,) = delivery["parcels"]
    assert (parcel["key"], parcel["items"]) == ("SO-1-1_s1_p1", {"l1": 1})
    assert parcel["tracking"] == {"trackingId": "T1", "carrier": "DHL"}
    assert state == {"action": "changeShipmentState", "shipmentState": "Partial"}


def _after_first(**parcel: Any) -> WrittenOrder:
    known = {"key": "SO-1-1_s1_p1", "items": {"l1": 1}, "tracking_id": "T1", "carrier": "DHL", **parcel}
    delivery = WrittenDelivery(key="SO-1-1_s1", items={"l1": 1}, parcels=(WrittenParcel(**known),))
    return WrittenOrder(shipment_state="Partial", deliveries=(delivery,))


def test_what_is_there_is_not_written_again() -> None:
    """Nor is the second parcel a second delivery."""
    assert changes(_after_first(), FIRST) == []
    second = event("e2", "shipped", {"l1": 1}, shipment_ref="s1", parcel_ref="p2", hours=1)
    assert names(changes(_after_first(), FIRST, second)) == [
        "setDeliveryItems", "addParcelToDelivery", "changeShipmentState",
    ]  # fmt: skip


def test_tracking_and_contents_that_come_later_are_set() -> None:
    """Whole, since the action replaces what was there."""
    tracking, items = changes(_after_first(tracking_id=None, items={}), FIRST)
    assert tracking["tracking"] == {"trackingId": "T1", "carrier": "DHL"}
    assert (items["action"], items["items"]) == ("setParcelItems", {"l1": 1})


def test_a_parcel_first_heard_of_without_a_reference_is_no_second_one() -> None:
    """Its number tells; one that nobody can name in commercetools is left alone."""
    assert changes(_after_first(key="SO-1-1_s1"), FIRST) == []
    assert changes(_after_first(key="", carrier=None), FIRST) == []


def test_goods_whose_shipment_is_told_later_are_in_one_delivery() -> None:
    """What was written of all that had arrived goes once the shipments are known; what somebody else wrote stays."""
    unnamed = changes(NOTHING, event("e9", "delivered"))[0]
    assert (unnamed["action"], unnamed["key"], unnamed["items"]) == ("addDelivery", "SO-1-1", TWO)
    theirs = WrittenDelivery(key="SO-1-2", items=TWO)
    there = WrittenOrder(
        shipment_state="Delivered", deliveries=(WrittenDelivery(key="SO-1-1", items=TWO), theirs)
    )
    part = changes(there, event("e9", "delivered"), FIRST)
    assert [(one["action"], one["key"], one["items"]) for one in part] == [
        ("setDeliveryItems", "SO-1-1", {"l1": 1}),
        ("addDelivery", "SO-1-1_s1", {"l1": 1}),
    ]
    rest = event("e2", "shipped", {"l1": 1}, shipment_ref="s2")
    whole = changes(there, event("e9", "delivered"), FIRST, rest)
    assert [(one["action"], one["key"]) for one in whole] == [
        ("removeDelivery", "SO-1-1"),
        ("addDelivery", "SO-1-1_s1"),
        ("addDelivery", "SO-1-1_s2"),
    ]


@pytest.mark.parametrize(
    ("there", "written"),
    [
        ("Ready", True),
        ("Partial", False),
        ("Shipped", False),
        ("Delivered", False),
        ("Canceled", True),
        (None, True),
    ],
)
def test_the_shipment_state_is_never_taken_back(there: str | None, *, written: bool) -> None:
    """A state that somebody has set, and that is further, stays."""
    order = _after_first().model_copy(update={"shipment_state": there})
    assert names(changes(order, FIRST)) == (["changeShipmentState"] if written else [])


RETURN = (
    event("e0", "delivered", TWO, shipment_ref="s1"),
    event("r1", "returned", {"l1": 1}, return_ref="R", reason_code="damaged", hours=1),
)
DELIVERED = WrittenOrder(
    shipment_state="Delivered", deliveries=(WrittenDelivery(key="SO-1-1_s1", items=TWO),)
)


def test_a_return_is_written_once_and_grows_by_what_is_new() -> None:
    """A second unit of one return is an item of its own, under a key that says so."""
    (first,) = changes(DELIVERED, *RETURN)
    assert (first["action"], first["returnRef"]) == ("addReturnInfo", "R")
    (item,) = first["items"]
    assert (item["key"], item["quantity"], item["reasonCode"]) == ("SO-1-1_R_l1", 1, "damaged")
    written = WrittenReturnItem(
        key="SO-1-1_R_l1", quantity=1, shipment_state="Returned", payment_state="Initial"
    )
    known = DELIVERED.model_copy(update={"return_items": (written,)})
    assert changes(known, *RETURN) == []
    (more,) = changes(known, *RETURN, event("r2", "returned", TWO, return_ref="R", hours=2))
    assert [(one["key"], one["quantity"]) for one in more["items"]] == [("SO-1-1_R_l1-1", 1)]


def test_a_return_is_settled_once() -> None:
    """Condition and refund of what came back, not of what was announced."""
    advised = ReturnAdvised(return_ref="R", ref=REF, items=TWO)
    settled = ReturnSettled(
        return_ref="R", ref=REF, refund=RefundState.REFUNDED, condition=ReturnCondition.BACK_IN_STOCK
    )
    actions = changes(DELIVERED, *RETURN, advised, settled)
    assert names(actions) == ["addReturnInfo", "setReturnShipmentState", "setReturnPaymentState"]
    assert [(one["key"], one["shipmentState"]) for one in actions[0]["items"]] == [
        ("SO-1-1_R_l1_advised", "Advised"), ("SO-1-1_R_l1", "Returned"),
    ]  # fmt: skip
    assert {one["itemKey"] for one in actions[1:]} == {"SO-1-1_R_l1"}


STATES = LineStates(
    keys={LineStage.PENDING: "Initial", LineStage.PICKING: "Picked", LineStage.SHIPPED: "Sent", LineStage.CANCELLED: "Void"},
    transitions={"Picked": ("Sent", "Void"), "Initial": ("Picked", "Void")},
)  # fmt: skip


@pytest.mark.parametrize(
    ("there", "told", "wanted"),
    [
        ({"Initial": 2}, [("picking", {"l1": 1})], [("Initial", "Picked", 1)]),
        ({"Initial": 2}, [("shipped", {"l1": 1})], [("Initial", "Picked", 1), ("Picked", "Sent", 1)]),
        ({"Picked": 1, "Initial": 1}, [("delivered", {"l1": 1})], [("Picked", "Sent", 1)]),
        ({"Initial": 2}, [("shipped", {"l1": 1}), ("cancelled", {"l1": 1})],
         [("Initial", "Void", 1), ("Initial", "Picked", 1), ("Picked", "Sent", 1)]),
        ({"Sent": 2}, [("picking", {"l1": 1})], []),
        ({"Elsewhere": 2}, [("picking", {"l1": 1})], []),
        ({"Sent": 1, "Initial": 1}, [("cancelled", {"l1": 1})], []),
        ({}, [("shipped", TWO)], []),
    ],
)  # fmt: skip
def test_units_of_a_line_move_forward_along_the_edges(
    there: dict[str, int], told: list[Any], wanted: list[Any]
) -> None:
    """Each through the states between; none goes back, none that has left is cancelled, and states of others are left alone."""
    written = WrittenOrder(line_states={"l1": there}, custom_lines=frozenset({"l1"}))
    actions = changes(written, *(event(f"e{n}", *one) for n, one in enumerate(told)), states=STATES)
    moves = [one for one in actions if one["action"] == "transitionLineItemState"]
    assert [(one["fromKey"], one["toKey"], one["quantity"]) for one in moves] == wanted
    assert all(one["custom"] for one in moves)


def test_where_there_is_no_way_no_unit_moves() -> None:
    """The machine of the line items decides."""
    closed = STATES.model_copy(update={"transitions": {"Initial": (), "Picked": ()}})
    written = WrittenOrder(line_states={"l1": {"Initial": 2}})
    assert "transitionLineItemState" not in names(changes(written, event("e1", "shipped"), states=closed))


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(events())
def test_what_was_written_is_not_written_again(told: list[FulfillmentEvent]) -> None:
    """After each event the actions bring commercetools to where a second look finds nothing to do."""
    orders, written = (
        ORDERED,
        WrittenOrder(line_states={"l1": {"Initial": 4}, "l2": {"Initial": 2}, "l3": {"Initial": 4}}),
    )
    for one in told:
        orders, _ = after(orders, one)
        progress = infer(orders)
        actions: tuple[ProgressAction, ...] = diff(written, progress, STATES)
        written = apply(written, actions)
        assert diff(written, progress, STATES) == ()
