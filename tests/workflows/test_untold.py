"""What a provider has still to be told is seen where people look: in the status, and in the Temporal UI."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.testing import WorkflowEnvironment

from domain.phases import Phase
from domain.splitting import SplitRule, SplittingRules
from tests.workflows.drafts import shipped
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from tests.workflows.warehouses import BERLIN, NORTH, Warehouse

AWAY = {"country": "DE", "city": "Berlin", "postalCode": "99999"}


@pytest.fixture(scope="module")
def north() -> Warehouse:
    """The provider of everything."""
    return Warehouse(NORTH)


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment, north: Warehouse) -> AsyncIterator[Scene]:
    """The shipped example, in which an address is harmless."""
    base = shipped()
    policy = base.policy.model_copy(update={"harmless": ("shippingAddress",)})
    splitting = SplittingRules(rules=(SplitRule(rule="all", provider=NORTH),))
    configuration = replace(base, policy=policy, splitting=splitting)
    async with scene(environment, configuration=configuration, providers={NORTH: north}) as set_up:
        yield set_up


async def story(order: Placed) -> str:
    """What the Temporal UI shows."""
    await order.settled()
    metadata: WorkflowMetadata = await order.handle.query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    return metadata.current_details


async def untold(order: Placed) -> list[str]:
    """What the one provider has still to be told."""
    (one,) = (await order.status()).logistic_orders
    return [news.value for news in one.telling]


@pytest.mark.parametrize("how", ["unreachable", "fault"])
async def test_news_that_a_provider_has_not_heard_are_shown(here: Scene, north: Warehouse, how: str) -> None:
    """Payment, delivery, or both; also while a person has to mend a fault of ours; and not once it has answered."""
    north.clear()
    north.deliveries = north.payments = how
    order = await here.place(5_000, shippingAddress=BERLIN)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.until(lambda _: bool(north.orders))
    await order.at_rest()
    assert await untold(order) == []
    await order.update({"action": "changePaymentState", "paymentState": "Paid"})
    await order.changed()
    await order.until(lambda _: bool(north.told))
    assert await untold(order) == ["payment"]
    has_still = "handedOver, its provider has still to be told of its payment"
    assert f"{has_still}; 1 unit" in await story(order)
    await order.update({"action": "setShippingAddress", "address": AWAY})
    await order.changed()
    await order.until(lambda status: len(status.logistic_orders[0].telling) == 2)
    assert f"{has_still} and delivery; 1 unit" in await story(order)
    north.deliveries = north.payments = "settles"
    await order.changed()
    await order.until(lambda _: bool(north.sent_to))
    for _ in range(3):
        await order.settled()
        await order.at_rest()
    assert await untold(order) == []
    assert "still to be told" not in await story(order)
