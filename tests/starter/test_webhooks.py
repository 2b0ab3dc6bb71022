"""Webhooks, stage 1: signed, complete and safe with Temporal, or refused, counted and never queued."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from domain.inbound import Origin, Received
from settings import Settings
from starter.api import create_app
from starter.inbound_gateway import Webhooks
from starter.inbound_senders import senders_of
from starter.orders_gateway import UnansweredError
from tests.starter.conftest import Served, problem
from tests.starter.signing import SECRET, Signer, hmac_headers, key_file, webhook

FLUENT = Signer()
REQUIRED = ("id", "name", "accountId", "retailerId", "entityId", "entityRef", "entityType")


class FakeInbound:
    """Temporal: keeps what it was given, or is out of reach."""

    def __init__(self) -> None:
        self.taken: list[Received] = []
        self.fails: UnansweredError | None = None

    async def take_in(self, received: Received) -> None:
        """Keep it."""
        if self.fails is not None:
            raise self.fails
        self.taken.append(received)


class Door:
    """An edge that takes in webhooks."""

    def __init__(self, served: Served, inbound: FakeInbound, keys: Path) -> None:
        self.served, self.inbound, self.keys = served, inbound, keys

    async def post(self, body: bytes, headers: dict[str, str], provider: str = "fluent") -> httpx.Response:
        """Send a webhook as it is."""
        return await self.served.http.post(f"/webhooks/{provider}", content=body, headers=headers)

    async def signed(self, body: bytes, by: Signer = FLUENT) -> httpx.Response:
        """Send a webhook, signed."""
        return await self.post(body, {"Fluent-Signature": by.sha512(body)})

    async def counted(self, result: str, provider: str = "fluent") -> float:
        """How many ended so."""
        labels = f'{{provider="{provider}",result="{result}"}}'
        return await self.served.counted(f"placet_webhooks_total{labels}")


@asynccontextmanager
async def opened(served: Served, settings: Settings) -> AsyncIterator[Door]:
    """The edge with these settings."""
    inbound = FakeInbound()
    edge = replace(served.edge, webhooks=Webhooks(senders_of(settings), inbound))
    transport = httpx.ASGITransport(create_app(edge))
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as http:
        keys = settings.fluent_public_keys[0] if settings.fluent_public_keys else Path()
        yield Door(Served(http, edge, served.orders, served.shop), inbound, keys)


@pytest_asyncio.fixture(loop_scope="session")
async def door(served: Served, tmp_path: Path) -> AsyncIterator[Door]:
    """Knows Fluent's key, and a secret."""
    key = key_file(tmp_path, "fluent.pem", FLUENT.pem)
    secret = key_file(tmp_path, "secret", SECRET.encode())
    async with opened(served, Settings(fluent_public_keys=(key,), webhook_secrets=(secret,))) as door:
        yield door


async def test_a_signed_webhook_is_safe_before_it_is_answered(door: Door) -> None:
    """200 with its id; all that it says is kept."""
    answer = await door.signed(webhook())
    assert (answer.status_code, answer.json()) == (200, {"eventId": "2a4c9d6e-0000-4000-8000-000000000001"})
    (received,) = door.inbound.taken
    assert (received.provider, received.event_id) == ("fluent", "2a4c9d6e-0000-4000-8000-000000000001")
    assert received.name == "fc.connect.order.webhook.order-status-update"
    assert (received.entity_ref, received.entity_type, received.entity_status) == (
        "ON-1-1",
        "ORDER",
        "BOOKED",
    )
    assert (received.attributes, received.origin) == ({"TrackingNumber": "TN-1"}, Origin.WEBHOOK)
    assert await door.counted("takenIn") == 1


async def test_a_repeat_is_answered_alike(door: Door) -> None:
    """Fluent sends up to three times more where we are slow: the same id each time, for Temporal to count once."""
    answers = [await door.signed(webhook()) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({received.event_id for received in door.inbound.taken}) == 1


async def test_numbers_for_ids_and_attributes_in_a_list_are_read(door: Door) -> None:
    """Some of Fluent's services have them so; what need not be there is no reason to refuse."""
    listed = [{"name": "TrackingNumber", "type": "STRING", "value": "TN-2"}, "?"]
    body = webhook(
        retailerId=34, entityId=1801, attributes=listed, entitySubtype={}, rootEntityRef=None, new=1
    )
    assert (await door.signed(body)).status_code == 200
    (received,) = door.inbound.taken
    assert (received.retailer_id, received.entity_id, received.entity_subtype) == ("34", "1801", None)
    assert received.attributes == {"TrackingNumber": "TN-2"}


@pytest.mark.parametrize("field", REQUIRED)
@pytest.mark.parametrize("value", [..., "", None], ids=["absent", "empty", "null"])
async def test_a_missing_parameter_is_named(door: Door, field: str, value: Any) -> None:
    """400, counted, and never queued."""
    refused = problem(await door.signed(webhook(**{field: value})), 400, "badRequest")
    assert refused["field"] == field
    assert await door.counted("badRequest") == 1
    assert door.inbound.taken == []


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"id": NaN}', b"\xff"])
async def test_a_signed_body_that_cannot_be_read_is_400(door: Door, body: bytes) -> None:
    """The signature is right; there is nothing in it."""
    problem(await door.signed(body), 400, "badRequest")
    assert door.inbound.taken == []


