"""`placet demo` as a user runs it, and what becomes of it where something is in the way."""

import asyncio
import json
import os
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from starter.demo_fulfilled import Fulfilled
from starter.demo_report import latency
from starter.demo_scenarios import SCENARIOS
from starter.demo_split import expected
from starter.ports import is_free

_DEFAULT_PORTS = (8080, 8989, 7233, 8233)


async def _demo(state_dir: Path, *options: str, **environment: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a demo that works in `state_dir`."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PLACET_", "CTP_", "TEMPORAL_"))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter.cli", "demo", *options),
        env={**kept, "PLACET_STATE_DIR": str(state_dir), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


def processes_of(state_dir: Path) -> list[str]:
    """The command lines of all processes that work in that directory, by their arguments or their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command, environment = ((entry / name).read_bytes() for name in ("cmdline", "environ"))
            except OSError:
                continue  # it has ended meanwhile
            if str(state_dir).encode() in command + environment:
                found.append(command.replace(b"\0", b" ").decode())
    return found


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_tells_every_scenario_and_leaves_nothing(tmp_path: Path) -> None:
    """With every default port taken and a real project in the environment: all of them end as expected, and nothing stays."""
    with ExitStack() as held:
        for port in _DEFAULT_PORTS:
            if is_free(port):
                held.enter_context(socket.create_server(("127.0.0.1", port)))
        code, out, err = await _demo(
            tmp_path,
            *("--exit", "--json"),
            TEMPORAL_ADDRESS="temporal.invalid:7233",
            CTP_PROJECT_KEY="a-real-one",
            CTP_CLIENT_ID="id",
            CTP_CLIENT_SECRET="its-secret",
            CTP_API_URL="https://api.invalid",
            CTP_AUTH_URL="https://auth.invalid",
        )
    assert code == 0, err
    report: dict[str, Any] = json.loads(out)
    assert report["ok"] is True
    endings = {order["scenario"]: (order["state"], order["phase"]) for order in report["orders"]}
    assert endings == {scenario.name: (scenario.state, scenario.phase) for scenario in SCENARIOS}
    assert len(endings) == 12
    assert all(order["historyEvents"] > 10 and order["orderNumber"] for order in report["orders"])
    (split,) = [order for order in report["orders"] if "fulfilled" in order]
    assert Fulfilled.model_validate(split["fulfilled"]) == expected(split["orderNumber"])
    receipts = {d["receipt"] for order in report["orders"] for d in order["decisions"]}
    assert receipts == {"accepted", "superseded", "notAllowed", "alreadyDecided"}
    assert [entry["kind"] for entry in report["audit"]["entries"]].count("decided") == 2
    assert report["timings"]["decisionToNewState"]["count"] == 10
    assert report["timings"]["bridgeAnswer"]["count"] == 12
    for port in _DEFAULT_PORTS:
        assert f"port {port} is taken" in err
    assert "CTP_* is ignored" in err
    assert "its-secret" not in out + err
    for place in ("edge", "sandbox", "temporalUi"):
        assert is_free(urlsplit(report["places"][place]).port or 0)
    assert not processes_of(tmp_path)
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240 - a folder in memory


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_stopped_before_its_end_it_is_not_done(tmp_path: Path) -> None:
    """Ctrl-C while everything is starting: exit code 1, because nothing was shown to work, and nothing is left."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PLACET_", "CTP_", "TEMPORAL_"))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter.cli", "demo"),
        env={**kept, "PLACET_STATE_DIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    while b"are starting" not in (line := await process.stdout.readline()):
        assert line, "it ended before it began"
    process.send_signal(signal.SIGINT)
    await process.communicate()
    assert process.returncode == 1
    assert not processes_of(tmp_path)
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240 - a folder in memory


def test_percentiles_are_of_what_was_measured() -> None:
    """Nearest rank: a value that occurred; of nothing there is none."""
    assert latency([]) is None
    measured = latency([n / 1000 for n in range(1, 101)])
    assert measured is not None
    assert (measured.count, measured.p50_ms, measured.p95_ms) == (100, 50.0, 95.0)
    single = latency([0.25])
    assert single is not None
    assert (single.p50_ms, single.p95_ms) == (250.0, 250.0)
