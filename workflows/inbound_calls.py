"""How the workflow of an inbound event reaches its handler, and the workflow of the order that it is for."""

from collections.abc import Sequence
from typing import NamedTuple

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError, is_cancelled_exception

from activities.inbound import InboundActivities
from domain.inbound import Delivery, Handled, Origin, Parking, ParkReason, Received
from workflows import calls
from workflows.names import order_workflow_id, provider_queue
from workflows.policies import AT_LEISURE, ATTEMPT, ENRICH, IN_TURN, PATIENCE, SIGN_OF_LIFE


async def handle(received: Received) -> Handled | None:
    """What the handler says; None if its provider could not be asked for too long."""
    try:
        return await workflow.execute_activity_method(
            InboundActivities.handle_inbound,
            received,
            task_queue=provider_queue(received.provider),
            start_to_close_timeout=ATTEMPT,
            heartbeat_timeout=SIGN_OF_LIFE,
            schedule_to_close_timeout=PATIENCE,
            retry_policy=ENRICH,
            priority=AT_LEISURE if received.origin is Origin.PULL else IN_TURN,
            summary=f"handle {received.entity_type} {received.entity_ref}"[:150],
        )
    except ActivityError as error:
        if calls.is_refused(error):
            return Handled.park(ParkReason.UNREADABLE, calls.reason(error))
    return None


class Delivered(NamedTuple):
    """What became of deliveries."""

    parking: Parking | None = None
    """Why the event has to be parked, if one of the orders is not there to be told."""
    closed: tuple[str, ...] = ()
    """The orders that have ended, and had what they would have been told."""


async def deliver(deliveries: Sequence[Delivery]) -> Delivered:
    """Tell each order."""
    closed: list[str] = []
    for delivery in deliveries:
        order = workflow.get_external_workflow_handle(order_workflow_id(delivery.order_id))
        try:
            for event in delivery.events:  # one after another: signals under way at once come in any order
                await order.signal("fulfillment_event", event)
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            if not delivery.had:
                why = f"order {delivery.order_id} has no workflow that could be told: it has ended, or there was none"
                return Delivered(Parking(reason=ParkReason.NO_WORKFLOW, why=why))
            closed.append(delivery.order_id)
    return Delivered(closed=tuple(closed))
