"""What becomes of an order whose providers' order maps tell of an end: decision 0017, by records of providers."""

import pytest

from domain.fulfillment_event import FulfillmentEvent
from domain.progress import End, infer
from domain.provider_news import order_news
from domain.status_mapping_together import together
from tests.domain.logistics import after, event, orders_of
from tests.domain.test_provider_news import AT, MAPS, fulfillment, order

OTHER = "SO-1-2"


def news(status: str, *parts: str) -> tuple[FulfillmentEvent, ...]:
    """The record of the first of two providers: an order of two units in that status, with fulfilments in those."""
    shown = [fulfillment(part, ref=f"F{n}") for n, part in enumerate(parts)]
    return order_news(order(status, *shown, ref="SO-1-1"), MAPS, AT).events


DELIVERED = event("o1", "delivered", ref=OTHER)
SHIPPED = event("o1", "shipped", ref=OTHER)
CANCELLED = event("o1", "cancelled", ref=OTHER)


@pytest.mark.parametrize(
    ("told", "other", "end"),
    [
        (news("COMPLETE"), DELIVERED, End.COMPLETED),
        (news("COMPLETE"), SHIPPED, None),
        (news("CANCELLED"), SHIPPED, None),
        (news("CANCELLED"), DELIVERED, End.COMPLETED),
        (news("COMPLETE"), CANCELLED, End.COMPLETED),
        (news("CANCELLED"), CANCELLED, End.CANCELLED),
        (news("CANCELLED", "SHIPPED"), CANCELLED, None),
        (news("CANCELLED", "DELIVERED"), CANCELLED, End.COMPLETED),
    ],
)
def test_one_providers_word_ends_no_order_whose_units_are_still_to_come(
    told: tuple[FulfillmentEvent, ...], other: FulfillmentEvent, end: End | None
) -> None:
    """In whichever order the two are heard; as long as the other has said nothing by a map, the maps say nothing."""
    known = orders_of(a={"l-1": 2}, b={"l-2": 3})
    for events in ((*told, other), (other, *told)):
        orders, _ = after(known, *events)
        assert infer(orders).end is end
        assert together([one.mapped for one in orders.orders]).order is None
