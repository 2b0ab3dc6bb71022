"""How throughput and latency change when three and ten times as many orders are under way at once."""

import os
from collections.abc import Mapping
from typing import Any

from benchmarks.load import Round, run_round
from benchmarks.measured import Measured, Sizes, milliseconds, percentile, rounded
from benchmarks.sides import BareFloor, Product, Side
from benchmarks.stack import FLOOR_NAMESPACE, Stack
from benchmarks.watch import Watch

_HOW = "{each} orders for each one that is under way at once: {growth}; product and plain floor in turn, after a warm-up"
_ORDERS_EACH = 8


async def growth(sizes: Sizes) -> Measured:
    """Rate, latency and processor time at each load."""
    async with Stack(sizes.settings) as stack:
        worker, floor = await stack.product_worker(), await stack.floor_worker()
        sides: list[tuple[Side, int]] = [
            (Product(await stack.client()), worker.pid),
            (BareFloor(await stack.client(FLOOR_NAMESPACE)), floor.pid),
        ]
        async with Watch(stack.sink) as watch:
            for side, pid in sides:
                await _at(stack, watch, side, pid, 1)
            found = {
                at_once: {side.name: await _at(stack, watch, side, pid, at_once) for side, pid in sides}
                for at_once in sizes.growth
            }
    return _told(found)


async def _at(stack: Stack, watch: Watch, side: Side, worker: int, at_once: int) -> Round:
    pids = {"server": stack.server.pid, "worker": worker, "load": os.getpid()}
    order_ids = [f"{side.name}-{at_once}-{n}" for n in range(_ORDERS_EACH * at_once)]
    return await run_round(side, watch, pids, order_ids, at_once)


def _told(found: Mapping[int, Mapping[str, Round]]) -> Measured:
    least, most = min(found), max(found)
    rate = {at_once: sides["product"].rate for at_once, sides in found.items()}
    return Measured(
        name="growth",
        how=_HOW.format(each=_ORDERS_EACH, growth=", ".join(map(str, found))),
        figures={"throughputAtTenTimes": rounded(rate[most] / rate[least])},
        detail={str(at_once): _sides(sides) for at_once, sides in found.items()},
        rows=[
            ("under way at once", "side", "orders/s", "decision p50 ms", "p95 ms", "CPU ms/order"),
            *(_row(at_once, side) for at_once, sides in found.items() for side in sides.values()),
        ],
    )


def _sides(sides: Mapping[str, Round]) -> dict[str, Any]:
    return {
        name: {
            "ordersPerSecond": rounded(side.rate),
            "decisionP50Ms": milliseconds(percentile(side.decision_seconds, 0.5)),
            "decisionP95Ms": milliseconds(percentile(side.decision_seconds, 0.95)),
            "cpuMsPerOrder": milliseconds(side.cpu_per_order),
        }
        for name, side in sides.items()
    }


def _row(at_once: int, side: Round) -> tuple[str, ...]:
    return (
        str(at_once),
        side.side,
        f"{side.rate:.1f}",
        f"{milliseconds(percentile(side.decision_seconds, 0.5)):g}",
        f"{milliseconds(percentile(side.decision_seconds, 0.95)):g}",
        f"{milliseconds(side.cpu_per_order):g}",
    )
