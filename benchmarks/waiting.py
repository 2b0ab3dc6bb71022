"""Orders that wait: what each costs in memory, in the worker's cache and once evicted, and how quickly many are woken."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from benchmarks.load import every
from benchmarks.measured import Measured, Sizes, rounded
from benchmarks.processes import resident_bytes
from benchmarks.sides import Product
from benchmarks.stack import Stack
from benchmarks.story import PENDING
from benchmarks.wakeup import SAMPLE, Woken, woken
from benchmarks.watch import Watch
from starter.processes import Process

AT_ONCE = 32
_SETTLE = 1.0
_WARM = 50
_SMALL_CACHE = 20
_HOW = (
    "orders brought to wait by one worker whose cache holds them all: its resident memory (/proc) above that with {warm}, for each "
    "order more; the last row after the wake-up. evicted: the same for {evicted} more orders in a worker whose cache holds {small}. wake-up: "
    "{waking} of them are due at one instant (benchmarks/punctual.py); from that instant until an escalation is told and recorded. spilled: "
    "the share of {sample} whose wake-up waited in the sticky queue beyond its timeout, and was replayed from the start"
)


@dataclass(frozen=True)
class Seen:
    """Memory at a number of waiting orders."""

    waiting: int
    worker: int
    server: int


async def waiting(sizes: Sizes) -> Measured:
    """Memory with a full cache, the wake-up of many, and memory with evicted orders."""
    most = sizes.waiting[-1]
    held = [count for count in sizes.waiting if count < most]
    async with Stack(sizes.settings) as stack, Watch(stack.sink) as watch:
        product = Product(await stack.client())
        holding = await stack.punctual_worker(cached_workflows=str(most))
        began = monotonic()
        counts = (_WARM, *held, most - sizes.waking)
        full = await fill(stack, holding, product, watch, "held", counts)
        rate = counts[-1] / (monotonic() - began)
        woke = await woken(stack, holding, product, watch, sizes.waking, rate, AT_ONCE)
        full.append(_seen(stack, holding, most))
        await holding.stop()
        small = await stack.product_worker(cached_workflows=str(_SMALL_CACHE))
        gone = await fill(stack, small, product, watch, "evicted", (_WARM, _WARM + sizes.evicting))
    return _told(full, gone, woke, rate)


async def fill(  # noqa: PLR0913, PLR0917 - who brings which orders to wait
    stack: Stack, worker: Process, product: Product, watch: Watch, prefix: str, counts: Sequence[int]
) -> list[Seen]:
    """Bring so many orders to wait, and look at the memory at each of the counts."""

    async def until_it_waits(order_id: str) -> None:
        await product.start(order_id)
        await watch.until(order_id, PENDING)

    seen, reached = [], 0
    for count in counts:
        await every([f"{prefix}-{n}" for n in range(reached, count)], AT_ONCE, until_it_waits)
        reached = count
        await asyncio.sleep(_SETTLE)
        seen.append(_seen(stack, worker, count))
    return seen


def _seen(stack: Stack, worker: Process, count: int) -> Seen:
    return Seen(count, resident_bytes(worker.pid), resident_bytes(stack.server.pid))


def per_order(seen: Sequence[Seen]) -> float:
    """Bytes of the worker for each order more, from the first look to the last."""
    first, last = seen[0], seen[-1]
    return (last.worker - first.worker) / (last.waiting - first.waiting)


def _told(full: Sequence[Seen], gone: Sequence[Seen], woke: Woken, rate: float) -> Measured:
    server = (full[-1].server - full[0].server) / (full[-1].waiting - full[0].waiting)
    evicted = gone[-1].waiting - gone[0].waiting
    return Measured(
        name="waiting",
        how=_HOW.format(
            warm=_WARM,
            evicted=evicted,
            small=_SMALL_CACHE,
            waking=woke.orders,
            sample=min(SAMPLE, woke.orders),
        ),
        figures={
            "workerBytesPerWaitingOrder": rounded(per_order(full)),
            "workerBytesPerEvictedOrder": rounded(per_order(gone)),
            "serverBytesPerWaitingOrder": rounded(server),
            "waitingOrdersPerSecond": rounded(rate),
            "wakeUpSeconds": rounded(woke.last),
        },
        detail={
            "cacheFull": [vars(seen) for seen in full],
            "evicted": [vars(seen) for seen in gone],
            "wakeUp": {
                "orders": woke.orders,
                "halfSeconds": rounded(woke.half),
                "lastSeconds": rounded(woke.last),
                "workerCpuMsPerOrder": rounded(woke.worker_cpu * 1000),
                "spilledShare": rounded(woke.spilled),
            },
        },
        rows=[
            ("waiting", "worker MiB", "KiB each more", "server MiB"),
            *(_row(seen, full[0]) for seen in full),
            (f"{evicted} more, evicted", _mib(gone[-1].worker), f"{per_order(gone) / 1024:.1f}", ""),
            (f"{woke.orders} due at once", f"half after {woke.half:.1f} s", f"last {woke.last:.1f} s", ""),
            ("", f"worker {woke.worker_cpu * 1000:.0f} ms each", f"spilled {woke.spilled:.0%}", ""),
        ],
    )


def _row(seen: Seen, first: Seen) -> tuple[str, ...]:
    each = f"{per_order([first, seen]) / 1024:.1f}" if seen is not first else ""
    return str(seen.waiting), _mib(seen.worker), each, _mib(seen.server)


def _mib(size: int) -> str:
    return f"{size / 1024 / 1024:.0f}"
