"""A sandbox that runs in this process, a client of it, and a receiver of its notifications."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.app import create_app
from sandbox.channel import Pace
from sandbox.delivery import Dispatcher
from sandbox.downstream import Downstream, downstream_of
from sandbox.fanout import fanout_of
from sandbox.options import Options
from sandbox.requests import Sandbox
from sandbox.store import Actor
from tests.official.notifications import cloud_event_problems, notification_problems
from tests.official.transport import shared_official_api, validating

QUICK = Pace(first=0.01, longest=0.05, hold=0.1, window=0.1)
URL = "http://receiver.test/inbox"


@dataclass
class Receiver:
    """An ASGI app that keeps what it is sent and answers what it is told to: `answers` first, then `answer`.

    It answers nothing while `gate` is shut, always 500 to a body that contains `poison`, and to `deaf_path`.
    """

    received: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    answer: int = 200
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    poison: str | None = None
    deaf_path: str | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    async def _take(self, request: Request) -> Response:
        await self.gate.wait()
        raw = await request.body()
        self.received.append(json.loads(raw))
        self.headers.append(dict(request.headers))
        self.paths.append(request.url.path)
        poisonous = self.poison is not None and self.poison.encode() in raw
        if poisonous or request.url.path == self.deaf_path:
            return Response(status_code=500)
        return Response(status_code=self.answers.pop(0) if self.answers else self.answer)

    def hold_to_the_definition(self) -> None:
        """Judge what was received by the official definition, where that is at hand.

        The test notification is left out: the definition has no reference to a subscription, though
        `ReferenceTypeId` lists one.
        """
        official = shared_official_api()
        if official is None:
            return
        for body in self.bodies():
            judge = cloud_event_problems if "specversion" in body else notification_problems
            assert judge(official, body) == []

    def transport(self) -> httpx.ASGITransport:
        """What the sandbox pushes through."""
        return httpx.ASGITransport(Starlette(routes=[Route("/{rest:path}", self._take, methods=["POST"])]))

    def bodies(self) -> list[Any]:
        """What was received after the test notification."""
        return self.received[1:]


@dataclass
class Surroundings:
    """A running sandbox; `http` is an authorised client whose every exchange is held to the official definition."""

    http: httpx.AsyncClient
    app: Starlette
    receiver: Receiver

    @property
    def sandbox(self) -> Sandbox:
        """What the handlers work on."""
        found: Sandbox = self.app.state.sandbox
        return found

    @property
    def dispatcher(self) -> Dispatcher:
        """The sandbox's delivery."""
        return fanout_of(self.sandbox).dispatcher

    async def subscribe(self, **draft: Any) -> dict[str, Any]:
        """Create a subscription that is delivered to the receiver; Platform format unless told otherwise."""
        whole = {"destination": confluent(), "changes": [{"resourceTypeId": "key-value-document"}]} | draft
        answer = await self.http.post("/subscriptions", json=whole)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    async def attempted(self, times: int) -> None:
        """Return when the receiver has been sent more than `times` notifications, tests and retries counted alike."""
        await self.until(lambda: len(self.receiver.received) > times)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return when it holds; AssertionError after five seconds."""
        for _ in range(500):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{len(self.receiver.received)} arrived, and it still does not hold")

    async def put(self, key: str, value: Any = 1, **more: Any) -> httpx.Response:
        """Write the custom object `things/{key}`."""
        draft = {"container": "things", "key": key, "value": value} | more
        return await self.http.post("/custom-objects", json=draft)


def emit(here: Surroundings, order_id: str, state: str, **more: Any) -> dict[str, Any]:
    """Commit one OrderStateChanged message about an order, as a write of that order would; returns the message."""
    order = {"id": order_id, "version": 2, "orderNumber": f"number-{order_id}"}
    with here.sandbox.store.transaction(Actor(client_id="shop")) as tx:
        return tx.emit("OrderStateChanged", "order", order, {"orderState": state, **more})


def downstream(here: Surroundings) -> Downstream:
    """The sandbox's local fulfilment system."""
    return downstream_of(here.app.state)


def confluent(url: str = URL) -> dict[str, Any]:
    """The destination that carries the Platform format to an HTTP URL."""
    return {
        "type": "ConfluentCloud",
        "bootstrapServer": url,
        "apiKey": "key-of-the-queue",
        "apiSecret": "secret-of-the-queue",
        "acks": "all",
        "topic": "orders",
    }


def event_grid(url: str = URL) -> dict[str, Any]:
    """The destination that carries CloudEvents to an HTTP URL."""
    return {"type": "EventGrid", "uri": url, "accessKey": "key-of-the-grid"}


@asynccontextmanager
async def surroundings(**options: Any) -> AsyncIterator[Surroundings]:
    """A sandbox of its own, its lifespan running, with a receiver at any URL."""
    receiver = Receiver()
    quick = Options(pace=QUICK, push_transport=receiver.transport())
    app = create_app(replace(quick, **options))
    sandbox: Sandbox = app.state.sandbox
    token, _ = sandbox.tokens.issue(sandbox.options.clients[0], None)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=validating(httpx.ASGITransport(app)),
            base_url=f"http://sandbox.test/{sandbox.options.project_key}",
            headers={"Authorization": f"Bearer {token}"},
        ) as http,
    ):
        yield Surroundings(http, app, receiver)
