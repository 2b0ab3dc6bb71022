"""Orders that are approved, automatically or by the people whom policy wants."""

from collections.abc import AsyncIterator

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.scene import Scene, scene


@pytest_asyncio.fixture
async def here(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """The shipped example."""
    async with scene(environment) as set_up:
        yield set_up


async def test_a_small_order_is_approved_automatically_and_handed_over(here: Scene) -> None:
    """Below the threshold nobody is asked: the order runs through Approved into fulfilment, and says why."""
    order = await here.place(99_999)
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    assert status.rule == "automatic"
    assert (await order.there())["orderState"] == "Confirmed"
    assert await order.transitions() == [
        (None, "PendingApproval"),
        ("PendingApproval", "Approved"),
        ("Approved", "InFulfillment"),
    ]


async def test_one_manager_approves_and_the_order_is_delivered(here: Scene) -> None:
    """From the first message to Completed: one step, one decision, one hand-over, one event."""
    order = await here.place(150_000)
    status = await order.until_pending("ana", "ben")
    assert status.revision == 1
    receipt = await order.decide("ana", revision=1, comment="fine")
    assert receipt.receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.report("completed")
    await order.until_phase(Phase.COMPLETED)
    there = await order.there()
    assert (there["state"], there["orderState"]) == ("Completed", "Complete")
