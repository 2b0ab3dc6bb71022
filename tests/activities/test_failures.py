"""Which failures mean again, which mean never, and how a conflict is met."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.failures import decided_afresh, failure, outside_call
from clients import errors
from clients.correlation import correlation_id

FACTS: dict[str, Any] = {"system": "commercetools", "status": 400}

AGAIN: list[errors.ClientError] = [
    errors.Unreachable("no answer", system="commercetools"),
    errors.Unreadable("no JSON", system="commercetools"),
    errors.ConcurrentModification("409", **FACTS),
    errors.RateLimited("429", **FACTS),
    errors.ServerFault("500", **FACTS),
    errors.BadGateway("502", **FACTS),
    errors.Unavailable("503", **FACTS),
    errors.GatewayTimeout("504", **FACTS),
    errors.Unauthorized("401", **FACTS),
    errors.Forbidden("403", **FACTS),
    errors.NotFound("404", **FACTS),
    errors.InvalidOperation("the machine is not provisioned yet", **FACTS),
    errors.ReferencedResourceNotFound("a state is missing", **FACTS),
]
NEVER: list[errors.ClientError] = [
    errors.Invalid("4xx", **FACTS),
    errors.InvalidInput("malformed", **FACTS),
    errors.DuplicateField("taken", **FACTS),
    errors.BadRequest("refused", **FACTS),
]


def kinds(error: type[errors.ClientError]) -> set[type[errors.ClientError]]:
    """The error and everything below it."""
    return {error}.union(*(kinds(sub) for sub in error.__subclasses__()))


@pytest.mark.parametrize(
    ("error", "never"),
    [*((e, False) for e in AGAIN), *((e, True) for e in NEVER)],
    ids=lambda v: type(v).__name__,
)
def test_again_or_never(error: errors.ClientError, *, never: bool) -> None:
    """What the same request will be refused for again is never asked again; all else is, under the error's name."""
    told = failure(error)
    assert (told.non_retryable, told.type) == (never, type(error).__name__)


def guarded(objection: str) -> errors.InvalidOperation:
    """What commercetools answers where our own guard has refused."""
    told = {"code": "InvalidOperation", "extensionExtraInfo": {"by": "placet", "objection": objection}}
    return errors.InvalidOperation("refused by an extension", errors=[told], **FACTS)


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (guarded("noVerdict"), timedelta(seconds=3)),
        (guarded("unreadable"), timedelta(seconds=3)),
        (guarded("notApproved"), None),
        (errors.InvalidOperation("no extension", **FACTS), None),
        (errors.GatewayTimeout("no answer", code="ExtensionNoResponse", **FACTS), timedelta(seconds=3)),
        (errors.GatewayTimeout("no answer", **FACTS), None),
    ],
)
def test_a_guard_in_doubt_is_asked_again_soon(error: errors.ClientError, wait: timedelta | None) -> None:
    """Its doubt passes with the outage; backing off to a minute would have a decided order wait for nothing."""
    assert failure(error).next_retry_delay == wait


def test_every_error_is_judged_here() -> None:
    """A new kind of error must be put on one side or the other."""
    abstract = {errors.ClientError, errors.ApiError}
    assert {type(error) for error in (*AGAIN, *NEVER)} == kinds(errors.ClientError) - abstract


def test_a_wait_that_was_asked_for_is_kept() -> None:
    """Retry-After goes before our own patience; without it, ours holds."""
    limited = errors.RateLimited("429", retry_after=timedelta(seconds=7), **FACTS)
    assert failure(limited).next_retry_delay == timedelta(seconds=7)
    assert failure(errors.Unavailable("503", **FACTS)).next_retry_delay is None
    assert failure(errors.Unreachable("no answer", system="x")).next_retry_delay is None


async def test_inside_an_outside_call_errors_are_typed_for_temporal() -> None:
    """An activity raises one kind of error; others, such as our own faults, pass as they are."""

    async def call(error: Exception) -> None:
        async with outside_call():
            raise error

    with pytest.raises(ApplicationError) as raised:
        await ActivityEnvironment().run(call, errors.InvalidInput("malformed", **FACTS))
    assert (raised.value.type, raised.value.non_retryable) == ("InvalidInput", True)
    with pytest.raises(KeyError):
        await ActivityEnvironment().run(call, KeyError("ours"))


async def test_every_call_of_an_attempt_carries_its_correlation_id() -> None:
    """Whoever reads commercetools' logs finds the activity of the workflow that asked."""

    async def call() -> str | None:
        async with outside_call():
            return correlation_id.get()

    environment = ActivityEnvironment()
    info = environment.info
    expected = f"{info.workflow_id}/{info.workflow_run_id}/{info.activity_id}"
    assert await environment.run(call) == expected


class Deciding:
    """Meets so many conflicts before it comes through."""

    def __init__(self, conflicts: int) -> None:
        self.conflicts = conflicts
        self.readings = 0

    async def __call__(self) -> str:
        """Read, check, write."""
        self.readings += 1
        if self.readings <= self.conflicts:
            raise errors.ConcurrentModification("409", **FACTS)
        return "done"


@pytest.mark.parametrize("conflicts", [0, 1, 2])
async def test_a_conflict_means_decide_again(conflicts: int) -> None:
    """Each conflict leads to another reading, and nothing is read more often than needed."""
    deciding = Deciding(conflicts)
    assert await ActivityEnvironment().run(decided_afresh, deciding) == "done"
    assert deciding.readings == conflicts + 1


async def test_after_three_readings_temporal_waits() -> None:
    """A storm of conflicts is not met with a storm of readings."""
    deciding = Deciding(9)
    with pytest.raises(errors.ConcurrentModification):
        await ActivityEnvironment().run(decided_afresh, deciding)
    assert deciding.readings == 3


async def test_other_errors_are_not_met_with_another_reading() -> None:
    """Only a conflict says that somebody else was quicker."""

    async def decide() -> None:
        raise errors.Unavailable("503", **FACTS)

    with pytest.raises(errors.Unavailable):
        await ActivityEnvironment().run(decided_afresh, decide)
