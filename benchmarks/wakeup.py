"""Many orders that are due in the same second: how long until the last of them is escalated."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import EventType

from benchmarks.load import every
from benchmarks.measured import percentile
from benchmarks.processes import cpu_seconds
from benchmarks.punctual import DUE_TOGETHER
from benchmarks.sides import Product
from benchmarks.stack import Stack
from benchmarks.story import PENDING
from benchmarks.watch import Watch
from starter.processes import Process

ESCALATED = PENDING + 2
"""Writes of an order that was escalated: the notification to dana, and the record beside it."""
SAMPLE = 50
_SPARE = 3.0
_LONGEST = 300.0


class LateError(RuntimeError):
    """The orders did not all wait before the instant at which they were due."""


@dataclass(frozen=True)
class Woken:
    """How a number of orders that were due at once were escalated."""

    orders: int
    seconds: tuple[float, ...]
    """From the instant until each one's escalation was told and recorded."""
    worker_cpu: float
    """Processor seconds of the worker for each."""
    spilled: float
    """The share of a sample whose workflow task timed out in the sticky queue, so that it was replayed from the start."""

    @property
    def last(self) -> float:
        """When the last one was escalated."""
        return max(self.seconds)

    @property
    def half(self) -> float:
        """When half of them were."""
        return percentile(self.seconds, 0.5)


async def woken(  # noqa: PLR0913, PLR0917 - who wakes whom
    stack: Stack, worker: Process, product: Product, watch: Watch, count: int, rate: float, at_once: int
) -> Woken:
    """Bring orders to wait, `rate` of them a second as it is known by now, and let them all be due.

    Raises:
        LateError: it took longer than expected.
        TimeoutError: not all were escalated within five minutes.
    """
    due = datetime.now(UTC) + timedelta(seconds=1.3 * count / rate + _SPARE)
    stack.due.write_text(due.isoformat(), encoding="ascii")
    ids = [f"{DUE_TOGETHER}{n}" for n in range(count)]

    async def until_it_waits(order_id: str) -> None:
        await product.start(order_id)
        await watch.until(order_id, PENDING)

    await every(ids, at_once, until_it_waits)
    if datetime.now(UTC) + timedelta(seconds=1) > due:
        raise LateError(f"{count} orders were not all waiting a second before they were due")
    instant = time.monotonic() + (due - datetime.now(UTC)).total_seconds()
    before = cpu_seconds(worker.pid)
    async with asyncio.timeout(_LONGEST):
        seconds = tuple([(await watch.until(one, ESCALATED)).at - instant for one in ids])
    cpu = (cpu_seconds(worker.pid) - before) / count
    return Woken(count, seconds, cpu, await _spilled(product, ids))


async def _spilled(product: Product, ids: Sequence[str]) -> float:
    sample, found = ids[:: max(1, len(ids) // SAMPLE)], 0
    for one in sample:
        handle = product.client.get_workflow_handle(product.workflow_id(one))
        kinds = [event.event_type async for event in handle.fetch_history_events()]
        found += EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT in kinds
    return found / len(sample)
