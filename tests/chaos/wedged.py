"""Workflows whose tasks fail for ever, and what an operator does about them: a reset to before the task that cannot be replayed.

Off unless asked for (`--reset-wedged`): Placet itself must not need it. See docs/chaos.md.
"""

import asyncio
import re
from uuid import uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHistory

_EVERY_SECONDS = 10.0
_TRIED = 3
_AT = re.compile(r"HistoryEvent\(id: (\d+)")


async def reset_wedged(temporal: Client, told: list[str]) -> None:
    """Look for them again and again until cancelled; the ids of the workflows that were reset are added to `told`."""
    while True:
        async for found in temporal.list_workflows("WorkflowType = 'Order' AND ExecutionStatus = 'Running'"):
            handle = temporal.get_workflow_handle(found.id, run_id=found.run_id)
            if (await handle.describe()).raw_description.pending_workflow_task.attempt < _TRIED:
                continue
            before = _last_good_task(await handle.fetch_history())
            if before is None:
                continue
            await temporal.workflow_service.reset_workflow_execution(
                ResetWorkflowExecutionRequest(
                    namespace=temporal.namespace,
                    workflow_execution=WorkflowExecution(workflow_id=found.id, run_id=found.run_id),
                    reason="a task that cannot be replayed",
                    workflow_task_finish_event_id=before,
                    request_id=str(uuid4()),
                )
            )
            told.append(found.id)
        await asyncio.sleep(_EVERY_SECONDS)


def _last_good_task(history: WorkflowHistory) -> int | None:
    """The task whose commands cannot be replayed, if its workflow's last task failed for that reason."""
    failing: int | None = None
    completed: list[int] = []
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            completed.append(event.event_id)
            failing = None
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            message = event.workflow_task_failed_event_attributes.failure.message
            at = _AT.search(message) if "TMPRL1100" in message else None
            failing = int(at[1]) if at else failing
    return max((one for one in completed if failing and one < failing), default=None)
