"""Asking a workflow that a newer version of Placet runs: what is not known is passed over, what is known is told."""

from typing import Any, cast

import pytest
from pydantic import ValidationError
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.phases import Phase
from domain.status import OrderStatus
from workflows.asking import READ, Question, ask
from workflows.policies import ATTEMPT

NEWER: dict[str, Any] = {
    "orderId": "o-1",
    "phase": "inFulfillment",
    "revision": 1,
    "carbon": {"grams": 3},
    "logisticOrders": [{"ref": "SO-1-1", "provider": "fluent", "stage": "shipped", "drone": True}],
}


class Answering:
    """A workflow that answers by its update, or, where it is closed, by its query."""

    def __init__(self, answer: dict[str, Any], *, closed: bool) -> None:
        self._answer = answer
        self._closed = closed

    async def execute_update(self, *_: object, **__: object) -> None:
        """Always refused, with the answer if it is asked like this."""
        refused = ApplicationError("status", self._answer, type="unknown" if self._closed else READ)
        raise WorkflowUpdateFailedError(refused)

    async def query(self, *_: object, result_type: type[Any] | None = None, **__: object) -> object:
        """As the data converter gives it: of the type that is asked for, or as JSON has it."""
        return self._answer if result_type is None else result_type.model_validate(self._answer)


async def told(answer: dict[str, Any], *, closed: bool) -> OrderStatus:
    """What comes of that answer."""
    handle = cast("WorkflowHandle[Any, Any]", Answering(answer, closed=closed))
    return await ask(handle, Question(query="status"), OrderStatus, ATTEMPT)


@pytest.mark.parametrize("closed", [False, True], ids=["running", "closed"])
async def test_the_status_of_a_newer_worker_is_read(*, closed: bool) -> None:
    """By an edge that has not been brought up to date yet, also of what stands within."""
    status = await told(NEWER, closed=closed)
    assert (status.phase, status.logistic_orders[0].ref) == (Phase.IN_FULFILLMENT, "SO-1-1")
    with pytest.raises(ValidationError):
        OrderStatus.model_validate(NEWER)


@pytest.mark.parametrize("closed", [False, True], ids=["running", "closed"])
async def test_something_else_is_still_no_status(*, closed: bool) -> None:
    """What is missing cannot be passed over."""
    with pytest.raises(ValidationError):
        await told({"orderId": "o-1", "carbon": 3}, closed=closed)
