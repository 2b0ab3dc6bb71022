"""How the integration log is shown in a terminal."""

from collections.abc import Sequence

import typer
from rich.table import Table
from rich.text import Text

from starter.exchange_log import LoggedExchange
from starter.order_views import console

_COLUMNS = ("time (UTC)", "system", "request", "status", "ms", "attempt", "error")


def print_lines(exchanges: Sequence[LoggedExchange]) -> None:
    """Each as it was written: a line of JSON."""
    for one in exchanges:
        typer.echo(one.line)


def print_exchanges(exchanges: Sequence[LoggedExchange]) -> None:
    """A row for each, without bodies; failed ones stand out."""
    if not exchanges:
        typer.echo("no exchanges of this sort")
        return
    table = Table(box=None, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, justify="right" if column == "ms" else "left", overflow="fold")
    for one in exchanges:
        facts = one.facts
        query = f"?{facts['query']}" if facts.get("query") else ""
        row = (
            one.at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
            facts.get("system"),
            f"{facts.get('method')} {facts.get('path') or '(configured address)'}{query}",
            facts.get("status", "none"),
            f"{facts.get('durationMs', 0):.0f}",
            facts.get("attempt", ""),
            facts.get("error", ""),
        )
        # Texts, so that nothing in them is taken for markup.
        table.add_row(*(Text(str(cell)) for cell in row), style="red" if one.failed else "")
    console().print(table)
