"""A worker is killed while its orders wait: how long until a decision is carried out by another one."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import monotonic

from benchmarks.load import every
from benchmarks.measured import Measured, Sizes, rounded, spread
from benchmarks.sides import Product
from benchmarks.stack import Stack
from benchmarks.story import PENDING, RELEASED
from benchmarks.watch import Watch
from starter.processes import Process

_ORDERS = 4
_AT_REST = 0.5
_SAME_INSTANT = "in the same instant"
_HOW = (
    "{kills} times each: {orders} orders wait in the cache of one worker, which is killed with SIGKILL; a decision on each is sent; from the "
    "kill until the last one's release is in the sink. taken over: another worker was running before, decisions are sent once the killed "
    "process is gone; restarted: one is started at the kill, and its own start counts. recoverySeconds: the longest taken over. in the same "
    "instant: as taken over, but the decisions are sent before the kernel has taken the process down, so that the server may "
    "hand them to it, and must wait for its workflow task to time out (10 s, a limit of the workflow's own)"
)


@dataclass(frozen=True)
class Scene:
    """Who decides, and who sees what comes of it."""

    stack: Stack
    watch: Watch
    product: Product

    async def waiting(self, prefix: str) -> list[str]:
        """Orders that wait, held by whoever works now."""
        ids = [f"{prefix}-{n}" for n in range(_ORDERS)]
        await every(ids, _ORDERS, self.product.start)
        for order_id in ids:
            await self.watch.until(order_id, PENDING)
        await asyncio.sleep(_AT_REST)
        return ids

    async def carried_out(self, ids: Sequence[str], since: float) -> float:
        """Decide on all of them, and wait for the last release."""
        await asyncio.gather(*(self.product.decide(order_id) for order_id in ids))
        return max([(await self.watch.until(order_id, RELEASED)).at for order_id in ids]) - since


async def recovery(sizes: Sizes) -> Measured:
    """Taken over, restarted, and killed in the instant of the decision."""
    found: dict[str, list[float]] = {"taken over": [], "restarted": []}
    async with Stack(sizes.settings) as stack, Watch(stack.sink) as watch:
        scene = Scene(stack, watch, Product(await stack.client()))
        works = await stack.product_worker()
        for number in range(sizes.kills):
            ids = await scene.waiting(f"taken-{number}")
            works, victim = await stack.product_worker(), works
            began = await _kill(victim)
            found["taken over"].append(await scene.carried_out(ids, began))

            ids = await scene.waiting(f"again-{number}")
            began = await _kill(works)
            works = await stack.product_worker()
            found["restarted"].append(await scene.carried_out(ids, began))

            if sizes.thorough:
                ids = await scene.waiting(f"instant-{number}")
                works, victim = await stack.product_worker(), works
                began = await _kill(victim, at_once=True)
                found.setdefault(_SAME_INSTANT, []).append(await scene.carried_out(ids, began))
    return _told(found, sizes)


async def _kill(victim: Process, *, at_once: bool = False) -> float:
    """Kill it and, unless the decisions are to come at once, wait until it is gone; the instant of the kill."""
    began = monotonic()
    os.kill(victim.pid, signal.SIGKILL)
    if not at_once:
        await victim.ended()
    return began


def _told(found: Mapping[str, Sequence[float]], sizes: Sizes) -> Measured:
    return Measured(
        name="recovery",
        how=_HOW.format(kills=sizes.kills, orders=_ORDERS),
        figures={
            "recoverySeconds": rounded(max(found["taken over"])),
            "recoverySecondsRestarted": rounded(max(found["restarted"])),
        }
        | (
            {"recoverySecondsSameInstant": rounded(max(found[_SAME_INSTANT]))}
            if _SAME_INSTANT in found
            else {}
        ),
        detail={name: spread(taken) for name, taken in found.items()},
        rows=[
            ("how", "median s", "longest s"),
            *((name, f"{median(taken):.2f}", f"{max(taken):.2f}") for name, taken in found.items()),
        ],
    )
