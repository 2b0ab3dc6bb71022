"""Orders that wait: what each costs in memory while the worker holds it in its cache, and once it was evicted."""

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
from benchmarks.watch import Watch
from starter.processes import Process

AT_ONCE = 32
_SETTLE = 1.0
_WARM = 50
_SMALL_CACHE = 20
_HOW = (
    "orders brought to wait by one worker whose cache holds them all: its resident memory above that with {warm} of them, per order more; "
    "evicted: the same for {evicted} more orders with a worker whose cache holds {small}. Resident memory by /proc, {settle:g} s after the last write"
)


@dataclass(frozen=True)
class Seen:
    """Memory at a number of waiting orders."""

    waiting: int
    worker: int
    server: int


async def waiting(sizes: Sizes) -> Measured:
    """Memory with a full cache, and with evicted orders."""
    most, evicted = sizes.waiting[-1], sizes.waiting[0]
    async with Stack(sizes.settings) as stack, Watch(stack.sink) as watch:
        product = Product(await stack.client())
        holding = await stack.product_worker(cached_workflows=str(most + _WARM))
        began = monotonic()
        full = await fill(stack, holding, product, watch, "held", (_WARM, *sizes.waiting))
        rate = most / (monotonic() - began)
        await holding.stop()
        small = await stack.product_worker(cached_workflows=str(_SMALL_CACHE))
        gone = await fill(stack, small, product, watch, "evicted", (_WARM, _WARM + evicted))
    return _told(full, gone, rate, evicted)


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
        seen.append(Seen(count, resident_bytes(worker.pid), resident_bytes(stack.server.pid)))
    return seen


def per_order(seen: Sequence[Seen]) -> float:
    """Bytes of the worker for each order more, from the first look to the last."""
    first, last = seen[0], seen[-1]
    return (last.worker - first.worker) / (last.waiting - first.waiting)


def _told(full: Sequence[Seen], gone: Sequence[Seen], rate: float, evicted: int) -> Measured:
    server = (full[-1].server - full[0].server) / (full[-1].waiting - full[0].waiting)
    return Measured(
        name="waiting",
        how=_HOW.format(warm=_WARM, evicted=evicted, small=_SMALL_CACHE, settle=_SETTLE),
        figures={
            "workerBytesPerWaitingOrder": rounded(per_order(full)),
            "workerBytesPerEvictedOrder": rounded(per_order(gone)),
            "serverBytesPerWaitingOrder": rounded(server),
            "waitingOrdersPerSecond": rounded(rate),
        },
        detail={
            "cacheFull": [vars(seen) for seen in full],
            "evicted": [vars(seen) for seen in gone],
        },
        rows=[
            ("waiting", "worker MiB", "KiB each more", "server MiB"),
            *(_row(seen, full[0]) for seen in full),
            (f"{evicted} more, evicted", _mib(gone[-1].worker), f"{per_order(gone) / 1024:.1f}", ""),
        ],
    )


def _row(seen: Seen, first: Seen) -> tuple[str, ...]:
    each = f"{per_order([first, seen]) / 1024:.1f}" if seen is not first else ""
    return str(seen.waiting), _mib(seen.worker), each, _mib(seen.server)


def _mib(size: int) -> str:
    return f"{size / 1024 / 1024:.0f}"
