"""What a provider's record says as events: read by its maps, the same whenever it is read, and nothing half understood."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fulfillment_event import FulfillmentEvent, FulfillmentStatus, ShippedItem
from domain.logistic_order import LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.logistic_reducer import reduce_logistics
from domain.logistic_standing import standing
from domain.provider_news import News, fulfillment_news, order_news, return_news
from domain.provider_orders import (
    FulfillmentItem,
    PackedItem,
    ProviderFulfillment,
    ProviderItem,
    ProviderOrder,
    ProviderParcel,
    ProviderReturn,
    ReturnedItem,
)
from domain.status_mapping import StatusMaps

AT = datetime(2026, 3, 1, tzinfo=UTC)
REF = "ON-1-1"
MAPS = StatusMaps(
    provider="fluent",
    order={"CREATED": "Open", "BOOKED": "Confirmed", "COMPLETE": "Complete", "CANCELLED": "Cancelled"},
    shipment={
        "BOOKED": "Pending",
        "PICK": None,
        "READY": "Ready",
        "PART": "Partial",
        "SHIPPED": "Shipped",
        "DELIVERED": "Delivered",
        "CANCELLED": "Canceled",
        "REJECTED": None,
        "BACK": "Backorder",
    },
)


def fulfillment(status: str, filled: int = 2, **changes: Any) -> ProviderFulfillment:
    """Two units of one line, from Berlin."""
    items = (FulfillmentItem(line_item_id="l-1", requested=2, filled=filled, rejected=2 - filled),)
    known = {
        "id": "f-1",
        "ref": "F1",
        "status": status,
        "location": "Berlin",
        "updated_on": AT,
        "items": items,
    }
    return ProviderFulfillment(**(known | changes))


def parcel(ref: str = "P1", status: str | None = "SHIPPED", **changes: Any) -> ProviderParcel:
    """One unit in a box."""
    items = (PackedItem(line_item_id="l-1", quantity=1),)
    return ProviderParcel(
        **({"ref": ref, "status": status, "tracking_number": f"TN-{ref}", "items": items} | changes)
    )


def order(status: str = "BOOKED", *parts: ProviderFulfillment, **changes: Any) -> ProviderOrder:
    """An order of two units of one line."""
    items = (ProviderItem(line_item_id="l-1", quantity=2),)
    known = {"ref": REF, "status": status, "updated_on": AT, "items": items, "fulfillments": parts}
    return ProviderOrder(**(known | changes))


def told(one: ProviderFulfillment) -> tuple[FulfillmentEvent, ...]:
    """The events of a fulfilment."""
    return fulfillment_news(REF, one, MAPS, AT).events


def units(event: FulfillmentEvent) -> int:
    """How many an event is about."""
    return sum(item.quantity for item in event.items)


def test_a_fulfilment_is_a_shipment_with_its_parcels() -> None:
    """Quantities, tracking, instant and place come along; each parcel is an event of its own."""
    left = AT - timedelta(hours=1)
    one = fulfillment("SHIPPED", parcels=(parcel("P1", shipped_at=left), parcel("P2")))
    whole, first, second = told(one)
    assert (whole.status, whole.shipment_ref, whole.parcel_ref) == (FulfillmentStatus.SHIPPED, "F1", None)
    assert whole.items == (ShippedItem(line_item_id="l-1", quantity=2),)
    assert (whole.shipped_at, whole.location, whole.occurred_at) == (left, "Berlin", AT)
    assert (first.parcel_ref, units(first), first.shipped_at) == ("P1", 1, left)
    assert second.tracking is not None
    assert (second.parcel_ref, second.tracking.tracking_id) == ("P2", "TN-P2")


@pytest.mark.parametrize(
    ("status", "stage", "quantity"),
    [
        ("BOOKED", FulfillmentStatus.ACCEPTED, 2),
        ("READY", FulfillmentStatus.PACKED, 1),
        ("SHIPPED", FulfillmentStatus.SHIPPED, 1),
        ("DELIVERED", FulfillmentStatus.DELIVERED, 1),
    ],
)
def test_quantities_are_what_was_asked_for_until_it_is_packed(
    status: str, stage: FulfillmentStatus, quantity: int
) -> None:
    """Then what was found."""
    (event,) = told(fulfillment(status, filled=1))
    assert (event.status, units(event)) == (stage, quantity)


@pytest.mark.parametrize("status", ["PICK", "REJECTED", "CANCELLED"])
def test_a_status_that_means_nothing_tells_nothing(status: str) -> None:
    """Nor does a location that gives up: another one may send it."""
    assert told(fulfillment(status)) == ()


def test_nothing_found_is_not_everything() -> None:
    """An event without quantities would be about all that is left."""
    assert fulfillment_news(REF, fulfillment("SHIPPED", filled=0), MAPS, AT) == News()
    assert told(fulfillment("BOOKED", items=())) == ()


def test_of_a_partial_shipment_the_parcels_that_left_have_left() -> None:
    """The others are packed; what a parcel's own status says is not known to the maps, its date tells."""
    dated = parcel("P3", status="IN_A_VAN", shipped_at=AT)
    parcels = (parcel("P1"), parcel("P2", status="READY"), dated, parcel("P4", status=None))
    whole, *events = told(fulfillment("PART", parcels=parcels))
    assert whole.status is FulfillmentStatus.PACKED
    assert [event.parcel_ref for event in events] == ["P2", "P4", "P1", "P3"]
    assert [event.status.value for event in events] == ["packed", "packed", "shipped", "shipped"]
    assert {event.status.value for event in told(fulfillment("SHIPPED", parcels=parcels))} == {"shipped"}


