"""What breaks in real life, over HTTP and processes: nothing is lost, and nothing happens twice."""

import asyncio

import pytest

from tests.e2e.world import COMPLETED, World

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


async def test_every_notification_twice_and_in_reverse(placet: World) -> None:
    """Duplicates and reordering change nothing: each order takes each step once."""
    await placet.fault(kind="repeatNotification", times=200, copies=2)
    await placet.fault(kind="reorderNotifications", times=50, window=4)
    orders = [await placet.place(150_000) for _ in range(4)]
    for order in orders:
        await order.until_pending()
    await asyncio.gather(*(order.decide("ana") for order in orders))
    for order in orders:
        await order.until_phase("completed")
        assert await order.moves() == COMPLETED
    sandbox = placet.stack.settings.sandbox_address.url
    await placet.shop.delete(f"{sandbox}/sandbox/faults")


async def test_a_storm_of_conflicts(placet: World) -> None:
    """Somebody else writes first, again and again: read, checked and decided afresh until it lands, once."""
    order = await placet.place(150_000)
    await order.until_pending()
    await placet.fault(kind="conflict", times=8, method="POST", path=f"/orders/{order.id}")
    assert (await order.decide("ana")).status_code == 200
    await order.until_phase("completed")
    assert await order.moves() == COMPLETED


async def test_a_reply_is_lost_after_the_commit(placet: World) -> None:
    """The order was moved but nobody heard: it is recognised as our own move, and the audit has it."""
    order = await placet.place(150_000)
    await order.until_pending()
    await placet.fault(
        kind="errorAfterCommit", times=2, method="POST", path=f"/orders/{order.id}", status=503
    )
    assert (await order.decide("ana")).status_code == 200
    await order.until_phase("completed")
    assert await order.moves() == COMPLETED
    entries = (await order.audit())["entries"]
    told = [e["detail"]["to"] for e in entries if e["kind"] == "transitioned"]
    assert told == ["PendingApproval", "Approved", "InFulfillment", "Completed"]


async def test_the_worker_is_killed_while_an_order_waits(placet: World) -> None:
    """The next worker carries on where the killed one stood; a decision made in between is not lost."""
    order = await placet.place(150_000)
    await order.until_pending()
    await placet.kill_worker()
    sent = asyncio.create_task(order.decide("ana", decisionId="while-nobody-worked"))
    await asyncio.sleep(0.5)
    await placet.start_worker()
    answer = await sent
    if answer.status_code == 503:  # the edge could not promise anything; the same decision again is safe
        answer = await order.decide("ana", decisionId="while-nobody-worked")
    assert answer.status_code == 200
    await order.until_phase("completed")
    assert await order.moves() == COMPLETED


async def test_the_worker_is_killed_while_an_activity_runs(placet: World) -> None:
    """The attempt that was cut off is made again by the next worker, and the order moves once."""
    order = await placet.place(150_000)
    await order.until_pending()
    await placet.fault(kind="slow", times=1, method="POST", path=f"/orders/{order.id}", delayMs=3000)
    assert (await order.decide("ana")).status_code == 200
    await asyncio.sleep(1)
    await placet.kill_worker()
    await placet.start_worker()
    await order.until_phase("completed")
    assert await order.moves() == COMPLETED


async def test_the_edge_says_so_when_the_worker_is_away(placet: World) -> None:
    """Notifications are taken in by Temporal itself: an order placed without any worker is not missed."""
    await placet.kill_worker()
    order = await placet.place(50_000)
    await asyncio.sleep(0.5)
    await placet.start_worker()
    await order.until_phase("completed")
    assert await order.moves() == COMPLETED
