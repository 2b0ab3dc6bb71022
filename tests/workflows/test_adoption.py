"""Going live: which orders are taken up."""

from datetime import UTC, datetime, timedelta

from temporalio.testing import WorkflowEnvironment

from starter.temporal_orders import TemporalOrders
from tests.workflows.scene import Scene, scene
from tests.workflows.test_drift import drifted
from workflows.names import OrderHint

SOON = datetime.now(UTC) + timedelta(hours=1)


async def left_alone(here: Scene) -> None:
    """A new order is not touched: no write, no record, and it is in no list."""
    order = await here.place()
    result = await order.result()
    assert result.note == "it was placed before Placet was set up"
    assert await here.writes(order.id) == []
    assert await order.custom_object("placet-audit") is None


async def test_orders_older_than_the_set_up_are_not_taken_up(environment: WorkflowEnvironment) -> None:
    """What was placed before the first `placet setup`, as the project has it on record, is never moved."""
    async with scene(environment) as here:
        value = {"adoptSince": SOON.isoformat()}
        setup = {"container": "placet-setup", "key": "placet", "value": value}
        assert (await here.shop.post("/custom-objects", json=setup)).status_code == 201
        await left_alone(here)


async def test_the_settings_may_name_another_instant(environment: WorkflowEnvironment) -> None:
    """`PLACET_ADOPT_SINCE` goes before what the project has on record."""
    async with scene(environment, adopt_since=SOON) as here:
        await left_alone(here)


async def test_without_a_set_up_every_order_is_taken_up(environment: WorkflowEnvironment) -> None:
    """No record of a set-up is no reason to leave an order unapproved."""
    async with scene(environment) as here:
        order = await here.place()
        await order.until_pending("ana", "ben")


async def test_a_move_of_an_order_that_is_not_taken_up_is_told(environment: WorkflowEnvironment) -> None:
    """It is older than the set-up, so Placet leaves it alone: operators hear of it, nothing is written."""
    async with scene(environment, adopt_since=SOON) as here:
        order = await here.place(start=False)
        told = drifted("PendingApproval", "InFulfillment")
        await TemporalOrders(environment.client).tell_or_start(order.id, told, OrderHint())
        order.started.append(order.handle)
        await order.result()
        assert here.inboxes.of("operators") == ["alarm"]
        assert await order.custom_object("placet-audit") is None
        assert await here.writes(order.id) == []
