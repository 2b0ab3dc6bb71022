"""Logging in at Fluent: once for all, again before the end or after a refusal, and never telling with what."""

import asyncio

import httpx
import pytest

from clients.errors import ApiError, BadRequest, ServerFault, Unauthorized, Unreachable, Unreadable
from clients.fluent.token import FluentTokens
from clients.transport import Timeouts
from tests.clients.fluent import SECRETS, FluentPeer, Told, account, data


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


async def test_it_is_a_password_grant_in_the_body() -> None:
    """No secret stands in the address, which servers and proxies log."""
    peer = FluentPeer(data())
    await peer.session().graphql("{ x }", {})
    grant = peer.grants[0]
    assert str(grant.url) == "https://acme.api.fluent.example/oauth/token"
    assert grant.headers["fluent.account"] == "ACME"
    assert peer.form == {
        "grant_type": "password",
        "scope": "api",
        "client_id": "acme-client",
        "client_secret": SECRETS[0],
        "username": "placet",
        "password": SECRETS[1],
    }


async def test_many_callers_share_one_log_in() -> None:
    """Whoever comes while a token is being fetched waits for that one."""
    peer = FluentPeer(data())
    session = peer.session()
    await asyncio.gather(*(session.graphql("{ x }", {}) for _ in range(10)))
    assert len(peer.grants) == 1


async def test_it_is_renewed_before_it_ends() -> None:
    """A minute before the end of an hour there is a new one, and not earlier."""
    peer, clock = FluentPeer(data(), lifetime=3600), Clock()
    tokens = FluentTokens(account(), peer.http(), timeouts=Timeouts(), clock=clock)
    first = await tokens.token()
    clock.now = 3539
    assert await tokens.token() == first
    clock.now = 3541
    assert await tokens.token() != first
    assert len(peer.grants) == 2


async def test_a_refused_token_is_replaced_once() -> None:
    """The second attempt carries a new token; a second refusal is the answer."""
    peer = FluentPeer(httpx.Response(401), data(x=1))
    assert await peer.session().graphql("{ x }", {}) == {"x": 1}
    assert [one.headers["Authorization"] for one in peer.requests] == [
        f"Bearer {SECRETS[2]}-1",
        f"Bearer {SECRETS[2]}-2",
    ]
    refusing = FluentPeer(httpx.Response(401))
    with pytest.raises(Unauthorized):
        await refusing.session().graphql("{ x }", {})
    assert len(refusing.requests) == 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            httpx.Response(401, json={"error": "invalid_client", "error_description": SECRETS[0]}),
            Unauthorized,
        ),
        (httpx.Response(400, json={"error": "invalid_grant", "error_description": SECRETS[1]}), BadRequest),
        (httpx.Response(503, text=SECRETS[1]), ServerFault),
        (httpx.Response(200, text=f"<html>{SECRETS[0]}"), Unreadable),
        (httpx.Response(200, json={"access_token": SECRETS[2]}), Unreadable),
        (httpx.ConnectError(SECRETS[1]), Unreachable),
    ],
)
async def test_a_log_in_that_fails_is_typed_and_tells_nothing(
    answer: httpx.Response | Exception, expected: type[ApiError], told: Told
) -> None:
    """Neither password nor secret nor token is in the error, and the next caller tries anew."""
    peer = FluentPeer(data())
    peer.grant_answers.append(answer)
    session = peer.session()
    with pytest.raises(expected) as raised:
        await session.graphql("{ x }", {})
    assert not [secret for secret in SECRETS if secret in told(raised.value)]
    assert await session.graphql("{ x }", {}) == {}


def test_an_account_does_not_show_its_secrets() -> None:
    """Printing it, or getting a neighbour of theirs wrong, shows none."""
    assert not [secret for secret in SECRETS if secret in repr(account())]
    with pytest.raises(ValueError, match="retailer") as raised:
        account(retailer_id="seven")
    assert not [secret for secret in (*SECRETS, "seven") if secret in str(raised.value)]
