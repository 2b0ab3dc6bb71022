"""Somebody's API Extensions, served in-process: what they were asked, and what each of them answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.options import Options
from tests.contract.project import Json
from tests.contract.sandbox_only.conftest import Sandbox, start
from tests.official.transport import shared_official_api

Asked = Callable[[Json], Awaitable[Response]]
ORDER_UPDATE: Json = {"resourceTypeId": "order", "actions": ["Update"]}
ORDER_CREATE: Json = {"resourceTypeId": "order", "actions": ["Create"]}
CONFIRM: Json = {"action": "changeOrderState", "orderState": "Confirmed"}


def says(status: int = 200, body: Any = None) -> Asked:
    """Answer with a status, and with JSON unless there is no body."""
    content = b"" if body is None else json.dumps(body).encode()

    async def answer(_: Json) -> Response:
        return Response(content, status)

    return answer


def refuses(message: str = "Not approved.", code: str = "InvalidOperation", **more: Any) -> Asked:
    """Answer with an error."""
    return says(400, {"errors": [{"code": code, "message": message, **more}]})


def adds(*actions: Json) -> Asked:
    """Accept, with update actions."""
    return says(200, {"actions": list(actions)})


@dataclass
class Extensions:
    """An ASGI app in which each path is an extension; it accepts what no answer was set for.

    Everything it is asked is held to the official ExtensionInput.
    """

    sandbox: Sandbox
    answers: dict[str, Asked] = field(default_factory=dict)
    asked: list[Json] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    async def create(self, name: str, *triggers: Json, **fields: Any) -> Json:
        """Have the sandbox call `/{name}` for these triggers."""
        draft = {
            "key": name,
            "destination": {"type": "HTTP", "url": f"http://extensions.test/{name}"},
            "triggers": list(triggers),
        }
        return await self.sandbox.project.create("/extensions", draft | fields)

    async def take(self, request: Request) -> Response:
        """Remember what is asked, and answer it."""
        body = await request.json()
        name = request.url.path.removeprefix("/")
        self.asked.append(body)
        self.headers.append(dict(request.headers))
        self.paths.append(name)
        return await self.answers.get(name, says())(body)

    def hold_to_the_definition(self) -> None:
        """Judge what was asked by the official definition, where that is at hand."""
        official = shared_official_api()
        if official is not None:
            for body in self.asked:
                assert official.problems("ExtensionInput", body) == []


@asynccontextmanager
async def extending(**options: Any) -> AsyncIterator[Extensions]:
    """A sandbox of its own, whose every outgoing request reaches the extensions here."""
    held: list[Extensions] = []

    async def take(request: Request) -> Response:
        return await held[0].take(request)

    app = Starlette(routes=[Route("/{name:path}", take, methods=["POST"])])
    async for sandbox in start(replace(Options(push_transport=httpx.ASGITransport(app=app)), **options)):
        held.append(Extensions(sandbox))
        yield held[0]
        held[0].hold_to_the_definition()


@dataclass
class Thinking:
    """An answer that comes when it is told to; `begun` says that the question has come."""

    answer: Asked = field(default_factory=says)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    told: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, body: Json) -> Response:
        """Wait, then answer."""
        self.begun.set()
        await asyncio.wait_for(self.told.wait(), 5)
        return await self.answer(body)