def test_what_waits_says_why() -> None:
    """A backorder is accepted, and gets no further."""
    (event,) = told(fulfillment("BACK"))
    assert (event.status, event.reason_code) == (FulfillmentStatus.ACCEPTED, "backorder")


def test_an_order_tells_of_all_its_parts() -> None:
    """And of itself, without quantities."""
    *parts, whole = order_news(order("BOOKED", fulfillment("SHIPPED", parcels=(parcel(),))), MAPS, AT).events
    assert [event.shipment_ref for event in parts] == ["F1", "F1"]
    assert (whole.status, whole.items, whole.shipment_ref) == (FulfillmentStatus.ACCEPTED, (), None)


def test_an_order_without_parts_tells_how_far_all_of_it_is() -> None:
    """Nobody else says it."""
    for status, stage in (("SHIPPED", "shipped"), ("BOOKED", "accepted"), ("CREATED", "created")):
        (event,) = order_news(order(status), MAPS, AT).events
        assert (event.status.value, event.items) == (stage, ())


def test_a_cancelled_order_is_cancelled_as_a_whole() -> None:
    """Whatever has not left; what has, its fulfilments tell."""
    events = order_news(order("CANCELLED", fulfillment("CANCELLED")), MAPS, AT).events
    assert [(event.status, event.items) for event in events] == [(FulfillmentStatus.CANCELLED, ())]


def test_a_cancelled_line_is_a_partial_cancellation() -> None:
    """By quantity, and the same event as long as it is the same quantity."""
    items = (
        ProviderItem(line_item_id="l-1", quantity=2, status="BOOKED"),
        ProviderItem(line_item_id="l-2", quantity=1, status="CANCELLED"),
    )
    cancelled, whole = order_news(order(items=items), MAPS, AT).events
    assert (cancelled.status, cancelled.items[0].line_item_id) == (FulfillmentStatus.CANCELLED, "l-2")
    assert whole.status is FulfillmentStatus.ACCEPTED
    again = order_news(order(items=items, updated_on=AT + timedelta(1)), MAPS, AT).events
    assert again[0].event_id == cancelled.event_id


def test_a_line_that_stands_at_less_than_was_exported_is_cancelled_by_the_difference() -> None:
    """Counted altogether: three of five, after two of five, are three and not five."""
    item = ProviderItem(line_item_id="l-1", quantity=3, exported=5, status="BOOKED")
    (two, _) = order_news(order(items=(item,), cancel_reason="OUT_OF_STOCK"), MAPS, AT).events
    assert (two.status, units(two), two.altogether) == (FulfillmentStatus.CANCELLED, 2, True)
    assert two.reason_code == "OUT_OF_STOCK"
    less = item.model_copy(update={"quantity": 2})
    (three, _) = order_news(order(items=(less,)), MAPS, AT).events
    assert (units(three), three.event_id != two.event_id) == (3, True)
    for events in ((two, three), (three, two), (three, two, three)):
        orders = LogisticOrders(orders=(LogisticOrder(ref=REF, lines={"l-1": 5}),))
        for one in events:
            orders, _ = reduce_logistics(orders, one, AT)
        assert standing(orders.orders[0]).cancelled == {"l-1": 3}


def test_a_line_at_what_was_exported_has_nothing_cancelled() -> None:
    """Nor has one whose export nobody noted."""
    for exported in (3, None):
        item = ProviderItem(line_item_id="l-1", quantity=3, exported=exported, status="BOOKED")
        (whole,) = order_news(order(items=(item,)), MAPS, AT).events
        assert whole.status is FulfillmentStatus.ACCEPTED


