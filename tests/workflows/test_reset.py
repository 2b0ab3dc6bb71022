"""A workflow that is reset or started over: what was decided before does not count for what the order is now."""

import asyncio

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from domain.decision import Receipt
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene


async def reset(order: Placed) -> None:
    """Reset to the first task with Temporal's defaults, which apply the old run's updates again."""
    events = (await order.handle.fetch_history()).events
    first = next(e.event_id for e in events if e.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
    client = order.environment.client
    await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=order.handle.id),
            reason="an operator's reset",
            workflow_task_finish_event_id=first,
            request_id="reset",
        )
    )


@pytest.mark.parametrize("revision", [None, 1])
async def test_a_void_decision_does_not_come_back(here: Scene, revision: int | None) -> None:
    """Approved, then changed; after a reset the old yes is superseded, the trail goes on and revisions count on."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    await order.decide("ana", revision=revision)
    await order.until_pending("cem", "cleo")
    await order.edit()
    await order.changed()
    await order.until_pending("ana", "ben", revision=2)
    await order.at_rest()
    before = (await order.audit()).entries
    await reset(order)
    status = await order.until(lambda s: s.revision == 3 and bool(s.pending))
    assert sorted(p.approver for p in status.pending) == ["ana", "ben"]
    after = (await order.audit()).entries
    assert after[: len(before)] == before
    assert [e.seq for e in after] == list(range(1, len(after) + 1))
    assert status.decisions == ()


async def test_an_old_notification_does_not_count_after_a_reset(here: Scene) -> None:
    """The button of the first mail still says revision 1, which is no longer what the order is."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.edit()
    await order.changed()
    await order.until_pending("ana", "ben", revision=2)
    await order.at_rest()
    await reset(order)
    await asyncio.sleep(0)
    await order.until(lambda s: s.revision == 3 and bool(s.pending))
    assert (await order.decide("ana", revision=1)).receipt is Receipt.SUPERSEDED
