"""A sandbox of its own for each test, with the paths that commercetools does not have."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from sandbox.app import create_app
from sandbox.options import Options
from tests.contract.project import Json, Project
from tests.contract.receiver import Receiver, listening, push_to
from tests.contract.targets import Target, is_real, sandbox_target
from tests.official.transport import validating


@dataclass(frozen=True)
class Sandbox:
    """A fresh sandbox: its project, and its own paths (DESIGN 4.7)."""

    target: Target
    project: Project

    async def inject(self, *rules: Json) -> None:
        """Add fault rules."""
        answer = await self.project.http.post("/sandbox/faults", json=list(rules))
        assert answer.status_code in (200, 201, 204), answer.text

    async def faults(self) -> Any:
        """The fault rules that are left."""
        answer = await self.project.http.get("/sandbox/faults")
        assert answer.status_code == 200
        return answer.json()

    async def journal(self) -> Any:
        """Every accepted write, the oldest first."""
        answer = await self.project.http.get("/sandbox/journal")
        assert answer.status_code == 200
        return answer.json()


async def start(options: Options) -> AsyncIterator[Sandbox]:
    """A sandbox in-process, held to the official definition, for as long as the iterator is held."""
    app = create_app(options)
    async with app.router.lifespan_context(app):
        target = sandbox_target(validating(httpx.ASGITransport(app=app)))
        async with target.project() as project:
            yield Sandbox(target, project)


async def subscribe(sandbox: Sandbox, receiver: Receiver, **fields: object) -> Json:
    """Subscribe to all messages of orders, or to what `fields` say."""
    draft: Json = {"destination": push_to(receiver), "messages": [{"resourceTypeId": "order"}], **fields}
    return await sandbox.project.create("/subscriptions", draft)


@pytest.fixture(autouse=True)
def not_on_a_real_project() -> None:
    """These tests are about the sandbox's own paths and about what nobody does to a real project."""
    if is_real():
        pytest.skip("only the sandbox can be made to do this")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A fresh sandbox with its defaults."""
    async for sandbox in start(Options()):
        yield sandbox


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Somebody who listens for notifications."""
    async with listening() as receiver:
        yield receiver
