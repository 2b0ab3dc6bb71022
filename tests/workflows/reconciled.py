"""Running a reconciliation in a scene, and reading what it found."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle

from domain.findings import Kind, Reconciled
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from workflows.memory import OrderResult
from workflows.names import ORDERS_QUEUE, RECONCILIATION_ID, order_workflow_id
from workflows.order import Order
from workflows.reconciliation import Reconciliation, ReconciliationStart

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def begin(here: Scene, **start: Any) -> WorkflowHandle[Reconciliation, Reconciled]:
    """Start one as the command does, for all orders there ever were unless told otherwise."""
    return await here.environment.client.start_workflow(
        Reconciliation.run,
        ReconciliationStart(**{"adopt_since": LONG_AGO} | start),
        id=RECONCILIATION_ID,
        task_queue=ORDERS_QUEUE,
        execution_timeout=timedelta(seconds=50),
    )


async def reconcile(here: Scene, **start: Any) -> Reconciled:
    """Run one to its end."""
    return await finished(here, await begin(here, **start))


async def finished(here: Scene, under_way: WorkflowHandle[Reconciliation, Reconciled]) -> Reconciled:
    """What it found; the workflows that it started end with the test."""
    found = await asyncio.wait_for(under_way.result(), 50)
    client = here.environment.client
    for finding in found.findings:
        if finding.kind is Kind.NO_WORKFLOW and not found.dry_run:
            handle: WorkflowHandle[Order, OrderResult] = client.get_workflow_handle_for(
                Order.run, order_workflow_id(finding.order_id)
            )
            here.started.append(handle)
    return found


def about(found: Reconciled, order: Placed) -> list[str]:
    """The kinds of what was found about an order."""
    return [finding.kind.value for finding in found.findings if finding.order_id == order.id]
