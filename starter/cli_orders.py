"""`placet orders`: how orders stand, and what happened to them. Asked of the edge."""
# ruff: noqa: PLC0415 - a command loads only what it needs

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from domain.alarms import Alarm
from domain.phases import Phase
from starter.audit_formats import AuditFormat

if TYPE_CHECKING:
    from settings import Settings
    from starter.edge_calls import EdgeCalls

T = TypeVar("T")

OrderName = Annotated[str, typer.Argument(metavar="ORDER", help="The order's number or id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

orders = typer.Typer(help="How orders stand, and what happened to them.", no_args_is_help=True)

_ANY = "any"
_ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def _instant(written: str) -> datetime:
    from starter.instants import typed_instant

    try:
        found = typed_instant(written)
    except ValueError as error:
        raise typer.BadParameter(f"{written} is no date and no time such as 2026-01-31T09:00:00Z") from error
    if found.tzinfo is None:
        raise typer.BadParameter(f"{written} does not say its zone; write {written}Z for UTC")
    return found


def _alarm(written: str) -> str:
    known = [_ANY, *(alarm.value for alarm in Alarm)]
    if written not in known:
        raise typer.BadParameter(f"{written} is none of {', '.join(known)}")
    return written


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(orders, name="orders")


@orders.command("list")
def list_orders(  # noqa: PLR0913, PLR0917 - the options of the command, which Typer passes by name
    approver: Annotated[str | None, typer.Option(help="Only orders that this person may decide now.")] = None,
    phase: Annotated[Phase | None, typer.Option(help="Only orders in this phase.")] = None,
    alarm: Annotated[
        str | None,
        typer.Option(
            metavar="ALARM", parser=_alarm, help="Only orders with this alarm; any: with whichever."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many at most.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="Go on where a list that had more said so.")] = None,
    json: AsJson = False,
) -> None:
    """List orders, with who may decide them and what an alarm is about, the newest first.

    Example: `placet orders list --approver ana --phase pending`
    """
    from starter.order_views import print_json, print_orders

    page = ask(
        lambda edge: edge.orders(approver=approver, phase=phase, alarm=alarm, limit=limit, cursor=cursor)
    )
    if json:
        print_json(page.to_json_dict())
    else:
        print_orders(page.results, next_cursor=page.next_cursor)


@orders.command("show")
def show_order(order: OrderName, json: AsJson = False) -> None:
    """Show how an order stands: phase, why, who may decide until when, decisions.

    Example: `placet orders show ORDER-1001`
    """
    from starter.order_views import print_json, print_status

    status = ask_about(order, lambda edge, order_id: edge.status(order_id))
    if json:
        print_json(status.to_json_dict())
    else:
        print_status(status)


@orders.command("audit")
def audit_order(
    order: OrderName,
    format_: Annotated[AuditFormat, typer.Option("--format", help="How to write it.")] = AuditFormat.TEXT,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Print an order's audit trail: who decided what, when, on which content, under which policy.

    Example: `placet orders audit ORDER-1001 --format csv > audit.csv`
    """
    from starter.audit_formats import written

    trail = ask_about(order, lambda edge, order_id: edge.audit(order_id))
    typer.echo(written(trail, AuditFormat.JSON if json else format_))


@orders.command("log")
def log_of_order(
    order: OrderName,
    since: Annotated[
        datetime | None,
        typer.Option(metavar="TIME", parser=_instant, help="Only since a date, or a time with its zone."),
    ] = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only those that were refused or had no answer.")
    ] = False,
    directory: Annotated[
        Path | None, typer.Option("--dir", help="Where the log is; else PLACET_EXCHANGE_LOG_DIR.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="A line of JSON for each, with redacted bodies.")
    ] = False,
) -> None:
    """Show an order's exchanges with commercetools and providers, in order of time. Read from files of this machine.

    Example: `placet orders log ORDER-1001 --failed --since 2026-01-31T09:00:00Z`
    """
    from settings import load_settings
    from starter.exchange_log import exchanges_of
    from starter.exchange_log_views import print_exchanges, print_lines

    found = exchanges_of(load_settings(), order, directory, since=since, failed=failed)
    (print_lines if json else print_exchanges)(found)


def ask(question: "Callable[[EdgeCalls], Awaitable[T]]") -> T:
    """Put a question to the edge."""

    async def asked() -> T:
        async with the_edge() as (edge, _):
            return await question(edge)

    return asyncio.run(asked())


def ask_about(name: str, question: "Callable[[EdgeCalls, str], Awaitable[T]]") -> T:
    """Put a question about one order to the edge. A number is looked up in commercetools."""
    from starter.exits import UnknownOrderError

    async def asked() -> T:
        async with the_edge() as (edge, settings):
            if not _ID.match(name):
                return await question(edge, await _id_of(settings, name))
            try:
                return await question(edge, name)
            except UnknownOrderError as unknown:
                try:
                    order_id = await _id_of(settings, name)
                except UnknownOrderError:
                    raise unknown from None  # the edge knows whether the order may still be starting
                return await question(edge, order_id)

    return asyncio.run(asked())


async def _id_of(settings: "Settings", name: str) -> str:
    from starter.order_names import order_as_it_is

    return (await order_as_it_is(settings, name)).id


@asynccontextmanager
async def the_edge() -> "AsyncIterator[tuple[EdgeCalls, Settings]]":
    """The edge that the settings name, and the settings."""
    import httpx

    from settings import load_settings
    from starter.edge_calls import EdgeCalls

    settings = load_settings()
    async with httpx.AsyncClient(timeout=30) as http:
        yield EdgeCalls(settings.public_edge_url, settings.bearer(), http), settings
