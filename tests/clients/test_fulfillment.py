"""A hand-over is one CloudEvent, taken over once however often it is sent."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from clients.errors import ConcurrentModification, ServerFault, Unreachable
from clients.fulfillment import FulfillmentSystem
from clients.projections import order_from_json
from domain.fulfillment import HandOver
from tests.clients.documents import order
from tests.clients.peer import Peer

HAND_OVER = HandOver(
    ref="ON-1001-1",
    order_id="2b7f",
    order_number="ON-1001",
    revision=2,
    digest="d" * 64,
    content=order_from_json(order()).content,
)


def system(peer: Peer) -> FulfillmentSystem:
    """Our client of this peer."""
    return FulfillmentSystem("https://oms.example/orders", peer.http(), SecretStr("oms-token"))


async def test_it_is_a_cloud_event_in_structured_mode() -> None:
    """Attributes, headers and data are where CloudEvents 1.0 has them."""
    peer = Peer(httpx.Response(202))
    await system(peer).announce(HAND_OVER, at=datetime(2026, 3, 1, 10, tzinfo=UTC))
    request = peer.requests[0]
    assert (request.method, str(request.url)) == ("POST", "https://oms.example/orders")
    assert request.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert request.headers["Idempotency-Key"] == "ON-1001-1"
    assert request.headers["Authorization"] == "Bearer oms-token"
    assert peer.sent == {
        "specversion": "1.0",
        "id": "ON-1001-1",
        "source": "/placet/orders",
        "type": "placet.fulfillment.requested",
        "subject": "2b7f",
        "time": "2026-03-01T10:00:00+00:00",
        "datacontenttype": "application/json",
        "data": HAND_OVER.to_json_dict(),
    }


async def test_a_repeat_is_the_same_to_the_byte() -> None:
    """A system that compares bodies finds nothing new in the second one."""
    peer = Peer(httpx.Response(200))
    await system(peer).announce(HAND_OVER)
    await system(peer).announce(HAND_OVER)
    first, second = peer.requests
    assert first.content == second.content
    assert "time" not in peer.sent


@pytest.mark.parametrize(
    "said",
    [
        {"duplicate": True, "ref": "ON-1001-1"},
        {"code": "duplicate", "ref": "ON-1001-1"},
        {"error": "Duplicate", "id": "ON-1001-1"},
        {"receipt": "duplicate", "idempotencyKey": "ON-1001-1"},
    ],
)
async def test_a_duplicate_of_the_same_is_taken_over(said: dict[str, Any]) -> None:
    """The system has had it already: that is what was wanted."""
    peer = Peer(httpx.Response(409, json=said))
    await system(peer).announce(HAND_OVER)
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(409),
        httpx.Response(409, text="duplicate ON-1001-1"),
        httpx.Response(409, json=["duplicate", "ON-1001-1"]),
        httpx.Response(409, json={"code": "duplicate"}),
        httpx.Response(409, json={"duplicate": False, "ref": "ON-1001-1"}),
        httpx.Response(409, json={"code": "duplicate", "ref": "ON-1001-10"}),
        httpx.Response(409, json={"code": "locked", "ref": "ON-1001-1"}),
    ],
)
async def test_any_other_conflict_is_not(answer: httpx.Response) -> None:
    """A 409 that does not name this very hand-over as a duplicate may be about anything."""
    with pytest.raises(ConcurrentModification):
        await system(Peer(answer)).announce(HAND_OVER)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(500, json={"code": "duplicate", "ref": "ON-1001-1"}), ServerFault),
        (httpx.ReadTimeout("oms-token"), Unreachable),
    ],
)
async def test_failures_are_typed_and_tell_no_content(
    answer: httpx.Response | Exception, expected: type[Exception], told: Callable[[BaseException], str]
) -> None:
    """Neither the token nor what was ordered by whom is in the error."""
    with pytest.raises(expected) as raised:
        await system(Peer(answer)).announce(HAND_OVER)
    for hidden in ("oms-token", "buyer@", "PUMP-9"):
        assert hidden not in told(raised.value)
