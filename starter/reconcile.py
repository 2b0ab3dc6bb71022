"""A reconciliation from outside: started, or followed where one is under way, and awaited with its progress."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import (
    Client,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from domain.findings import Reconciled
from starter.exits import OutsideError, RefusedError
from workflows.names import ORDERS_QUEUE, RECONCILIATION_ID
from workflows.policies import AT_LEISURE
from workflows.reconciliation import ReconciliationStart

RECONCILIATION = "Reconciliation"
_ASKED_FOR = "placetAskedFor"
"""The memo that keeps what somebody asked for, so that whoever follows knows that it is the same."""
_CALL = timedelta(seconds=5)
_GLANCE_SECONDS = 0.5

Told = Callable[[Reconciled | None], None]
"""Hears how far it is; None: no worker says."""


@dataclass(frozen=True)
class Following:
    """A reconciliation that is under way. `joined`: somebody else, or the schedule, has started it."""

    handle: WorkflowHandle[Any, Reconciled]
    joined: bool


async def begin(client: Client, *, dry_run: bool = False, adopt_since: datetime | None = None) -> Following:
    """Start one. There is one at a time: one that does the same is joined.

    Raises:
        RefusedError: one is under way that does something else.
        RPCError: Temporal does not answer.
    """
    start = ReconciliationStart(dry_run=dry_run, adopt_since=adopt_since)
    try:
        handle = await client.start_workflow(
            RECONCILIATION,
            start,
            id=RECONCILIATION_ID,
            task_queue=ORDERS_QUEUE,
            memo={_ASKED_FOR: start.model_dump_json()},
            priority=AT_LEISURE,
            static_summary="asked for by `placet reconcile`",
            result_type=Reconciled,
            rpc_timeout=_CALL,
        )
    except WorkflowAlreadyStartedError as error:
        return Following(await _joined(client, error.run_id, start), joined=True)
    return Following(handle, joined=False)


async def _joined(
    client: Client, run_id: str | None, start: ReconciliationStart
) -> WorkflowHandle[Any, Reconciled]:
    handle = client.get_workflow_handle(RECONCILIATION_ID, run_id=run_id, result_type=Reconciled)
    asked_for = await (await handle.describe(rpc_timeout=_CALL)).memo_value(
        _ASKED_FOR, ReconciliationStart().model_dump_json(), type_hint=str
    )
    under_way = ReconciliationStart.model_validate_json(asked_for)
    if under_way != start:
        raise RefusedError(
            f"{_words(under_way)} is under way, and not {_words(start)}: wait until it has ended"
        )
    return handle


def _words(start: ReconciliationStart) -> str:
    kind = "a dry run" if start.dry_run else "a reconciliation"
    return kind if start.adopt_since is None else f"{kind} since {start.adopt_since.isoformat()}"


async def follow(following: Following, told: Told) -> Reconciled:
    """Wait for its end.

    Raises:
        OutsideError: somebody ended it, or it cannot be followed any more.
    """
    ending = asyncio.create_task(following.handle.result())
    try:
        while not ending.done():
            told(await _progress(following))
            await asyncio.wait({ending}, timeout=_GLANCE_SECONDS)
        return ending.result()
    except WorkflowFailureError as error:
        raise OutsideError(f"the reconciliation was ended: {error.cause}") from error
    finally:
        ending.cancel()


async def _progress(following: Following) -> Reconciled | None:
    """How far it is; None if no worker answers."""
    latest = following.handle
    try:
        found: Reconciled = await latest.query("progress", result_type=Reconciled, rpc_timeout=_CALL)
    except (RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
        return None
    return found
