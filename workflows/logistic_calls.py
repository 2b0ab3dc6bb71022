"""The activities on logistic orders as the workflow calls them: each provider on a queue of its own."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from temporalio import workflow

from activities.progress import ProgressActivities
from activities.providers import (
    CancelRequest,
    DeliveryRequest,
    ExportRequest,
    PaymentRequest,
    ProviderActivities,
)
from activities.requests import ProgressRequest, ProgressTold, SplitRequest
from activities.splitting import SplittingActivities
from domain.logistic_orders import LogisticOrders
from domain.provider_answers import ChangeAnswer, ExportAnswer
from workflows.names import COMMERCETOOLS_QUEUE, provider_queue
from workflows.policies import ATTEMPT, CARRY_OUT, IN_TURN, MUST_LAND, PATIENCE, PROVIDE, SIGN_OF_LIFE

_NEVER_OVERTAKEN = workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED
"""What is called off for newer news must not arrive after it."""
A = TypeVar("A")
R = TypeVar("R")


async def split_order(request: SplitRequest) -> LogisticOrders:
    """Split a content under the rules as they are now."""
    return await workflow.execute_activity_method(
        SplittingActivities.split_order,
        request,
        task_queue=COMMERCETOOLS_QUEUE,
        start_to_close_timeout=ATTEMPT,
        heartbeat_timeout=SIGN_OF_LIFE,
        schedule_to_close_timeout=PATIENCE,
        retry_policy=MUST_LAND,
        priority=CARRY_OUT,
        summary="split the order into logistic orders",
    )


async def apply_progress(request: ProgressRequest) -> ProgressTold:
    """Tell commercetools how far the order has come."""
    return await workflow.execute_activity_method(
        ProgressActivities.apply_progress,
        request,
        task_queue=COMMERCETOOLS_QUEUE,
        start_to_close_timeout=ATTEMPT,
        heartbeat_timeout=SIGN_OF_LIFE,
        schedule_to_close_timeout=PATIENCE,
        retry_policy=MUST_LAND,
        priority=IN_TURN,
        summary=f"write the order's progress: {request.progress.shipment_state or 'its goods'}",
    )


async def export_order(provider: str, request: ExportRequest) -> ExportAnswer:
    """Give a provider its logistic order, once."""
    summary = f"hand {request.draft.ref} over to {provider}"
    ended = (
        workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED
    )  # only then it is known what may be there
    return await _of_provider(provider, ProviderActivities.export_order, request, summary, ended)


async def cancel_at_provider(provider: str, request: CancelRequest) -> ChangeAnswer:
    """Ask a provider to cancel."""
    summary = f"ask {provider} to cancel of {request.ref}"
    return await _of_provider(provider, ProviderActivities.cancel_at_provider, request, summary)


async def tell_of_payment(provider: str, request: PaymentRequest) -> ChangeAnswer:
    """Tell a provider the state of the payment."""
    summary = f"tell {provider} of the payment of {request.ref}: {request.state}"
    return await _of_provider(
        provider, ProviderActivities.tell_of_payment, request, summary, _NEVER_OVERTAKEN
    )


async def change_delivery(provider: str, request: DeliveryRequest) -> ChangeAnswer:
    """Ask a provider to deliver elsewhere, or otherwise."""
    summary = f"ask {provider} to deliver {request.ref} otherwise"
    return await _of_provider(
        provider, ProviderActivities.change_delivery, request, summary, _NEVER_OVERTAKEN
    )


async def _of_provider(
    provider: str,
    method: Callable[[Any, A], Awaitable[R]],
    request: A,
    summary: str,
    cancelling: workflow.ActivityCancellationType = workflow.ActivityCancellationType.TRY_CANCEL,
) -> R:
    """Ask a provider until it answers, or a person should know that it does not."""
    return await workflow.execute_activity_method(
        method,
        request,
        task_queue=provider_queue(provider),
        start_to_close_timeout=ATTEMPT,
        heartbeat_timeout=SIGN_OF_LIFE,
        schedule_to_close_timeout=PATIENCE,
        retry_policy=PROVIDE,
        cancellation_type=cancelling,
        priority=CARRY_OUT,
        summary=summary[:150],
    )
