"""The extension of `placet setup` against the sandbox, every exchange held to commercetools' official definition."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from clients import extension_drafts as drafts
from clients.commercetools import Commercetools
from clients.resources import Extension
from settings import Settings
from starter.setup_extension import Address, ExtensionPart, WithoutExtension, address
from starter.setup_plan import Change, Done, SetUp
from tests.clients.peer import Peer, ok
from tests.clients.sandboxed import Sandboxed, sandboxed

WHERE = Address("https://edge.example/extensions/order", SecretStr("a-secret-of-ours"))
LEFT_AS_IT_IS = Done(thing="extension placet", change=Change.UNCHANGED, details=(WHERE.url,))
REAL: dict[str, Any] = {
    "project_key": "shop",
    "client_id": "c",
    "client_secret": SecretStr("s"),
    "api_url": "https://api.example",
    "auth_url": "https://auth.example",
}


@pytest.fixture
async def empty() -> AsyncIterator[Sandboxed]:
    """A sandbox that nobody has set up."""
    async with sandboxed() as sandbox:
        yield sandbox


@pytest.fixture
async def present(empty: Sandboxed) -> Extension:
    """The extension as setup makes it."""
    assert (await _run(empty.ours)).change is Change.CREATED
    return await _found(empty)


async def _run(client: Commercetools, where: Address | str = WHERE, *, rotate_token: bool = False) -> Done:
    (done,) = [one async for one in SetUp([ExtensionPart(client, where, rotate_token=rotate_token)]).run()]
    return done


async def _found(there: Sandboxed) -> Extension:
    found = await there.ours.extension("placet")
    assert found is not None
    return found


async def test_it_asks_about_orders_with_a_state_and_shows_them_as_they_were(
    empty: Sandboxed, present: Extension
) -> None:
    """Key, address, triggers, condition, timeout and context are as the guard needs them; then it is left alone."""
    assert (present.destination["type"], present.destination["url"]) == ("HTTP", WHERE.url)
    (trigger,) = present.triggers
    assert (trigger.resource_type_id, trigger.actions) == ("order", ("Create", "Update"))
    assert trigger.condition == "state is defined"
    assert (present.timeout_in_ms, present.includes_old_resource) == (2000, True)
    assert await _run(empty.ours) == LEFT_AS_IT_IS
    assert await _found(empty) == present


DIFFERENCES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "url": (
        drafts.change_destination("https://old.example/x?code=hidden", "Bearer other"),
        ('url: "https://old.example/x" -> "https://edge.example/extensions/order"',),
    ),
    "condition": (
        drafts.change_order_trigger("version = 1"),
        ('condition: "version = 1" -> "state is defined"',),
    ),
    "no condition": (drafts.change_order_trigger(None), ('condition: none -> "state is defined"',)),
    "timeout": (drafts.set_timeout(500), ("timeoutInMs: 500 -> 2000",)),
    "context": (
        drafts.set_additional_context(include_old_resource=False),
        ("includeOldResource: no -> yes",),
    ),
}


@pytest.mark.parametrize(("change", "words"), DIFFERENCES.values(), ids=DIFFERENCES.keys())
async def test_each_difference_is_told_and_mended(
    empty: Sandboxed, present: Extension, change: Any, words: tuple[str, ...]
) -> None:
    """Somebody changed it by hand: exactly that is said and written, and no secret is among it."""
    await empty.ours.update_extension(present.id, present.version, [change])
    assert await _run(empty.ours) == Done(thing="extension placet", change=Change.UPDATED, details=words)
    mended = await _found(empty)
    assert (mended.triggers, mended.timeout_in_ms) == (present.triggers, 2000)
    assert mended.includes_old_resource
    assert mended.destination["url"] == WHERE.url
    assert await _run(empty.ours) == LEFT_AS_IT_IS


async def test_several_differences_are_one_request(empty: Sandboxed, present: Extension) -> None:
    """All or none: a guard that is half mended might let pass what it should not."""
    spoilt = [drafts.change_order_trigger("version = 1"), drafts.set_timeout(500)]
    before = await empty.ours.update_extension(present.id, present.version, spoilt)
    assert len((await _run(empty.ours)).details) == len(spoilt)
    assert (await _found(empty)).version == before.version + len(spoilt)


FOREIGN: dict[str, tuple[dict[str, Any], str]] = {
    "another kind of destination": (
        {"destination": {"type": "AWSLambda", "arn": "a", "accessKey": "k", "accessSecret": "***"}},
        "destination: AWSLambda -> HTTP https://edge.example/extensions/order",
    ),
    "no authentication": (
        {"destination": {"type": "HTTP", "url": WHERE.url}},
        "authentication: none -> AuthorizationHeader",
    ),
    "another resource": (
        {"triggers": [{"resourceTypeId": "cart", "actions": ["Create"]}]},
        "triggers: cart Create -> order Create/Update",
    ),
    "fewer actions": (
        {"triggers": [{"resourceTypeId": "order", "actions": ["Update"], "condition": "state is defined"}]},
        "actions: Update -> Create, Update",
    ),
}


@pytest.mark.parametrize(("fields", "words"), FOREIGN.values(), ids=FOREIGN.keys())
async def test_what_the_sandbox_cannot_be_given_is_told_too(fields: dict[str, Any], words: str) -> None:
    """Destinations and triggers that somebody made by other means."""
    document = {
        "id": "e",
        "version": 3,
        "destination": {
            "type": "HTTP",
            "url": WHERE.url,
            "authentication": {"type": "AuthorizationHeader", "headerValue": "****"},
        },
        "triggers": [
            {"resourceTypeId": "order", "actions": ["Update", "Create"], "condition": "state is defined"}
        ],
        "additionalContext": {"includeOldResource": True},
    }
    assert await _run(Peer(ok(document)).commercetools()) == LEFT_AS_IT_IS
    peer = Peer(ok({**document, **fields}))
    assert (await _run(peer.commercetools())).details == (words,)
    assert len(peer.sent["actions"]) == 1


async def test_the_token_is_written_again_when_asked(empty: Sandboxed, present: Extension) -> None:
    """Another token cannot be seen in what is read back: it is no difference, unless one says so."""
    other = replace(WHERE, token=SecretStr("an-other-secret-of-ours"))
    assert (await _run(empty.ours, other)).change is Change.UNCHANGED
    done = await _run(empty.ours, other, rotate_token=True)
    assert done.details == ("token: written again",)
    assert "secret" not in str(done)
    assert (await _found(empty)).version > present.version


async def test_without_an_address_it_is_missing_and_what_is_there_is_still_looked_after(
    empty: Sandboxed,
) -> None:
    """Nothing is made up; an extension that is there keeps its address, and its triggers are mended."""
    missing = await _run(empty.ours, "say where")
    assert missing == Done(thing="extension placet", change=Change.MISSING, details=("say where",))
    assert await empty.ours.extension("placet") is None
    await _run(empty.ours)
    found = await _found(empty)
    await empty.ours.update_extension(found.id, found.version, [drafts.change_order_trigger(None)])
    assert (await _run(empty.ours, "say where")).change is Change.UPDATED
    assert (await _found(empty)).destination == found.destination
    assert (await _run(empty.ours, "say where", rotate_token=True)).change is Change.MISSING


async def test_left_out_nothing_is_even_read() -> None:
    """A client without the scope for extensions can be used; what it means is said."""
    (done,) = [one async for one in SetUp([WithoutExtension()]).run()]
    assert done.change is Change.LEFT_OUT
    assert any("is noticed afterwards" in detail for detail in done.details)


def test_the_sandbox_reaches_the_edge_by_its_address() -> None:
    """Embedded, nothing needs to be set."""
    assert address(Settings()) == Address("http://127.0.0.1:8080/extensions/order", SecretStr("placet-dev"))


def test_a_real_project_must_be_told_the_address() -> None:
    """The listening address is not how commercetools reaches it."""
    settings = Settings(**REAL, api_token=SecretStr("of-our-own"))
    assert address(settings) == "say how commercetools reaches the edge: PLACET_EDGE_URL"
    told = Settings(**REAL, api_token=SecretStr("of-our-own"), edge_url="https://edge.example/")
    assert address(told) == Address("https://edge.example/extensions/order", SecretStr("of-our-own"))


def test_a_real_project_comes_in_by_https_alone() -> None:
    """Such as the edge's name within compose, which it could not reach: every move would fail."""
    inside = Settings(**REAL, api_token=SecretStr("of-our-own"), edge_url="http://edge:8080")
    told = "say how commercetools reaches the edge by https: PLACET_EDGE_URL is http://edge:8080"
    assert address(inside) == told
    stand_in = {**REAL, "api_url": "http://sandbox.example", "auth_url": "http://sandbox.example"}
    near = Settings(**stand_in, api_token=SecretStr("of-our-own"), edge_url="http://edge:8080")
    assert isinstance(address(near), Address)


def test_a_real_project_is_never_given_the_token_that_everybody_knows(tmp_path: Path) -> None:
    """The edge would refuse it there, and with it every move of every order."""
    public = Settings(**REAL, edge_url="https://edge.example")
    assert address(public) == "say which token commercetools shows to the edge: PLACET_API_TOKEN"
    in_a_file = Settings(**REAL, edge_url="https://edge.example", tokens_file=tmp_path / "tokens")
    assert "PLACET_API_TOKEN" in str(address(in_a_file))
