"""Units that nobody takes are cancelled just while they are split once more: whoever gets the rest gets no more than that."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from domain.cancellation import Cancellation, CancelledItem
from domain.decision import DecisionReceipt, Receipt
from domain.splitting import SplitRule, SplitWhen
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from tests.workflows.test_splits import HERE, THERE, placed, rules
from tests.workflows.warehouses import NORTH, Warehouse
from workflows.order import Order

ASKS = SplitRule(rule="asks", when=SplitWhen(supply_channel=("nowhere",)), provider=NORTH)
"""It matches nothing, and makes splitting read from commercetools."""


@pytest.fixture(scope="module")
def north() -> Warehouse:
    """The provider for Austria."""
    return Warehouse(NORTH)


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment, north: Warehouse) -> AsyncIterator[Scene]:
    """Nobody for Austria."""
    async with scene(environment, configuration=rules(HERE), providers={NORTH: north}) as set_up:
        yield set_up


async def cancelled_while_split(here: Scene, order: Placed, units: Mapping[str, int]) -> Receipt:
    """The rules are mended, the order is looked at, and while the split reads what it needs, units are cancelled."""
    await here.stop_workers()
    await here.start_workers(rules(ASKS, THERE, HERE))
    await here.fault("slow", delayMs=1000, method="POST", path="^/graphql", times=1)
    await order.changed()
    left = await here.faults_left()
    while left:
        await asyncio.sleep(0.01)
        left = await here.faults_left()
    items = tuple(CancelledItem(line_item_id=line, quantity=one) for line, one in units.items())
    sent = Cancellation(cancellation_id="c-1", by="dana", items=items)
    receipt: DecisionReceipt = await order.handle.execute_update(
        Order.cancel,  # type: ignore[arg-type] # mypy takes its coroutine for its answer
        sent,
        id=f"c-1/{order.number}",
    )
    await order.at_rest()
    await here.stop_workers()
    await here.start_workers()
    return receipt.receipt


async def test_all_of_them(here: Scene, north: Warehouse) -> None:
    """Nobody is given anything, and the order goes on without them."""
    north.clear()
    order, pumps, hoses = await placed(here)
    assert await cancelled_while_split(here, order, {pumps: 1, hoses: 2}) is Receipt.ACCEPTED
    assert north.orders == {}
    status = await order.until(lambda status: status.alarm is None)
    assert [one.ref for one in status.logistic_orders] == [f"{order.number}-1"]
    await order.changed()
    await order.at_rest()
    assert len((await order.status()).logistic_orders) == 1


async def test_some_of_them(here: Scene, north: Warehouse) -> None:
    """The provider is given what is left."""
    north.clear()
    order, pumps, hoses = await placed(here)
    assert await cancelled_while_split(here, order, {hoses: 2}) is Receipt.ACCEPTED
    await order.until(lambda _: bool(north.orders))
    (draft,) = north.orders.values()
    assert {line.id: line.quantity for line in draft.lines} == {pumps: 1}
