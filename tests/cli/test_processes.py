"""Programs as child processes: ready when they say so, watched, and ended."""

import os
import sys
from pathlib import Path

import pytest

from starter.processes import Household, Process, Program, ProgramEndedError

_SERVES = "import time; print('something first'); print('it serves', flush=True); time.sleep(60)"
_STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('it serves', flush=True);"
    "time.sleep(60)"
)


def _program(code: str, *, start_seconds: float = 20, stop_seconds: float = 5) -> Program:
    return Program(
        name="helper",
        command=(sys.executable, "-c", code),
        ready="it serves",
        environment={"PATH": os.environ["PATH"]},
        start_seconds=start_seconds,
        stop_seconds=stop_seconds,
    )


def _lives(process: Process) -> bool:
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_is_ready_when_it_says_so_and_gone_when_stopped(tmp_path: Path) -> None:
    """A program that prints its line is ready, its output is in the log, and stopping leaves no process."""
    house = Household(tmp_path / "logs")
    process = await house.start(_program(_SERVES))
    await process.ready()
    assert _lives(process)
    assert process.ready_seconds is not None and process.ready_seconds > 0
    await house.stop()
    assert not _lives(process)
    assert "something first" in (tmp_path / "logs" / "helper.log").read_text()


async def test_tells_how_a_program_ended_before_it_was_ready(tmp_path: Path) -> None:
    """The error names the program, its exit code, and quotes the end of its log."""
    process = await Process.start(_program("print('no such thing'); raise SystemExit(7)"), tmp_path)
    with pytest.raises(ProgramEndedError, match=r"helper ended with exit code 7(.|\n)*no such thing"):
        await process.ready()


async def test_does_not_wait_for_ever(tmp_path: Path) -> None:
    """A program that never says its line is given up, and can still be stopped."""
    process = await Process.start(_program("import time; time.sleep(60)", start_seconds=0.3), tmp_path)
    with pytest.raises(ProgramEndedError, match=r"not ready after 0\.3 s"):
        await process.ready()
    await process.stop()
    assert not _lives(process)


async def test_ends_what_does_not_want_to(tmp_path: Path) -> None:
    """A program that ignores the polite signal is killed after its time."""
    process = await Process.start(_program(_STUBBORN, stop_seconds=0.3), tmp_path)
    await process.ready()
    await process.stop()
    assert not _lives(process)


async def test_notices_the_first_that_dies(tmp_path: Path) -> None:
    """Of several, the one that ends by itself is named; the others live until they are stopped."""
    house = Household(tmp_path)
    steady = await house.start(_program(_SERVES))
    await house.start(_program("import os; print('falling', flush=True); os.kill(os.getpid(), 9)"))
    ended = await house.first_end()
    assert "helper was ended by signal 9" in str(ended)
    assert "falling" in str(ended)
    assert _lives(steady)
    await house.stop()
    assert not _lives(steady)


async def test_names_a_program_that_does_not_exist(tmp_path: Path) -> None:
    """A command that cannot be started is an error that names it."""
    program = Program("ghost", ("/nonexistent/ghost",), "", {})
    with pytest.raises(ProgramEndedError, match="ghost could not be started"):
        await Process.start(program, tmp_path)


async def test_a_line_without_end_does_not_stop_the_log(tmp_path: Path) -> None:
    """Output beyond any reasonable line is written all the same, and the ready line after it is seen."""
    code = "print('x' * 3_000_000); print('it serves', flush=True); import time; time.sleep(60)"
    process = await Process.start(_program(code), tmp_path)
    await process.ready()
    await process.stop()
    assert (tmp_path / "helper.log").stat().st_size > 3_000_000
