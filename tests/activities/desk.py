"""The activities at a desk: a commercetools in this process, a shop that places orders, and no Temporal server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr
from temporalio.testing import ActivityEnvironment

from activities.orders import OrderActivities
from activities.records import Records
from activities.requests import CloseRequest, Moves, ReleaseRequest, RouteRequest, Routing
from clients.account import Account
from clients.commercetools import Commercetools
from configuration import Configuration
from domain.audit import AuditEntry, AuditKind, Fact
from domain.order import Order
from domain.phases import Phase
from domain.status import OrderRecord, OrderStatus
from sandbox.app import create_app
from tests.workflows.drafts import order_draft, shipped
from tests.workflows.scene import BASE, PROJECT, provision

NOON = "2026-03-02T12:00:00Z"


@dataclass
class Desk:
    """`ours` and `shop` are two API clients of one project; `http` reaches the sandbox's own paths."""

    ours: Commercetools
    shop: Commercetools
    http: httpx.AsyncClient
    configuration: Configuration

    @property
    def orders(self) -> OrderActivities:
        """The activities, fresh."""
        loaded = self.configuration
        return OrderActivities(self.ours, Records(self.ours), loaded.machine, loaded.policy, loaded.directory)

    async def place(self, cents: int = 150_000, *, number: str = "ON-1", state: str | None = None) -> Order:
        """An order, as our client reads it."""
        draft = order_draft(number, cents)
        if state is not None:
            held = await self.shop.state(state)
            assert held is not None
            draft["state"] = {"typeId": "state", "id": held.id}
        made = await self._posted("/orders/import", draft)
        return await self.read(made["id"])

    async def read(self, order_id: str) -> Order:
        """The order as it is now."""
        order = await self.ours.order(order_id)
        assert order is not None
        return order

    async def shop_does(self, order: Order, *actions: dict[str, Any]) -> Order:
        """Somebody else's update."""
        version = (await self.read(order.id)).version
        await self._posted(f"/orders/{order.id}", {"version": version, "actions": list(actions)})
        return await self.read(order.id)

    async def shop_moves(self, order: Order, key: str) -> Order:
        """Somebody else's transition, past the machine if need be."""
        action = {"action": "transitionState", "state": {"typeId": "state", "key": key}}
        return await self.shop_does(order, action | {"force": True})

    async def shop_edits(self, order: Order) -> Order:
        """Somebody else's change of the content."""
        address = {"country": "DE", "city": "Berlin", "postalCode": "99999"}
        return await self.shop_does(order, {"action": "setShippingAddress", "address": address})

    async def fault(self, kind: str, **rule: Any) -> None:
        """Have something go wrong."""
        answer = await self.http.post(f"{BASE}/sandbox/faults", json={"kind": kind, **rule})
        assert answer.status_code == 201, answer.text

    async def mend(self) -> None:
        """Nothing goes wrong any more."""
        assert (await self.http.delete(f"{BASE}/sandbox/faults")).is_success

    async def writes(self, order: Order) -> list[list[str]]:
        """The actions of our writes of the order."""
        journal = (await self.http.get(f"{BASE}/sandbox/journal?resourceId={order.id}")).json()
        ours = [entry for entry in journal if entry["clientId"] == "placet"]
        return [[action["action"] for action in entry["actions"]] for entry in ours]

    async def route(self, order: Order, **more: Any) -> Routing:
        """The activity `route_order`."""
        request = RouteRequest(order_id=order.id, **more)
        return await ActivityEnvironment().run(self.orders.route_order, request)

    async def release(self, order: Order, **more: Any) -> Moves:
        """The activity `release_order`, for the content that `order` has."""
        given = {"digest": order.content.digest, "known_state": order.state} | more
        request = ReleaseRequest(order_id=order.id, **given)
        return await ActivityEnvironment().run(self.orders.release_order, request)

    async def close(self, order: Order, phase: Phase, **more: Any) -> Moves:
        """The activity `close_order`."""
        given = {
            "known_state": order.state,
            "at": NOON,
            "closed": Fact(kind=AuditKind.CLOSED, detail={"phase": phase.value}),
            "record": a_record(order.id, 2, phase),
        } | more
        request = CloseRequest(order_id=order.id, phase=phase, **given)
        return await ActivityEnvironment().run(self.orders.close_order, request)

    async def _posted(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        grant = {"grant_type": "client_credentials"}
        token = (await self.http.post(f"{BASE}/oauth/token", auth=("shop", "shop"), data=grant)).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        answer = await self.http.post(f"{BASE}/{PROJECT}{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return made


def a_record(order_id: str, entries: int, phase: Phase = Phase.PENDING) -> OrderRecord:
    """A record of so many entries."""
    kinds = [AuditKind.ROUTED] * entries
    trail = [AuditEntry(seq=n, at=NOON, kind=kind, actor="placet") for n, kind in enumerate(kinds, 1)]
    status = OrderStatus(order_id=order_id, phase=phase, revision=1)
    return OrderRecord(order_id=order_id, entries=tuple(trail), status=status)


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    """A project with the shipped machine."""
    transport = httpx.ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport) as http:
        ours, shop = (Commercetools(account(name), http) for name in ("placet", "shop"))
        configuration = shipped()
        await provision(shop, configuration)
        yield Desk(ours, shop, http, configuration)


def account(client: str) -> Account:
    """An API client of the project."""
    return Account(
        project_key=PROJECT, client_id=client, client_secret=SecretStr(client), api_url=BASE, auth_url=BASE
    )
