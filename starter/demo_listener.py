"""What the demo is told: notifications to approvers, and what commercetools tells of orders."""

import asyncio
import socket
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.notification import Notification
from starter.demo_queue import Queue
from starter.demo_shop import GOODS
from starter.ports import LOOPBACK


@dataclass(frozen=True)
class Move:
    """A change of an order's state, by the id of the new state, when commercetools made it."""

    state_id: str
    at: datetime


@dataclass(frozen=True)
class Change:
    """Another change of an order, by the type of the message that tells of it."""

    kind: str
    body: Mapping[str, Any]


Happening = Notification | Move | Change


class Happenings:
    """Everything that was told, by order, in the order of coming."""

    def __init__(self) -> None:
        self._by_order: dict[str, list[Happening]] = defaultdict(list)
        self._seen: set[str] = set()
        self._changed = asyncio.Condition()

    async def add(self, order_id: str, happening: Happening, key: str) -> None:
        """Note something; a repeat (delivery is at least once) is dropped by its key."""
        async with self._changed:
            if key not in self._seen:
                self._seen.add(key)
                self._by_order[order_id].append(happening)
                self._changed.notify_all()

    async def first(self, order_id: str, wanted: Callable[[Happening], bool]) -> Happening:
        """Wait for the first happening of an order that is wanted; it may have been told already."""
        async with self._changed:
            while True:
                for happening in self._by_order[order_id]:
                    if wanted(happening):
                        return happening
                await self._changed.wait()


class Listener:
    """An HTTP server of the demo's own: the approvers' webhook, and two subscriptions' destinations."""

    def __init__(self, ears: socket.socket, happenings: Happenings, queue: Queue) -> None:
        self._happenings = happenings
        self._socket = ears
        self._url = f"http://{LOOPBACK}:{ears.getsockname()[1]}"
        app = Starlette(
            routes=[
                Route("/notifications", self._notified, methods=["POST"]),
                Route("/changes", self._changed, methods=["POST"]),
                queue.route(),
            ]
        )
        self._server = _Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="off"))

    @property
    def changes_url(self) -> str:
        """Where the sandbox delivers moves, and what becomes of goods."""
        return f"{self._url}/changes"

    @property
    def queue_url(self) -> str:
        """Where the sandbox delivers what is meant for the bridge."""
        return f"{self._url}/queue"

    async def __aenter__(self) -> Self:
        self._serving = asyncio.create_task(self._server.serve([self._socket]))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        await self._serving

    async def _notified(self, request: Request) -> Response:
        told = Notification.model_validate(await request.json())
        await self._happenings.add(told.order_id, told, told.idempotency_key)
        return Response(status_code=204)

    async def _changed(self, request: Request) -> Response:
        body: dict[str, Any] = await request.json()
        happening: Happening
        if body.get("type") == "OrderStateTransition":
            happening = Move(body["state"]["id"], datetime.fromisoformat(body["createdAt"]))
        elif body.get("type") in GOODS:
            happening = Change(body["type"], body)
        else:  # the subscription's test
            return Response(status_code=204)
        await self._happenings.add(body["resource"]["id"], happening, body["id"])
        return Response(status_code=204)


class _Server(uvicorn.Server):
    """Signals are the demo's own to handle."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield
