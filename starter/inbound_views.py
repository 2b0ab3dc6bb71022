"""How events from outside are shown in a terminal."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import typer
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from starter.inbound_pull import Pulled, Told
from starter.order_views import console, moment
from workflows.inbound_memory import InboundState, InboundStatus


def print_inbound(events: Sequence[InboundStatus], *, more: bool) -> None:
    """A line for each event that waits for a person."""
    if not events:
        typer.echo("nothing waits")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("id", "since", "message", "about", "reason", "why"):
        table.add_column(column)
    for one in events:
        about = one.ref or one.order_id or ""
        table.add_row(
            f"{one.provider}/{one.event_id}", moment(one.received_at), one.name, about, reason(one), one.why
        )
    console().print(table)
    if more:
        typer.echo("there may be more: raise --limit", err=True)


def reason(one: InboundStatus) -> str:
    """Why it is here."""
    return one.reason.value if one.reason is not None else one.state.value


def replayed(one: InboundStatus) -> str:
    """What became of a replay."""
    words = {InboundState.DONE: "done", InboundState.PARKED: f"still parked ({reason(one)})"}
    return f"{one.provider}/{one.event_id}: {words.get(one.state, 'under way')}: {one.why}"


def summary(pulled: Pulled) -> str:
    """What a pull has done."""
    known = f", {pulled.known} known before" if pulled.known else ""
    return f"{pulled.orders} orders on {pulled.pages} pages, {pulled.taken_in} taken in{known}"


@contextmanager
def progress(since: datetime) -> Iterator[Told]:
    """A bar on stderr, from the instant asked for to now, by when the orders were changed; nothing but on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    began = datetime.now(UTC)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, console=console(stderr=True)) as bar:
        task = bar.add_task("asking", total=max((began - since).total_seconds(), 1.0))

        def told(so_far: Pulled) -> None:
            come = (so_far.latest - since).total_seconds() if so_far.latest is not None else 0.0
            bar.update(task, completed=come, description=summary(so_far))

        yield told
        bar.update(task, completed=max((began - since).total_seconds(), 1.0))
