"""The signed webhook keeps the contract, in front of a small receiver, and is signed as its documentation says."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from clients.errors import ConcurrentModification, ServerFault
from clients.provider_webhook import CHANGE_TYPES, SIGNATURE_HEADER, WebhookProvider
from clients.providers import ProviderConfigurationError, Surroundings
from domain.provider_answers import Accepted, Conflict, Exported, LineQuantity, Refused, Unsupported
from tests.clients.peer import Peer
from tests.providers.contract import ProviderContract
from tests.providers.drafts import REF, draft
from tests.providers.faults import FaultyTransport, over
from tests.providers.receiver import Receiver

OPTIONS = {
    "url": "https://oms.example/events",
    "signing_secrets": "new-signing-key old-signing-key",
    "token": "oms-token",
    "operations": " ".join(CHANGE_TYPES),
}
SECRETS = ("new-signing-key", "old-signing-key", "oms-token")


@dataclass
class WebhookWorld:
    """A receiver and what we know of it."""

    provider: WebhookProvider
    transport: FaultyTransport
    receiver: Receiver
    supports: frozenset[str] = field(default=frozenset(CHANGE_TYPES))
    secrets: tuple[str, ...] = SECRETS

    async def standing(self, ref: str) -> int:
        """References are unique at the receiver."""
        return int(ref in self.receiver.orders)

    async def cancelled(self, ref: str, line_id: str) -> int:
        """As the receiver counts."""
        return self.receiver.cancelled.get((ref, line_id), 0)

    async def renew(self) -> None:
        """An empty receiver."""
        self.transport.heal()
        self.receiver.orders.clear()


class TestWebhook(ProviderContract):
    """The contract."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[WebhookWorld]:
        """A receiver of its own."""
        receiver = Receiver()
        transport = over(receiver.app())
        async with httpx.AsyncClient(transport=transport) as http:
            yield WebhookWorld(WebhookProvider.build(OPTIONS, Surroundings(http)), transport, receiver)

    async def test_every_secret_signs_the_raw_body(self, world: WebhookWorld) -> None:
        """A receiver that knows either of two secrets can verify the bytes it got."""
        await world.provider.export(draft())
        raw, told = world.receiver.bodies[0], world.receiver.headers[0][SIGNATURE_HEADER.lower()]
        expected = [hmac.new(key.encode(), raw, hashlib.sha256).hexdigest() for key in SECRETS[:2]]
        assert told == f"sha256={expected[0]},sha256={expected[1]}"

    async def test_a_repeat_is_the_same_to_the_byte(self, world: WebhookWorld) -> None:
        """Body, key and signature of the second sending are those of the first."""
        for _ in range(2):
            await world.provider.export(draft())
        first, second = world.receiver.headers
        assert world.receiver.bodies[0] == world.receiver.bodies[1]
        for name in ("idempotency-key", SIGNATURE_HEADER.lower()):
            assert first[name] == second[name]

    async def test_a_refusal_is_an_answer(self, world: WebhookWorld) -> None:
        """What is already picked cannot be cancelled: the receiver's reason comes back as a value."""
        await world.provider.export(draft())
        world.receiver.refuses = True
        answer = await world.provider.cancel(REF, (), "customerRequest")
        assert answer == Refused(ref=REF, why="alreadyPicked")

    async def test_another_quantity_is_another_request(self, world: WebhookWorld) -> None:
        """Two cancellations of different extent have different keys, however their lines are ordered."""
        await world.provider.export(draft())
        lines = [LineQuantity(line_item_id=f"line-{n}", quantity=1) for n in (1, 2)]
        await world.provider.cancel(REF, lines, "customerRequest")
        await world.provider.cancel(REF, lines[::-1], "customerRequest")
        await world.provider.cancel(REF, lines[:1], "customerRequest")
        first, same, other = [sent["idempotency-key"] for sent in world.receiver.headers[1:]]
        assert first == same
        assert other != first

    async def test_a_state_that_comes_back_is_no_repeat(self, world: WebhookWorld) -> None:
        """Another telling has another key although it says the same; the same telling again has the same one."""
        await world.provider.export(draft())
        for state, telling in (("Paid", 1), ("CreditOwed", 2), ("Paid", 3), ("Paid", 3)):
            await world.provider.tell_of_payment(REF, state, telling=telling)
        for method, telling in (("DHL", 4), ("UPS", 5), ("DHL", 6), ("DHL", 6)):
            await world.provider.change_delivery(REF, method=method, telling=telling)
        keys = [sent["idempotency-key"] for sent in world.receiver.headers[1:]]
        assert keys[2] == keys[3]
        assert keys[6] == keys[7]
        assert len(set(keys)) == 6

    async def test_what_is_not_counted_has_the_key_that_it_always_had(self, world: WebhookWorld) -> None:
        """A request of an earlier version that is tried again is still the same event."""
        await world.provider.export(draft())
        await world.provider.tell_of_payment(REF, "Paid")
        assert world.receiver.headers[-1]["idempotency-key"] == f"{REF}/tell_of_payment/e36ab4e8936b6163"


