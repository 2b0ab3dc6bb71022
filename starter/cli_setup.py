"""`placet setup`: what must be there before the first order."""
# ruff: noqa: PLC0415 - a command loads only what it needs

import asyncio
import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from starter.cli_orders import AsJson
from starter.exits import Exit, UsageError

if TYPE_CHECKING:
    from starter.provision import Done


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("setup")(setup)


def setup(
    destination: Annotated[
        str | None,
        typer.Option(
            metavar="JSON|FILE",
            help="Where commercetools delivers messages to: a Destination as its Subscriptions API has it. "
            "Not needed for the sandbox, which delivers to the edge.",
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Make what is missing: search attributes, states, messages, subscription, and since when orders are taken up.

    May be run at any time: what is right is left alone. The edge must be up, because the subscription is tested.

    Example: `placet setup --destination '{"type": "GoogleCloudPubSub", "projectId": "shop", "topic": "orders"}'`
    """
    from starter.order_views import print_json
    from starter.provision import Change

    done = asyncio.run(_carry_out(_destination(destination), quiet=json))
    if json:
        print_json({"results": [one.to_json_dict() for one in done]})
    if any(one.change in {Change.MISSING, Change.DIFFERS} for one in done):
        raise typer.Exit(Exit.REFUSED)


async def _carry_out(destination: dict[str, Any] | None, *, quiet: bool) -> "list[Done]":
    from configuration import load
    from settings import connect, load_settings
    from starter.provision import provision

    settings = load_settings()
    configuration = load(settings.config_dir)
    client = await connect(settings)
    done = []
    async for one in provision(settings, client, configuration.machine, destination):
        done.append(one)
        if not quiet:
            typer.echo(line(one))
    return done


def line(done: "Done") -> str:
    """What became of a thing, as a line."""
    return f"{done.change:<10} {done.thing}" + (f" ({done.detail})" if done.detail else "")


def _destination(given: str | None) -> dict[str, Any] | None:
    """The JSON that was given, or that stands in the file that was named; never shown again, it may hold secrets."""
    if given is None:
        return None
    text = given
    if not given.lstrip().startswith("{"):
        try:
            text = Path(given).read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--destination: {given} cannot be read: {error.strerror}") from error
    try:
        document = json_text.loads(text)
    except ValueError as error:
        raise UsageError(f"--destination: no JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("type"), str):
        raise UsageError('--destination: a JSON object with a "type", such as SQS or GoogleCloudPubSub')
    return document
