"""Notifications acknowledged per second by the edge, next to bare starts and signals by a Temporal client.

No worker runs: what is measured is the way in, until Temporal has it. A notification comes over a connection that is kept
open, as a cloud queue's push does; its sender is a few lines of raw HTTP, so that it costs little on a machine that
everybody shares. Half of them start an order's workflow (`OrderCreated`), half tell it that the order has changed.
"""

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from statistics import median
from time import monotonic

from temporalio.client import Client

from benchmarks.floor import FloorInbox, FloorStart
from benchmarks.load import every
from benchmarks.measured import Measured, Sizes, rounded, spread
from benchmarks.processes import cpu_seconds
from benchmarks.push import Push
from benchmarks.rounds import interleaved, paired
from benchmarks.sink_store import PROJECT, order_document
from benchmarks.stack import FLOOR_NAMESPACE, Stack
from settings import DEV_TOKEN
from workflows.names import ORDERS_QUEUE

_AT_ONCE = 8
_HOW = (
    "{n} notifications a round, 8 at once, from one process: half OrderCreated (start), half of a change (signal), POSTed to `placet serve`, "
    "next to as many bare start_workflow and signal calls on the same server, in turn; ratio = median over {rounds} rounds"
)


async def ingest(sizes: Sizes) -> Measured:
    """Acknowledged per second on both sides."""
    rounds = sizes.rounds
    async with Stack(sizes.settings) as stack, AsyncExitStack() as open_:
        edge = await stack.edge()
        pushes = [
            await open_.enter_async_context(Push(stack.edge_address, DEV_TOKEN)) for _ in range(_AT_ONCE)
        ]
        bare = await stack.client(FLOOR_NAMESPACE)
        spent: list[float] = []

        async def by_edge(number: int) -> float:
            before = cpu_seconds(edge.pid)
            rate = await _over_the_edge(pushes, f"in-{number}", sizes.notifications)
            spent.append((cpu_seconds(edge.pid) - before) / sizes.notifications * 1000)
            return rate

        async def by_client(number: int) -> float:
            return await _bare(bare, f"in-{number}", sizes.notifications)

        played = await interleaved(rounds, [by_edge, by_client])
    ratios = paired(played, lambda rate: rate, 0, 1)
    edge_rates, bare_rates = ([found[side] for found in played] for side in (0, 1))
    return Measured(
        name="ingest",
        how=_HOW.format(n=sizes.notifications, rounds=rounds),
        figures={"ingestRatio": rounded(median(ratios))},
        detail={
            "ingestRatio": spread(ratios),
            "edgePerSecond": spread(edge_rates),
            "barePerSecond": spread(bare_rates),
            "edgeCpuMsPerNotification": spread(spent),
        },
        rows=[
            ("way in", "per second", "edge process ms each"),
            ("edge", f"{median(edge_rates):.0f}", f"{median(spent):.1f}"),
            ("bare client", f"{median(bare_rates):.0f}", ""),
        ],
    )


async def _over_the_edge(pushes: Sequence[Push], prefix: str, count: int) -> float:
    free = list(pushes)

    async def both(order_id: str) -> None:
        push = free.pop()
        await push.send(_notification(order_id, "OrderCreated", 1))
        await push.send(_notification(order_id, "OrderShippingAddressSet", 2))
        free.append(push)

    began = monotonic()
    await every([f"{prefix}-{n}" for n in range(count // 2)], _AT_ONCE, both)
    return count / (monotonic() - began)


async def _bare(client: Client, prefix: str, count: int) -> float:
    async def both(order_id: str) -> None:
        start = FloorStart(order_id)
        handle = await client.start_workflow(FloorInbox.run, start, id=order_id, task_queue=ORDERS_QUEUE)
        await handle.signal(FloorInbox.tell, f"m-{order_id}")

    began = monotonic()
    await every([f"{prefix}-{n}" for n in range(count // 2)], _AT_ONCE, both)
    return count / (monotonic() - began)


def _notification(order_id: str, kind: str, sequence: int) -> bytes:
    """A message in the Platform format (reference, section 7)."""
    about = {"order": order_document(order_id)} if kind == "OrderCreated" else {}
    message = {
        "notificationType": "Message",
        "projectKey": PROJECT,
        "resource": {"typeId": "order", "id": order_id},
        "resourceUserProvidedIdentifiers": {"orderNumber": f"N-{order_id}"},
        "id": f"m-{order_id}-{sequence}",
        "version": 1,
        "sequenceNumber": sequence,
        "resourceVersion": sequence,
        "type": kind,
        "lastModifiedBy": {"clientId": "shop", "isPlatformClient": False},
        "createdAt": "2026-03-01T10:00:00.000Z",
        "lastModifiedAt": "2026-03-01T10:00:00.000Z",
    }
    return json.dumps(message | about).encode()
