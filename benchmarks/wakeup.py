"""Many orders that are due in the same second: how long until the last of them is escalated."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import EventType

from benchmarks.load import every
from benchmarks.measured import Measured, Sizes, percentile, rounded
from benchmarks.processes import cpu_seconds
from benchmarks.sides import Product
from benchmarks.stack import Stack
from benchmarks.story import PENDING
from benchmarks.waiting import AT_ONCE
from benchmarks.watch import Watch

_ESCALATED = PENDING + 2
"""Writes of an order that was escalated: the notification to dana, and the record beside it."""
_TRIAL = 40
"""So many orders tell how quickly this machine brings orders to wait, and so when the others can be due."""
_SPARE = 3.0
_LONGEST = 300.0
_SAMPLE = 50
_HOW = (
    "{waking} orders wait, all due at one instant (benchmarks/punctual.py), in the cache of one worker; from that instant until the last "
    "one's escalation is told and recorded. spilled: the share of {sample} of them whose wake-up was not taken from the worker's "
    "sticky queue within its timeout, so that it was replayed from the start"
)


class LateError(RuntimeError):
    """The orders did not all wait before the instant at which they were due."""


async def wakeup(sizes: Sizes) -> Measured:
    """Bring orders to wait, and let them be due."""
    count = sizes.waking
    async with Stack(sizes.settings) as stack, Watch(stack.sink) as watch:
        product = Product(await stack.client())

        async def until_it_waits(order_id: str) -> None:
            await product.start(order_id)
            await watch.until(order_id, PENDING)

        trial = await stack.product_worker(cached_workflows=str(count))
        began = time.monotonic()
        await every([f"trial-{n}" for n in range(_TRIAL)], AT_ONCE, until_it_waits)
        needed = (time.monotonic() - began) / _TRIAL * count
        await trial.stop()

        due = datetime.now(UTC) + timedelta(seconds=1.3 * needed + _SPARE + 2)
        worker = await stack.punctual_worker(due, cached_workflows=str(count + _TRIAL))
        ids = [f"due-{n}" for n in range(count)]
        await every(ids, AT_ONCE, until_it_waits)
        if datetime.now(UTC) + timedelta(seconds=1) > due:
            raise LateError(f"{count} orders were not all waiting a second before they were due")
        instant = time.monotonic() + (due - datetime.now(UTC)).total_seconds()
        before = cpu_seconds(worker.pid)
        async with asyncio.timeout(_LONGEST):
            escalated = [(await watch.until(one, _ESCALATED)).at - instant for one in ids]
        cpu = (cpu_seconds(worker.pid) - before) / count
        spilled = await _spilled(product, ids)
    return _told(count, escalated, cpu, spilled)


async def _spilled(product: Product, ids: Sequence[str]) -> float:
    """The share of a sample whose histories hold a workflow task that timed out."""
    sample, found = ids[:: max(1, len(ids) // _SAMPLE)], 0
    for one in sample:
        handle = product.client.get_workflow_handle(product.workflow_id(one))
        kinds = [event.event_type async for event in handle.fetch_history_events()]
        found += EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT in kinds
    return found / len(sample)


def _told(count: int, escalated: Sequence[float], cpu: float, spilled: float) -> Measured:
    half, last = percentile(escalated, 0.5), max(escalated)
    return Measured(
        name="wakeup",
        how=_HOW.format(waking=count, sample=min(_SAMPLE, count)),
        figures={"wakeUpSeconds": rounded(last), "wakeUpsPerSecond": rounded(count / last)},
        detail={
            "orders": count,
            "halfSeconds": rounded(half),
            "lastSeconds": rounded(last),
            "workerCpuMsPerOrder": rounded(cpu * 1000),
            "spilledShare": rounded(spilled),
        },
        rows=[
            ("due at once", "half after s", "last after s", "worker ms each", "spilled"),
            (str(count), f"{half:.1f}", f"{last:.1f}", f"{cpu * 1000:.0f}", f"{spilled:.0%}"),
        ],
    )
