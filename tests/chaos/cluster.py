"""The programs under attack: each has a place, and whoever ends without being told to is started again, as compose does."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import SystemRandom

from configuration import load
from settings import SHIPPED_CONFIG, Address, Settings
from starter.embedded import EmbeddedStack, embedded_settings
from starter.ports import LOOPBACK, is_free
from starter.processes import Process, Program, ProgramEndedError
from starter.provision import provision

_AGAIN_SECONDS = 0.5


class Place:
    """Where one program runs. It is started again when it ends by itself, until it is told to stay away."""

    def __init__(self, program: Program, directory: Path) -> None:
        self.program = program
        self.by_itself: list[str] = []
        self._directory = directory
        self._process: Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def start(self) -> None:
        """Start it, and return when it serves."""
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep(), name=f"keeper of {self.program.name}")
        await self._ready.wait()

    async def end(self, how: signal.Signals) -> None:
        """Send it that signal, and return when it is gone; it stays away."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
            self._keeper = None
        self._ready.clear()
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, how)
        try:
            async with asyncio.timeout(process.program.stop_seconds):
                await process.ended()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            await process.ended()

    async def _keep(self) -> None:
        while True:
            self._process = await Process.start(self.program, self._directory)
            try:
                await self._process.ready()
                self._ready.set()
                raise await self._process.ended()
            except ProgramEndedError as ended:
                self._ready.clear()
                self.by_itself.append(str(ended))
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)  # one that never became ready
            await asyncio.sleep(_AGAIN_SECONDS)


class Cluster:
    """Temporal on its file, the sandbox, two workers and the edge, on ports of their own."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        for left in (*directory.glob("temporal.db*"), *directory.glob("*.log")):
            left.unlink()
        self.settings = _settings()
        self.stack = EmbeddedStack(self.settings, directory)
        self.stack._fluent.write_providers()
        stack, python = self.stack, self.stack._python
        self.temporal = Place(stack._temporal(directory / "temporal.db"), directory)
        self.sandbox = Place(python("sandbox", "sandbox listening", *stack._sandbox()), directory)
        workers = [python(f"worker-{n}", "worker ready", "-m", "worker") for n in (1, 2)]
        self.workers = [Place(program, directory) for program in workers]
        self.edge = Place(python("edge", "edge listening", "-m", "starter.serve"), directory)

    @property
    def places(self) -> list[Place]:
        """All of them, those first that the others need."""
        return [self.temporal, self.sandbox, *self.workers, self.edge]

    async def start(self) -> None:
        """Start all and set the project up, as `placet setup` does."""
        await asyncio.gather(*(place.start() for place in self.places[:2]))
        await asyncio.gather(*(place.start() for place in self.places[2:]))
        states = load(self.settings.config_dir).states
        made = provision(self.settings, await self.stack.temporal(), states)
        async for _ in made:
            pass

    async def stop(self) -> None:
        """End all, Temporal last."""
        await asyncio.gather(*(place.end(signal.SIGTERM) for place in self.places[1:]))
        await self.temporal.end(signal.SIGTERM)

    async def back(self) -> None:
        """Have everybody there again."""
        for place in self.places:
            await place.start()


@asynccontextmanager
async def running_cluster(directory: Path) -> AsyncIterator[Cluster]:
    """A cluster that is up, and is ended with whatever it has started."""
    cluster = Cluster(directory)
    try:
        async with asyncio.timeout(60):
            await cluster.start()
        yield cluster
    finally:
        await cluster.stop()


def _settings() -> Settings:
    """The demo's policy, on ports below those that the system gives to outgoing connections: a program that is away
    must find its port free when it comes back."""
    edge, sandbox, temporal, temporal_ui = _quiet_ports(4)
    chosen = Settings(
        config_dir=SHIPPED_CONFIG / "demo",
        edge_address=Address(LOOPBACK, edge),
        sandbox_address=Address(LOOPBACK, sandbox),
        temporal_port=temporal,
        temporal_ui_port=temporal_ui,
    )
    return embedded_settings(chosen)


def _quiet_ports(number: int) -> list[int]:
    found: set[int] = set()
    while len(found) < number:
        port = SystemRandom().randrange(20_000, 32_000)
        if is_free(port):
            found.add(port)
    return list(found)
