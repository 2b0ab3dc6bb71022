"""`placet reconcile`: orders and workflows held against each other, now."""
# ruff: noqa: PLC0415 - a command loads only what it needs

import asyncio
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from starter.cli_orders import AsJson
from starter.exits import Exit, UsageError
from starter.instants import typed_instant

if TYPE_CHECKING:
    from domain.findings import Reconciled


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reconcile")(reconcile)


def reconcile(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Start nothing and tell nobody: say what would be done.")
    ] = False,
    adopt_since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="For this run only: take up orders placed since then, and none older. A date, or a time with its zone.",
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Find what notifications have missed: open orders without a workflow, workflows whose order has moved.

    Orders are started, workflows told to look, and what only a person can mend is reported; no decision is taken.
    May be run at any time; one that is under way already is followed. Exits 1 if there is something to see to.

    Example: `placet reconcile --dry-run --adopt-since 2026-01-01`
    """
    from starter.order_views import print_json
    from starter.reconcile_views import report

    since = _instant(adopt_since) if adopt_since is not None else None
    result, joined = asyncio.run(_carry_out(dry_run=dry_run, adopt_since=since))
    if json:
        print_json({"joined": joined, **result.to_json_dict()})
    else:
        for line in report(result):
            typer.echo(line)
    raise typer.Exit(_exit_of(result))


def _exit_of(result: "Reconciled") -> Exit:
    if result.stopped is not None and not result.refused:
        return Exit.OUTSIDE
    return Exit.REFUSED if result.stopped is not None or result.needs_person else Exit.DONE


async def _carry_out(*, dry_run: bool, adopt_since: datetime | None) -> "tuple[Reconciled, bool]":
    from settings import connect, load_settings
    from starter.reconcile import begin, follow

    client = await connect(load_settings())
    following = await begin(client, dry_run=dry_run, adopt_since=adopt_since)
    if following.joined:
        typer.echo("placet: a reconciliation is under way already; following it", err=True)
    elif adopt_since is not None:
        typer.echo(
            f"placet: for this run only, orders are taken up since {adopt_since.isoformat()}", err=True
        )
    telling = Telling(terminal=sys.stderr.isatty())
    try:
        return await follow(following, telling), following.joined
    finally:
        telling.end()


class Telling:
    """Says on stderr how far it is, on one line that is written over; and once, if nobody works on it."""

    def __init__(self, *, terminal: bool) -> None:
        self._terminal = terminal
        self._warned = False
        self._shown = False

    def __call__(self, so_far: "Reconciled | None") -> None:
        from starter.reconcile_views import progress

        if so_far is None:
            if not self._warned:
                typer.echo(
                    "placet: no worker answers; it begins as soon as one runs (Ctrl-C to leave)", err=True
                )
            self._warned = True
        elif self._terminal:
            typer.echo(f"\r{progress(so_far):<79}", err=True, nl=False)
            self._shown = True

    def end(self) -> None:
        """What comes next begins on a line of its own."""
        if self._shown:
            typer.echo(err=True)


def _instant(written: str) -> datetime:
    """A date (its midnight in UTC), or a time that says its zone.

    Raises:
        UsageError: it is neither.
    """
    try:
        instant = typed_instant(written)
    except ValueError as error:
        raise UsageError(
            f"--adopt-since: {written} is no date and no time such as 2026-01-31T09:00:00Z"
        ) from error
    if instant.tzinfo is None:
        raise UsageError(f"--adopt-since: {written} does not say its zone; write {written}Z for UTC")
    return instant.astimezone(UTC)
