"""The workflows of orders, reached through a Temporal client."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from domain.audit import AuditTrail
from domain.cancellation import Sayable
from domain.decision import DecisionReceipt
from domain.fulfillment import FulfillmentEvent
from domain.release import ReleaseVerdict
from domain.status import OrderStatus
from domain.value import Value
from starter.orders_gateway import (
    ClosedWorkflowError,
    GatewayError,
    Page,
    Reached,
    UnansweredError,
    Worklist,
)
from starter.parking import park
from starter.sayings import names_of
from starter.temporal_errors import gone, not_found, refusal, unanswered
from starter.worklist import fetch_page
from workflows.asking import NotToldError, Question, ask
from workflows.memory import OrderChanged, OrderStart, Parked
from workflows.names import (
    ORDERS_QUEUE,
    SEARCH_ATTRIBUTES,
    OrderHint,
    order_workflow_id,
    start_attributes,
)
from workflows.policies import TASK

ORDER = "Order"
FULFILLMENT, COMMERCETOOLS = "fulfillment", "commercetools"
"""The providers whose events come through the edge's own paths."""
CALL = timedelta(seconds=5)
"""For a start, a signal or a query: the client itself tries again within it."""
ANSWER = timedelta(seconds=20)
"""For what a person says: while an order is being routed, it is answered when the route is known."""
_UNASKABLE = (
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
V = TypeVar("V", bound=Value)
R = TypeVar("R")
P = ParamSpec("P")


def _once_connected(method: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    """A lazy client connects at its first call, and says by a plain RuntimeError that it could not."""

    @wraps(method)
    async def reached(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await method(*args, **kwargs)
        except RuntimeError as error:
            if type(error) is not RuntimeError:
                raise
            raise UnansweredError("Temporal cannot be reached") from error

    return reached


class TemporalOrders:
    """`OrderWorkflows` by Temporal. The client may be lazy."""

    def __init__(self, client: Client, *, call: timedelta = CALL, answer: timedelta = ANSWER) -> None:
        self._client = client
        self._call = call
        self._answer = answer

    @_once_connected
    async def start(self, order_id: str, hint: OrderHint) -> Reached:
        """See OrderWorkflows. Temporal's defaults would run a second approval after the first has closed."""
        return await self._start(order_id, hint, None)

    @_once_connected
    async def tell(self, order_id: str, change: OrderChanged) -> Reached:
        """See OrderWorkflows."""
        handle = self._handle(order_id)
        try:
            await handle.signal("order_changed", change, rpc_timeout=self._call)
        except RPCError as error:
            raise await self._why(handle, error) from error
        return Reached.TOLD

    @_once_connected
    async def tell_or_start(self, order_id: str, change: OrderChanged, hint: OrderHint) -> Reached:
        """See OrderWorkflows. One call: nothing can happen between the start and the message."""
        return await self._start(order_id, hint, change)

    @_once_connected
    async def say(self, order_id: str, said: Sayable) -> DecisionReceipt:
        """See OrderWorkflows."""
        handle, update = self._handle(order_id), names_of(said).update
        try:
            async with asyncio.timeout(self._answer.total_seconds()):
                receipt: DecisionReceipt = await handle.execute_update(
                    update, said, id=said.update_id, result_type=DecisionReceipt, rpc_timeout=self._answer
                )
        except WorkflowUpdateFailedError as error:
            raise refusal(error) from error
        except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError) as error:
            raise UnansweredError("the order's workflow gave no answer in time") from error
        except RPCError as error:
            raise await self._why(handle, error) from error
        return receipt

    @_once_connected
    async def fulfillment_event(self, order_id: str, event: FulfillmentEvent) -> None:
        """See OrderWorkflows."""
        handle = self._handle(order_id)
        try:
            await handle.signal("fulfillment_event", event, rpc_timeout=self._call)
        except RPCError as error:
            raise await self._why(handle, error) from error

    @_once_connected
    async def park(self, order_id: str, event: FulfillmentEvent, why: str) -> None:
        """See OrderWorkflows."""
        parked = Parked(provider=FULFILLMENT, order_id=order_id, event=event, why=why)
        await park(self._client, parked, self._call)

    @_once_connected
    async def park_change(self, order_id: str, change: OrderChanged, why: str) -> None:
        """See OrderWorkflows."""
        parked = Parked(provider=COMMERCETOOLS, order_id=order_id, change=change, why=why)
        await park(self._client, parked, self._call)

    @_once_connected
    async def released(self, order_id: str, digest: str) -> ReleaseVerdict:
        """See OrderWorkflows."""
        return await self._ask(order_id, Question(query="released", digest=digest), ReleaseVerdict)

    @_once_connected
    async def status(self, order_id: str) -> OrderStatus:
        """See OrderWorkflows."""
        return await self._ask(order_id, Question(query="status"), OrderStatus)

    @_once_connected
    async def audit(self, order_id: str) -> AuditTrail:
        """See OrderWorkflows."""
        return await self._ask(order_id, Question(query="audit"), AuditTrail)

    @_once_connected
    async def list(self, wanted: Worklist, limit: int, cursor: str | None) -> Page:
        """See OrderWorkflows."""
        try:
            return await fetch_page(self._client, wanted, limit, cursor, self._call)
        except RPCError as error:
            raise unanswered(error) from error

    @_once_connected
    async def missing_search_attributes(self) -> frozenset[str]:
        """See OrderWorkflows."""
        request = ListSearchAttributesRequest(namespace=self._client.namespace)
        try:
            held = await self._client.operator_service.list_search_attributes(request, timeout=self._call)
        except RPCError as error:
            raise unanswered(error) from error
        return frozenset(key.name for key in SEARCH_ATTRIBUTES) - set(held.custom_attributes)

    def _handle(self, order_id: str) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(order_workflow_id(order_id))

    async def _start(self, order_id: str, hint: OrderHint, change: OrderChanged | None) -> Reached:
        try:
            await self._client.start_workflow(
                ORDER,
                OrderStart(order_id=order_id),
                id=order_workflow_id(order_id),
                task_queue=ORDERS_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=start_attributes(hint),
                static_summary=_summary(order_id, hint),
                task_timeout=TASK,
                start_signal="order_changed" if change else None,
                start_signal_args=[change] if change else [],
                rpc_timeout=self._call,
            )
        except WorkflowAlreadyStartedError:
            return Reached.CLOSED
        except RPCError as error:
            raise unanswered(error) from error
        return Reached.TOLD if change else Reached.STARTED

    async def _ask(self, order_id: str, question: Question, answer: type[V]) -> V:
        try:
            return await ask(self._handle(order_id), question, answer, self._call)
        except (*_UNASKABLE, NotToldError) as error:
            raise UnansweredError("the order's workflow cannot be asked at the moment") from error
        except RPCError as error:
            raise (gone() if not_found(error) else unanswered(error)) from error

    async def _why(self, handle: WorkflowHandle[Any, Any], error: RPCError) -> GatewayError:
        """Temporal says "not found" of a closed workflow too: whether it is there at all tells them apart."""
        if not not_found(error):
            return unanswered(error)
        try:
            await handle.describe(rpc_timeout=self._call)
        except RPCError as second:
            return gone() if not_found(second) else unanswered(second)
        return ClosedWorkflowError("the order's workflow has ended")


def _summary(order_id: str, hint: OrderHint) -> str:
    """What the Temporal UI calls the workflow: at most 200 bytes, of the order's own number and total alone."""
    name = (hint.order_number or order_id)[:100]
    return f"Order {name}, {hint.total}" if hint.total is not None else f"Order {name}"
