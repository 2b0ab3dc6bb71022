"""A receiver of notifications: a real HTTP server on a port of its own, which remembers what was posted to it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.contract.project import Json
from tests.contract.serving import serving

PATIENCE = 10.0  # seconds; a delivery that has not come by then will not come


@dataclass(frozen=True)
class Delivery:
    """One POST that came in."""

    headers: dict[str, str]
    body: Json
    answer: int


@dataclass
class Receiver:
    """What came in, the oldest first, and how the next posts are answered (default: 200)."""

    url: str
    deliveries: list[Delivery] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def bodies(self, select: Callable[[Json], bool] = lambda _: True) -> list[Json]:
        """The bodies that were answered with 2xx and are selected."""
        return [each.body for each in self.deliveries if each.answer < 300 and select(each.body)]

    async def until(self, count: int, select: Callable[[Json], bool] = lambda _: True) -> list[Json]:
        """The selected bodies, as soon as there are so many; AssertionError if they do not come."""
        deadline = time.monotonic() + PATIENCE
        while len(found := self.bodies(select)) < count:  # the server runs in a thread of its own
            assert time.monotonic() < deadline, f"{len(found)} of {count} came: {found}"
            await asyncio.sleep(0.01)
        return found

    async def take(self, request: Request) -> Response:
        """Remember a post and answer it."""
        status = self.answers.pop(0) if self.answers else 200
        self.deliveries.append(Delivery(dict(request.headers), json.loads(await request.body()), status))
        return Response(status_code=status)


@asynccontextmanager
async def listening() -> AsyncIterator[Receiver]:
    """A receiver that listens until the block ends."""
    receiver = Receiver("")
    async with serving(Starlette(routes=[Route("/notifications", receiver.take, methods=["POST"])])) as url:
        receiver.url = f"{url}/notifications"
        yield receiver


def push_to(receiver: Receiver) -> Json:
    """The destination that the sandbox posts to `receiver`, in either format."""
    return {
        "type": "ConfluentCloud",
        "bootstrapServer": receiver.url,
        "apiKey": "contract-key",
        "apiSecret": "contract-secret",
        "acks": "all",
        "topic": "contract",
    }


def is_test(notification: Json) -> bool:
    """Whether a notification is about a subscription: the test that comes with its creation (section 5.7)."""
    resource: Json = notification.get("resource", notification.get("data", {}).get("resource", {}))
    return bool(resource["typeId"] == "subscription")


def is_news(notification: Json) -> bool:
    """Whether a notification is more than a test."""
    return not is_test(notification)
