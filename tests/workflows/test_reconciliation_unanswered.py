"""Workflows that cannot be asked: nobody works on them, or their code fails. Each is reported, and keeps back nothing."""

import asyncio
import uuid

import pytest
from temporalio import workflow
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.order_workflows import OrderWorkflows
from workflows.contract import ORDER_CONTRACT
from workflows.memory import OrderStart
from workflows.names import order_workflow_id

pytestmark = pytest.mark.slow


@workflow.defn(name="Order")
class Wedged:
    """An `Order` of a careless version: every one of its tasks fails."""

    @workflow.run
    async def run(self, start: OrderStart) -> None:
        """Fail the task, not the workflow."""
        raise ValueError("a careless change")


async def test_nobody_answers_for_a_workflow_without_a_worker(environment: WorkflowEnvironment) -> None:
    """Neither what it knows nor how it stands, within the time that a page can spare."""
    client, order_id, queue = environment.client, str(uuid.uuid4()), str(uuid.uuid4())
    handle = await client.start_workflow(
        "Order", OrderStart(order_id=order_id), id=order_workflow_id(order_id), task_queue=queue
    )
    async with asyncio.timeout(15):
        assert await OrderWorkflows(client, ORDER_CONTRACT).status(order_id) is None
    await handle.terminate()


async def test_a_workflow_whose_code_fails_does_not_answer(environment: WorkflowEnvironment) -> None:
    """Its worker runs, its tasks fail: no verdict, and no error that would stop the page."""
    client, order_id, queue = environment.client, str(uuid.uuid4()), str(uuid.uuid4())
    workflows = OrderWorkflows(client, ORDER_CONTRACT)
    async with Worker(
        client, task_queue=queue, workflows=[Wedged], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        handle = await client.start_workflow(
            "Order", OrderStart(order_id=order_id), id=order_workflow_id(order_id), task_queue=queue
        )
        await asyncio.sleep(1)
        async with asyncio.timeout(15):
            assert await workflows.knows(order_id, "0" * 64) is None
            assert await workflows.status(order_id) is None
        await handle.terminate()
    assert await workflows.one("no-such-order") is None
