"""Fluent keeps the contract, in front of the sandbox's Fluent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from clients.provider_fluent import FluentProvider
from clients.providers import Surroundings
from sandbox.app import create_app
from sandbox.options import Options
from tests.providers.contract import CHANGES, ProviderContract
from tests.providers.drafts import draft
from tests.providers.faults import FaultyTransport

OPTIONS = {
    "host": "http://sandbox/fluent",
    "account": "PLACET_DEMO",
    "retailer_id": "1",
    "client_id": "PLACET_DEMO",
    "client_secret": "placet",
    "username": "placet",
    "password": "placet",
    "customers": "new",
}
UNHURRIED = {"delayMs": 3_600_000}


@dataclass
class FluentWorld:
    """The sandbox's Fluent, where orders wait before they are sourced. `direct` goes round the faults."""

    transport: FaultyTransport
    http: httpx.AsyncClient
    direct: httpx.AsyncClient
    supports: frozenset[str] = field(default=frozenset({*CHANGES, "fetch", "updated_since"}))
    secrets: tuple[str, ...] = ("client_secret", "password=", "Bearer ")

    def __post_init__(self) -> None:
        self.provider = self.fresh()

    def fresh(self, **options: str) -> FluentProvider:
        """A provider that has no token yet."""
        return FluentProvider.build({**OPTIONS, **options}, Surroundings(self.http))

    async def at(self, path: str, body: Any) -> Any:
        """Steer the sandbox."""
        answer = await self.direct.post(f"http://sandbox/sandbox/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def order(self, ref: str) -> dict[str, Any] | None:
        """The order as the sandbox shows it to people."""
        shown = (await self.direct.get("http://sandbox/sandbox/fluent")).json()
        found = [one for one in shown["orders"] if one["ref"] == ref]
        assert len(found) <= 1
        return found[0] if found else None

    async def standing(self, ref: str) -> int:
        """As often as it is shown."""
        return int(await self.order(ref) is not None)

    async def cancelled(self, ref: str, line_id: str) -> int:
        """What is missing of a line; all of it, where the order is cancelled."""
        found = await self.order(ref)
        assert found is not None
        exported = {line.id: line.quantity for line in draft().lines}[line_id]
        if found["status"] == "CANCELLED":
            return exported
        left: int = next(item["quantity"] for item in found["items"] if item["ref"] == line_id)
        return exported - left

    async def renew(self) -> None:
        """An empty Fluent, and no token."""
        self.transport.heal()
        await self.at("reset", {})
        await self.at("fluent/behaviour", UNHURRIED)
        self.provider = self.fresh()


class TestFluent(ProviderContract):
    """The contract."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[FluentWorld]:
        """A sandbox of its own."""
        app = create_app(Options())
        inner = httpx.ASGITransport(app)
        transport = FaultyTransport(inner)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport) as http,
            httpx.AsyncClient(transport=inner) as direct,
        ):
            world = FluentWorld(transport, http, direct)
            await world.renew()
            yield world
