"""The schedule of the reconciliation, on a dev server with a real clock: made once, mended, and it starts it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleUpdate,
    ScheduleUpdateInput,
    WorkflowExecutionStatus,
    WorkflowHandle,
)
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from domain.findings import Reconciled
from starter.schedules import SCHEDULE_ID, reconciliation_schedule
from starter.setup_plan import Change, Done, Part
from tests.workflows.conftest import temporal_binary
from tests.workflows.reconciled import LONG_AGO, begin, finished
from tests.workflows.scene import Scene, scene
from workflows.names import SEARCH_ATTRIBUTES
from workflows.reconciliation import Reconciliation

pytestmark = pytest.mark.slow

DAY, SOON = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture(scope="module")
async def here() -> AsyncIterator[Scene]:
    """A scene on a server of its own, whose clock runs."""
    async with (
        await WorkflowEnvironment.start_local(
            dev_server_existing_path=temporal_binary(),
            dev_server_log_level="error",
            data_converter=pydantic_data_converter,
            search_attributes=SEARCH_ATTRIBUTES,
        ) as environment,
        scene(environment, adopt_since=LONG_AGO) as set_up,
    ):
        yield set_up


@pytest.fixture
async def client(here: Scene) -> AsyncIterator[Client]:
    """Without a schedule, before and after, and with nothing in the shop."""
    await here.clear()
    yield here.environment.client
    await here.end()
    await here.environment.client.get_schedule_handle(SCHEDULE_ID).delete()


async def carried_out(part: Part) -> list[Done]:
    """Planned and carried out, as `placet setup` does."""
    return [done async for done in part.run(await part.plan())]


async def first_start(client: Client) -> str:
    """The id of the first workflow that the schedule has started."""
    for _ in range(100):
        recent = (await client.get_schedule_handle(SCHEDULE_ID).describe()).info.recent_actions
        if recent:
            assert isinstance(recent[0].action, ScheduleActionExecutionStartWorkflow)
            return recent[0].action.workflow_id
        await asyncio.sleep(0.1)
    raise AssertionError("the schedule has started nothing")


async def test_it_is_made_once_and_then_left_alone(client: Client) -> None:
    """The plan shows it first; the second run has nothing to do."""
    part = reconciliation_schedule(client, DAY)
    (planned,) = await part.plan()
    assert (planned.change, planned.details) == (Change.CREATED, ("every 1 day, 0:00:00",))
    assert [done.change for done in await carried_out(part)] == [Change.CREATED]
    assert [done.change for done in await carried_out(part)] == [Change.UNCHANGED]


async def test_made_by_somebody_else_meanwhile(client: Client) -> None:
    """Planned while it was not there: planned anew, and found right."""
    part = reconciliation_schedule(client, DAY)
    planned = await part.plan()
    await carried_out(part)
    assert [done.change async for done in part.run(planned)] == [Change.AGAIN, Change.UNCHANGED]


async def test_another_interval_is_mended_and_a_pause_kept(client: Client) -> None:
    """Somebody has paused it for a reason: that stays."""
    await carried_out(reconciliation_schedule(client, DAY))
    await client.get_schedule_handle(SCHEDULE_ID).pause(note="moving house")
    part = reconciliation_schedule(client, DAY / 4)
    (planned,) = await part.plan()
    assert planned.details == ("every: 1 day, 0:00:00 -> 6:00:00",)
    await carried_out(part)
    (step,) = await part.plan()
    assert (step.change, step.details) == (Change.UNCHANGED, ("paused: moving house",))


async def test_a_schedule_that_starts_something_else_is_mended(client: Client) -> None:
    """Somebody has changed what it starts."""
    await carried_out(reconciliation_schedule(client, DAY))

    def altered(found: ScheduleUpdateInput) -> ScheduleUpdate:
        schedule = found.description.schedule
        assert isinstance(schedule.action, ScheduleActionStartWorkflow)
        schedule.action.args = [{"dryRun": True}]
        return ScheduleUpdate(schedule)

    await client.get_schedule_handle(SCHEDULE_ID).update(altered)
    part = reconciliation_schedule(client, DAY)
    (planned,) = await part.plan()
    assert planned.details == ("what is started -> the reconciliation",)
    await carried_out(part)
    assert [step.change for step in await part.plan()] == [Change.UNCHANGED]


async def test_it_has_the_reconciliation_done(here: Scene, client: Client) -> None:
    """The order that nobody knew of waits for its approver, without a command."""
    order = await here.place(start=False)
    await carried_out(reconciliation_schedule(client, SOON))
    started = client.get_workflow_handle(await first_start(client), result_type=Reconciled)
    found = await asyncio.wait_for(started.result(), 20)
    assert [finding.order_id for finding in found.findings] == [order.id]
    here.started.append(order.handle)
    await order.until_pending("ana", "ben")


async def test_it_leaves_one_that_is_under_way_alone(here: Scene, client: Client) -> None:
    """There is one at a time: the schedule's ends, and says why."""
    await here.place(start=False)
    await here.fault("slow", delayMs=2500, method="GET", path="^/orders")
    under_way = await begin(here)
    await carried_out(reconciliation_schedule(client, DAY))
    await client.get_schedule_handle(SCHEDULE_ID).trigger()
    began = await first_start(client)
    left: WorkflowHandle[Reconciliation, Reconciled] = client.get_workflow_handle_for(
        Reconciliation.run, began
    )
    assert (await left.result()).stopped == "another reconciliation is under way"
    assert (await under_way.describe()).status is WorkflowExecutionStatus.RUNNING
    assert (await finished(here, under_way)).orders == 1
