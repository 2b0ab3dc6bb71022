"""The hand-over by custom object keeps the contract, in front of the sandbox's commercetools."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from clients.account import Account
from clients.commercetools import Commercetools
from clients.provider_custom_object import CustomObjectProvider
from clients.providers import Surroundings
from domain.fulfillment import FULFILLMENT_CONTAINER, HandOver
from domain.order import OrderContent, Requester
from domain.provider_answers import Conflict, Exported
from sandbox.app import create_app
from sandbox.options import Options
from tests.providers.contract import ProviderContract
from tests.providers.drafts import REF, draft, eur
from tests.providers.faults import FaultyTransport


@dataclass
class CustomObjectWorld:
    """A sandbox, and our client of it."""

    provider: CustomObjectProvider
    transport: FaultyTransport
    commercetools: Commercetools
    http: httpx.AsyncClient
    supports: frozenset[str] = field(default=frozenset({"fetch"}))
    secrets: tuple[str, ...] = ("placet-secret",)

    async def standing(self, ref: str) -> int:
        """How many objects have this key."""
        found = await self.commercetools.custom_objects(FULFILLMENT_CONTAINER)
        return [one.key for one in found].count(ref)

    async def cancelled(self, ref: str, line_id: str) -> int:
        """Nothing ever is."""
        return 0

    async def renew(self) -> None:
        """Empty the sandbox, and forget the token."""
        self.transport.heal()
        await self.http.post("http://sandbox/sandbox/reset")
        build(self)


def build(world: CustomObjectWorld) -> None:
    """A client without a token, and a provider of it."""
    world.commercetools, world.provider = client(world.http)


def client(http: httpx.AsyncClient) -> tuple[Commercetools, CustomObjectProvider]:
    """Our client and the provider in front of it."""
    account = Account.model_validate(
        {
            "project_key": "placet-demo",
            "client_id": "placet",
            "client_secret": "placet",
            "api_url": "http://sandbox",
            "auth_url": "http://sandbox",
        }
    )
    api = Commercetools(account, http)
    return api, CustomObjectProvider.build({}, Surroundings(http, api))


class TestCustomObject(ProviderContract):
    """The contract."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[CustomObjectWorld]:
        """A sandbox of its own."""
        app = create_app(Options())
        transport = FaultyTransport(httpx.ASGITransport(app))
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport) as http:
            api, provider = client(http)
            yield CustomObjectWorld(provider, transport, api, http)

    async def test_the_document_has_all_there_is(self, world: CustomObjectWorld) -> None:
        """Lines, place, address and both digests are there to be read."""
        await world.provider.export(draft())
        held = await world.commercetools.custom_object(FULFILLMENT_CONTAINER, REF)
        assert held is not None
        assert held.value["fingerprint"] == draft().fingerprint
        assert [line["id"] for line in held.value["lines"]] == ["line-1", "line-2"]
        assert (held.value["location"], held.value["digest"]) == ("berlin", "d" * 64)
        assert held.value["shippingAddress"]["city"] == "Berlin"

    @pytest.mark.parametrize(("digest", "expected"), [("d" * 64, Exported), ("e" * 64, Conflict)])
    async def test_a_hand_over_of_the_time_before_counts(
        self, world: CustomObjectWorld, digest: str, expected: type
    ) -> None:
        """What an earlier version wrote has no fingerprint: order and digest say whether it is the same."""
        content = OrderContent(total=eur(100), lines=(), requester=Requester())
        earlier = HandOver(ref=REF, order_id="2b7f", revision=1, digest=digest, content=content)
        await world.commercetools.put_custom_object(FULFILLMENT_CONTAINER, REF, earlier.to_json_dict(), 0)
        assert isinstance(await world.provider.export(draft()), expected)
