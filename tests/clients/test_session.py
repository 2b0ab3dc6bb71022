"""How every call to commercetools is made: authorised, marked, bound in time, and once."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from pydantic import ValidationError

from clients.account import Account
from clients.commercetools import Commercetools
from clients.correlation import correlation_id
from clients.errors import ConcurrentModification, Unauthorized, Unreachable, Unreadable
from clients.session import segment
from tests.clients.documents import custom_object, order
from tests.clients.peer import TOKEN_WORD, Peer, account, hasty, ok, refused


async def test_a_call_is_authorised_and_marked() -> None:
    """The token, the correlation id of the context, and JSON are in the headers; the path is the project's."""
    peer = Peer(ok(order()))
    mark = correlation_id.set("order/2b7f run 1")
    try:
        await peer.commercetools().order("2b7f")
    finally:
        correlation_id.reset(mark)
    request = peer.requests[0]
    assert request.url.path == "/a-project/orders/2b7f"
    assert request.headers["Authorization"] == f"Bearer {TOKEN_WORD}-1"
    assert request.headers["X-Correlation-ID"] == "order/2b7f-run-1"
    assert request.headers["Accept"] == "application/json"
    assert "X-External-User-ID" not in request.headers


async def test_without_a_mark_each_call_gets_its_own() -> None:
    """A call outside any context can still be found."""
    peer = Peer(ok(order()))
    client = peer.commercetools()
    await client.order("a")
    await client.order("b")
    marks = [request.headers["X-Correlation-ID"] for request in peer.requests]
    assert len(set(marks)) == 2
    assert all(mark.startswith("placet-") for mark in marks)


async def test_a_refused_token_is_renewed_once_and_the_call_repeated() -> None:
    """Twenty calls that meet a revoked token share one new one, and each is sent once more."""

    peer = Peer(lambda request: ok(order()))
    all_there = asyncio.Barrier(20)

    async def revoked(request: httpx.Request) -> httpx.Response:
        answer = await peer(request)
        if request.headers["Authorization"].endswith("-1"):
            await all_there.wait()  # so that all twenty are on their way with the token that is refused
            return refused(401, "invalid_token")
        return answer

    client = Commercetools(account(), httpx.AsyncClient(transport=httpx.MockTransport(revoked)))
    got = await asyncio.gather(*(client.order(f"order-{n}") for n in range(20)))
    assert all(one is not None for one in got)
    assert len(peer.token_requests) == 2
    assert peer.tokens_seen.count(f"{TOKEN_WORD}-1") == 20
    assert peer.tokens_seen.count(f"{TOKEN_WORD}-2") == 20


async def test_an_update_that_met_a_revoked_token_is_sent_again_unchanged() -> None:
    """It was refused unread, so the same body with the same version goes out once more."""
    peer = Peer(refused(401, "invalid_token"), ok(custom_object()))
    await peer.commercetools().put_custom_object("c", "k", {"a": 1}, 0)
    first, second = peer.requests
    assert first.content == second.content
    assert first.headers["X-Correlation-ID"] == second.headers["X-Correlation-ID"]


async def test_a_fresh_token_that_is_refused_is_the_end() -> None:
    """No third attempt is made."""
    peer = Peer(refused(401, "invalid_token"))
    with pytest.raises(Unauthorized):
        await peer.commercetools().order("an-order")
    assert len(peer.requests) == 2


@pytest.mark.parametrize("status", [409, 429, 500, 502, 503, 504])
async def test_nothing_else_is_ever_sent_twice(status: int) -> None:
    """Only Temporal retries."""
    peer = Peer(refused(status, "General"))
    with pytest.raises(Exception, match=str(status)):
        await peer.commercetools().put_custom_object("c", "k", {}, 1)
    assert len(peer.requests) == 1


