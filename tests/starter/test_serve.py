"""The edge as a process: it says where it listens, ends when it is told to, and says why it does not start."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from settings import DEV_TOKEN

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
NOWHERE = {"PLACET_TEMPORAL_PORT": "1", "PLACET_SANDBOX_ADDRESS": "127.0.0.1:1"}


@asynccontextmanager
async def edge(**variables: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m starter.serve` with these settings and no others of ours."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PLACET_", "CTP_", "TEMPORAL_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "starter.serve",
        cwd=ROOT,
        env={**kept, **NOWHERE, **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def listening(process: asyncio.subprocess.Process) -> str:
    """The URL that it says it listens on."""
    assert process.stdout is not None
    async with asyncio.timeout(40):
        line = (await process.stdout.readline()).decode()
    assert line.startswith("edge listening on http://127.0.0.1:"), line
    return line.rpartition(" ")[2].strip()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_until_it_is_told_to_end(told: signal.Signals) -> None:
    """With nothing behind it, too: up, not ready, and 503 where Temporal would be needed; exit code 0.

    All that it says is that commercetools was not there.
    """
    async with edge(PLACET_EDGE_ADDRESS="127.0.0.1:0") as process:
        url = await listening(process)
        async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {DEV_TOKEN}"}) as http:
            assert (await http.get("/healthz")).status_code == 200
            assert (await http.get("/readyz")).status_code == 503
            answer = await http.get("/orders/order-1")
            assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
            assert "server" not in answer.headers
        process.send_signal(told)
        async with asyncio.timeout(20):
            out, err = await process.communicate()
    assert (process.returncode, out) == (0, b"")
    said = [json.loads(line) for line in err.splitlines()]
    assert {(line["event"], line["system"], line["error"]) for line in said} == {
        ("exchange", "commercetools", "ConnectError")
    }


async def test_a_setting_that_cannot_be_followed_is_named_with_exit_code_2(tmp_path: Path) -> None:
    """One line and no traceback: unknown names, an address that is taken, a tokens file that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        for variables, said in (
            ({"PLACET_EDGE_ADRESS": "x"}, "PLACET_EDGE_ADRESS: no such setting"),
            ({"PLACET_EDGE_ADDRESS": address}, f"PLACET_EDGE_ADDRESS {address}: "),
            ({"PLACET_TOKENS_FILE": str(tmp_path / "nowhere.yaml")}, "cannot be read"),
        ):
            async with edge(**variables) as process, asyncio.timeout(40):
                _, err = await process.communicate()
            assert process.returncode == 2
            assert said in err.decode()
            assert len(err.decode().splitlines()) == 1
