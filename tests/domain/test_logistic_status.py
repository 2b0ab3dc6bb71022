"""How logistic orders are shown beside the status: totals, stages, what is in the way; bounded, and nobody's data."""

import json

from domain.audit import AuditKind, AuditTrail, Fact
from domain.case import Case
from domain.forwarding import Delivery, Tell
from domain.logistic_events import CancelRequested
from domain.logistic_order import LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.logistic_status import MOST_ORDERS, MOST_PARCELS, HeldUnits, News, shown_of
from domain.splitting import Held
from domain.status import OrderRecord, OrderStatus, status_of
from tests.domain.cast import MONDAY
from tests.domain.logistics import after, event, orders_of

LARGEST = 30_000
"""Bytes: of an order as large as any, whatever became of it."""


def status(orders: LogisticOrders) -> OrderStatus:
    """The status with those orders."""
    return status_of(Case(order_id="order-1"), "SO-1", None).with_logistics(shown_of(orders))


def test_totals_parcels_and_open_requests() -> None:
    """Over all lines; a delivered unit was shipped, too; what is nought is absent on the wire."""
    orders, _ = after(
        orders_of(a={"chairs": 4, "desks": 2}, b={"lamps": 1}),
        event("e1", "shipped", {"chairs": 3}, shipment_ref="S1", tracking="T-1", carrier="DHL"),
        event("e2", "delivered", {"chairs": 1}, shipment_ref="S1"),
        event("e3", "cancelled", {"chairs": 1}),
        CancelRequested(request_id="by-rita", items={"desks": 1}),
    )
    first, second = status(orders).to_json_dict()["logisticOrders"]
    assert first == {
        "ref": "SO-1-1",
        "provider": "custom-object",
        "stage": "delivered",
        "ordered": 6,
        "shipped": 3,
        "delivered": 1,
        "cancelled": 1,
        "cancelRequested": 1,
        "cancellations": ["by-rita"],
        "parcels": [{"shipment": "S1", "carrier": "DHL", "trackingId": "T-1"}],
    }
    assert second == {"ref": "SO-1-2", "provider": "custom-object", "stage": "handedOver", "ordered": 1}


def test_where_its_hand_over_is_and_what_is_in_the_way() -> None:
    """Planned, asked, refused, handed over; a provider that does not answer is told of all that it has."""
    orders = LogisticOrders(
        orders=tuple(
            LogisticOrder(ref=f"SO-1-{n}", provider="fluent", lines={"pumps": 1}, handed_over=n == 4)
            for n in range(1, 5)
        )
    )
    found = shown_of(orders, attempted=["SO-1-2"], refused=["SO-1-3"], unreached=["fluent"]).orders
    assert [one.stage.value for one in found] == ["planned", "asked", "refused", "handedOver"]
    assert all(one.out_of_reach for one in found)
    assert not any(one.out_of_reach for one in shown_of(orders, unreached=["webhook"]).orders)


def test_what_its_provider_has_still_to_be_told_is_shown() -> None:
    """Payment, delivery or both; absent where there is none, and not in the way of what was heard."""
    first = LogisticOrder(ref="SO-1-1", provider="webhook", lines={"pumps": 1}, handed_over=True)
    orders = LogisticOrders(orders=(first, first.model_copy(update={"ref": "SO-1-2"})))
    told = [
        Tell(ref="SO-1-1", provider="webhook", payment="Paid"),
        Tell(ref="SO-1-1", provider="webhook", delivery=Delivery(method="Express")),
    ]
    both, none = shown_of(orders, telling=told).orders
    assert both.to_json_dict()["telling"] == ["payment", "delivery"]
    assert both.words == "handedOver, its provider has still to be told of its payment and delivery; 1 unit"
    assert "telling" not in none.to_json_dict()
    assert shown_of(orders, telling=told[1:]).orders[0].telling == (News.DELIVERY,)