async def test_the_deadline_holds_for_the_whole_call() -> None:
    """A peer that drips or hangs is left after the whole time, and the write counts as perhaps done."""

    async def silent(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth/token"):
            return await Peer()(request)
        await asyncio.sleep(5)
        raise AssertionError("nobody waits so long")

    http = httpx.AsyncClient(transport=httpx.MockTransport(silent))
    client = Commercetools(account(), http, timeouts=hasty())
    with pytest.raises(Unreachable, match="no answer within"):
        await client.put_custom_object("c", "k", {}, 0)


async def test_httpx_gets_the_timeouts_too() -> None:
    """Connecting is bound by its own time; httpx never waits without end."""
    peer = Peer(ok(order()))
    seen: list[dict[str, float]] = []

    async def look(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return await peer(request)

    await Commercetools(account(), httpx.AsyncClient(transport=httpx.MockTransport(look))).order("a")
    assert seen == [{"connect": 3.0, "read": 10.0, "write": 10.0, "pool": 10.0}] * 2


@pytest.mark.parametrize(
    "failure", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x")]
)
async def test_no_connection_is_unreachable(failure: Exception) -> None:
    """Whatever breaks below HTTP is one type."""
    with pytest.raises(Unreachable, match=type(failure).__name__):
        await Peer(failure).commercetools().order("an-order")


async def test_a_cancelled_call_stays_cancelled() -> None:
    """A caller's cancellation is not taken for the deadline."""

    async def silent(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(5)
        raise AssertionError("nobody waits so long")

    client = Commercetools(account(), httpx.AsyncClient(transport=httpx.MockTransport(silent)))
    call = asyncio.create_task(client.order("an-order"))
    await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("A/B 1", "A%2FB%201"),
        ("a?b#c", "a%3Fb%23c"),
        ("ü%", "%C3%BC%25"),
        ("../x", "..%2Fx"),
    ],
)
async def test_ids_and_numbers_are_encoded(value: str, path: str) -> None:
    """Nothing in an order number can address another resource."""
    peer = Peer(ok(order()))
    await peer.commercetools().order_by_number(value)
    raw = peer.requests[0].url.raw_path.decode()
    assert raw.startswith(f"/a-project/orders/order-number={path}?")


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_what_would_address_something_else_is_refused(value: str) -> None:
    """An empty id would be the list, dots the project."""
    with pytest.raises(ValueError, match="segment"):
        segment(value)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>maintenance</html>"),
        httpx.Response(200),
        ok([]),
        ok({"id": "x", "customerEmail": "buyer@acme.example"}),
        ok(order(totalPrice={"centAmount": "buyer@acme.example", "currencyCode": "EUR"})),
    ],
)
async def test_a_success_that_cannot_be_read_says_where_and_not_what(
    answer: httpx.Response, told: Callable[[BaseException], str]
) -> None:
    """A cut or foreign body is Unreadable, and none of its values is repeated."""
    with pytest.raises(Unreadable) as raised:
        await Peer(answer).commercetools().order("an-order")
    assert "buyer@" not in told(raised.value)


async def test_no_error_holds_what_was_sent(told: Callable[[BaseException], str]) -> None:
    """A refused write does not print its body, its secret or its token."""
    value = {"comment": "private-words"}
    peer = Peer(refused(409, "ConcurrentModification", "Object x has a different version.", currentVersion=2))
    with pytest.raises(ConcurrentModification) as raised:
        await peer.commercetools().put_custom_object("c", "k", value, 1)
    for hidden in (value["comment"], TOKEN_WORD, "s3cret"):
        assert hidden not in told(raised.value)


def test_a_faulty_account_does_not_print_its_secret() -> None:
    """A missing field is named, the others are not shown."""
    with pytest.raises(ValidationError) as raised:
        Account.model_validate({"clientSecret": "s3cret"})
    assert "clientId" in str(raised.value)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("auth_url", "expected"),
    [
        ("https://auth.example", "https://auth.example/oauth/token"),
        ("https://auth.example/", "https://auth.example/oauth/token"),
        ("https://auth.example/oauth/token", "https://auth.example/oauth/token"),
    ],
)
def test_the_token_url_is_what_commercetools_exports_or_says_more(auth_url: str, expected: str) -> None:
    """`CTP_AUTH_URL` is a host; a path of its own is kept."""
    assert account(auth_url=auth_url).token_url == expected


def test_the_client_knows_who_it_is() -> None:
    """Our own echoes are told by the client id."""
    client = Peer(ok({})).commercetools()
    assert (client.client_id, client.project_key) == ("our-client", "a-project")
