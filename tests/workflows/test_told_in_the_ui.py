"""The story that the Temporal UI shows of an order: who decides, on whose behalf, until when, and what was said so far."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.testing import WorkflowEnvironment

from domain.phases import Phase
from tests.workflows.office import away, office
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene


@pytest.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """An office where ben is away, and gil stands in."""
    async with scene(environment, configuration=office({"ben": {"absences": [away("gil")]}})) as set_up:
        yield set_up


async def story(order: Placed) -> str:
    """What the UI shows."""
    await order.settled()
    metadata: WorkflowMetadata = await order.handle.query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    return metadata.current_details


async def test_it_names_who_decides_on_whose_behalf_and_until_when(here: Scene) -> None:
    """While it waits, and what was decided in whose name after that."""
    order = await here.place(1_000_000)
    status = await order.until_pending("ana", "ben", "gil")
    assert status.pending[0].due_at is not None
    until = status.pending[0].due_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    assert f"**Waits for** ana, ben, gil for ben at step manager, until {until}" in await story(order)
    await order.delegate("ana", "fay")
    await order.until_pending("ana", "ben", "fay", "gil")
    told = await story(order)
    assert "fay for ana" in told
    assert "**delegated** by ana: fay" in told
    await order.decide("fay", revision=1)
    await order.until_pending("cem")
    told = await story(order)
    assert "**Waits for** cem at step finance" in told
    assert "**Agreed**: fay for ana at manager" in told
    assert "**decided** by fay: approve; on behalf of ana" in told


async def test_it_says_that_a_level_opens_and_how_often_it_was_sent_back(here: Scene) -> None:
    """While the directory is read nobody is waited for, and it says why; rounds are counted against the policy's."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben", "gil")
    here.lookups.clear()
    await order.decide("ana", revision=1)
    told = await story(order)
    assert "**Opens** step finance: the directory is read for it" in told
    assert "**Waits for**" not in told
    here.lookups.set()
    await order.until_pending("cem")
    await asyncio.sleep(0)
    await order.decide("cem", "requestChanges", comment="for rita's eyes")
    await order.until_phase(Phase.CHANGES_REQUESTED)
    told = await story(order)
    assert "**Sent back** 1 of 2 times" in told
    assert "rita's eyes" not in told
