"""Orders per second through the whole story, and what of it the processors did, on both sides in turn."""

import os
from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.load import Round, run_round
from benchmarks.measured import Measured, Sizes, milliseconds, rounded, spread
from benchmarks.rounds import Play, interleaved, paired
from benchmarks.sides import BareFloor, Product, Side
from benchmarks.stack import FLOOR_NAMESPACE, Stack
from benchmarks.watch import Watch

_HOW = (
    "orders driven through the whole story with {at_once} under way at once, in rounds of {orders}, the sides in turn on one "
    "server; ratio = median over {rounds} rounds of product's orders/s by the floor's of the same round. The sink "
    "counts that each order made ten writes. plain floor: an activity for each write; packed floor: six activities, as ours"
)


async def throughput(sizes: Sizes) -> Measured:
    """Product next to the plain and to the packed floor."""
    async with Stack(sizes.settings) as stack:
        worker, floor = await stack.product_worker(), await stack.floor_worker()
        bare = await stack.client(FLOOR_NAMESPACE)
        sides: list[tuple[Side, int]] = [
            (Product(await stack.client()), worker.pid),
            (BareFloor(bare), floor.pid),
            *([(BareFloor(bare, packed=True), floor.pid)] if sizes.thorough else []),
        ]
        async with Watch(stack.sink) as watch:
            plays = [_play(stack, watch, side, pid, sizes) for side, pid in sides]
            played = await interleaved(sizes.rounds, plays)
    return _told(played, sizes)


def _play(stack: Stack, watch: Watch, side: Side, worker: int, sizes: Sizes) -> Play[Round]:
    pids = {"server": stack.server.pid, "worker": worker, "load": os.getpid()}

    async def play(number: int) -> Round:
        name = side.name.replace(" ", "-")
        order_ids = [f"{name}-{number}-{n}" for n in range(sizes.orders if number >= 0 else sizes.at_once)]
        return await run_round(side, watch, pids, order_ids, sizes.at_once)

    return play


def _told(played: Sequence[Sequence[Round]], sizes: Sizes) -> Measured:
    ratios: dict[str, list[float]] = {}
    for floor, name in enumerate(("", "Packed")[: len(played[0]) - 1], 1):
        ratios[f"throughputRatio{name}"] = paired(played, lambda found: found.rate, 0, floor)
        ratios[f"cpuRatio{name}"] = paired(played, lambda found: found.cpu_per_order, 0, floor)
    by_side = [[found[side] for found in played] for side in range(len(played[0]))]
    return Measured(
        name="throughput",
        how=_HOW.format(at_once=sizes.at_once, orders=sizes.orders, rounds=sizes.rounds),
        figures={name: rounded(median(values)) for name, values in ratios.items()},
        detail={name: spread(values) for name, values in ratios.items()}
        | {"sides": {rounds[0].side: _side(rounds) for rounds in by_side}},
        rows=[
            ("side", "orders/s", "server ms/order", "worker ms/order", "decision p50 ms under this load"),
            *(_row(rounds) for rounds in by_side),
        ],
    )


def _side(rounds: Sequence[Round]) -> dict[str, Any]:
    return {
        "ordersPerSecond": spread([found.rate for found in rounds]),
        "cpuMsPerOrder": {name: spread(_each(rounds, name)) for name in rounds[0].cpu},
    }


def _row(rounds: Sequence[Round]) -> tuple[str, ...]:
    rates = [found.rate for found in rounds]
    decisions = [median(found.decision_seconds) for found in rounds]
    return (
        rounds[0].side,
        f"{median(rates):.1f} ({min(rates):.1f} to {max(rates):.1f})",
        f"{median(_each(rounds, 'server')):.0f}",
        f"{median(_each(rounds, 'worker')):.0f}",
        f"{milliseconds(median(decisions)):g}",
    )


def _each(rounds: Sequence[Round], process: str) -> list[float]:
    return [found.cpu[process] / found.orders * 1000 for found in rounds]
