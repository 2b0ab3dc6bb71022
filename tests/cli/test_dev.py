"""`placet dev`: up until told to stop, and down altogether when one of the programs dies."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from starter.ports import LOOPBACK, free_ports
from tests.cli.test_demo import processes_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@asynccontextmanager
async def _dev(state_dir: Path, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    edge, sandbox, temporal, ui = free_ports([0, 0, 0, 0])
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PLACET_", "CTP_", "TEMPORAL_"))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter.cli", "dev"),
        env={
            **kept,
            "PLACET_STATE_DIR": str(state_dir),
            "PLACET_EDGE_ADDRESS": f"{LOOPBACK}:{edge}",
            "PLACET_SANDBOX_ADDRESS": f"{LOOPBACK}:{sandbox}",
            "PLACET_TEMPORAL_PORT": str(temporal),
            "PLACET_TEMPORAL_UI_PORT": str(ui),
            **more,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()


async def _until_up(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    said = ""
    while "Ctrl-C" not in said:
        line = await process.stdout.readline()
        assert line, f"it ended: {said} {await process.communicate()}"
        said += line.decode()
    return said


def _pid_of(text: str) -> int:
    """The one process whose command line has the text."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if text in (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode():
                    return int(entry.name)
            except OSError:
                continue
    raise AssertionError(f"no process has {text}")


async def test_stays_up_until_ctrl_c(tmp_path: Path) -> None:
    """It says where everything is; Ctrl-C ends it all, with exit code 0, also pressed twice."""
    async with _dev(tmp_path) as process:
        said = await _until_up(process)
        assert len(processes_of(tmp_path)) == 5
        for name in ("edge", "sandbox", "Temporal UI", "placet-dev"):
            assert name in said
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert process.returncode == 0, err
    assert not processes_of(tmp_path)


async def test_is_stopped_while_it_starts(tmp_path: Path) -> None:
    """Ctrl-C before everything is up ends what has been started, and nothing more is started."""
    async with _dev(tmp_path) as process:
        while len(processes_of(tmp_path)) < 3:  # noqa: ASYNC110 - processes tell nobody that they started
            await asyncio.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert process.returncode == 0, err
    assert b"Ctrl-C" not in out
    assert not processes_of(tmp_path)


async def test_ends_altogether_when_one_dies(tmp_path: Path) -> None:
    """Temporal is killed: exit code 3, the message names it, shows its log, and nothing is left."""
    async with _dev(tmp_path, PLACET_API_TOKEN="a-token-of-mine") as process:
        said = await _until_up(process)
        assert "a-token-of-mine" not in said
        os.kill(_pid_of(f"--db-filename {tmp_path}"), signal.SIGKILL)
        _, err = await process.communicate()
    assert process.returncode == 3
    assert "temporal was ended by signal 9" in err.decode()
    assert not processes_of(tmp_path)


async def test_a_sandbox_by_itself_names_a_taken_port(tmp_path: Path) -> None:
    """One readable line and exit code 3, no traceback."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), LOOPBACK, 0)
    address = f"{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    async with server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter.cli", "sandbox"),
            env={**os.environ, "PLACET_SANDBOX_ADDRESS": address},
            stderr=asyncio.subprocess.PIPE,
        )
        _, err = await process.communicate()
    assert process.returncode == 3
    taken = f"taken by another program: {address} (the sandbox, PLACET_SANDBOX_ADDRESS)"
    assert err.decode() == f"placet: {taken}; end it, or set another address\n"


async def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """A server of somebody else's is never attached to: exit code 3, and the setting that would move ours."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    async with server, _dev(tmp_path, PLACET_TEMPORAL_PORT=str(port)) as process:
        _, err = await process.communicate()
    assert process.returncode == 3
    assert f"{LOOPBACK}:{port} (Temporal, PLACET_TEMPORAL_PORT)" in err.decode()
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240 - a folder in memory
