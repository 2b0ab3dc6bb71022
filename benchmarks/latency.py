"""From a decision to its effect in commercetools, one at a time, next to one update, one activity and one POST."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from temporalio.client import Client, WorkflowHandle

from benchmarks.floor import FloorDecision, FloorStart
from benchmarks.load import every
from benchmarks.measured import Measured, Sizes, milliseconds, percentile, rounded
from benchmarks.push import Push
from benchmarks.sides import Product
from benchmarks.stack import FLOOR_NAMESPACE, Stack
from benchmarks.story import HANDED_OVER, PENDING, RELEASED
from benchmarks.watch import Watch
from settings import DEV_TOKEN
from workflows.names import ORDERS_QUEUE

_HOW = (
    "{decisions} decisions on each side, in turn, one after the other, each some time after its order began to wait; from before the "
    "request is sent to the instant at which the sink has the write. edge: POST /orders/(id)/decisions to `placet serve`; "
    "product: the same update by a Temporal client; floor: one update, one activity, one POST"
)
_APART = 0.1
_AT_REST = 0.25


@dataclass(frozen=True)
class Ways:
    """Three ways of deciding: over the edge, by the client, on the floor."""

    edge: list[float]
    product: list[float]
    floor: list[float]


async def latency(sizes: Sizes) -> Measured:
    """p50 and p95 of each way."""
    async with Stack(sizes.settings) as stack:
        await asyncio.gather(stack.product_worker(), stack.floor_worker(), stack.edge())
        bare = await stack.client(FLOOR_NAMESPACE)
        async with Watch(stack.sink) as watch, Push(stack.edge_address, DEV_TOKEN) as edge:
            product = Product(await stack.client())
            ways = Ways([], [], [])
            for number in range(-2, sizes.decisions):
                ids = [f"{way}-{number}" for way in ("edge", "product", "floor")]
                await _prepare(product, bare, watch, ids)
                decide = [
                    (ways.edge, _over_the_edge(edge, watch, ids[0])),
                    (ways.product, _by_client(product, watch, ids[1])),
                    (ways.floor, _on_the_floor(bare, watch, ids[2])),
                ]
                for taken, deciding in decide if number % 2 else decide[::-1]:
                    seconds = await deciding
                    if number >= 0:
                        taken.append(seconds)
    return _told(ways, sizes)


async def _prepare(product: Product, bare: Client, watch: Watch, ids: Sequence[str]) -> None:
    """Two orders that wait, and a floor that waits; let them come to rest."""
    await every(ids[:2], 2, product.start)
    start = FloorStart(ids[2])
    await bare.start_workflow(FloorDecision.run, start, id=ids[2], task_queue=ORDERS_QUEUE)
    for order_id in ids[:2]:
        await watch.until(order_id, PENDING)
    await asyncio.sleep(_AT_REST)


async def _over_the_edge(edge: Push, watch: Watch, order_id: str) -> float:
    began = monotonic()
    body = {"decisionId": f"d-{order_id}", "approver": "ana", "verdict": "approve", "revision": 1}
    await edge.send(json.dumps(body).encode(), f"/orders/{order_id}/decisions")
    return await _effect(watch, order_id, began, RELEASED, HANDED_OVER)


async def _by_client(product: Product, watch: Watch, order_id: str) -> float:
    began = monotonic()
    await product.decide(order_id)
    return await _effect(watch, order_id, began, RELEASED, HANDED_OVER)


async def _on_the_floor(bare: Client, watch: Watch, order_id: str) -> float:
    began = monotonic()
    handle: WorkflowHandle[FloorDecision, None] = bare.get_workflow_handle_for(FloorDecision.run, order_id)
    await handle.execute_update(FloorDecision.decide, "ana")
    return await _effect(watch, order_id, began, 1, 1)


async def _effect(watch: Watch, order_id: str, began: float, effect: int, last: int) -> float:
    """How long it took until that write; what follows from it comes to rest before the next is decided."""
    seconds = (await watch.until(order_id, effect)).at - began
    await watch.until(order_id, last)
    await asyncio.sleep(_APART)
    return seconds


def _told(ways: Ways, sizes: Sizes) -> Measured:
    of = {"edge": ways.edge, "product": ways.product, "floor": ways.floor}
    p50, p95 = ({way: percentile(taken, share) for way, taken in of.items()} for share in (0.5, 0.95))
    return Measured(
        name="latency",
        how=_HOW.format(decisions=sizes.decisions),
        figures={
            "latencyP50Ratio": rounded(p50["edge"] / p50["floor"]),
            "latencyP95Ratio": rounded(p95["edge"] / p95["floor"]),
            "latencyP50RatioWithoutEdge": rounded(p50["product"] / p50["floor"]),
            "latencyP95RatioWithoutEdge": rounded(p95["product"] / p95["floor"]),
        },
        detail={
            way: {
                "p50Ms": milliseconds(p50[way]),
                "p95Ms": milliseconds(p95[way]),
                "allMs": [milliseconds(seconds) for seconds in taken],
            }
            for way, taken in of.items()
        },
        rows=[
            ("way", "p50 ms", "p95 ms"),
            *((way, f"{milliseconds(p50[way]):g}", f"{milliseconds(p95[way]):g}") for way in of),
        ],
    )
