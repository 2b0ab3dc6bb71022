"""Running a reconciliation in a scene, and reading what it found."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import WorkflowHandle

from domain.findings import Reconciled
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from workflows.names import ORDERS_QUEUE, RECONCILIATION_ID
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
    return await (await begin(here, **start)).result()


def about(found: Reconciled, order: Placed) -> list[str]:
    """The kinds of what was found about an order."""
    return [finding.kind.value for finding in found.findings if finding.order_id == order.id]


def unique() -> str:
    """An order number that no other test has."""
    return f"RE-{uuid4().hex[:8]}"
