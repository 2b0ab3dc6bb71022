"""Everything that a measurement runs against: one Temporal server on a file, the sink, and workers as in production.

Each is a process of its own on a free port of the loopback, in a directory of its own that is removed at the end.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Self

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from benchmarks.sink_store import PROJECT
from settings import SHIPPED_CONFIG
from starter import temporal_server
from starter.ports import LOOPBACK, free_ports
from starter.processes import Household, Process, Program

PRODUCT_NAMESPACE, FLOOR_NAMESPACE = "default", "floor"
_NOT_OURS = ("PLACET_", "TEMPORAL_", "CTP_")


class Stack:
    """The server and the sink, and whatever workers and edge a measurement starts."""

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self._settings = settings or {}
        self.directory = Path(mkdtemp(prefix="placet-bench-"))
        self.house = Household(self.directory / "logs")
        temporal, ui, self.metrics_port, sink, edge = free_ports([0] * 5)
        self.temporal = f"{LOOPBACK}:{temporal}"
        self.sink = f"http://{LOOPBACK}:{sink}"
        self.edge_address = f"{LOOPBACK}:{edge}"
        self.due = self.directory / "due"
        self._ports = (temporal, ui)
        self._started = 0

    async def __aenter__(self) -> Self:
        temporal, ui = self._ports
        command = temporal_server.command(port=temporal, ui_port=ui, database=self.directory / "temporal.db")
        more = ("--namespace", FLOOR_NAMESPACE, "--metrics-port", str(self.metrics_port))
        self.server = await self.start("temporal", (*command, *more), temporal_server.READY)
        port = self.sink.rpartition(":")[2]
        await self._python("sink", "sink listening", "benchmarks.sink", "--port", port)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.house.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    async def client(self, namespace: str = PRODUCT_NAMESPACE) -> Client:
        """A client of the server, as ours are made."""
        return await Client.connect(
            self.temporal, namespace=namespace, data_converter=pydantic_data_converter
        )

    async def product_worker(self, **settings: str) -> Process:
        """The worker that is shipped: `python -m worker`, with settings by their names without the prefix."""
        return await self._python("worker", "worker ready", "worker", **settings)

    async def floor_worker(self, *arguments: str) -> Process:
        """The floor's."""
        where = ("--temporal", self.temporal, "--sink", self.sink)
        return await self._python(
            "floor", "floor worker ready", "benchmarks.floor_worker", *where, *arguments
        )

    async def punctual_worker(self, **settings: str) -> Process:
        """The product's, some of whose orders are all due at the instant that will be written into `self.due`."""
        ready = "punctual worker ready"
        return await self._python(
            "punctual", ready, "benchmarks.punctual", "--due", str(self.due), **settings
        )

    async def edge(self) -> Process:
        """The edge that is shipped: `python -m starter.serve`."""
        return await self._python("edge", "edge listening", "starter.serve")

    async def start(self, name: str, command: tuple[str, ...], ready: str, **settings: str) -> Process:
        """Start a process and wait until it says that it is ready."""
        self._started += 1
        program = Program(f"{name}-{self._started}", command, ready, self.environment(**settings))
        process = await self.house.start(program)
        await process.ready()
        return process

    async def _python(self, name: str, ready: str, module: str, *arguments: str, **settings: str) -> Process:
        command = (sys.executable, "-P", "-m", module, *arguments)
        return await self.start(name, command, ready, **settings)

    def environment(self, **settings: str) -> Mapping[str, str]:
        """The product's: the sink is commercetools, tells people, and fulfils; orders close when they are completed."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
        ours = {f"PLACET_{name.upper()}": value for name, value in {**self._settings, **settings}.items()}
        return (
            inherited
            | {
                "CTP_PROJECT_KEY": PROJECT,
                "CTP_CLIENT_ID": "placet",
                "CTP_CLIENT_SECRET": "bench",
                "CTP_API_URL": self.sink,
                "CTP_AUTH_URL": self.sink,
                "PLACET_NOTIFY_URL": f"{self.sink}/notify",
                "PLACET_FULFILLMENT_URL": f"{self.sink}/announce",
                "PLACET_EDGE_ADDRESS": self.edge_address,
                "PLACET_CONFIG_DIR": str(self.configuration()),
                "TEMPORAL_ADDRESS": self.temporal,
                "TEMPORAL_NAMESPACE": PRODUCT_NAMESPACE,
                "TEMPORAL_CONFIG_FILE": os.devnull,
                "PYTHONUNBUFFERED": "1",
            }
            | ours
        )

    def configuration(self) -> Path:
        """The shipped example, except that nothing comes back: a completed order's workflow ends."""
        copy = self.directory / "config"
        if not copy.exists():
            shutil.copytree(SHIPPED_CONFIG, copy)
            policy = copy / "policy.yaml"
            shipped = policy.read_text(encoding="utf-8")
            at_once = shipped.replace("returnsWithin: P30D", "returnsWithin: PT0S")
            if at_once == shipped:
                raise ValueError(
                    "the shipped policy says nothing of returns any more: look at benchmarks/stack.py"
                )
            policy.write_text(at_once, encoding="utf-8")
        return copy
