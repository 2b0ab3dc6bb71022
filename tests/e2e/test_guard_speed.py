"""With nothing else running, the guard answers well before commercetools gives up, also when fifty orders a second are moved."""

import asyncio
from statistics import quantiles
from time import perf_counter
from typing import Any

import pytest

from tests.e2e.world import Order, World

pytestmark = pytest.mark.slow

CALLS_A_SECOND, SECONDS, ORDERS, ROUNDS = 50, 5, 30, 3
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
    """Each asks its workflow, which has a history. A round that somebody else's work on this machine slowed is made again."""
    answer = await placet.shop.get("/states?limit=500")
    ids = {state["key"]: state["id"] for state in answer.json()["results"]}
    orders = [await placet.place(150_000) for _ in range(ORDERS)]
    for order in orders:
        await order.until_pending()
    questions = [await question(order, "InFulfillment", ids) for order in orders]
    await asyncio.gather(
        *(ask(placet, question) for question in questions)
    )  # connections and states are there now
    measured = []
    for _ in range(ROUNDS):
        cuts = quantiles(await one_round(placet, questions), n=100)
        measured.append(f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms")
        if cuts[98] <= WITHIN:
            break
    print("\nguard:", "; ".join(measured))  # noqa: T201 - the figure that it is about
    assert cuts[98] <= WITHIN, measured


async def one_round(placet: World, questions: list[dict[str, Any]]) -> list[float]:
    """The seconds of every call; each comes at its time, whether or not the last one is answered."""
    async with asyncio.TaskGroup() as calls:
        asked = []
        for n in range(CALLS_A_SECOND * SECONDS):
            asked.append(calls.create_task(ask(placet, questions[n % ORDERS])))
            await asyncio.sleep(1 / CALLS_A_SECOND)
    return [call.result() for call in asked]


async def ask(placet: World, asked: dict[str, Any]) -> float:
    """How long one answer takes, in seconds. Nobody has decided, so it is no."""
    began = perf_counter()
    said = await placet.edge.post("/extensions/order", json=asked)
    took = perf_counter() - began
    assert said.json()["errors"][0]["extensionExtraInfo"]["objection"] == "notApproved", said.text
    return took