def test_held_units_are_told_by_reason() -> None:
    """However many lines they are of."""
    held = tuple(Held(line_item_id=f"l{n}", quantity=2, why="no rule takes it") for n in range(500))
    shown = shown_of(LogisticOrders(held=held))
    assert shown.held == (HeldUnits(units=1000, why="no rule takes it"),)
    many = tuple(Held(line_item_id=f"l{n}", quantity=2, why=f"reason {n}") for n in range(500))
    told = shown_of(LogisticOrders(held=many)).held
    assert len(told) == 10
    assert sum(one.units for one in told) == 1000


def test_the_status_of_a_large_order_stays_small() -> None:
    """500 lines in 120 logistic orders with 300 parcels: what is left out is counted, and what is in trouble is not."""
    orders = LogisticOrders(
        orders=tuple(
            LogisticOrder(ref=f"SO-1-{n}", lines={f"l{n}-{m}": 3 for m in range(500)}, handed_over=True)
            for n in range(1, 121)
        )
    )
    events = [
        event(
            f"e{n}-{m}",
            "shipped",
            {f"l{n}-{m}": 1},
            ref=f"SO-1-{n}",
            parcel_ref=f"P{m}",
            tracking=f"T{n}-{m}",
        )
        for n in range(1, 4)
        for m in range(100)
    ]
    orders, _ = after(orders, *events)
    shown = shown_of(orders, refused=["SO-1-120"])
    assert len(shown.orders) == MOST_ORDERS
    assert shown.more == 120 - MOST_ORDERS
    assert shown.orders[0].shipped == 100
    assert sum(len(one.parcels) for one in shown.orders) == MOST_PARCELS
    assert sum(one.more_parcels for one in shown.orders) == 300 - MOST_PARCELS
    assert "SO-1-120" not in {one.ref for one in shown_of(orders).orders}
    document = status(orders).to_json_dict()
    assert len(json.dumps(document)) < LARGEST
    assert OrderStatus.model_validate(document) == status(orders)


def test_lists_are_as_short_as_they_were() -> None:
    """Nothing of logistic orders is in a summary, and nothing of them in an order that has none."""
    held = Held(line_item_id="l1", quantity=2, why="no rule takes it")
    full = status(orders_of(a={"pumps": 3}).model_copy(update={"held": (held,)}))
    absent = {"logisticOrders", "moreLogisticOrders", "heldUnits"}
    assert {"logisticOrders", "heldUnits"} <= set(full.to_json_dict())
    assert not absent & set(full.summary().to_json_dict())
    assert not absent & set(status(LogisticOrders()).to_json_dict())


def test_a_record_written_with_the_hand_over_says_that_it_is_handed_over() -> None:
    """What is noted of a reference counts for its stage, too; what was heard before stays."""
    orders = LogisticOrders(
        orders=tuple(LogisticOrder(ref=f"SO-1-{n}", lines={"pumps": 1}) for n in range(1, 4))
    )
    orders, _ = after(orders, event("e1", "accepted", ref="SO-1-2"))
    record = OrderRecord(**dict(AuditTrail(order_id="order-1")), status=status(orders))
    facts = tuple(Fact(kind=AuditKind.HANDED_OVER, detail={"ref": f"SO-1-{n}"}) for n in (1, 2))
    told = record.after(facts, MONDAY, "InFulfillment").status.logistic_orders
    assert [one.stage.value for one in told] == ["handedOver", "accepted", "planned"]


def test_what_it_adds_to_the_records_of_an_order_in_one_part() -> None:
    """Written twice in the plainest order's life, with its hand-over and at its end: some 200 bytes of history."""
    planned = LogisticOrders(orders=(LogisticOrder(ref="SO-1-1", lines={"pumps": 3}),))
    done, _ = after(planned, event("e1", "completed"))
    bare = len(status_of(Case(order_id="order-1"), "SO-1", None).model_dump_json())
    assert sum(len(status(known).model_dump_json()) - bare for known in (planned, done)) <= 220
