"""Events that come after their order's end are kept until a person has seen to them."""

import asyncio
from datetime import UTC, datetime

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from domain.alarms import Alarm
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus
from starter.temporal_orders import TemporalOrders
from tests.workflows.scene import Scene
from workflows.inbound import InboundEvent
from workflows.memory import Parked
from workflows.names import ALARM, inbound_workflow_id


async def test_a_parked_event_is_shown_once_and_settled(
    here: Scene, environment: WorkflowEnvironment
) -> None:
    """However often it is reported there is one; it says what it is, and ends when somebody has seen to it."""
    event = FulfillmentEvent(
        event_id="late-1",
        ref="ON-1-1",
        status=FulfillmentStatus.RETURNED,
        occurred_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    orders = TemporalOrders(environment.client)
    for _ in range(2):
        await orders.park("order-1", event, "it came after the end")
    workflow_id = inbound_workflow_id("fulfillment", "late-1")
    handle: WorkflowHandle[InboundEvent, str] = environment.client.get_workflow_handle_for(
        InboundEvent.run, workflow_id
    )
    parked: Parked = await handle.query(InboundEvent.parked)
    assert (parked.order_id, parked.event) == ("order-1", event)
    assert (await handle.describe()).typed_search_attributes[ALARM] == Alarm.PARKED
    await handle.signal(InboundEvent.settle, "booked by hand")
    assert await asyncio.wait_for(handle.result(), 10) == "booked by hand"
    await orders.park("order-1", event, "it came after the end")
    assert (await handle.describe()).close_time is not None


async def test_two_systems_may_count_alike(here: Scene, environment: WorkflowEnvironment) -> None:
    """The same id for another logistic order is another event: both are kept, each once, and shown by their ids."""
    orders, when = TemporalOrders(environment.client), datetime(2026, 1, 5, tzinfo=UTC)
    for ref in ("ON-8-1", "ON-9-1", "ON-8-1", "ON-9-1"):
        event = FulfillmentEvent(event_id="e-1", ref=ref, status=FulfillmentStatus.RETURNED, occurred_at=when)
        await orders.park(f"order-of-{ref}", event, "it came after the end")
    kept = {}
    for event_id in ("e-1", "e-1@ON-9-1"):
        handle: WorkflowHandle[InboundEvent, str] = environment.client.get_workflow_handle_for(
            InboundEvent.run, inbound_workflow_id("fulfillment", event_id)
        )
        kept[event_id] = (await handle.query(InboundEvent.parked)).order_id
        assert (await handle.query(InboundEvent.inbound)).event_id == event_id
        await handle.signal(InboundEvent.settle, "booked by hand")
        await asyncio.wait_for(handle.result(), 10)
    assert kept == {"e-1": "order-of-ON-8-1", "e-1@ON-9-1": "order-of-ON-9-1"}
