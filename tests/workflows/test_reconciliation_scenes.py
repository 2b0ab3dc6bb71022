"""The reconciliation where the scene is another one: going live, silent warehouses, many pages, odd orders."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.common import WorkflowIDReusePolicy
from temporalio.testing import WorkflowEnvironment

from domain.phases import Phase
from tests.workflows.reconciled import LONG_AGO, about, begin, finished, reconcile
from tests.workflows.scene import scene

SOON = datetime.now(UTC) + timedelta(hours=1)


async def test_adoption_can_be_widened_for_one_run(environment: WorkflowEnvironment) -> None:
    """Older than anybody else would take up: started, and routed as ever, because this run was told so."""
    async with scene(environment, adopt_since=SOON) as here:
        order = await here.place(start=False)
        assert about(await reconcile(here, adopt_since=None), order) == ["older"]
        assert about(await reconcile(here, adopt_since=LONG_AGO), order) == ["noWorkflow"]
        await order.until_pending("ana", "ben")


async def test_an_order_that_was_turned_away_before_can_be_adopted(environment: WorkflowEnvironment) -> None:
    """A message has started its workflow already, which found it too old and touched nothing."""
    async with scene(environment, adopt_since=SOON) as here:
        order = await here.place()
        assert (await order.result()).note == "it was placed before Placet was set up"
        assert about(await reconcile(here, adopt_since=None), order) == ["older"]
        assert about(await reconcile(here, adopt_since=LONG_AGO), order) == ["noWorkflow"]
        await order.until_pending("ana", "ben")


async def test_an_adopted_order_can_be_started_over(environment: WorkflowEnvironment) -> None:
    """It was taken up once: a workflow that is started by hand after the first was terminated goes on with it."""
    async with scene(environment, adopt_since=SOON) as here:
        order = await here.place(start=False)
        await reconcile(here, adopt_since=LONG_AGO)
        await order.until_pending("ana", "ben")
        await order.at_rest()
        await order.handle.terminate("an operator's mistake")
        await order.start(id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE)
        await order.until_pending("ana", "ben")


async def test_silence_after_the_hand_over_is_reported(environment: WorkflowEnvironment) -> None:
    """Its record says when the last was heard of it; an operator may set the time."""
    async with scene(environment, silent_after=timedelta(seconds=0.5)) as here:
        order = await here.place(100)
        await order.until_phase(Phase.IN_FULFILLMENT)
        await order.at_rest()
        await asyncio.sleep(0.6)
        found = await reconcile(here)
        assert about(found, order) == ["silent"]
        assert "it was handed over" in found.findings[0].why
        assert found.needs_person


@pytest.mark.slow
async def test_many_pages_in_many_runs(environment: WorkflowEnvironment) -> None:
    """Each order once, however the pages fall; going on in a new run loses nothing."""
    async with scene(environment, page_size=3) as here:
        orders = [await here.place(start=False) for _ in range(9)]
        under_way = await begin(here, pages_in_a_run=2)
        found = await finished(here, under_way)
        assert Counter(finding.order_id for finding in found.findings) == {order.id: 1 for order in orders}
        assert (found.orders, found.workflows) == (9, 9)
        latest = here.environment.client.get_workflow_handle("reconciliation")
        assert (await latest.describe()).run_id != under_way.result_run_id
        assert (await reconcile(here, pages_in_a_run=2)).counts == {}
