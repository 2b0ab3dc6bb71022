"""The load generator: drives orders through the story with so many under way at once, the same for either side."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from benchmarks.processes import cpu_seconds
from benchmarks.sides import Side
from benchmarks.story import DONE, HANDED_OVER, PENDING, RELEASED, demand_whole_stories
from benchmarks.watch import Watch

_LONGEST_ROUND = 600.0
_CLOSING = 60.0


@dataclass(frozen=True)
class Round:
    """What one round on one side cost."""

    side: str
    orders: int
    seconds: float
    cpu: dict[str, float]
    """Processor seconds by process."""
    decision_seconds: tuple[float, ...]
    """From before a decision was sent to the instant its release reached the sink."""

    @property
    def rate(self) -> float:
        """Orders per second."""
        return self.orders / self.seconds

    @property
    def cpu_per_order(self) -> float:
        """Processor seconds of server and worker for each order."""
        return (self.cpu["server"] + self.cpu["worker"]) / self.orders


async def every(order_ids: Sequence[str], at_once: int, do: Callable[[str], Awaitable[None]]) -> None:
    """Do something for each order, so many at once; the first failure ends it."""
    waiting = iter(order_ids)

    async def one_after_the_other() -> None:
        for order_id in waiting:
            await do(order_id)

    async with asyncio.timeout(_LONGEST_ROUND), asyncio.TaskGroup() as hands:
        for _ in range(min(at_once, len(order_ids))):
            hands.create_task(one_after_the_other())


async def whole_story(side: Side, watch: Watch, order_id: str) -> float:
    """One order from its start to its last write; how long its decision took to be carried out."""
    await side.start(order_id)
    await watch.until(order_id, PENDING)
    decided = monotonic()
    await side.decide(order_id)
    released = await watch.until(order_id, RELEASED)
    await watch.until(order_id, HANDED_OVER)
    await side.complete(order_id)
    await watch.until(order_id, DONE)
    return released.at - decided


async def run_round(
    side: Side, watch: Watch, pids: dict[str, int], order_ids: Sequence[str], at_once: int
) -> Round:
    """Drive the orders, wait until their workflows are closed, and see that each made all of its writes.

    Raises:
        UnequalError: the sink counted other writes than the story has.
    """
    counted = (await watch.counts())["writes"]
    before, began, took = {name: cpu_seconds(pid) for name, pid in pids.items()}, monotonic(), []

    async def drive(order_id: str) -> None:
        took.append(await whole_story(side, watch, order_id))

    await every(order_ids, at_once, drive)
    await closed(side, order_ids)
    seconds = monotonic() - began
    cpu = {name: cpu_seconds(pid) - before[name] for name, pid in pids.items()}
    demand_whole_stories(counted, (await watch.counts())["writes"], len(order_ids), product=side.product)
    watch.forget()
    return Round(side.name, len(order_ids), seconds, cpu, tuple(took))


async def closed(side: Side, order_ids: Sequence[str]) -> None:
    """Wait until the last orders' workflows are closed; the others were begun, and so ended, before them.

    Raises:
        TimeoutError: one stays open.
    """
    async with asyncio.timeout(_CLOSING):
        for order_id in order_ids[-8:]:
            await side.client.get_workflow_handle(side.workflow_id(order_id)).result()
