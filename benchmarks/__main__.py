"""`make bench`, `make bench-quick`: what Placet costs next to bare Temporal, measured on this machine.

`python -m benchmarks [--quick] [--check] [--only NAME ...] [--set SETTING=VALUE ...]`
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console

from benchmarks.core import core
from benchmarks.cost import cost
from benchmarks.growth import growth
from benchmarks.ingest import ingest
from benchmarks.latency import latency
from benchmarks.measured import QUICK, WHOLE, Measured, Sizes
from benchmarks.plot import picture
from benchmarks.processes import load_average
from benchmarks.recovery import recovery
from benchmarks.replay import replay
from benchmarks.report import document, show, show_targets
from benchmarks.targets import judged
from benchmarks.throughput import throughput
from benchmarks.waiting import waiting

RESULTS = Path(__file__).parent / "results"
MEASUREMENTS: Mapping[str, Callable[[Sizes], Awaitable[Measured]]] = {
    one.__name__: one
    for one in (
        throughput,
        latency,
        ingest,
        cost,
        recovery,
        waiting,
        growth,
        replay,
        core,
    )
}
NOT_QUICK = frozenset({"growth"})


async def measure(names: list[str], sizes: Sizes, console: Console) -> list[tuple[Measured, dict[str, Any]]]:
    """The named measurements, one after the other, each shown as soon as it is there."""
    found = []
    task = asyncio.current_task()
    if task is not None:  # whoever ends us ends the servers and workers too
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    for name in names:
        began, before = monotonic(), load_average()
        console.print(f"[dim]measuring {name} ...[/dim]")
        measured = await MEASUREMENTS[name](sizes)
        run = {"seconds": round(monotonic() - began, 1), "loadAverage": [before, load_average()]}
        show(console, measured, run)
        found.append((measured, run))
    return found


def run(given: argparse.Namespace, console: Console) -> int:
    """Measure, write down, show; 1 if a target was missed and somebody wants to know by the exit code."""
    quick: bool = given.quick
    settings = dict(one.split("=", 1) for one in given.set)
    sizes = replace(QUICK if quick else WHOLE, settings=settings)
    names = given.only or [name for name in MEASUREMENTS if not (quick and name in NOT_QUICK)]
    results = document(asyncio.run(measure(names, sizes, console)), quick=quick, settings=settings)
    found = judged(results)
    show_targets(console, found)
    if given.only is None and not settings:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "latest.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        (RESULTS / "latest.svg").write_text(picture(results), encoding="utf-8")
        console.print(f"written: {RESULTS / 'latest'}.json and .svg")
    missed = [one.words for one in found if not one.met]
    for words in missed:
        console.print(f"missed: {words}")
    return 1 if missed and given.check else 0


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="all but growth, in less than two minutes")
    parser.add_argument("--check", action="store_true", help="exit 1 if a target is missed")
    parser.add_argument(
        "--only", nargs="+", choices=sorted(MEASUREMENTS), help="these alone; writes no results"
    )
    parser.add_argument(
        "--set",
        nargs="+",
        default=[],
        metavar="SETTING=VALUE",
        help="settings of the product, such as sticky_timeout_seconds=1; writes no results",
    )
    return parser.parse_args()


def main() -> None:
    """Run, and end at once."""
    try:
        code = run(arguments(), Console(width=None if sys.stdout.isatty() else 140))
    except (asyncio.CancelledError, KeyboardInterrupt):
        code = 130
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # sdk-python issue 300: a short-lived process may abort after its work is done


if __name__ == "__main__":
    main()
