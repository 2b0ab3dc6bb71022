"""How an order's workflow is asked for something: by an update that it always refuses, with the answer.

A refused update leaves no event, as a query does. But a query that reaches a worker without the workflow in its cache, after
something has happened to it that no workflow task has taken in yet, makes the SDK run the workflow ahead of its history; an
update in that moment is then written down in an order that no replay makes, and the workflow is stuck (temporalio 1.35.0;
docs/decisions/0012). So whatever Placet itself wants to know while a workflow runs, it asks like this. The queries of the
same names are for people and their tools, and for workflows that have closed.
"""

from datetime import timedelta
from typing import Any, TypeVar

from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.value import Value

READ, NOT_TOLD = "read", "notTold"
V = TypeVar("V", bound=Value)


class Question(Value):
    """What is asked: the query's name, and what it is asked about."""

    query: str
    digest: str | None = None


class NotToldError(Exception):
    """The workflow has nothing to tell: its record in `placet-audit` does."""


async def ask(handle: WorkflowHandle[Any, Any], question: Question, answer: type[V], within: timedelta) -> V:
    """The answer of a workflow, running or closed.

    Raises:
        NotToldError: an earlier workflow of the order has closed it.
        RPCError: there is no such workflow, or no answer in time.
        WorkflowUpdateRPCTimeoutOrCancelledError: no answer in time.
        WorkflowQueryFailedError, WorkflowQueryRejectedError: a closed one cannot be replayed.
    """
    try:
        # Refused at once, so there is no result to wait for.
        await handle.execute_update(READ, question, rpc_timeout=within)
    except WorkflowUpdateFailedError as error:
        cause = error.cause
        if isinstance(cause, ApplicationError) and cause.type == READ:
            return _read(answer, cause.details[0])
        if isinstance(cause, ApplicationError) and cause.type == NOT_TOLD:
            raise NotToldError(cause.message) from error
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    # It has closed, where a query does no harm; or a worker of an earlier version has it.
    given = [] if question.digest is None else [question.digest]
    return _read(answer, await handle.query(question.query, args=given, rpc_timeout=within))


def _read(answer: type[V], told: Any) -> V:
    """What is known of the answer: a worker of a newer version may say more."""
    return answer.model_validate(told, extra="ignore")
