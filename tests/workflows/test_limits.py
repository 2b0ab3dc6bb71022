"""Limits of commercetools respected: a rate limit on its queue, and who goes first where calls queue up."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.phases import Phase
from tests.workflows.scene import Scene, scene

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

PER_SECOND = 5.0
IMPORTED = 60


@pytest.fixture(scope="module")
async def limited(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """A Placet that may begin five activities on commercetools in a second."""
    async with scene(environment, per_second=PER_SECOND, cached_workflows=200) as set_up:
        yield set_up


async def untouched(here: Scene) -> int:
    """How many orders nobody has looked at yet."""
    answer = await here.shop.get("/orders", params={"where": "state is not defined", "limit": "1"})
    total: int = answer.json()["total"]
    return total


async def test_a_decision_goes_before_an_import(limited: Scene) -> None:
    """While sixty new orders queue up to be looked at, a yes is carried out: approved and claimed for fulfilment."""
    urgent = await limited.place()
    await urgent.until_pending("ana", "ben")
    await urgent.at_rest()
    await asyncio.gather(*(limited.place() for _ in range(IMPORTED)))
    await asyncio.sleep(1)
    began, before = monotonic(), await untouched(limited)
    await urgent.decide("ana")
    await urgent.until_phase(Phase.IN_FULFILLMENT)
    took, after = monotonic() - began, await untouched(limited)
    assert took < 3, f"{took:.1f} s"  # with equal priorities it takes as long as the queue is: fourteen
    assert before >= after > IMPORTED / 2


async def test_the_limit_holds(limited: Scene) -> None:
    """Sixty first looks, and telling the people of each: no more of them in a second than the limit, after the burst."""
    await limited.end()
    await limited.clear()
    await asyncio.gather(*(limited.place() for _ in range(IMPORTED)))
    await asyncio.sleep(2)  # the tokens that had gathered are used up
    began, before = monotonic(), await untouched(limited)
    await asyncio.sleep(4)
    done = before - await untouched(limited)
    rate = done / (monotonic() - began)
    assert 0 < rate <= PER_SECOND * 1.3, f"{rate:.1f} in a second"