def provider(peer: Peer, **options: str) -> WebhookProvider:
    """A provider in front of a peer."""
    given = {"url": "https://oms.example/events", "signing_secrets": "key", **options}
    return WebhookProvider.build(given, Surroundings(peer.http()))


async def test_the_event_is_what_it_always_was() -> None:
    """Type, source, id and subject are those of the announcement; the draft is its data."""
    peer = Peer(httpx.Response(202))
    assert await provider(peer).export(draft()) == Exported(ref=REF)
    sent = peer.sent
    assert (sent["type"], sent["source"]) == ("placet.fulfillment.requested", "/placet/orders")
    assert (sent["id"], sent["subject"]) == (REF, "2b7f")
    assert sent["data"] == json.loads(json.dumps(draft().document))


async def test_without_operations_only_exports_are_sent() -> None:
    """A receiver of today's announcements is not sent what it does not know."""
    peer = Peer(httpx.Response(202))
    answer = await provider(peer).tell_of_payment(REF, "Paid")
    assert isinstance(answer, Unsupported)
    assert not peer.requests


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"code": "duplicate", "ref": REF}, Exported),
        ({"duplicate": True, "idempotencyKey": REF}, Exported),
        ({"code": "conflict", "ref": REF}, Conflict),
    ],
)
async def test_a_409_that_names_the_reference_is_an_answer(said: dict[str, object], expected: type) -> None:
    """Taken over already, or something else stands there."""
    assert isinstance(await provider(Peer(httpx.Response(409, json=said))).export(draft()), expected)


@pytest.mark.parametrize(
    "said", [{}, {"code": "duplicate", "ref": "ON-1001-10"}, {"code": "locked", "ref": REF}]
)
async def test_any_other_409_is_an_error(said: dict[str, object]) -> None:
    """It may be about anything."""
    with pytest.raises(ConcurrentModification):
        await provider(Peer(httpx.Response(409, json=said))).export(draft())


async def test_a_change_that_fails_is_an_error() -> None:
    """A 500 is no refusal."""
    peer = Peer(httpx.Response(500, json={"code": "refused", "ref": REF}))
    with pytest.raises(ServerFault):
        await provider(peer, operations="cancel").cancel(REF, (), "customerRequest")


async def test_a_plain_2xx_is_taken_but_not_settled() -> None:
    """What became of it is told by an event."""
    answer = await provider(Peer(httpx.Response(202)), operations="cancel").cancel(REF, (), "customerRequest")
    assert answer == Accepted(ref=REF, settled=False)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, "url, signing_secrets"),
        ({"url": "ftp://s3cret", "signing_secrets": "s3cret"}, "url"),
        ({"url": "https://s3cret", "signing_secrets": "s3cret", "operations": "fly"}, "operations"),
        ({"url": "https://s3cret", "signing_secrets": "s3cret", "tokn": "s3cret"}, "tokn"),
    ],
)
def test_wrong_options_are_named_not_repeated(options: dict[str, str], named: str) -> None:
    """The message says which option, and never its value."""
    with pytest.raises(ProviderConfigurationError, match=named) as raised:
        WebhookProvider.build(options, Surroundings(Peer(httpx.Response(202)).http()))
    assert "s3cret" not in str(raised.value)
