"""Everything as a user runs it: Temporal, sandbox, worker and edge as processes, driven over HTTP alone."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from configuration import load
from settings import Settings
from starter.embedded import EmbeddedStack, embedded_settings, on_free_ports
from starter.provision import provision

Json = dict[str, Any]
_NUMBERS = count(1)
_SECONDS = 40


@dataclass
class World:
    """The running stack, and the two doors to it."""

    stack: EmbeddedStack
    shop: httpx.AsyncClient
    edge: httpx.AsyncClient

    async def place(self, cents: int = 150_000, **draft: Any) -> "Order":
        """Import an order as a shop does; commercetools tells the edge of it."""
        number = draft.pop("orderNumber", f"E2E-{next(_NUMBERS)}")
        price = {"currencyCode": "EUR", "centAmount": cents}
        line = {"name": {"en": "Pump"}, "variant": {"sku": "PUMP"}, "quantity": 1, "price": {"value": price}}
        body = {
            "orderNumber": number,
            "customerEmail": "buyer@acme.example",
            "totalPrice": price,
            "lineItems": [line],
            "shippingAddress": {"country": "DE", "city": "Berlin"},
        }
        answer = await self.shop.post("/orders/import", json=body | draft)
        assert answer.status_code == 201, answer.text
        return Order(self, answer.json()["id"], number)

    async def fault(self, **rule: Any) -> None:
        """Have the sandbox misbehave."""
        answer = await self.shop.post(f"{self.stack.settings.sandbox_address.url}/sandbox/faults", json=rule)
        assert answer.is_success, answer.text

    async def kill_worker(self) -> None:
        """SIGKILL: nothing is tidied up."""
        worker = self.stack.process("worker")
        os.kill(worker.pid, signal.SIGKILL)
        await worker.ended()
        self.stack.house.processes.remove(worker)

    async def start_worker(self) -> None:
        """Another worker, like the one before."""
        await (await self.stack.start_worker()).ready()


@dataclass
class Order:
    """An order, as its shop, its approvers and its warehouse see it."""

    world: World
    id: str
    number: str

    async def status(self) -> Json:
        """What the edge says; empty while it does not know the order yet."""
        answer = await self.world.edge.get(f"/orders/{self.id}")
        status: Json = answer.json() if answer.status_code == 200 else {}
        return status

    async def until(self, holds: Callable[[Json], bool]) -> Json:
        """The status as soon as it is as wanted."""
        status: Json = {}
        for _ in range(_SECONDS * 5):
            status = await self.status()
            if status and holds(status):
                return status
            await asyncio.sleep(0.2)
        raise AssertionError(f"it never came to that: {status}")

    async def until_phase(self, phase: str) -> Json:
        """The status as soon as the order is in that phase."""
        return await self.until(lambda status: status["phase"] == phase)

    async def until_pending(self) -> Json:
        """The status as soon as somebody may decide."""
        return await self.until(lambda status: bool(status["pending"]))

    async def decide(self, who: str, verdict: str = "approve", **more: Any) -> httpx.Response:
        """An approver's decision."""
        body = {"decisionId": f"d-{uuid4()}", "approver": who, "verdict": verdict} | more
        return await self.world.edge.post(f"/orders/{self.id}/decisions", json=body, timeout=30)

    async def there(self) -> Json:
        """The order in commercetools, with the key of its state."""
        order: Json = (await self.world.shop.get(f"/orders/{self.id}?expand=state")).json()
        return order | {"state": order["state"]["obj"]["key"] if "state" in order else None}

    async def moves(self) -> list[tuple[str | None, str]]:
        """Its transitions, as commercetools' messages tell them."""
        states = (await self.world.shop.get("/states?limit=500")).json()["results"]
        keys = {state["id"]: state["key"] for state in states}
        where = f'resource(typeId="order" and id="{self.id}") and type="OrderStateTransition"'
        answer = await self.world.shop.get(
            "/messages", params={"where": where, "sort": "sequenceNumber asc", "limit": 500}
        )
        return [
            (keys[m["oldState"]["id"]] if "oldState" in m else None, keys[m["state"]["id"]])
            for m in answer.json()["results"]
        ]

    async def audit(self) -> Json:
        """The audit trail from the edge."""
        trail: Json = (await self.world.edge.get(f"/orders/{self.id}/audit")).json()
        return trail

    async def record(self) -> Json:
        """The audit trail from commercetools."""
        answer = await self.world.shop.get(f"/custom-objects/placet-audit/{self.id}")
        assert answer.status_code == 200, answer.text
        record: Json = answer.json()["value"]
        return record


APPROVED = [
    (None, "PendingApproval"),
    ("PendingApproval", "Approved"),
    ("Approved", "InFulfillment"),
]
COMPLETED = [*APPROVED, ("InFulfillment", "Completed")]


@asynccontextmanager
async def world(directory: Path, **settings: Any) -> AsyncIterator[World]:
    """A whole Placet on ports of its own, set up as `placet setup` does."""
    chosen, _ = on_free_ports(embedded_settings(Settings(**settings)))
    stack = EmbeddedStack(chosen, directory)
    try:
        await stack.start()
        await stack.ready()
        made = provision(chosen, await stack.temporal(), load(chosen.config_dir).states)
        assert [done async for done in made]
        sandbox, token = chosen.sandbox_address.url, chosen.bearer().get_secret_value()
        async with (
            httpx.AsyncClient(base_url=f"{sandbox}/{chosen.project_key}") as shop,
            httpx.AsyncClient(
                base_url=chosen.public_edge_url, headers={"Authorization": f"Bearer {token}"}
            ) as edge,
        ):
            form = {"grant_type": "client_credentials"}
            granted = await shop.post(f"{sandbox}/oauth/token", auth=("shop", "shop"), data=form)
            shop.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
            yield World(stack, shop, edge)
    finally:
        await stack.stop()