def test_what_a_complete_order_did_not_send_is_cancelled() -> None:
    """One of two was found, and the provider is done."""
    complete = order(
        "COMPLETE", fulfillment("SHIPPED", filled=1), fulfillment("REJECTED", filled=0, ref="F2")
    )
    shipped, short, done = order_news(complete, MAPS, AT).events
    assert (shipped.status, units(shipped)) == (FulfillmentStatus.SHIPPED, 1)
    assert (short.status, units(short), short.reason_code) == (FulfillmentStatus.CANCELLED, 1, "notSent")
    assert (done.status, done.items) == (FulfillmentStatus.COMPLETED, ())
    whole = order_news(order("COMPLETE", fulfillment("SHIPPED")), MAPS, AT).events
    assert [event.status.value for event in whole] == ["shipped", "completed"]


def test_a_return_is_told_once_it_is_back() -> None:
    """With quantities, its own reference and the provider's reason."""
    items = (ReturnedItem(ref="r-1", line_item_id="l-1", quantity=1, reason="TOO_SMALL"),)
    announced = ProviderReturn(ref="R1", status="BOOKED", items=items)
    assert return_news(REF, announced, MAPS, AT).events == ()
    (event,) = return_news(REF, announced.model_copy(update={"status": "DELIVERED"}), MAPS, AT).events
    assert (event.status, event.return_ref) == (FulfillmentStatus.RETURNED, "R1")
    assert (event.reason_code, units(event)) == ("TOO_SMALL", 1)


def test_one_status_that_is_not_mapped_keeps_all_of_a_record_back() -> None:
    """A record half understood is not understood."""
    news = order_news(order("BOOKED", fulfillment("SHIPPED"), fulfillment("BY_PIGEON", ref="F2")), MAPS, AT)
    assert news.events == ()
    assert [str(one) for one in news.unmapped] == ["no shipment map of 'fluent' names the status 'BY_PIGEON'"]
    assert order_news(order("STRANGE"), MAPS, AT).unmapped


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(["BOOKED", "PART", "SHIPPED", "DELIVERED"]))
def test_an_event_is_known_by_what_it_says_and_not_by_when_it_was_read(at: datetime, status: str) -> None:
    """So that a webhook and a pull that meet the same record tell one thing."""
    one = fulfillment(status, parcels=(parcel(),))
    later = fulfillment_news(REF, one.model_copy(update={"updated_on": None}), MAPS, at)
    assert [event.event_id for event in later.events] == [event.event_id for event in told(one)]
    assert len({event.event_id for event in later.events}) == 2
    other = told(one.model_copy(update={"location": "Bonn"}))
    assert not {event.event_id for event in other} & {event.event_id for event in later.events}


def test_two_items_of_one_line_add_up() -> None:
    """A location that found some of a line at once and some later has two items of it."""
    items = tuple(FulfillmentItem(line_item_id="l-1", requested=1, filled=1) for _ in range(2))
    (event,) = told(fulfillment("SHIPPED", items=items))
    assert event.items == (ShippedItem(line_item_id="l-1", quantity=2),)


def test_what_a_location_was_asked_for_may_be_unknown() -> None:
    """Until it is packed nothing can be told then, least of all that it was asked for nothing; afterwards it does not matter."""
    items = (FulfillmentItem(line_item_id="l-1", requested=None, filled=2),)
    news = fulfillment_news(REF, fulfillment("BOOKED", items=items), MAPS, AT)
    assert (news.events, len(news.unreadable)) == ((), 1)
    (event,) = told(fulfillment("SHIPPED", items=items))
    assert units(event) == 2


@pytest.mark.parametrize("waits", ["BOOKED", "BACK"])
def test_an_order_that_is_complete_with_goods_still_to_come_is_not_understood(waits: str) -> None:
    """One of the two is wrong, and to take the order's word would cancel what a location is about to pack."""
    open_part = fulfillment(
        waits, filled=0, ref="F2", items=(FulfillmentItem(line_item_id="l-1", requested=1),)
    )
    gone = fulfillment("SHIPPED", items=(FulfillmentItem(line_item_id="l-1", requested=1, filled=1),))
    news = order_news(order("COMPLETE", gone, open_part), MAPS, AT)
    assert news.events == ()
    assert "F2" in news.unreadable[0]
    rejected = (FulfillmentItem(line_item_id="l-1", requested=1, rejected=1),)
    nothing_left = open_part.model_copy(update={"items": rejected})
    *_, done = order_news(order("COMPLETE", gone, nothing_left), MAPS, AT).events
    assert done.status is FulfillmentStatus.COMPLETED
    *_, off = order_news(order("CANCELLED", gone, open_part), MAPS, AT).events
    assert off.status is FulfillmentStatus.CANCELLED
