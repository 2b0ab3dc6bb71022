"""The workflows of orders as the reconciliation sees them: who runs, what they know, and how one is started or told."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    Priority,
    SearchAttributeKey,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.order import Order
from domain.phases import Phase
from domain.reconciliation import Run, RunStatus
from domain.release import ReleaseVerdict
from domain.status import OrderStatus
from domain.value import Value

STARTED_BY = "placetStartedBy"
"""The memo of a workflow that a reconciliation started: its run, so that a repeated attempt knows its own work."""
V = TypeVar("V", bound=Value)
_CALL = timedelta(seconds=5)
# A workflow that cannot be asked may cost this long, once for each order of a page.
_WORD = timedelta(seconds=3)
_STATUS = {
    WorkflowExecutionStatus.RUNNING: RunStatus.RUNNING,
    WorkflowExecutionStatus.CONTINUED_AS_NEW: RunStatus.RUNNING,
    WorkflowExecutionStatus.COMPLETED: RunStatus.COMPLETED,
    WorkflowExecutionStatus.FAILED: RunStatus.FAILED,
    WorkflowExecutionStatus.CANCELED: RunStatus.CANCELLED,
    WorkflowExecutionStatus.TERMINATED: RunStatus.TERMINATED,
    WorkflowExecutionStatus.TIMED_OUT: RunStatus.TIMED_OUT,
}
_UNASKABLE = (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED, RPCStatusCode.FAILED_PRECONDITION)


@dataclass(frozen=True)
class Contract:
    """How the workflow of an order is reached by name: handed in, because activities know no workflows."""

    workflow_type: str
    task_queue: str
    workflow_id: Callable[[str], str]
    phase: SearchAttributeKey[str]
    start: Callable[[str], Value]
    """Its input, for an order that was found to be ours to take up."""
    attributes: Callable[[Order], TypedSearchAttributes]
    asked: Callable[
        ["WorkflowHandle[Any, Any]", str, str | None, type[Value], timedelta], Awaitable[Value | None]
    ]
    """The answer to one of its queries."""
    changed: Callable[[str, int | None], Value]
    """The signal `order_changed`, by message id and version."""
    priority: Priority


@dataclass(frozen=True)
class Listed:
    """One page of orders whose workflow runs, and where the next one begins."""

    runs: dict[str, Run]
    after: bytes | None


class OrderWorkflows:
    """Reads and reaches them through a Temporal client.

    Lists come out of visibility, which lags behind; a single one is described as it is. All raise RPCError.
    """

    def __init__(self, client: Client, contract: Contract) -> None:
        self._client = client
        self._contract = contract

    async def of(self, order_ids: Sequence[str]) -> dict[str, Run]:
        """The workflows of these orders, as far as visibility has them; of several the one that runs, or the last."""
        ids = ", ".join(_literal(self._contract.workflow_id(order_id)) for order_id in order_ids)
        query = f"{self._those} AND ExecutionStatus != 'ContinuedAsNew' AND WorkflowId IN ({ids})"
        found = [one async for one in self._client.list_workflows(query, rpc_timeout=_CALL)]
        found.sort(key=lambda one: (one.status is WorkflowExecutionStatus.RUNNING, one.start_time))
        return {self._order_id(one.id): await self._run(one) for one in found}

    async def open(self, after: bytes | None, limit: int) -> Listed:
        """Those that run and whose order is not at its end yet."""
        query = (
            f"{self._those} AND ExecutionStatus = 'Running' AND {self._contract.phase.name} != 'completed'"
        )
        found = self._client.list_workflows(query, page_size=limit, next_page_token=after, rpc_timeout=_CALL)
        await found.fetch_next_page()
        runs = {self._order_id(one.id): await self._run(one) for one in found.current_page or ()}
        return Listed(runs, found.next_page_token or None)

    async def one(self, order_id: str) -> Run | None:
        """The workflow of an order as it is now."""
        try:
            return await self._run(await self._handle(order_id).describe(rpc_timeout=_CALL))
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    async def knows(self, order_id: str, digest: str) -> ReleaseVerdict | None:
        """Whether the workflow knows that content, None if it cannot say."""
        return await self._ask(order_id, "released", ReleaseVerdict, digest)

    async def status(self, order_id: str) -> OrderStatus | None:
        """How the workflow has its order, None if it cannot say."""
        return await self._ask(order_id, "status", OrderStatus)

    async def start(self, order: Order, reconciliation: str, *, again: bool) -> bool:
        """Start the workflow of an order, False if there has been one.

        `again`: also after one that closed without having touched the order.
        """
        reuse = WorkflowIDReusePolicy.ALLOW_DUPLICATE if again else WorkflowIDReusePolicy.REJECT_DUPLICATE
        try:
            await self._client.start_workflow(
                self._contract.workflow_type,
                self._contract.start(order.id),
                id=self._contract.workflow_id(order.id),
                task_queue=self._contract.task_queue,
                id_reuse_policy=reuse,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=self._contract.attributes(order),
                static_summary=f"Order {order.name[:100]}, {order.content.total}",
                memo={STARTED_BY: reconciliation},
                priority=self._contract.priority,
                rpc_timeout=_CALL,
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def tell(self, order_id: str, message_id: str, version: int | None) -> bool:
        """Have the workflow look at its order, False if it has closed meanwhile."""
        change = self._contract.changed(message_id, version)
        try:
            await self._handle(order_id).signal("order_changed", change, rpc_timeout=_CALL)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True

    async def _ask(self, order_id: str, query: str, answer: type[V], digest: str | None = None) -> V | None:
        try:
            found = await self._contract.asked(self._handle(order_id), query, digest, answer, _WORD)
        except (
            WorkflowQueryFailedError,
            WorkflowQueryRejectedError,
            WorkflowUpdateRPCTimeoutOrCancelledError,
        ):
            return None
        except RPCError as error:
            if error.status in _UNASKABLE:
                return None
            raise
        return found if isinstance(found, answer) else None

    @property
    def _those(self) -> str:
        return f"WorkflowType = {_literal(self._contract.workflow_type)}"

    def _handle(self, order_id: str) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(self._contract.workflow_id(order_id))

    def _order_id(self, workflow_id: str) -> str:
        return workflow_id.removeprefix(self._contract.workflow_id(""))

    async def _run(self, found: WorkflowExecution) -> Run:
        phase = found.typed_search_attributes.get(self._contract.phase)
        started_by = await found.memo_value(STARTED_BY, None, type_hint=str)
        return Run(
            status=_STATUS[found.status or WorkflowExecutionStatus.RUNNING],
            phase=Phase(phase) if phase in set(Phase) else None,
            started_by=started_by,
        )


def _literal(text: str) -> str:
    """A text as a literal of a visibility query; ids of orders and types of workflows hold nothing to escape but '."""
    return "'" + text.replace("'", "''") + "'"
