"""`placet setup`: what must be there before the first order."""
# ruff: noqa: PLC0415 - a command loads only what it needs

import asyncio
import json as json_text
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from starter.cli_orders import AsJson
from starter.exits import Exit, UsageError

if TYPE_CHECKING:
    from starter.provision import Choices
    from starter.setup_plan import SetUp


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
    plan: Annotated[
        bool, typer.Option("--plan", help="Show what would be done, and change nothing.")
    ] = False,
    without_guard: Annotated[
        bool,
        typer.Option(
            "--without-guard",
            help="Leave the API Extension out, where commercetools cannot call the edge: "
            "then moves past the approval are noticed, and not refused.",
        ),
    ] = False,
    rotate_token: Annotated[
        bool,
        typer.Option("--rotate-token", help="Write the token again that commercetools shows to the guard."),
    ] = False,
    json: AsJson = False,
) -> None:
    """Make what is missing and mend what differs: search attributes, states, messages, extension and subscription.

    May be run at any time, also after a failure halfway: what is right is left alone, and nothing is removed. Ends
    with 1 if something is missing or refused. The edge must be up, because the subscription is tested.

    Example: `placet setup --destination '{"type": "GoogleCloudPubSub", "projectId": "shop", "topic": "orders"}'`
    """
    from starter.provision import Choices

    if without_guard and rotate_token:
        raise UsageError("--rotate-token is about the guard, which --without-guard leaves out")
    choices = Choices(guard=not without_guard, rotate_token=rotate_token)
    carried_out = _planned if plan else _applied
    if not asyncio.run(carried_out(_destination(destination), choices, json=json)):
        raise typer.Exit(Exit.REFUSED)


async def _planned(destination: dict[str, Any] | None, choices: "Choices", *, json: bool) -> bool:
    from starter.order_views import print_json
    from starter.setup_views import ok, plan_json, plan_lines

    async with _set_up(destination, choices) as everything:
        steps = await everything.plan()
    if json:
        print_json(plan_json(steps))
    else:
        for line in plan_lines(steps):
            typer.echo(line)
    return ok([step.done for step in steps])


async def _applied(destination: dict[str, Any] | None, choices: "Choices", *, json: bool) -> bool:
    from starter.order_views import print_json
    from starter.setup_views import DELAY, done_json, lines, ok, takes_time

    done = []
    async with _set_up(destination, choices) as everything:
        async for one in everything.run():
            done.append(one)
            if not json:
                for line in lines(one.change, one):
                    typer.echo(line)
    if json:
        print_json(done_json(done))
    elif takes_time(done):
        typer.echo(DELAY)
    return ok(done)


@asynccontextmanager
async def _set_up(destination: dict[str, Any] | None, choices: "Choices") -> AsyncIterator["SetUp"]:
    from configuration import load
    from settings import connect, load_settings
    from starter.provision import set_up

    settings = load_settings()
    states = load(settings.config_dir).states
    client = await connect(settings)
    async with set_up(settings, client, states, destination, choices) as everything:
        yield everything


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
