"""What Temporal's errors mean for one who asked something of an order's workflow."""

from pydantic import ValidationError
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.decision import DecisionReceipt
from starter.orders_gateway import (
    ClosedWorkflowError,
    GatewayError,
    IdReusedError,
    NotHeardError,
    NoWorkflowError,
    ReasonRequiredError,
    TooManyUnitsError,
    UnansweredError,
    UnknownLinesError,
)

_CLOSED_UNDER_US = "AcceptedUpdateCompletedWorkflow"
_LACKING: dict[str, type[ReasonRequiredError | UnknownLinesError | TooManyUnitsError]] = {
    "reasonRequired": ReasonRequiredError,
    "unknownLines": UnknownLinesError,
    "tooManyUnits": TooManyUnitsError,
}


def not_found(error: RPCError) -> bool:
    """Whether Temporal knows no such workflow, or none that runs."""
    return error.status is RPCStatusCode.NOT_FOUND


def gone() -> NoWorkflowError:
    """There is no such workflow."""
    return NoWorkflowError("no workflow of that order is known")


def unanswered(error: RPCError) -> UnansweredError:
    """Temporal's own words stay inside: they can name hosts."""
    wait = 1 if error.status is RPCStatusCode.RESOURCE_EXHAUSTED else 5
    return UnansweredError(f"Temporal answered {error.status.name}", retry_after_seconds=wait)


def refusal(error: WorkflowUpdateFailedError) -> GatewayError:
    """What a failed update means: the workflow's own refusals have a type (`workflows.order`)."""
    cause = error.cause
    if not isinstance(cause, ApplicationError):
        return UnansweredError("the order's workflow could not answer")
    receipt = _receipt(cause)
    if cause.type == "notAllowed" and receipt is not None:
        return NotHeardError(receipt)
    if cause.type == "decisionIdReused":
        return IdReusedError(cause.message, receipt)
    lacking = _LACKING.get(cause.type or "")
    if lacking is not None:
        return lacking(cause.message)
    if cause.type == _CLOSED_UNDER_US:
        return ClosedWorkflowError("the order's workflow ended before it could answer")
    return UnansweredError("the order's workflow could not answer")


def _receipt(cause: ApplicationError) -> DecisionReceipt | None:
    try:
        return DecisionReceipt.model_validate(cause.details[0]) if cause.details else None
    except ValidationError:
        return None
