"""One running Placet for all end-to-end tests; each test has its own orders."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.world import World, world


@pytest_asyncio.fixture(scope="session")
async def placet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The shipped example, running."""
    async with world(tmp_path_factory.mktemp("placet")) as running:
        yield running
