"""`placet demo`, `dev`, and one command for each role: `worker`, `serve`, `sandbox`."""
# ruff: noqa: PLC0415 - a command loads only what it needs

import os
import sys
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from starter.cli_orders import AsJson

_STARTED = monotonic()
"""As near to the start of the command as Python allows."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("demo", demo),
        ("dev", dev),
        ("worker", worker),
        ("serve", serve),
        ("sandbox", sandbox),
    ):
        app.command(name)(command)


def demo(
    leave: Annotated[
        bool, typer.Option("--exit", help="End when the story is told, and leave nothing running.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Tell the main job as a story, on an embedded Temporal server and commercetools sandbox.

    Twelve orders, from the automatic yes to one that is split over two warehouses. Nothing of yours is touched: `CTP_*` is ignored.
    Exits 0 if every scenario ended as it should.

    Example: `placet demo --exit`
    """
    from settings import load_settings
    from starter.demo import tell

    raise typer.Exit(tell(load_settings(), leave=leave, json=json, started=_STARTED))


def dev() -> None:
    """Everything up until Ctrl-C: Temporal with its UI, sandbox, worker and edge. `CTP_*` is ignored.

    If one of them ends by itself, all end, and the end of its log is shown.

    Example: `PLACET_CONFIG_DIR=my/config placet dev`
    """
    from settings import load_settings
    from starter.dev import stay_up

    stay_up(load_settings())


def worker() -> None:
    """Run the worker: the workflows of all orders, and what they do in commercetools.

    Needs what `placet setup` made. Start as many as you like.

    Example: `TEMPORAL_ADDRESS=temporal:7233 placet worker`
    """
    _become("worker")


def serve() -> None:
    """Run the edge: notifications from commercetools, decisions, status and audit over HTTP.

    Example: `PLACET_API_TOKEN=... PLACET_EDGE_ADDRESS=0.0.0.0:8080 placet serve`
    """
    _become("starter.serve")


def sandbox(
    fluent_public_key_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where its Fluent writes the public key of its webhooks."),
    ] = None,
) -> None:
    """Run a local commercetools, with a local fulfilment system and a local Fluent behind it.

    It forgets everything at its end, and what stands in the file is replaced at every start.

    Example: `PLACET_SANDBOX_ADDRESS=127.0.0.1:9000 placet sandbox`
    """
    from settings import load_settings
    from starter.embedded_fluent import webhook_url
    from starter.ports import demand_free

    settings = load_settings()
    address = settings.sandbox_address
    demand_free({"the sandbox, PLACET_SANDBOX_ADDRESS": (address.host, address.port)})
    events = ("--downstream-events-url", settings.public_edge_url)
    token = ("--downstream-token", settings.bearer().get_secret_value())
    fluent = ["--fluent-webhook-url", webhook_url(settings)]
    if fluent_public_key_file is not None:
        fluent += ["--fluent-public-key-file", str(fluent_public_key_file)]
    _become("sandbox", "--address", str(address), *events, *token, *fluent)


def _become(module: str, *arguments: str) -> None:
    """Run a module in place of this command, so that signals reach it directly. Wrong settings are told first."""
    from settings import load_settings

    load_settings()
    sys.stdout.flush()
    sys.stderr.flush()
    # The interpreter that runs this, and a module of ours: nothing that anybody gave us. -P: nor what lies in the
    # current directory, where a shop may well have a `worker.py` of its own.
    os.execv(sys.executable, [sys.executable, "-P", "-m", module, *arguments])  # noqa: S606
