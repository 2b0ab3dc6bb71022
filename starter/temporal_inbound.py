"""The workflows of events from outside, reached through a Temporal client."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from domain.inbound import Received
from starter.orders_gateway import UnansweredError
from starter.parking import INBOUND_EVENT
from starter.temporal_errors import not_found, unanswered
from starter.temporal_orders import CALL
from starter.worklist import quoted
from workflows.inbound_memory import InboundState, InboundStatus
from workflows.names import ALARM, ORDERS_QUEUE, inbound_workflow_id

EventName = tuple[str, str]
"""Provider and event id."""
_ANSWER = timedelta(seconds=20)
"""For a replay: the provider may have to be asked."""
_AT_ONCE = 8
_UNASKABLE = (WorkflowQueryFailedError, WorkflowQueryRejectedError, WorkflowUpdateRPCTimeoutOrCancelledError)
_WAITING = f"WorkflowType = '{INBOUND_EVENT}' AND ExecutionStatus = 'Running' AND {ALARM.name} IS NOT NULL"


class TemporalInbound:
    """`InboundWorkflows` by Temporal, and what a person asks of them. The client may be lazy."""

    def __init__(self, client: Client, *, call: timedelta = CALL, answer: timedelta = _ANSWER) -> None:
        self._client = client
        self._call = call
        self._answer = answer

    async def take_in(self, received: Received) -> None:
        """See InboundWorkflows."""
        await self.start(received)

    async def start(self, received: Received) -> bool:
        """The same; False if it was taken in before and is done. One that is under way counts as started.

        Raises:
            UnansweredError: Temporal does not have it.
        """
        try:
            await self._client.start_workflow(
                INBOUND_EVENT,
                received,
                id=inbound_workflow_id(received.provider, received.event_id),
                task_queue=ORDERS_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=f"{received.provider}: {received.entity_type} {received.entity_ref}"[:150],
                rpc_timeout=self._call,
            )
        except WorkflowAlreadyStartedError:
            return False
        except RPCError as error:
            raise unanswered(error) from error
        except RuntimeError as error:
            if type(error) is not RuntimeError:
                raise
            # a lazy client connects at its first call, and says by a plain RuntimeError that it could not
            raise UnansweredError("Temporal cannot be reached") from error
        return True

    async def waiting_ids(self, provider: str | None = None, limit: int | None = None) -> list[EventName]:
        """Provider and event id of what a person should see to, in no order; raises RPCError."""
        return [_name(one) for one in await self._listed(provider, limit)]

    async def waiting(self, provider: str | None = None, limit: int | None = None) -> list[InboundStatus]:
        """How each of them stands, the oldest first; raises RPCError."""
        at_once = asyncio.Semaphore(_AT_ONCE)
        found = await self._listed(provider, limit)
        told = await asyncio.gather(*(self._told(one, at_once) for one in found))
        return sorted((status for status in told if status.state is not InboundState.DONE), key=_oldest)

    async def known_as(self, event_id: str, providers: tuple[str, ...]) -> list[str]:
        """Which of these providers have sent an event of that id; raises RPCError."""
        found = []
        for provider in providers:
            try:
                await self._handle(provider, event_id).describe(rpc_timeout=self._call)
            except RPCError as error:
                if not not_found(error):
                    raise
            else:
                found.append(provider)
        return found

    async def replay(self, provider: str, event_id: str) -> InboundStatus:
        """Have an event handled again; how it stands then.

        Raises:
            NotWaitingError: there is nothing of that id to replay.
            UnansweredError: no worker has answered in time; it is done as soon as one does.
            RPCError: Temporal does not answer.
        """
        handle = self._handle(provider, event_id)
        try:
            async with asyncio.timeout(self._answer.total_seconds()):
                status: InboundStatus = await handle.execute_update(
                    "replay", result_type=InboundStatus, rpc_timeout=self._answer
                )
        except WorkflowUpdateFailedError as error:
            raise NotWaitingError(f"{provider}/{event_id}: {error.cause}") from error
        except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError) as error:
            raise UnansweredError(f"{provider}/{event_id}: asked for, and not answered yet") from error
        except RPCError as error:
            if not_found(error):
                raise NotWaitingError(f"{provider}/{event_id}: nothing waits under that id") from error
            raise
        return status

    def _handle(self, provider: str, event_id: str) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(inbound_workflow_id(provider, event_id))

    async def _listed(self, provider: str | None, limit: int | None) -> list[WorkflowExecution]:
        query = _WAITING
        if provider is not None:
            query += f" AND WorkflowId STARTS_WITH {quoted(inbound_workflow_id(provider, ''))}"
        return [one async for one in self._client.list_workflows(query, limit=limit, rpc_timeout=self._call)]

    async def _told(self, found: WorkflowExecution, at_once: asyncio.Semaphore) -> InboundStatus:
        """The event's own word, or what the index has: one that does not answer must not hide the others."""
        async with at_once:
            handle = self._client.get_workflow_handle(found.id)
            try:
                status: InboundStatus = await handle.query(
                    "inbound", result_type=InboundStatus, rpc_timeout=self._call
                )
            except (*_UNASKABLE, RPCError):
                provider, event_id = _name(found)
                return InboundStatus(
                    provider=provider,
                    event_id=event_id,
                    name="",
                    state=InboundState.PARKED,
                    why="its workflow does not answer at the moment",
                    received_at=found.start_time,
                )
        return status


class NotWaitingError(Exception):
    """There is no such event, or it waits for nobody."""


def _name(found: WorkflowExecution) -> EventName:
    _, provider, event_id = found.id.split("/", 2)
    return provider, event_id


def _oldest(status: InboundStatus) -> tuple[str, str]:
    return (status.received_at.isoformat() if status.received_at else "", status.event_id)
