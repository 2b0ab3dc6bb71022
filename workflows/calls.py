"""The activities as the workflow calls them: on which queue, with which patience, under which summary."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import Priority
from temporalio.exceptions import (
    ActivityError,
    FailureError,
    RetryState,
    is_cancelled_exception,
)
from temporalio.exceptions import TimeoutError as ActivityTimeoutError

from activities.handover import HandOverActivities
from activities.notify import NotifyActivities
from activities.openings import OpeningActivities
from activities.orders import OrderActivities
from activities.requests import (
    AfterEnd,
    CloseRequest,
    HandedOver,
    HandOverRequest,
    LookRequest,
    Moves,
    OpenedLevel,
    OpenRequest,
    ReleaseRequest,
    RouteRequest,
    Routing,
    Seen,
    TellRequest,
)
from domain.fulfillment import HandOver
from domain.status import OrderRecord
from workflows.names import COMMERCETOOLS_QUEUE, ORDERS_QUEUE
from workflows.policies import (
    ANNOUNCE,
    ATTEMPT,
    CARRY_OUT,
    IN_TURN,
    LOOK_UP,
    MUST_LAND,
    NEW_ORDERS,
    PATIENCE,
    PEOPLE_WAIT,
    SIGN_OF_LIFE,
    TELL,
    TELL_FOR,
)

A = TypeVar("A")
R = TypeVar("R")


async def _of_commercetools(
    method: Callable[[Any, A], Awaitable[R]], request: A, summary: str, priority: Priority
) -> R:
    """Ask commercetools until it answers, or a person should know that it does not."""
    return await workflow.execute_activity_method(
        method,
        request,
        task_queue=COMMERCETOOLS_QUEUE,
        start_to_close_timeout=ATTEMPT,
        heartbeat_timeout=SIGN_OF_LIFE,
        schedule_to_close_timeout=PATIENCE,
        retry_policy=MUST_LAND,
        priority=priority,
        summary=summary,
    )


async def route_order(request: RouteRequest) -> Routing:
    """Read and route."""
    priority = NEW_ORDERS if request.first else PEOPLE_WAIT
    return await _of_commercetools(
        OrderActivities.route_order, request, "read the order and route it", priority
    )


async def open_level(request: OpenRequest) -> OpenedLevel:
    """Read the directory for a level. Unless somebody is asked for a role, it asks nobody outside and waits behind no limit."""
    if request.business_unit is not None:
        summary = f"read the directory and who has a role: {', '.join(request.level.approvers)}"
        return await _of_commercetools(OpeningActivities.open_level, request, summary, PEOPLE_WAIT)
    return await workflow.execute_activity_method(
        OpeningActivities.open_level,
        request,
        task_queue=ORDERS_QUEUE,
        start_to_close_timeout=LOOK_UP,
        schedule_to_close_timeout=PATIENCE,
        retry_policy=MUST_LAND,
        priority=PEOPLE_WAIT,
        summary=f"read the directory: {', '.join(request.level.approvers)}",
    )


async def look_at_order(request: LookRequest) -> Seen:
    """Read the order without touching it."""
    return await _of_commercetools(
        OrderActivities.look_at_order, request, "look at the order again", PEOPLE_WAIT
    )


async def release_order(request: ReleaseRequest) -> Moves:
    """The gate before fulfilment."""
    by = f" on the word of {request.on_behalf_of}" if request.on_behalf_of else ""
    summary = f"approve and claim for fulfilment{by}"
    return await _of_commercetools(OrderActivities.release_order, request, summary, CARRY_OUT)


async def close_order(request: CloseRequest) -> Moves:
    """Move the order to its end."""
    summary = f"close the order: {request.phase}"
    return await _of_commercetools(OrderActivities.close_order, request, summary, CARRY_OUT)


async def record_order(record: OrderRecord) -> None:
    """Write the lasting record by itself."""
    await _of_commercetools(OrderActivities.record_order, record, "write the audit record", IN_TURN)


async def hand_over(request: HandOverRequest) -> HandedOver:
    """Write the hand-over, create-only."""
    summary = f"hand over {request.hand_over.ref}"
    return await _of_commercetools(HandOverActivities.hand_over, request, summary, CARRY_OUT)


async def announce_hand_over(document: HandOver) -> None:
    """Tell the fulfilment system."""
    await workflow.execute_activity_method(
        HandOverActivities.announce_hand_over,
        document,
        task_queue=ORDERS_QUEUE,
        start_to_close_timeout=ATTEMPT,
        heartbeat_timeout=SIGN_OF_LIFE,
        retry_policy=ANNOUNCE,
        priority=CARRY_OUT,
        summary=f"tell the fulfilment system of {document.ref}",
    )


async def tell_people(request: TellRequest) -> bool:
    """Send messages to people, for as long as it could help them; whether the record was written along."""
    first = request.notifications[0]
    people = ", ".join(notification.recipient for notification in request.notifications)
    return await _tell(NotifyActivities.tell_people, request, f"{first.kind}: tell {people}")


async def tell_after_end(told: AfterEnd) -> None:
    """Tell operators what was done to an order after its end, for as long as it could help."""
    summary = f"{told.alarm}: tell operators, and put it on record"
    await _tell(NotifyActivities.tell_after_end, told, summary)


async def _tell(method: Callable[[Any, A], Awaitable[R]], request: A, summary: str) -> R:
    """Somebody has to hear of it; after a day it would help nobody."""
    return await workflow.execute_activity_method(
        method,
        request,
        task_queue=COMMERCETOOLS_QUEUE,
        start_to_close_timeout=ATTEMPT,
        heartbeat_timeout=SIGN_OF_LIFE,
        schedule_to_close_timeout=TELL_FOR,
        retry_policy=TELL,
        priority=PEOPLE_WAIT,
        summary=summary,
    )


def is_refused(error: ActivityError) -> bool:
    """Whether it is refused for good; else an outside system was out of reach for too long.

    Raises:
        ActivityError: the workflow itself is cancelled.
    """
    if is_cancelled_exception(error):
        raise error
    return error.retry_state is RetryState.NON_RETRYABLE_FAILURE


def reason(error: ActivityError) -> str:
    """What went wrong, in the words of the outside system."""
    cause = error.cause
    while isinstance(cause, ActivityTimeoutError) and cause.cause is not None:
        cause = cause.cause
    return cause.message if isinstance(cause, FailureError) else str(cause)
