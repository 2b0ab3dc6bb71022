"""Processes that end in the middle: a killed worker costs one page, and one that is told to stop finishes what runs."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from domain.findings import Reconciled
from starter.reconcile import begin
from tests.e2e.world import APPROVED, World, world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

ORDERS = 250


@pytest.fixture(scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Everything as processes."""
    directory: Path = tmp_path_factory.mktemp("logs")
    async with world(directory) as started:
        yield started


async def unsubscribe(here: World) -> None:
    """From now on nobody hears of an order."""
    held = (await here.shop.get("/subscriptions/key=placet")).json()
    gone = await here.shop.delete(f"/subscriptions/{held['id']}?version={held['version']}")
    assert gone.status_code == 200, gone.text


async def stop_worker(here: World) -> str:
    """SIGTERM; how it ended."""
    worker = here.stack.process("worker")
    os.kill(worker.pid, signal.SIGTERM)
    ended = await worker.ended()
    here.stack.house.processes.remove(worker)
    return str(ended)


async def test_a_worker_that_is_told_to_stop_finishes_what_runs(here: World) -> None:
    """SIGTERM while the approval is being written: it is written once, and the worker ends with 0 before anybody else."""
    order = await here.place()
    await order.until_pending()
    await here.fault(kind="slow", delayMs=2500, method="POST", path=f"^/orders/{order.id}")
    assert (await order.decide("ana")).status_code == 200
    await asyncio.sleep(0.5)
    assert (await order.there())["state"] == "PendingApproval"
    assert "exit code 0" in await stop_worker(here)
    assert await order.moves() == APPROVED
    await here.start_worker()
    await order.until_phase("inFulfillment")
    assert await order.moves() == APPROVED


async def test_a_killed_worker_costs_one_page(here: World) -> None:
    """250 orders without workflow on three pages, a SIGKILL in the second: each is started once, and listed or counted."""
    await unsubscribe(here)
    placed = await asyncio.gather(*(here.place(1_000_000) for _ in range(ORDERS)))
    client = await here.stack.temporal()
    following = await begin(client)

    async def looked_at() -> int:
        return (await _asked(following.handle)).orders

    for _ in range(600):
        if await looked_at() >= 100:
            break
        await asyncio.sleep(0.05)
    assert 100 <= await looked_at() < ORDERS
    await here.kill_worker()
    await here.start_worker()
    found: Reconciled = await asyncio.wait_for(following.handle.result(), 120)
    assert found.stopped is None
    assert sum(found.counts.values()) == ORDERS
    assert found.orders >= ORDERS
    ids = Counter([one.id async for one in client.list_workflows("WorkflowType = 'Order'")])
    assert {ids[f"order/{order.id}"] for order in placed} == {1}
    again = await begin(client)
    assert (await again.handle.result()).counts == {}


async def _asked(handle: Any) -> Reconciled:
    found: Reconciled = await handle.query("progress", result_type=Reconciled)
    return found
