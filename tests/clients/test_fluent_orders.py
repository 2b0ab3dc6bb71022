"""Reading Fluent's GraphQL: errors inside a 200, absence that is said and not guessed, and every page."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from clients.errors import (
    ApiError,
    BadRequest,
    Forbidden,
    NotFound,
    RateLimited,
    ServerFault,
    Unauthorized,
    Unreadable,
)
from clients.fluent.fulfilments import FluentFulfilments
from clients.fluent.orders import FluentOrders
from clients.fluent.returns import RETURNS, FluentReturns
from tests.clients.fluent import FluentPeer, Told, data, failed, page

REF = "ON-1001-1"


def order(**changed: Any) -> dict[str, Any]:
    """An order as FIND_ORDER asks for it."""
    return {"id": "42", "ref": REF, "type": "HD", "status": "BOOKED", "items": page(), **changed}


async def found(*answers: httpx.Response) -> Any:
    """What a look-up makes of these answers."""
    return await FluentOrders(FluentPeer(*answers).session()).find(REF)


async def test_it_is_looked_up_by_reference_and_retailer() -> None:
    """Both are variables, and the retailer is a number."""
    peer = FluentPeer(data(orders=page(order())))
    assert await FluentOrders(peer.session()).find(REF) is not None
    assert str(peer.requests[0].url) == "https://acme.api.fluent.example/graphql"
    assert peer.sent["variables"] == {"ref": [REF], "retailer": [7], "first": 100}


async def test_only_this_very_reference_counts() -> None:
    """A filter that takes a character for a wildcard finds others beside it."""
    assert await found(data(orders=page(order(ref="ON-1001-10"), order(ref="ON.1001-1", id="43")))) is None
    mine = await found(data(orders=page(order(ref="ON-1001-10", id="43"), order())))
    assert mine.id == "42"


@pytest.mark.parametrize(
    "answer",
    [
        data(orders=None),
        data(),
        data(orders={"pageInfo": {}}),
        data(orders=page(order(), order(id="43"))),
        data(orders={"edges": [{"node": None, "cursor": "c"}]}),
        data(orders={"edges": [None]}),
        data(orders={"edges": [], "pageInfo": {"hasNextPage": True}}),
        httpx.Response(200, json={"data": None}),
        httpx.Response(200, json=[]),
        httpx.Response(200, text="<html>"),
    ],
)
async def test_an_answer_that_says_nothing_is_no_absence(answer: httpx.Response) -> None:
    """Whoever took it for one would create a second order."""
    with pytest.raises(Unreadable):
        await found(answer)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("DUPLICATE", BadRequest),
        ("ValidationError", BadRequest),
        ("InvalidSyntax", BadRequest),
        ("BAD_USER_INPUT", BadRequest),
        (None, ServerFault),
        ("DataFetchingException", ServerFault),
        ("TIMEOUT", ServerFault),
        ("OptimisticLock", ServerFault),
        ("UNAUTHENTICATED", Unauthorized),
        ("FORBIDDEN", Forbidden),
        ("NOT_FOUND", NotFound),
        ("TOO_MANY_REQUESTS", RateLimited),
        ("INTERNAL_SERVER_ERROR", ServerFault),
        ("ExecutionAborted", ServerFault),
    ],
)
async def test_errors_in_a_200_are_raised(code: str | None, expected: type[ApiError], told: Told) -> None:
    """By their code, with none of their text, and also beside data: half an answer is none.

    Only what says that the request is wrong is a refusal; of anything else it is asked again.
    """
    answer = failed(code, "Ada Lovelace, Invalidenstr 12", data={"orders": page()})
    with pytest.raises(expected) as raised:
        await found(answer)
    assert isinstance(raised.value, ApiError)
    assert raised.value.code == code
    assert "Lovelace" not in told(raised.value)


async def test_http_errors_are_raised_with_their_wait() -> None:
    """A 429 keeps what it asks for."""
    with pytest.raises(RateLimited) as raised:
        await found(httpx.Response(429, headers={"Retry-After": "7"}))
    assert raised.value.retry_after == timedelta(seconds=7)


async def test_every_page_of_items_is_read() -> None:
    """The cursor of the last edge asks for the next page, until there is none."""
    items = [{"id": str(n), "ref": f"line-{n}", "quantity": n} for n in range(5)]
    first = order(items=page(*items[:2], more=True))
    following = [
        data(orderById={"items": page(*items[2:4], more=True, start=2)}),
        data(orderById={"items": page(items[4], start=4)}),
    ]
    peer = FluentPeer(data(orders=page(first)), *following)
    orders = FluentOrders(peer.session())
    mine = await orders.find(REF)
    assert mine is not None
    assert [one.ref for one in await orders.items(mine)] == [f"line-{n}" for n in range(5)]
    assert peer.sent["variables"] == {"id": "42", "after": "c-3", "first": 100}


@pytest.mark.parametrize(
    "items",
    [
        {"edges": [{"node": None, "cursor": "c"}]},
        {"edges": [{"node": {"id": "1", "quantity": 1}}], "pageInfo": {"hasNextPage": True}},
        {
            "edges": [
                {"node": {"id": "1", "quantity": 1}, "cursor": "c"},
                {"node": {"id": "2", "quantity": 1}, "cursor": None},
            ],
            "pageInfo": {"hasNextPage": True},
        },
    ],
)
async def test_what_cannot_be_read_is_not_left_out(items: dict[str, Any]) -> None:
    """An edge without its node, and a page after which there are more that nobody can ask for."""
    with pytest.raises(Unreadable):
        await found(data(orders=page(order(items=items))))


async def test_a_customer_who_may_not_be_read_is_not_created_again() -> None:
    """A null node is somebody."""
    answer = data(customers={"edges": [{"node": None}]})
    with pytest.raises(Unreadable):
        await FluentOrders(FluentPeer(answer).session()).customer_id("c-1")


async def test_pages_without_an_end_are_an_error() -> None:
    """A server that says `more` for ever is not followed for ever."""
    endless = data(orderById={"items": page({"id": "1", "quantity": 1}, more=True)})
    orders = FluentOrders(
        FluentPeer(data(orders=page(order(items=page({"id": "1"}, more=True)))), endless).session()
    )
    mine = await orders.find(REF)
    assert mine is not None
    with pytest.raises(Unreadable):
        await orders.items(mine)


async def test_changes_are_asked_for_in_utc() -> None:
    """`updatedOn: {from}` with milliseconds; the next page is asked for by its cursor."""
    peer = FluentPeer(data(orders=page(order(updatedOn="2026-03-01T10:00:00.000Z"), more=True)))
    since = datetime(2026, 3, 1, 11, 30, tzinfo=timezone(timedelta(hours=2)))
    listed = await FluentOrders(peer.session()).updated(since, "c-9", size=1)
    assert peer.sent["variables"] == {
        "retailer": [7],
        "from": "2026-03-01T09:30:00.000Z",
        "after": "c-9",
        "first": 1,
    }
    assert (listed.orders[0].ref, listed.next_cursor) == (REF, "c-0")
    assert listed.orders[0].updated_on == datetime(2026, 3, 1, 10, tzinfo=UTC)


async def test_a_fulfilment_that_is_not_there_is_none() -> None:
    """Null is said; a missing answer is not absence."""
    assert await FluentFulfilments(FluentPeer(data(fulfilmentById=None)).session()).fetch("9") is None
    with pytest.raises(Unreadable):
        await FluentFulfilments(FluentPeer(data()).session()).fetch("9")


def fulfilment(**changed: Any) -> httpx.Response:
    """A fulfilment as FULFILMENT asks for it."""
    line = {"requestedQuantity": 1, "filledQuantity": 1, "rejectedQuantity": 0, "orderItem": {"ref": "l-1"}}
    known = {"id": "9", "ref": "F-9", "status": "SHIPPED", "items": page(line), "articles": page()}
    return data(fulfilmentById={**known, **changed})


@pytest.mark.parametrize("named", [None, {}, {"ref": None}, {"ref": ""}])
async def test_a_line_of_a_fulfilment_that_names_no_order_item_is_unreadable(named: Any) -> None:
    """Without it the rest would be taken for all: `orderItem` may be null by the schema."""
    nameless = {"requestedQuantity": 1, "filledQuantity": 1, "rejectedQuantity": 0, "orderItem": named}
    packed = {"id": "A", "items": page({"quantity": 1, "orderItem": named})}
    for answer in (fulfilment(items=page(nameless)), fulfilment(articles=page(packed))):
        with pytest.raises(Unreadable):
            await FluentFulfilments(FluentPeer(answer).session()).fetch("9")
    read = await FluentFulfilments(FluentPeer(fulfilment()).session()).fetch("9")
    assert read is not None
    assert read.items[0].line_item_id == "l-1"


async def test_a_page_of_contents_that_is_cut_is_unreadable() -> None:
    """Of an article or of a return; what is not on it would be in neither, or in another."""
    line = {"quantity": 1, "orderItem": {"ref": "l-1"}}
    article = {"id": "A", "items": page(line, more=True)}
    peer = FluentPeer(fulfilment(articles=page(article)))
    with pytest.raises(Unreadable):
        await FluentFulfilments(peer.session()).fetch("9")
    back = {"ref": "i-1", "orderItem": {"ref": "l-1"}, "unitQuantity": {"quantity": 1}}
    for more in (True, False):
        returned = {"ref": "R", "status": "COMPLETE", "returnOrderItems": page(back, more=more)}
        returns = FluentReturns(FluentPeer(data(returnOrders=page(returned))).session())
        if more:
            with pytest.raises(Unreadable):
                await returns.of_order(REF)
        else:
            assert [one.items[0].line_item_id for one in await returns.of_order(REF)] == ["l-1"]
    assert peer.sent["query"].count("hasNextPage") == 3
    assert RETURNS.count("hasNextPage") == 2
