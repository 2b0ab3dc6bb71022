"""How orders are shown in a terminal."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.case import DecisionRecord
from domain.status import OrderStatus, PendingDecision
from starter.logistic_views import lines_of_alarm, lines_of_logistics
from starter.quoting import on_one_line, quoted, shown


def print_json(document: Any) -> None:
    """JSON on stdout, and nothing else."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def print_orders(orders: Sequence[OrderStatus], *, next_cursor: str | None = None) -> None:
    """A line for each order; how to see the others, on stderr."""
    if orders:
        _print_table(orders)
    else:
        typer.echo("no orders" if next_cursor is None else "no orders on this page")
    if next_cursor is not None:
        fewer = "or ask for fewer by --approver, --phase or --alarm"
        typer.echo(f"{len(orders)} of more: go on with --cursor={next_cursor}, {fewer}", err=True)


def _print_table(orders: Sequence[OrderStatus]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("order", "phase", "state", "rule", "waits for", "due", "alarm", "why"):
        table.add_column(column)
    for order in orders:
        cells = (
            shown(order.order_number or order.order_id),
            order.phase,
            shown(order.state) if order.state else "",
            on_one_line(order.rule or ""),
            ", ".join(map(_decider, order.pending)),
            _due(order.pending),
            order.alarm or "",
            on_one_line(_trouble(order)),
        )
        table.add_row(*map(escape, cells))
    console().print(table)


def print_status(status: OrderStatus) -> None:
    """Everything that is known of one order's standing."""
    facts = [
        (
            "order",
            f"{shown(status.order_number) if status.order_number else '(no number)'}  {status.order_id}",
        ),
        ("phase", status.phase.value),
        ("state", shown(status.state) if status.state else "none"),
        ("revision", str(status.revision)),
        ("why", on_one_line(f"{status.why or ''} (rule {status.rule or 'none'})".strip())),
        *(
            (
                "waits for",
                f"{_decider(pending)} at step {shown(pending.step)}, until {moment(pending.due_at)}",
            )
            for pending in status.pending
        ),
        *(("decision", _decision(record)) for record in status.decisions or ()),
        *lines_of_logistics(status),
        *lines_of_alarm(status),
    ]
    for name, value in facts:
        typer.echo(f"{name:<10} {value}")


def moment(instant: datetime | None) -> str:
    """An instant, to the second, in UTC."""
    return "no deadline" if instant is None else instant.strftime("%Y-%m-%d %H:%M:%S UTC")


def span(span: timedelta) -> str:
    """A time span in the largest units that fit, such as `2 d` or `1 h 30 min`."""
    left = int(span.total_seconds())
    parts = []
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts) or "0 s"


def console(*, stderr: bool = False) -> Console:
    """The terminal; where it is none, lines are as long as they need to be."""
    probe = Console(stderr=stderr)
    return probe if probe.is_terminal else Console(stderr=stderr, width=200, soft_wrap=True)


def _decision(record: DecisionRecord) -> str:
    void = ", void" if record.void else ""
    comment = f", comment {quoted(record.comment)}" if record.comment else ""
    lines = f" without {', '.join(map(shown, record.without))}" if record.without else ""
    about = f"{record.verdict}{lines} of revision {record.revision} at step {shown(record.step)}"
    return f"{_decider(record)}: {about}, {moment(record.at)}{void}{comment}"


def _decider(one: DecisionRecord | PendingDecision) -> str:
    """Who decides, and on whose behalf where it is not their own."""
    own = shown(one.approver)
    return f"{own} for {shown(one.on_behalf_of)}" if one.on_behalf_of else own


def _trouble(order: OrderStatus) -> str:
    """What an alarm is about."""
    if order.alarm is None:
        return ""
    return order.alarm_why or ("" if order.pending else order.why or "")


def _due(pending: Sequence[PendingDecision]) -> str:
    due = [decision.due_at for decision in pending if decision.due_at is not None]
    return moment(min(due)) if due else ""
