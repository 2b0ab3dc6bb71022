"""Tokens are fetched once for all who ask, renewed in time, and never shown."""

import asyncio
import base64
from collections.abc import Awaitable, Callable

import httpx
import pytest

from clients.errors import BadRequest, ServerFault, Unauthorized, Unreachable, Unreadable
from clients.oauth import TokenSource
from clients.transport import Timeouts
from tests.clients.peer import TOKEN_WORD, Peer, account, hasty, ok


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now


def source(peer: Peer, clock: Clock | None = None, timeouts: Timeouts | None = None) -> TokenSource:
    """A source of tokens at this peer."""
    return TokenSource(account(), peer.http(), timeouts=timeouts or Timeouts(), clock=clock or Clock())


async def test_twenty_callers_share_one_token_request() -> None:
    """However many ask at once, one request is made, and all get its token."""
    peer = Peer()
    tokens = source(peer)
    got = await asyncio.gather(*(tokens.token() for _ in range(20)))
    assert {one.get_secret_value() for one in got} == {f"{TOKEN_WORD}-1"}
    assert len(peer.token_requests) == 1


async def test_the_request_is_client_credentials() -> None:
    """The client goes into Basic authorization, grant type and scopes into the form."""
    peer = Peer()
    await source(peer).token()
    request = peer.token_requests[0]
    assert str(request.url) == "https://auth.example/oauth/token"
    basic = base64.b64encode(b"our-client:s3cret-of-the-client").decode()
    assert request.headers["Authorization"] == f"Basic {basic}"
    scope = "manage_orders%3Aa-project+view_states%3Aa-project"
    assert request.content == f"grant_type=client_credentials&scope={scope}".encode()


async def test_without_scopes_none_are_asked_for() -> None:
    """An account without scopes leaves the choice to commercetools."""
    peer = Peer()
    await TokenSource(account(scopes=()), peer.http(), timeouts=Timeouts()).token()
    assert peer.token_requests[0].content == b"grant_type=client_credentials"


@pytest.mark.parametrize(("lifetime", "good_for"), [(172_800, 172_740), (100, 90)])
async def test_a_token_is_renewed_shortly_before_its_end(lifetime: float, good_for: float) -> None:
    """A token serves until a minute before its end, or a tenth of a short life, and not longer."""
    peer, clock = Peer(lifetime=lifetime), Clock()
    tokens = source(peer, clock)
    await tokens.token()
    clock.now += good_for - 1
    await tokens.token()
    assert len(peer.token_requests) == 1
    clock.now += 1
    assert (await tokens.token()).get_secret_value() == f"{TOKEN_WORD}-2"


async def test_only_the_token_that_was_refused_is_forgotten() -> None:
    """A late refusal of an old token does not cost the new one."""
    peer = Peer()
    tokens = source(peer)
    first = await tokens.token()
    tokens.invalidate(first)
    second = await tokens.token()
    tokens.invalidate(first)
    assert await tokens.token() == second
    assert len(peer.token_requests) == 2


async def test_a_caller_who_gives_up_takes_nothing_from_the_others() -> None:
    """Cancelling one of two who wait leaves the request running for the other."""
    gate = asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        await gate.wait()
        return await Peer()(request)

    tokens = TokenSource(
        account(), httpx.AsyncClient(transport=httpx.MockTransport(slow)), timeouts=Timeouts()
    )
    impatient, patient = asyncio.create_task(tokens.token()), asyncio.create_task(tokens.token())
    await asyncio.sleep(0.01)
    impatient.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert (await patient).get_secret_value() == f"{TOKEN_WORD}-1"
    assert impatient.cancelled()


async def test_a_failure_is_shared_and_not_kept() -> None:
    """All who waited learn of the failure; whoever comes later tries again."""
    peer = Peer()
    peer.token_answers = [httpx.Response(500)]
    tokens = source(peer)
    got = await asyncio.gather(tokens.token(), tokens.token(), return_exceptions=True)
    assert [type(one) for one in got] == [ServerFault, ServerFault]
    assert (await tokens.token()).get_secret_value() == f"{TOKEN_WORD}-2"


def rejection(status: int, error: str) -> httpx.Response:
    """What the token endpoint says (RFC 6749, section 5.2), with a text that tells too much."""
    told = f"client our-client with s3cret-of-the-client: {error}"
    return ok({"statusCode": status, "error": error, "error_description": told, "message": told}, status)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (rejection(401, "invalid_client"), Unauthorized),
        (rejection(400, "invalid_scope"), BadRequest),
        (ok({"access_token": "", "token_type": TOKEN_WORD}), Unreadable),
        (ok({"access_token": TOKEN_WORD, "expires_in": "soon"}), Unreadable),
        (httpx.Response(200, text="<html>s3cret-of-the-client</html>"), Unreadable),
        (httpx.ConnectError("s3cret-of-the-client"), Unreachable),
    ],
)
async def test_a_refusal_is_typed_and_tells_no_secret(
    answer: httpx.Response | Exception, expected: type[Exception], told: Callable[[BaseException], str]
) -> None:
    """Whatever the token endpoint answers is a typed error without secret or token."""
    peer = Peer()
    peer.token_answers = [answer]
    with pytest.raises(expected) as raised:
        await source(peer).token()
    assert "s3cret" not in told(raised.value)
    assert TOKEN_WORD not in told(raised.value)


async def test_no_answer_in_time_is_unreachable() -> None:
    """The deadline holds for the token endpoint too."""

    async def silent(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(5)
        raise AssertionError("nobody waits so long")

    tokens = TokenSource(
        account(), httpx.AsyncClient(transport=httpx.MockTransport(silent)), timeouts=hasty()
    )
    with pytest.raises(Unreachable, match=r"within 0\.05 s"):
        await tokens.token()


async def test_nothing_shows_the_secret_or_the_token() -> None:
    """Neither the account, the token nor the source of tokens prints what it keeps."""
    tokens = source(Peer())
    got: Awaitable[object] = tokens.token()
    shown = f"{account()!r} {await got!r} {tokens!r} {vars(tokens)!r}"
    assert "s3cret" not in shown
    assert TOKEN_WORD not in shown
