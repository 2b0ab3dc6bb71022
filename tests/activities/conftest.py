"""One desk for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.activities.desk import Desk, desk


@pytest_asyncio.fixture
async def here() -> AsyncIterator[Desk]:
    """A project with the shipped machine, and the activities in front of it."""
    async with desk() as set_up:
        yield set_up
