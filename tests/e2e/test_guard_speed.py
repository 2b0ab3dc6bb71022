"""The guard answers well before commercetools gives up, also when fifty orders a second are moved."""

import asyncio
from statistics import quantiles
from time import perf_counter
from typing import Any

import pytest

from tests.e2e.world import Order, World

pytestmark = pytest.mark.slow

CALLS_A_SECOND, SECONDS, ORDERS = 50, 6, 30
WITHIN = 0.2


async def question(order: Order, target: str, ids: dict[str, str]) -> dict[str, Any]:
    """What commercetools asks when Placet's own client moves an order; the workflow has to be asked in turn."""
    before = (await order.world.shop.get(f"/orders/{order.id}")).json()
    after = before | {
        "version": before["version"] + 2,
        "lastModifiedAt": "2100-01-01T00:00:00.000Z",
        "lastModifiedBy": {"clientId": "placet"},
        "state": {"typeId": "state", "id": ids[target]},
    }
    about = {"typeId": "order", "id": order.id}
    return {"action": "Update", "resource": about | {"obj": after}, "oldResource": about | {"obj": before}}


async def test_ninety_nine_of_a_hundred_within_two_hundred_milliseconds(placet: World) -> None:
    """Each asks its workflow, which has a history; calls come at their times, whether or not the last is answered."""
    answer = await placet.shop.get("/states?limit=500")
    ids = {state["key"]: state["id"] for state in answer.json()["results"]}
    orders = [await placet.place(150_000) for _ in range(ORDERS)]
    for order in orders:
        await order.until_pending()
    questions = [await question(order, "InFulfillment", ids) for order in orders]
    seconds: list[float] = []

    async def ask(n: int) -> None:
        began = perf_counter()
        said = await placet.edge.post("/extensions/order", json=questions[n % ORDERS])
        seconds.append(perf_counter() - began)
        assert said.json()["errors"][0]["extensionExtraInfo"]["objection"] == "notApproved", said.text

    await asyncio.gather(*(ask(n) for n in range(ORDERS)))  # connections and states are there now
    seconds.clear()
    async with asyncio.TaskGroup() as calls:
        for n in range(CALLS_A_SECOND * SECONDS):
            calls.create_task(ask(n))
            await asyncio.sleep(1 / CALLS_A_SECOND)
    cuts = quantiles(seconds, n=100)
    print(f"\nguard: {len(seconds)} calls, p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms")  # noqa: T201 - the figure that it is about
    assert cuts[98] <= WITHIN, f"p50 {cuts[49]:.3f} s, p99 {cuts[98]:.3f} s"
