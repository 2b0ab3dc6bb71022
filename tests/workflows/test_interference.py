"""Operators and their tools: what they do to a workflow leaves nobody without an answer."""

import asyncio

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import CancelledError
from temporalio.service import RPCError

from domain.decision import Receipt
from tests.workflows.scene import Scene


async def test_a_cancelled_workflow_answers_whoever_waits(here: Scene) -> None:
    """An operator cancels while an early decision waits for the route: it is told so, and then the workflow ends."""
    await here.fault("errorBeforeCommit", times=1000, method="GET", path="^/orders/")
    order = await here.place()
    waiting = asyncio.create_task(order.decide("ana"))
    await asyncio.sleep(0.3)
    await order.handle.cancel()
    receipt = await asyncio.wait_for(waiting, 10)
    assert receipt.receipt is Receipt.NOT_PENDING
    with pytest.raises(WorkflowFailureError) as ended:
        await order.result()
    assert isinstance(ended.value.cause, CancelledError)


async def test_a_workflow_cancelled_at_rest_ends(here: Scene) -> None:
    """Nothing is moved by the way: the order stays where it is for a person to look after."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.at_rest()
    await order.handle.cancel()
    with pytest.raises(WorkflowFailureError):
        await order.result()
    assert (await order.there())["state"] == "PendingApproval"


async def test_a_decision_after_the_end_is_refused_by_temporal(here: Scene) -> None:
    """The edge then answers from the record; here it must at least not hang."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", "reject")
    await order.result()
    with pytest.raises(RPCError, match="already completed"):
        await order.decide("ben")
