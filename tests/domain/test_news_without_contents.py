"""Records of providers that do not say what is in something: told as what is known, and never as everything."""

import pytest

from domain.fulfillment_event import FulfillmentStatus
from domain.logistic_order import LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.logistic_reducer import reduce_logistics
from domain.logistic_standing import standing
from domain.provider_news import News, fulfillment_news, order_news, return_news
from domain.provider_orders import ProviderReturn, ReturnedItem
from tests.domain.test_provider_news import AT, MAPS, REF, fulfillment, order, parcel, told, units


@pytest.mark.parametrize("status", ["READY", "PART", "SHIPPED", "DELIVERED"])
def test_a_fulfilment_that_does_not_say_what_is_in_it_is_unreadable(status: str) -> None:
    """It is one location's part of the order, and nobody knows which; its parcels may say it."""
    boxes = (parcel(items=()), parcel("P2"))
    for one in (
        fulfillment(status, items=()),
        fulfillment(status, items=(), parcels=boxes),
        fulfillment(status, filled=0, parcels=boxes),
    ):
        news = fulfillment_news(REF, one, MAPS, AT)
        assert news.events == ()
        assert news.unreadable == (f"fulfilment F1 is {status}, and does not say what is in it",)
        of_the_order = order_news(order("BOOKED", fulfillment("SHIPPED", ref="F2"), one), MAPS, AT)
        assert (of_the_order.events, of_the_order.unreadable) == ((), news.unreadable)
    (event,) = told(fulfillment(status, items=(), parcels=(parcel(),)))
    assert (event.parcel_ref, units(event)) == ("P1", 1)


@pytest.mark.parametrize(
    "items",
    [
        (),
        (ReturnedItem(ref="r-1", quantity=1),),
        (ReturnedItem(ref="r-1", line_item_id="l-1"),),
        (ReturnedItem(ref="r-1", line_item_id="l-1", quantity=1), ReturnedItem(ref="r-2", quantity=1)),
    ],
)
def test_a_return_that_does_not_say_what_came_back_is_unreadable(items: tuple[ReturnedItem, ...]) -> None:
    """Once it is back; an event without quantities would say that everything is."""
    back = ProviderReturn(ref="R1", status="DELIVERED", items=items)
    news = return_news(REF, back, MAPS, AT)
    assert (news.events, len(news.unreadable)) == ((), 1)
    assert order_news(order(returns=(back,)), MAPS, AT) == news
    assert return_news(REF, back.model_copy(update={"status": "BOOKED"}), MAPS, AT) == News()


def test_a_return_of_nothing_tells_nothing() -> None:
    """None of a line came back, and that is not everything."""
    items = (ReturnedItem(ref="r-1", line_item_id="l-1", quantity=0),)
    assert return_news(REF, ProviderReturn(ref="R1", status="DELIVERED", items=items), MAPS, AT) == News()


def test_parcels_that_are_behind_are_told_first() -> None:
    """After no event of them does a parcel that does not say what is in it hold what is in the others."""
    boxes = (parcel("P1", "DELIVERED", items=()), parcel("P2", "READY", items=()))
    orders = LogisticOrders(orders=(LogisticOrder(ref=REF, lines={"l-1": 2}),))
    for one in told(fulfillment("PART", parcels=boxes)):
        orders, _ = reduce_logistics(orders, one, AT)
        assert not standing(orders.orders[0]).at(FulfillmentStatus.SHIPPED)
        assert not standing(orders.orders[0]).settled


def test_what_was_not_found_is_in_no_parcel() -> None:
    """Two were asked for and one was found: the parcel that does not say what is in it holds one."""
    for status in ("SHIPPED", "DELIVERED"):
        orders = LogisticOrders(orders=(LogisticOrder(ref=REF, lines={"l-1": 2}),))
        box = parcel("P1", status, items=())
        for one in (*told(fulfillment("BOOKED")), *told(fulfillment(status, filled=1, parcels=(box,)))):
            orders, _ = reduce_logistics(orders, one, AT)
        stands = standing(orders.orders[0])
        assert stands.at(FulfillmentStatus.SHIPPED) == {"l-1": 1}
        assert [box.items for sent in stands.sent for box in sent.parcels] == [{"l-1": 1}]
        assert not stands.settled