@pytest.mark.parametrize("body", [webhook(), webhook(id=...), b"no json", b""])
async def test_a_bad_signature_is_401_whatever_the_body_is(
    door: Door, body: bytes, lines: pytest.LogCaptureFixture
) -> None:
    """It is looked at before the body is; counted, logged without a byte of the body, never queued."""
    stranger = Signer()
    for headers in ({}, {"fluent-signature": stranger.sha512(body)}, {"fluent-signature": "***"}):
        problem(await door.post(body, headers), 401, "badSignature")
    assert await door.counted("badSignature") == 3
    assert door.inbound.taken == []
    assert "ON-1-1" not in lines.text
    said = [json.loads(record.message) for record in lines.records]
    assert [one["why"] for one in said] == ["noSignature", "wrong", "malformed"]


async def test_a_key_that_is_rotated_out_is_refused_with_the_next_request(door: Door) -> None:
    """And the new one taken, without a restart."""
    new = Signer()
    assert (await door.signed(webhook())).status_code == 200
    door.keys.write_bytes(new.pem)
    assert (await door.signed(webhook())).status_code == 401
    assert (await door.signed(webhook(), new)).status_code == 200
    door.keys.unlink()
    assert (await door.signed(webhook(), new)).status_code == 401


async def test_the_legacy_signature_is_off_unless_switched_on(served: Served, door: Door) -> None:
    """MD5 is no signature that anybody should rely on; where Fluent sends no other, one may."""
    legacy = {"flex.signature": FLUENT.md5(webhook())}
    problem(await door.post(webhook(), legacy), 401, "badSignature")
    settings = Settings(fluent_public_keys=(door.keys,), fluent_legacy_signatures=True)
    async with opened(served, settings) as switched_on:
        assert (await switched_on.post(webhook(), legacy)).status_code == 200


async def test_without_keys_every_webhook_is_refused(served: Served) -> None:
    """An edge that was given none believes nobody."""
    async with opened(served, Settings()) as closed:
        problem(await closed.signed(webhook()), 401, "badSignature")
        at = int(time.time())
        problem(await closed.post(b"{}", hmac_headers(b"{}", at), "webhook"), 401, "badSignature")
        assert closed.inbound.taken == []


async def test_while_temporal_is_out_of_reach_nothing_is_acknowledged(door: Door) -> None:
    """503, so that it is sent again."""
    door.inbound.fails = UnansweredError("Temporal cannot be reached")
    answer = await door.signed(webhook())
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "5"
    assert (await door.counted("unanswered"), await door.counted("takenIn")) == (1, 0)


async def test_an_unknown_provider_has_no_door(door: Door, served: Served) -> None:
    """404; nor has anybody on an edge without webhooks."""
    problem(await door.post(webhook(), {}, "nobody"), 404, "notFound")
    problem(await served.http.post("/webhooks/fluent", content=webhook()), 404, "notFound")


async def test_a_body_is_read_within_bounds(door: Door) -> None:
    """413, before anybody verifies anything."""
    problem(await door.signed(webhook(attributes={"long": "x" * 1_100_000})), 413, "tooLarge")


async def test_a_signed_cloud_event_of_a_system_of_yours(door: Door) -> None:
    """Its subject is the order, its type names the handler, and its id counts together with its source."""
    event = {"specversion": "1.0", "id": "1", "source": "/a", "type": "t", "subject": "o-1", "data": {"n": 1}}
    for source in ("/a", "/b", "/a"):
        body = json.dumps({**event, "source": source}).encode()
        answer = await door.post(body, hmac_headers(body, int(time.time())), "webhook")
        assert answer.status_code == 200, answer.text
    first, other, again = door.inbound.taken
    assert (first.name, first.entity_ref, first.attributes) == ("t", "o-1", {"n": 1})
    assert first.event_id == again.event_id != other.event_id
    body = json.dumps({**event, "subject": ""}).encode()
    refused = await door.post(body, hmac_headers(body, int(time.time())), "webhook")
    assert problem(refused, 400, "badRequest")["field"] == "subject"
    stale = await door.post(body, hmac_headers(body, int(time.time()) - 3600), "webhook")
    problem(stale, 401, "badSignature")
