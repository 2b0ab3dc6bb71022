"""Again or never: which failures of outside systems Temporal retries."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar

from temporalio import activity
from temporalio.exceptions import ApplicationError

from clients.correlation import correlation_id
from clients.errors import (
    ApiError,
    ClientError,
    ConcurrentModification,
    GatewayTimeout,
    Invalid,
    InvalidOperation,
    ReferencedResourceNotFound,
)
from domain.guard import Objection

T = TypeVar("T")

# Refusals that a person mends outside while we wait: a machine that is not provisioned yet, a state that is missing.
_MENDABLE = (InvalidOperation, ReferencedResourceNotFound)
_READINGS = 3
_DOUBTS = frozenset({Objection.NO_VERDICT.value, Objection.UNREADABLE.value})
_DOUBT_PASSES = timedelta(seconds=3)
_BEAT_SECONDS = 2.0


def failure(error: ClientError) -> ApplicationError:
    """The error as Temporal should see it: `type` is the error's class, a wait that was asked for is kept."""
    never = isinstance(error, Invalid) and not isinstance(error, _MENDABLE)
    wait = error.retry_after if isinstance(error, ApiError) else None
    if wait is None and _guard_in_doubt(error):
        wait = _DOUBT_PASSES
    return ApplicationError(str(error), type=type(error).__name__, non_retryable=never, next_retry_delay=wait)


def is_refusal(error: ClientError) -> bool:
    """Whether the other side says no to what it was asked, and is not merely in doubt: asking again changes nothing."""
    return isinstance(error, Invalid) and not _guard_in_doubt(error)


def _guard_in_doubt(error: ClientError) -> bool:
    """Whether our own guard did not answer, or could not find out: its doubt is over as soon as its workers are back.

    Backing off as for a refusal would have a decided order wait a minute for nothing.
    """
    if isinstance(error, GatewayTimeout):
        return error.code == "ExtensionNoResponse"
    told = (
        [one.get("extensionExtraInfo") for one in error.errors] if isinstance(error, InvalidOperation) else []
    )
    return any(isinstance(one, dict) and one.get("objection") in _DOUBTS for one in told)


@asynccontextmanager
async def outside_call() -> AsyncIterator[None]:
    """Everything inside is one attempt: under this activity's correlation id, with failures typed for Temporal.

    An attempt that takes long shows that its worker still lives, so that a killed one is noticed early.
    """
    info = activity.info()
    beating = asyncio.create_task(_beat())
    token = correlation_id.set(f"{info.workflow_id}/{info.workflow_run_id}/{info.activity_id}")
    try:
        yield
    except ClientError as error:
        raise failure(error) from error
    finally:
        beating.cancel()
        correlation_id.reset(token)


async def _beat() -> None:
    while True:
        await asyncio.sleep(_BEAT_SECONDS)
        activity.heartbeat()


async def decided_afresh(decide: Callable[[], Awaitable[T]]) -> T:
    """A conflict means: read again, check the guard again, decide again; never the same write with a new version.

    `decide` must do all three. After three readings it is Temporal's turn to wait.

    Raises:
        ConcurrentModification: somebody else wrote each time in between.
    """
    for _ in range(_READINGS - 1):
        try:
            return await decide()
        except ConcurrentModification:
            activity.logger.info("somebody else wrote first; reading and deciding again")
    return await decide()
