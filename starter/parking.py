"""Keeping what came for an order that takes nothing in any more: a workflow `InboundEvent` for each, until a person has seen to it."""

from datetime import timedelta

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from domain.alarms import Alarm
from starter.temporal_errors import unanswered
from workflows.memory import Parked
from workflows.names import ALARM, ORDERS_QUEUE, inbound_workflow_id

INBOUND_EVENT = "InboundEvent"


async def park(client: Client, parked: Parked, call: timedelta) -> None:
    """Keep it, once, however often it comes.

    Two systems may count alike: an event whose id was taken by that of another logistic order has the reference beside
    its own in the id of its workflow.

    Raises:
        GatewayError: Temporal does not answer within `call`.
    """
    try:
        taken = await _started(client, parked, _event_id(parked), call)
        if taken and parked.event is not None and not await _is_same(client, parked, call):
            await _started(client, parked, f"{parked.event.event_id}@{parked.event.ref}", call)
    except RPCError as error:
        raise unanswered(error) from error


async def _started(client: Client, parked: Parked, event_id: str, call: timedelta) -> bool:
    """Whether there was a workflow of that id before; if not, there is one now."""
    drifted = parked.change is not None and parked.change.drifted is not None
    alarm = Alarm.PAST_THE_GUARD if drifted else Alarm.PARKED
    try:
        await client.start_workflow(
            INBOUND_EVENT,
            parked,
            id=inbound_workflow_id(parked.provider, event_id),
            task_queue=ORDERS_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            search_attributes=TypedSearchAttributes([SearchAttributePair(ALARM, alarm.value)]),
            static_summary=_summary(parked),
            rpc_timeout=call,
        )
    except WorkflowAlreadyStartedError:
        return True
    return False


async def _is_same(client: Client, parked: Parked, call: timedelta) -> bool:
    """Whether what was parked under the plain id, be it seen to or not, is of the same logistic order."""
    handle = client.get_workflow_handle(inbound_workflow_id(parked.provider, _event_id(parked)))
    events = handle.fetch_history_events(page_size=1, rpc_timeout=call)
    first: HistoryEvent = await anext(aiter(events))
    payloads = first.workflow_execution_started_event_attributes.input.payloads
    [known] = await client.data_converter.decode(payloads[:1], [Parked])
    return (known.order_id, known.event and known.event.ref) == (
        parked.order_id,
        parked.event and parked.event.ref,
    )


def _event_id(parked: Parked) -> str:
    if parked.event is not None:
        return parked.event.event_id
    return parked.change.message_id if parked.change is not None else ""


def _summary(parked: Parked) -> str:
    if parked.event is not None:
        return f"Parked: {parked.event.status} of {parked.event.ref[:100]}"
    return f"Parked: {parked.change.type if parked.change else None} of {parked.order_id[:100]}"
