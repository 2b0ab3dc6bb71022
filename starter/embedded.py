"""The embedded default: Temporal dev server, sandbox, worker and edge on this machine, started and ended together."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from settings import Address, Settings
from starter import temporal_server
from starter.embedded_fluent import EmbeddedFluent
from starter.ports import LOOPBACK, demand_free, free_ports
from starter.processes import Household, Process, Program

NAMESPACE = "default"
EXCHANGES = "exchanges"
"""Where in a stack's directory the integration log is."""
_SANDBOX = {"project_key": "placet-demo", "client_id": "placet", "client_secret": SecretStr("placet")}
_NO_PROJECT = {"api_url": None, "auth_url": None, "scopes": ()}


def embedded_settings(settings: Settings, **more: Any) -> Settings:
    """These settings without any real project or tokens file: all on this machine.

    Hand-overs are announced to the sandbox's local fulfilment system, and the one provider beside it is the sandbox's
    Fluent, unless the settings name others.

    Whatever `CTP_*` says, the sandbox is meant: a demo must never touch a real project.
    """
    own = {"tokens_file": None, "edge_url": None, "adopt_since": None}
    downstream = {"fulfillment_url": _downstream(settings.sandbox_address), "fulfillment_token": None}
    fulfilment = {} if settings.fulfillment_url is not None else downstream
    return settings.model_copy(update=_SANDBOX | _NO_PROJECT | own | fulfilment | more)


def _downstream(sandbox: Address) -> str:
    """The sandbox's local fulfilment system."""
    return f"{sandbox.url}/sandbox/downstream"


def on_free_ports(settings: Settings) -> tuple[Settings, list[str]]:
    """The settings with another port where one is taken, and what was moved, in words."""
    wanted = {
        "edge": settings.edge_address.port,
        "sandbox": settings.sandbox_address.port,
        "Temporal": settings.temporal_port,
        "Temporal UI": settings.temporal_ui_port,
    }
    chosen = dict(zip(wanted, free_ports(wanted.values()), strict=True))
    moved = [
        f"port {port} is taken, so {name} is at {chosen[name]}"
        for name, port in wanted.items()
        if chosen[name] != port
    ]
    sandbox = Address(LOOPBACK, chosen["sandbox"])
    ports: dict[str, Any] = {
        "edge_address": Address(LOOPBACK, chosen["edge"]),
        "sandbox_address": sandbox,
        "temporal_port": chosen["Temporal"],
        "temporal_ui_port": chosen["Temporal UI"],
    }
    if settings.fulfillment_url == _downstream(settings.sandbox_address):
        ports["fulfillment_url"] = _downstream(sandbox)
    return settings.model_copy(update=ports), moved


def demand_free_ports(settings: Settings) -> None:
    """Insist on the ports that the settings name; raises PortTakenError."""
    demand_free(
        {
            "the edge, PLACET_EDGE_ADDRESS": (settings.edge_address.host, settings.edge_address.port),
            "the sandbox, PLACET_SANDBOX_ADDRESS": (
                settings.sandbox_address.host,
                settings.sandbox_address.port,
            ),
            "Temporal, PLACET_TEMPORAL_PORT": (LOOPBACK, settings.temporal_port),
            "the Temporal UI, PLACET_TEMPORAL_UI_PORT": (LOOPBACK, settings.temporal_ui_port),
        }
    )


@dataclass(frozen=True)
class Addresses:
    """Where people look."""

    edge: str
    sandbox: str
    temporal: str
    temporal_ui: str


def addresses(settings: Settings) -> Addresses:
    """The addresses of the embedded servers."""
    return Addresses(
        edge=settings.public_edge_url,
        sandbox=settings.sandbox_address.url,
        temporal=f"{LOOPBACK}:{settings.temporal_port}",
        temporal_ui=f"http://{LOOPBACK}:{settings.temporal_ui_port}",
    )


class EmbeddedStack:
    """The four programs. `directory` holds the Temporal server's state and everybody's log."""

    def __init__(self, settings: Settings, directory: Path) -> None:
        self._fluent = EmbeddedFluent(directory, settings)
        self.settings = self._fluent.known_to(settings)
        self.directory = directory
        self.house = Household(directory)

    async def start(self) -> None:
        """Start all of them. The sandbox is ready then; worker and edge follow, see `ready`.

        Temporal is first, because the others connect to it; Python's own start takes longer than its.

        Raises:
            ProgramEndedError: one of them ended, or did not become ready.
        """
        database = self.directory / "temporal.db"
        for left in self.directory.glob("temporal.db*"):
            left.unlink()  # the sandbox forgets at its end, so histories of orders that are gone are of no use
        self._fluent.write_providers()
        temporal = await self.house.start(self._temporal(database))
        sandbox = await self.house.start(self._python("sandbox", "sandbox listening", *self._sandbox()))
        await temporal.ready()
        self.worker = await self.start_worker()
        self.edge = await self.start_edge()
        await sandbox.ready()

    async def start_worker(self) -> Process:
        """Start a worker: the first one, or another after one has ended; raises as `start` does."""
        return await self.house.start(self._python("worker", "worker ready", "-m", "worker"))

    async def start_edge(self) -> Process:
        """Start the edge, as above."""
        return await self.house.start(self._python("edge", "edge listening", "-m", "starter.serve"))

    async def ready(self) -> None:
        """Wait for the worker and the edge; raises as `start` does."""
        await self.edge.ready()
        await self.worker.ready()

    async def stop(self) -> None:
        """End all of them."""
        await self.house.stop()

    async def temporal(self) -> Client:
        """A client of the embedded server, whatever `TEMPORAL_*` says."""
        where = addresses(self.settings).temporal
        return await Client.connect(where, namespace=NAMESPACE, data_converter=pydantic_data_converter)

    def forget(self) -> None:
        """Remove the directory with all that is in it."""
        shutil.rmtree(self.directory, ignore_errors=True)

    def process(self, name: str) -> Process:
        """One of them by name: temporal, sandbox, worker or edge."""
        return next(process for process in self.house.processes if process.program.name == name)

    def _temporal(self, database: Path) -> Program:
        settings = self.settings
        command = temporal_server.command(
            port=settings.temporal_port, ui_port=settings.temporal_ui_port, database=database
        )
        return Program("temporal", command, temporal_server.READY, self.environment())

    def _sandbox(self) -> tuple[str, ...]:
        settings = self.settings
        arguments = ("-m", "sandbox", "--address", str(settings.sandbox_address))
        events = ("--downstream-events-url", settings.public_edge_url)
        token = ("--downstream-token", settings.bearer().get_secret_value())
        return (*arguments, *events, *token, *self._fluent.arguments)

    def _python(self, name: str, ready: str, *arguments: str) -> Program:
        # -P: no module of the current directory stands in for one of ours.
        return Program(name, (sys.executable, "-P", *arguments), ready, self.environment())

    def environment(self) -> Mapping[str, str]:
        """The children's environment: exactly our settings, and the embedded server whatever `TEMPORAL_*` says."""
        inherited = {n: v for n, v in self.settings.environment().items() if not n.startswith("TEMPORAL_")}
        return inherited | {
            "PLACET_EXCHANGE_LOG_DIR": str(self.settings.exchange_log_dir or self.directory / EXCHANGES),
            "TEMPORAL_ADDRESS": addresses(self.settings).temporal,
            "TEMPORAL_NAMESPACE": NAMESPACE,
            # Nor what a temporal.toml in the user's home may say.
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "PYTHONUNBUFFERED": "1",
        }
