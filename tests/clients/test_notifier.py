"""People are told in one line or by one POST, and a failed telling is a typed error that tells nothing itself."""

import asyncio
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from clients.errors import ClientError, InvalidInput, RateLimited, ServerFault, Unreachable
from clients.notifier import ConsoleNotifier, Notifier, WebhookNotifier
from domain.money import Money
from domain.notification import NoticeKind, Notification
from tests.clients.peer import Peer, hasty, ok

HOOK = "https://hooks.example/services/se-cret-path"


def notification(**changed: Any) -> Notification:
    """A request for approval."""
    return Notification.model_validate(
        {
            "idempotency_key": "o1/requested-1/ana",
            "kind": NoticeKind.REQUESTED,
            "recipient": "ana",
            "order_id": "o1",
            "order_number": "ON-1001",
            "total": Money(cent_amount=1_250_000, currency_code="EUR"),
            "revision": 2,
            "step": "managers",
            "why": "from EUR 10,000.00 a manager and finance",
            "due_at": datetime(2026, 3, 3, 10, tzinfo=UTC),
            "then": "escalate to dana",
            **changed,
        }
    )


async def test_the_console_says_it_in_one_line() -> None:
    """Who, what, how much, why, until when and what then."""
    stream = io.StringIO()
    console: Notifier = ConsoleNotifier(stream)
    await console.send(notification(detail="second reminder"))
    assert stream.getvalue() == (
        "to ana: requested, order ON-1001, EUR 12,500.00, revision 2, step managers: "
        "from EUR 10,000.00 a manager and finance; due 2026-03-03T10:00+00:00, then escalate to dana "
        "(second reminder)\n"
    )


async def test_the_console_manages_with_less() -> None:
    """Without number, step, date or detail the line is shorter."""
    stream = io.StringIO()
    bare = notification(order_number=None, step=None, due_at=None, then=None, why="w")
    await ConsoleNotifier(stream).send(bare)
    assert stream.getvalue() == "to ana: requested, order o1, EUR 12,500.00, revision 2: w\n"


async def test_an_order_number_writes_no_line_of_its_own() -> None:
    """What comes from outside can neither break the line nor steer a terminal."""
    stream = io.StringIO()
    await ConsoleNotifier(stream).send(notification(order_number="X\nto ben: approved\x1b[31m"))
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


async def test_the_webhook_gets_the_notification_once_over() -> None:
    """JSON in camelCase, absent instead of null, with the key that makes a repeat count once."""
    peer = Peer(httpx.Response(202))
    hook: Notifier = WebhookNotifier(HOOK, peer.http(), SecretStr("hook-token"))
    await hook.send(notification(due_at=None, then=None))
    request = peer.requests[0]
    assert (request.method, str(request.url)) == ("POST", HOOK)
    assert request.headers["Idempotency-Key"] == "o1/requested-1/ana"
    assert request.headers["Authorization"] == "Bearer hook-token"
    assert request.headers["Content-Type"] == "application/json"
    assert peer.sent["orderNumber"] == "ON-1001"
    assert peer.sent["total"] == {"centAmount": 1_250_000, "currencyCode": "EUR", "fractionDigits": 2}
    assert "dueAt" not in peer.sent


async def test_without_a_token_none_is_sent() -> None:
    """A hook whose address is its secret needs no more."""
    peer = Peer(ok({}))
    await WebhookNotifier(HOOK, peer.http()).send(notification())
    assert "Authorization" not in peer.requests[0].headers


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            httpx.Response(400, json={"errors": [{"code": "InvalidInput", "message": "se-cret-path"}]}),
            InvalidInput,
        ),
        (httpx.Response(429, headers={"Retry-After": "3"}, text="se-cret-path"), RateLimited),
        (httpx.Response(500), ServerFault),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example"}), ClientError),
        (httpx.ConnectError(f"cannot reach {HOOK}"), Unreachable),
    ],
)
async def test_anything_but_success_is_raised_and_keeps_the_address_to_itself(
    answer: httpx.Response | Exception, expected: type[Exception], told: Callable[[BaseException], str]
) -> None:
    """Typed as elsewhere, without the address, the token, the strangers' words or what was to be told."""
    peer = Peer(answer)
    with pytest.raises(expected) as raised:
        await WebhookNotifier(HOOK, peer.http(), SecretStr("hook-token")).send(notification())
    for hidden in ("se-cret-path", "hook-token", "ON-1001", "a manager and finance"):
        assert hidden not in told(raised.value)
    assert len(peer.requests) == 1


async def test_a_silent_hook_is_left() -> None:
    """The deadline holds here too."""

    async def silent(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(5)
        raise AssertionError("nobody waits so long")

    http = httpx.AsyncClient(transport=httpx.MockTransport(silent))
    with pytest.raises(Unreachable):
        await WebhookNotifier(HOOK, http, timeouts=hasty()).send(notification())
