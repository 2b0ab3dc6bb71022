"""`placet inbound`: what came from outside and waits for a person, and what never came."""
# ruff: noqa: PLC0415 - a command loads only what it needs

import asyncio
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from starter.cli_orders import AsJson
from starter.exits import Exit, RefusedError, UsageError
from starter.instants import typed_instant

if TYPE_CHECKING:
    from starter.inbound_pull import Pulled
    from starter.temporal_inbound import TemporalInbound
    from workflows.inbound_memory import InboundStatus

_AT_ONCE = 8
_PROVIDER = re.compile(r"[a-z][a-z0-9-]{0,30}")

inbound = typer.Typer(help="What came from outside and waits for a person.", no_args_is_help=True)
Provider = Annotated[
    str | None, typer.Option(metavar="PROVIDER", help="Only what this provider sent, such as fluent.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(inbound, name="inbound")


@inbound.command("list")
def list_inbound(
    provider: Provider = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 100,
    json: AsJson = False,
) -> None:
    """List what waits: unknown names, unmapped statuses, unknown orders, providers that do not answer.

    Example: `placet inbound list --provider fluent`
    """
    from starter.inbound_views import print_inbound
    from starter.order_views import print_json

    found = asyncio.run(_waiting(provider, limit))
    if json:
        print_json({"results": [one.to_json_dict() for one in found]})
    else:
        print_inbound(found, more=len(found) == limit)


@inbound.command("replay")
def replay(
    event: Annotated[
        str | None, typer.Argument(metavar="ID", help="The event as `placet inbound list` shows it.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that waits.")] = False,
    provider: Provider = None,
    json: AsJson = False,
) -> None:
    """Handle again what waits, such as after a status mapping was mended. Exits 1 if anything still waits.

    Example: `placet inbound replay fluent/2a4c9d6e-0000-4000-8000-000000000001`
    """
    from starter.inbound_views import replayed
    from starter.order_views import print_json
    from workflows.inbound_memory import InboundState

    if (event is None) is not everything:
        raise UsageError("say which event to replay, or --all")
    found, unheard = asyncio.run(_replayed(event, provider))
    if json:
        print_json({"results": [one.to_json_dict() for one in found], "unanswered": unheard})
    else:
        for line in (*map(replayed, found), *unheard):
            typer.echo(line)
        if not found and not unheard:
            typer.echo("nothing waits")
    if unheard:
        raise typer.Exit(Exit.OUTSIDE)
    waits = any(one.state is not InboundState.DONE for one in found)
    raise typer.Exit(Exit.REFUSED if waits else Exit.DONE)


@inbound.command("pull")
def pull(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="Such as fluent.")],
    since: Annotated[
        str, typer.Option(metavar="TIME", help="A date, or a time with its zone: what changed since then.")
    ],
    json: AsJson = False,
) -> None:
    """Ask a provider for every order that it has changed since, for webhooks that never came. May be repeated.

    Example: `placet inbound pull fluent --since 2026-01-31T09:00:00Z`
    """
    from dataclasses import asdict

    from starter.inbound_views import summary
    from starter.order_views import print_json

    pulled = asyncio.run(_pulled(provider, _instant(since)))
    if json:
        latest = pulled.latest.isoformat() if pulled.latest is not None else None
        known = {"takenIn": pulled.taken_in, "latest": latest}
        print_json({n: v for n, v in asdict(pulled).items() if n not in {"taken_in", "latest"}} | known)
    else:
        typer.echo(summary(pulled))


async def _waiting(provider: str | None, limit: int) -> "list[InboundStatus]":
    return await (await _inbound()).waiting(_checked(provider), limit)


async def _replayed(event: str | None, provider: str | None) -> "tuple[list[InboundStatus], list[str]]":
    """How each stands after its replay, and what to say of those that nobody answered for."""
    from starter.orders_gateway import UnansweredError
    from starter.temporal_inbound import NotWaitingError

    reached = await _inbound()
    if event is not None:
        try:
            return [await reached.replay(*await _named(reached, event, provider))], []
        except NotWaitingError as error:
            raise RefusedError(str(error)) from error
        except UnansweredError as error:
            return [], [str(error)]
    found, unheard = list["InboundStatus"](), list[str]()
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def again(sender: str, event_id: str) -> None:
        async with at_once:
            try:
                found.append(await reached.replay(sender, event_id))
            except NotWaitingError:
                pass  # settled meanwhile, or a change of an order, which is settled and not replayed
            except UnansweredError as error:
                unheard.append(str(error))

    await asyncio.gather(*(again(*one) for one in await reached.waiting_ids(_checked(provider))))
    return found, unheard


def _checked(provider: str | None) -> str | None:
    """A provider's name.

    Raises:
        UsageError: nobody can be called that.
    """
    if provider is not None and not _PROVIDER.fullmatch(provider):
        raise UsageError(f"{provider} is no provider's name")
    return provider


async def _named(reached: "TemporalInbound", event: str, provider: str | None) -> tuple[str, str]:
    """Provider and event id, however it was written."""
    from domain.inbound import PROVIDERS
    from starter.temporal_orders import COMMERCETOOLS, FULFILLMENT

    written = event.removeprefix("inbound/")
    named, found, event_id = written.rpartition("/")
    if found:
        return named, event_id
    senders = (str(_checked(provider)),) if provider is not None else (*PROVIDERS, FULFILLMENT, COMMERCETOOLS)
    known = await reached.known_as(event_id, senders)
    if len(known) != 1:
        what = "nobody has sent an event" if not known else f"{' and '.join(known)} have sent events"
        raise RefusedError(f"{what} of the id {event_id}; write PROVIDER/ID as `placet inbound list` does")
    return known[0], event_id


async def _inbound() -> "TemporalInbound":
    from settings import connect, load_settings
    from starter.temporal_inbound import TemporalInbound

    return TemporalInbound(await connect(load_settings()))


async def _pulled(provider: str, since: datetime) -> "Pulled":
    from clients.providers import ProviderConfigurationError, Surroundings, load_providers
    from configuration.providers import load_provider_options
    from settings import load_settings
    from starter.inbound_pull import pull as pull_changes
    from starter.inbound_views import progress
    from starter.outgoing import outgoing

    settings = load_settings()
    options = load_provider_options(settings.providers_file)
    if provider not in options:
        raise UsageError(f"PLACET_PROVIDERS_FILE has no provider {provider}")
    async with outgoing(settings, options) as http:
        try:
            changes = load_providers([provider], options, Surroundings(http))[provider]
        except ProviderConfigurationError as error:
            raise UsageError(str(error)) from error
        with progress(since) as told:
            return await pull_changes(provider, changes, await _inbound(), since, told)


def _instant(written: str) -> datetime:
    try:
        instant = typed_instant(written)
    except ValueError as error:
        raise UsageError(f"--since: {written} is no date and no time such as 2026-01-31T09:00:00Z") from error
    if instant.tzinfo is None:
        raise UsageError(f"--since: {written} does not say its zone; write {written}Z for UTC")
    return instant.astimezone(UTC)
