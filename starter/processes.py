"""Programs as child processes: started, awaited until they say that they are ready, watched, and ended.

Each program's output goes to a log file. A program is ready when it has printed the line that it is known to print:
nothing is polled. Children have a session of their own, so that Ctrl-C reaches only us and they end in our order.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Self, TypeVar

from starter.exits import OutsideError

T = TypeVar("T")
_TAIL_LINES = 15


@dataclass(frozen=True)
class Program:
    """What to start. `ready` is the text in a line of its output by which it says that it serves."""

    name: str
    command: tuple[str, ...]
    ready: str
    environment: Mapping[str, str] = field(repr=False)  # it holds secrets
    start_seconds: float = 30.0
    stop_seconds: float = 8.0


class ProgramEndedError(OutsideError):
    """A child process ended, or never became ready."""


class Process:
    """One running program."""

    def __init__(self, program: Program, child: asyncio.subprocess.Process, log: Path) -> None:
        self.program = program
        self.log = log
        self.started = monotonic()
        self.ready_seconds: float | None = None
        self._child = child
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._ready = asyncio.Event()
        self._reader = asyncio.create_task(self._read(), name=f"log of {program.name}")

    @classmethod
    async def start(cls, program: Program, log_directory: Path) -> Self:
        """Start it.

        Raises:
            ProgramEndedError: there is no such program.
        """
        try:
            child = await asyncio.create_subprocess_exec(
                *program.command,
                env=dict(program.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                limit=1024 * 1024,
            )
        except OSError as error:
            raise ProgramEndedError(f"{program.name} could not be started: {error}") from error
        return cls(program, child, log_directory / f"{program.name}.log")

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    async def ready(self) -> None:
        """Wait until it says that it is ready.

        Raises:
            ProgramEndedError: it ended first, or took too long.
        """
        waiting = asyncio.create_task(self._ready.wait())
        done, _ = await asyncio.wait(
            {waiting, self._reader}, timeout=self.program.start_seconds, return_when=asyncio.FIRST_COMPLETED
        )
        waiting.cancel()
        if self._ready.is_set():
            return
        if done:
            raise await self.ended()
        raise ProgramEndedError(
            f"{self.program.name} was not ready after {self.program.start_seconds:g} s{self.tail()}"
        )

    async def ended(self) -> ProgramEndedError:
        """Wait for its end, and say how it came."""
        code = await self._child.wait()
        await self._drained()
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return ProgramEndedError(f"{self.program.name} {how}{self.tail()}")

    async def stop(self) -> None:
        """Ask it to end; make it end if it does not."""
        with contextlib.suppress(ProcessLookupError):
            self._child.terminate()
        try:
            async with asyncio.timeout(self.program.stop_seconds):
                await self._child.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()
            await self._child.wait()
        await self._drained()

    def tail(self) -> str:
        """The end of its log, to be added to an error message."""
        lines = "".join(f"\n  {line}" for line in self._tail)
        return f"; its log {self.log} ends with:{lines}" if lines else f"; its log {self.log} is empty"

    async def _drained(self) -> None:
        """Let the log come to its end; `wait`, so that whoever is cancelled while waiting does not end the reading."""
        await asyncio.wait({self._reader}, timeout=1)

    async def _read(self) -> None:
        """Write its output to the log as it comes, and notice the line that says it is ready."""
        output = self._child.stdout
        if output is None:
            raise ValueError("a child process without a pipe")
        with self.log.open("ab", buffering=0) as log:
            while line := await _line(output):
                log.write(line)
                text = line.decode(errors="replace").rstrip()
                if text:
                    self._tail.append(text)
                if self.program.ready in text and not self._ready.is_set():
                    self.ready_seconds = monotonic() - self.started
                    self._ready.set()


async def _line(output: asyncio.StreamReader) -> bytes:
    """The next line, empty at the end; a line beyond the reader's limit comes in pieces."""
    try:
        return await output.readuntil()
    except asyncio.IncompleteReadError as end:
        return end.partial
    except asyncio.LimitOverrunError as overrun:
        return await output.read(max(overrun.consumed, 1))


class Household:
    """Several processes that live and die together."""

    def __init__(self, log_directory: Path) -> None:
        log_directory.mkdir(parents=True, exist_ok=True)
        self.log_directory = log_directory
        self.processes: list[Process] = []

    async def start(self, program: Program) -> Process:
        """Start one and do not wait for it; raises as `Process.start` does."""
        process = await Process.start(program, self.log_directory)
        self.processes.append(process)
        return process

    async def until(self, wanted: asyncio.Future[T]) -> T:
        """Wait for something while all of them live.

        Raises:
            ProgramEndedError: one of them ended by itself first; `wanted` is cancelled then.
        """
        watch: asyncio.Future[ProgramEndedError] = asyncio.create_task(self.first_end())
        both: list[asyncio.Future[Any]] = [watch, wanted]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not wanted.done():
                wanted.cancel()
                raise watch.result()
            return wanted.result()
        finally:
            watch.cancel()

    async def first_end(self) -> ProgramEndedError:
        """Wait until any of them ends by itself."""
        ends = [asyncio.create_task(process.ended()) for process in self.processes]
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for end in ends:
                end.cancel()

    async def stop(self) -> None:
        """End them all; the one that was started first last, because the others work with it."""
        first, others = self.processes[:1], self.processes[1:]
        for several in (others, first):
            await asyncio.gather(*(process.stop() for process in several))
        self.processes.clear()
