"""The local Fluent's webhooks: what they say, how they are signed, how often they are sent."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import MD5, SHA512
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

from sandbox.fluent_options import FluentOptions
from tests.sandbox.fluent_surroundings import STEER, Here, fluent_here, verified

NOTHING = {"startStatuses": [], "pauseAt": ["CREATED"]}


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    async with fluent_here() as running:
        yield running


async def _key(here: Here) -> RSAPublicKey:
    key = load_pem_public_key((await here.http.get(f"{STEER}/public-key")).content)
    assert isinstance(key, RSAPublicKey)
    return key


async def test_what_a_webhook_says(here: Here) -> None:
    """The documented fields, the order as root of its fulfilments, and the tracking of what was shipped."""
    order_id = (await here.create())["id"]
    await here.fluent.idle()
    first, shipped = here.inbox.bodies[0], here.inbox.bodies[-2]
    assert first | {"id": ""} == {
        "id": "",
        "name": "fc.connect.order.webhook.order-status-update",
        "accountId": "PLACET_DEMO",
        "retailerId": "1",
        "entityId": order_id,
        "entityRef": "ON-1-1",
        "entityType": "ORDER",
        "entitySubtype": "HD",
        "entityStatus": "CREATED",
        "rootEntityId": order_id,
        "rootEntityRef": "ON-1-1",
        "rootEntityType": "ORDER",
        "type": "NORMAL",
        "attributes": {},
    }
    assert shipped["name"] == "fc.connect.order.webhook.fulfilment-status-update"
    assert (shipped["entityRef"], shipped["rootEntityRef"]) == ("ON-1-1-F1", "ON-1-1")
    assert shipped["attributes"].keys() == {"ShippingPartner", "TrackingNumber", "TrackingURL"}
    ids = [one["id"] for one in here.inbox.bodies]
    assert len(set(ids)) == len(ids)


async def test_every_webhook_is_signed(here: Here) -> None:
    """SHA512withRSA over the raw body, of the published key; the older header only where it is switched on."""
    await here.create()
    await here.fluent.idle()
    await here.steer("webhook", {"legacySignature": True})
    await here.create("ON-2-1")
    await here.fluent.idle()
    key = await _key(here)
    for raw, headers in zip(here.inbox.raw, here.inbox.headers, strict=True):
        assert verified(key, headers["fluent-signature"], raw, SHA512())
        assert not verified(key, headers["fluent-signature"], raw + b" ", SHA512())
        legacy = headers.get("flex.signature")
        assert (legacy is not None) is (b"ON-2-1" in raw)
        assert legacy is None or verified(key, legacy, raw, MD5())


async def test_the_public_key_comes_in_two_forms(here: Here) -> None:
    """PEM, and the same as bare base64."""
    bare = (await here.http.get(f"{STEER}/public-key", params={"format": "base64"})).text
    key = load_der_public_key(base64.b64decode(bare, validate=True))
    assert isinstance(key, RSAPublicKey)
    assert key.public_numbers() == (await _key(here)).public_numbers()


async def test_a_rotated_key_signs_from_then_on(here: Here) -> None:
    """The old one verifies nothing that is sent afterwards."""
    await here.steer("behaviour", NOTHING)
    old = await _key(here)
    await here.create()
    await here.fluent.webhooks.idle()
    rotated = await here.steer("rotate-key", {})
    await here.create("ON-2-1")
    await here.fluent.webhooks.idle()
    new = await _key(here)
    assert load_pem_public_key(rotated["publicKey"].encode()) == new
    signatures = [headers["fluent-signature"] for headers in here.inbox.headers]
    good = [
        [verified(key, one, raw, SHA512()) for one, raw in zip(signatures, here.inbox.raw, strict=True)]
        for key in (old, new)
    ]
    assert good == [[True, False], [False, True]]


async def test_the_public_key_is_written_to_a_file(tmp_path: Path) -> None:
    """At start, and again when it is rotated."""
    file = tmp_path / "keys" / "fluent.pem"
    async with fluent_here(public_key_file=file) as here:
        before = load_pem_public_key(file.read_bytes())
        assert before == await _key(here)
        await here.steer("rotate-key", {})
        after = load_pem_public_key(file.read_bytes())
        assert (after == await _key(here), after == before) == (True, False)


async def test_what_is_not_answered_2xx_is_sent_again(here: Here) -> None:
    """The same bytes and signature, three times at most; then it is given up, and what comes after is not held up."""
    await here.steer("behaviour", NOTHING)
    here.inbox.answers = [500, 401, 503, 404]
    await here.create()
    await here.fluent.webhooks.idle()
    await here.create("ON-2-1")
    await here.fluent.webhooks.idle()
    assert len(here.inbox.raw) == 5
    assert len({*here.inbox.raw[:4]}) == len({one["fluent-signature"] for one in here.inbox.headers[:4]}) == 1
    shown = (await here.http.get(STEER)).json()["webhooks"]
    assert [[one["status"] for one in line["attempts"]] for line in shown] == [[500, 401, 503, 404], [200]]
    assert [line["delivered"] for line in shown] == [False, True]


async def test_an_answer_that_is_late_is_none() -> None:
    """The receiver gets the same webhook again until it is quick."""
    async with fluent_here(answer_within=0.05, retry_at=(0.1, 0.3, 0.6)) as here:
        await here.steer("behaviour", NOTHING)
        here.inbox.delay = 0.2
        await here.create()
        await here.inbox.arrived(2)
        here.inbox.delay = 0.0
        await here.fluent.webhooks.idle()
        [line] = here.fluent.webhooks.sent
        assert line["attempts"][0]["why"] == "TimeoutError"
        assert (line["delivered"], line["attempts"][-1]["status"]) == (True, 200)
        assert len(set(here.inbox.raw)) == 1


async def test_without_an_address_nothing_is_told() -> None:
    """The order goes its way all the same; an address given later is told from then on, by the names given."""
    async with fluent_here(webhook_url=None) as here:
        await here.create()
        await here.fluent.idle()
        assert ((await here.order())["status"], here.inbox.raw) == ("COMPLETE", [])
        name = "fc.connect.order.webhook.status-update"
        await here.steer("webhook", {"url": "http://placet.test/w", "names": {"ORDER": name}})
        given = {"entityType": "ORDER", "ref": "ON-1-1", "status": "LOST", "attributes": {"why": "sea"}}
        await here.steer("move", given)
        await here.fluent.webhooks.idle()
        assert [(one["name"], one["entityStatus"]) for one in here.inbox.bodies] == [(name, "LOST")]
        assert (await here.order())["attributes"] == [{"name": "why", "value": "sea"}]


async def test_the_default_pace_is_fluents() -> None:
    """Three times more within 14 s, the last attempt's wait included."""
    usual = FluentOptions()
    assert len(usual.retry_at) == 3
    assert usual.retry_at[-1] + usual.answer_within <= 14
    gaps = [after - before for before, after in zip((0.0, *usual.retry_at), usual.retry_at, strict=False)]
    assert min(gaps) >= usual.answer_within
