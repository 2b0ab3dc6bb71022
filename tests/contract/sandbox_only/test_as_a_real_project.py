"""The contract runs unchanged against a project that CTP_* names, and leaves nothing behind."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.contract.targets import sandbox_target

pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]

ROOT = Path(__file__).parents[3]
TOPICS = (
    "oauth",
    "states",
    "order_numbers",
    "custom_fields",
    "order_edits",
    "subscriptions",
    "graphql_mutations",
)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """A sandbox as a program of its own, on a port that the system chose; it says which."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--address", "127.0.0.1:0", stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert program.stdout is not None
    try:
        line = (await asyncio.wait_for(program.stdout.readline(), 20)).decode()
        assert line.startswith("sandbox listening on http://127.0.0.1:")
        yield line.split()[-1]
    finally:
        program.terminate()
        await program.wait()


async def test_a_project_is_described_and_left_as_it_was(url: str) -> None:
    """Every topic passes or says why it is skipped; no order, type or state is left over."""
    named = {
        "CTP_PROJECT_KEY": "placet-demo",
        "CTP_CLIENT_ID": "placet",
        "CTP_CLIENT_SECRET": "placet",
        "CTP_API_URL": url,
        "CTP_AUTH_URL": url,
        "CTP_SCOPES": "manage_project:placet-demo",
    }
    files = [f"tests/contract/test_{topic}.py" for topic in TOPICS]
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | named,
    )
    report, _ = await run.communicate()
    assert run.returncode == 0, report.decode()[-3000:]
    assert "only the sandbox can be made to do this" in report.decode()
    async with sandbox_target(httpx.AsyncHTTPTransport(), url).project() as project:
        for path in ("/orders", "/carts", "/types", "/customer-groups", "/orders/edits", "/custom-objects"):
            assert (await project.read(path))["results"] == []
        assert [state["key"] for state in (await project.read("/states"))["results"]] == ["Initial"]
