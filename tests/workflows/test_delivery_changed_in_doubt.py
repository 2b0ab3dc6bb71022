"""What a provider has refused it may have taken all the same: nobody forgets that before it has taken the way back."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from tests.workflows.scene import Scene, scene
from tests.workflows.test_delivery_changed import addresses_are_harmless, exported, moved, put_back
from tests.workflows.warehouses import NORTH, Warehouse


@pytest.fixture(scope="module")
def north() -> Warehouse:
    """The provider of everything."""
    return Warehouse(NORTH)


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment, north: Warehouse) -> AsyncIterator[Scene]:
    """One provider, and addresses that are harmless."""
    configuration = addresses_are_harmless()
    async with scene(environment, configuration=configuration, providers={NORTH: north}) as set_up:
        yield set_up


async def test_what_a_refusal_may_have_left_is_taken_back(here: Scene, north: Warehouse) -> None:
    """The provider took it, its reply was lost, and it refused the repeat: the alarm stays until it takes the way back."""
    order = await exported(here, north)
    north.losing = 10_000
    await moved(order)
    await order.until(lambda _: bool(north.sent_to))
    north.deliveries, north.losing = "refuses", 0
    await order.until_alarm("changedAfterHandOver")
    north.deliveries = "unreachable"
    heard = len(north.sent_to)
    await put_back(order)
    await order.until(lambda _: len(north.sent_to) > heard)
    assert north.sent_to[-1] == (f"{order.number}-1", "10115", None)
    assert (await order.status()).alarm == "changedAfterHandOver"
    north.deliveries = "settles"
    await order.until(lambda status: status.alarm is None)
