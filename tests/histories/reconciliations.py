"""Reconciliations worth keeping: each run of one that goes on, and the schedule's own workflow in front of it."""

from collections.abc import Awaitable, Callable

from temporalio.client import Client

from tests.workflows.reconciled import LONG_AGO, begin
from tests.workflows.scene import Scene
from workflows.names import ORDERS_QUEUE, RECONCILIATION_ID
from workflows.reconciliation import Reconciliation, ReconciliationStart


async def reconciled(here: Scene) -> str:
    """Three orders on two pages, each page in a run of its own; since when is asked of the project."""
    setup = {"container": "placet-setup", "key": "placet", "value": {"adoptSince": LONG_AGO.isoformat()}}
    assert (await here.shop.post("/custom-objects", json=setup)).status_code == 201
    await _placed(here)
    await (await begin(here, adopt_since=None, pages_in_a_run=1)).result()
    return RECONCILIATION_ID


async def reconciled_by_schedule(here: Scene) -> str:
    """As the schedule starts it: under an id with the time in it, so that another one has to do the work."""
    await _placed(here)
    await _scheduled(here.environment.client, "reconciliation-2026-01-05T00:00:00Z")
    return "reconciliation-2026-01-05T00:00:00Z"


async def reconciled_by_another(here: Scene) -> str:
    """The schedule comes while one is under way."""
    await here.fault("rateLimit", retryAfterSeconds=2, method="GET", path="^/orders")
    under_way = await begin(here)
    await _scheduled(here.environment.client, "reconciliation-2026-01-06T00:00:00Z")
    await under_way.result()
    return "reconciliation-2026-01-06T00:00:00Z"


async def _placed(here: Scene) -> None:
    for _ in range(3):
        order = await here.place(start=False)
        here.started.append(order.handle)


async def _scheduled(client: Client, workflow_id: str) -> None:
    start = ReconciliationStart(adopt_since=LONG_AGO, scheduled=True)
    await client.execute_workflow(Reconciliation.run, start, id=workflow_id, task_queue=ORDERS_QUEUE)


RECONCILIATIONS: tuple[Callable[[Scene], Awaitable[str]], ...] = (
    reconciled,
    reconciled_by_schedule,
    reconciled_by_another,
)
