"""What Fluent does not show is not nothing: null where records were asked for, pages that are cut, turn back or overlap."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from clients.errors import Unreadable
from clients.fluent.fulfilments import FluentFulfilments
from clients.fluent.orders import FluentOrders
from clients.fluent.returns import FluentReturns
from clients.provider_fluent import FluentProvider
from domain.provider_answers import Accepted, LineQuantity
from tests.clients.fluent import FluentPeer, data, page
from tests.clients.test_fluent_orders import REF, fulfilment, order

LINE = {"requestedQuantity": 2, "filledQuantity": 2, "rejectedQuantity": 0, "orderItem": {"ref": "l-1"}}
PACKED = {"quantity": 2, "orderItem": {"ref": "l-1"}}
NO_RETURNS = data(returnOrders=page())


async def orders_of(*answers: Any) -> tuple[FluentOrders, Any]:
    """The orders of a peer with these answers, and the one that it finds."""
    orders = FluentOrders(FluentPeer(*answers).session())
    return orders, await orders.find(REF)


async def test_a_fulfilment_that_is_listed_and_not_shown_is_unreadable() -> None:
    """An order that has one fulfilment less, as if it had never been, could be taken for one that is all sent."""
    listed = data(orders=page(order(fulfilments=page({"id": "9"}))))
    shown = FluentProvider(FluentPeer(listed, fulfilment(), NO_RETURNS).session())
    record = await shown.fetch(REF)
    assert record is not None
    assert [one.id for one in record.fulfillments] == ["9"]
    hidden = FluentProvider(FluentPeer(listed, data(fulfilmentById=None), NO_RETURNS).session())
    with pytest.raises(Unreadable, match="9"):
        await hidden.fetch(REF)


@pytest.mark.parametrize("unsaid", ["items", "articles"])
async def test_null_in_a_fulfilment_is_not_emptiness(unsaid: str) -> None:
    """Neither what is in it nor its parcels: an empty connection says that there are none, and null says nothing."""
    with pytest.raises(Unreadable):
        await FluentFulfilments(FluentPeer(fulfilment(**{unsaid: None})).session()).fetch("9")
    empty = await FluentFulfilments(FluentPeer(fulfilment(**{unsaid: page()})).session()).fetch("9")
    assert empty is not None


async def test_null_in_an_order_is_not_emptiness() -> None:
    """An order is known by its reference all the same: for an export it matters only whether it is there."""
    for unsaid in ({"items": None}, {"fulfilments": None}):
        orders, found = await orders_of(data(orders=page(order(**{"fulfilments": page(), **unsaid}))))
        assert found.id == "42"
        with pytest.raises(Unreadable):
            await (orders.items(found) if "items" in unsaid else orders.fulfilment_ids(found))


async def test_null_in_a_box_or_in_a_return_is_not_emptiness() -> None:
    """A box that does not say what is in it would be taken for one that holds all."""
    for contents in (None, page(PACKED)):
        peer = FluentPeer(fulfilment(articles=page({"id": "A", "items": contents})))
        returned = {"ref": "R", "status": "COMPLETE", "returnOrderItems": contents and page()}
        back = FluentReturns(FluentPeer(data(returnOrders=page(returned))).session())
        if contents is None:
            with pytest.raises(Unreadable):
                await FluentFulfilments(peer.session()).fetch("9")
            with pytest.raises(Unreadable):
                await back.of_order(REF)
        else:
            assert await FluentFulfilments(peer.session()).fetch("9") is not None
            assert len(await back.of_order(REF)) == 1


async def test_a_consignment_that_is_there_and_not_shown_is_unreadable() -> None:
    """The box has left with it; without it, it would not have left."""
    box = {"id": "A", "items": page(PACKED), "consignmentArticles": page({"consignment": None})}
    with pytest.raises(Unreadable):
        await FluentFulfilments(FluentPeer(fulfilment(articles=page(box))).session()).fetch("9")


@pytest.mark.parametrize(
    "untold",
    [{"filledQuantity": None}, {"rejectedQuantity": None}, {"filledQuantity": -1}, {"requestedQuantity": -1}],
)
async def test_quantities_that_are_missing_or_negative_are_unreadable(untold: dict[str, Any]) -> None:
    """By the schema they are there."""
    with pytest.raises(Unreadable):
        await FluentFulfilments(FluentPeer(fulfilment(items=page({**LINE, **untold}))).session()).fetch("9")


async def test_what_was_asked_for_may_be_unknown_and_is_then_not_nought() -> None:
    """`requestedQuantity` may be null by the schema."""
    answer = fulfilment(items=page({**LINE, "requestedQuantity": None}))
    read = await FluentFulfilments(FluentPeer(answer).session()).fetch("9")
    assert read is not None
    assert (read.items[0].requested, read.items[0].filled) == (None, 2)


async def test_a_cursor_that_does_not_move_is_followed_no_further() -> None:
    """The same page again says nothing new, for ever."""
    more = {"edges": [{"node": {"id": "1", "quantity": 1}, "cursor": "c"}], "pageInfo": {"hasNextPage": True}}
    peer = FluentPeer(data(orders=page(order(items=more))), data(orderById={"items": more}))
    orders = FluentOrders(peer.session())
    found = await orders.find(REF)
    assert found is not None
    with pytest.raises(Unreadable):
        await orders.items(found)
    assert len(peer.requests) == 2


async def test_a_page_of_changes_that_leads_to_itself_is_unreadable() -> None:
    """A pull would ask for it for ever."""
    peer = FluentPeer(data(orders=page(order(), more=True)))
    provider = FluentProvider(peer.session())
    instant = datetime(2026, 3, 1, tzinfo=UTC)
    assert (await provider.updated_since(instant)).next_cursor == "c-0"
    with pytest.raises(Unreadable):
        await provider.updated_since(instant, "c-0")


async def test_what_stands_on_two_pages_is_one() -> None:
    """Records that come in while somebody pages push others onto the next page."""
    one, two, three = ({"id": str(n), "ref": f"line-{n}", "quantity": n} for n in (1, 2, 3))
    following = page(two, three, start=2)
    orders, found = await orders_of(
        data(orders=page(order(items=page(one, two, more=True)))), data(orderById={"items": following})
    )
    assert [item.quantity for item in await orders.items(found)] == [1, 2, 3]
    changed = page({**two, "quantity": 9}, start=2)
    orders, found = await orders_of(
        data(orders=page(order(items=page(one, two, more=True)))), data(orderById={"items": changed})
    )
    with pytest.raises(Unreadable):
        await orders.items(found)


async def test_a_look_up_that_is_cut_is_read_to_its_end() -> None:
    """A reference with characters that a filter takes for wildcards finds many before it finds itself."""
    others = [order(id=str(n), ref=f"ON-1001-{n}") for n in range(10, 20)]
    orders = FluentOrders(
        FluentPeer(data(orders=page(*others, more=True)), data(orders=page(order()))).session()
    )
    found = await orders.find(REF)
    assert found is not None
    assert found.id == "42"
    somebody = [{"id": str(n), "username": f"c-{n}"} for n in range(10)]
    mine = {"id": "77", "username": "c_1"}
    customers = FluentOrders(
        FluentPeer(data(customers=page(*somebody, more=True)), data(customers=page(mine))).session()
    )
    assert await customers.customer_id("c_1") == "77"


async def test_a_line_that_is_not_shown_is_not_cancelled() -> None:
    """After the event the order is looked at again: a line that is not on it says nothing of its quantity."""
    line = {"id": "1", "ref": "l-1", "quantity": 2, "attributes": [{"name": "placetQuantity", "value": 2}]}
    peer = FluentPeer(
        data(orders=page(order(items=page(line)))),
        httpx.Response(200, json={"eventStatus": "COMPLETE"}),
        data(orders=page(order(items=page()))),
    )
    answer = await FluentProvider(peer.session()).cancel(
        REF, [LineQuantity(line_item_id="l-1", quantity=1)], "changedMind"
    )
    assert answer == Accepted(ref=REF, settled=False)


@pytest.mark.parametrize("info", [None, {}, {"hasNextPage": None}])
async def test_a_page_that_does_not_say_whether_it_is_the_last_is_unreadable(info: Any) -> None:
    """By the schema it may be null; what would come after it is not absent for that."""
    edges = [{"node": {"id": "1", "ref": "l-1", "quantity": 1}, "cursor": "c"}]
    with pytest.raises(Unreadable):
        await orders_of(data(orders=page(order(items={"edges": edges, "pageInfo": info}))))
