"""What the tests of the command line share."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.app import create_app
from settings import Settings
from starter.cli import run
from tests.cli.edge_double import EdgeDouble, edge_double
from tests.contract.serving import serving


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Placet = Callable[..., Coroutine[Any, Any, Ended]]


@pytest.fixture
async def edge() -> AsyncIterator[EdgeDouble]:
    """An edge with prepared answers."""
    async with edge_double() as double:
        yield double


@pytest.fixture
async def sandbox_url() -> AsyncIterator[str]:
    """A commercetools over HTTP, with no orders in it."""
    async with serving(create_app()) as url:
        yield url


@pytest.fixture
def placet(
    edge: EdgeDouble, sandbox_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Placet:
    """Runs a command line, with edge and sandbox at hand and nothing else set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PLACET_{name.upper()}", raising=False)
    monkeypatch.setenv("PLACET_EDGE_ADDRESS", edge.address)
    monkeypatch.setenv("PLACET_SANDBOX_ADDRESS", sandbox_url.removeprefix("http://"))

    async def ran(*arguments: str) -> Ended:
        # In a thread, because a command runs an event loop of its own.
        code = await asyncio.to_thread(run, arguments)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return ran
