"""An edge in this process, with stand-ins behind it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from starter.api import create_app
from starter.edge import Edge
from starter.guard import Guard
from starter.tokens import Grant, Right, Tokens, all_rights, sha256
from tests.starter.fakes import MACHINE, RUNNING, FakeOrders, FakeShop

EVERYTHING = "every-right"


def bearer(token: str) -> dict[str, str]:
    """The header of a caller."""
    return {"Authorization": f"Bearer {token}"}


def tokens() -> Tokens:
    """One token with every right, one for each right alone, one that decides for ana only, one that reports for two."""
    single = [
        Grant(token_sha256=sha256(right), rights=frozenset({right}), acts_for=frozenset({"*"}))
        for right in Right
    ]
    ana = Grant(token_sha256=sha256("ana"), rights=frozenset({Right.DECIDE}), acts_for=frozenset({"ana"}))
    names = frozenset({"webhook-linz", "own"})
    linz = Grant(token_sha256=sha256("linz"), rights=frozenset({Right.FULFIL}), speaks_for=names)
    return Tokens([all_rights(EVERYTHING), ana, linz, *single])


@dataclass
class Served:
    """The edge as a caller has it, and what stands behind it."""

    http: httpx.AsyncClient
    edge: Edge
    orders: FakeOrders
    shop: FakeShop

    async def decide(
        self, order_id: str = RUNNING, *, token: str = EVERYTHING, **body: Any
    ) -> httpx.Response:
        """Post a decision: ana approves, unless the body says otherwise."""
        wanted = {"decisionId": "d-1", "approver": "ana", "verdict": "approve", **body}
        return await self.http.post(f"/orders/{order_id}/decisions", json=wanted, headers=bearer(token))

    async def withdraw(
        self, order_id: str = RUNNING, *, token: str = EVERYTHING, **body: Any
    ) -> httpx.Response:
        """Post a withdrawal by rita."""
        wanted = {"requester": "rita", **body}
        return await self.http.post(f"/orders/{order_id}/withdrawal", json=wanted, headers=bearer(token))

    async def get(self, path: str, *, token: str = EVERYTHING, **params: str | int) -> httpx.Response:
        """Read something."""
        return await self.read(path, params, token=token)

    async def read(
        self, path: str, params: Mapping[str, str | int], *, token: str = EVERYTHING
    ) -> httpx.Response:
        """Read something, with parameters of any name."""
        return await self.http.get(path, params=dict(params), headers=bearer(token))

    async def notify(self, body: Any, *, token: str = EVERYTHING) -> httpx.Response:
        """Post a notification."""
        return await self.http.post("/subscriptions/commercetools", json=body, headers=bearer(token))

    async def counted(self, sample: str) -> float:
        """The value of a sample of /metrics, 0 if it is not there."""
        text = (await self.http.get("/metrics")).text
        return next(
            (float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(sample)), 0.0
        )


@asynccontextmanager
async def serving(orders: FakeOrders) -> AsyncIterator[Served]:
    """A fresh edge in front of those workflows."""
    shop = FakeShop()
    guard = Guard(MACHINE, orders, shop, frozenset({"operators-client"}), within_seconds=0.5)
    edge = Edge(orders, shop, tokens(), guard)
    transport = httpx.ASGITransport(create_app(edge))
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as http:
        yield Served(http, edge, orders, shop)


@pytest_asyncio.fixture(loop_scope="session")
async def served() -> AsyncIterator[Served]:
    """A fresh edge."""
    async with serving(FakeOrders()) as fresh:
        yield fresh


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem details of an answer, checked for their form (RFC 9457)."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"] == f"urn:placet:problem:{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What the edge logs."""
    caplog.set_level("INFO", logger="placet.edge")
    return caplog
