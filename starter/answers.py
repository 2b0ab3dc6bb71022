"""A person's word to an order, and its answer: the typed receipt, or the problem that stands for it."""

from typing import Any

from fastapi.responses import JSONResponse, Response

from domain.cancellation import Cancellation, Sayable
from domain.decision import Decision, DecisionReceipt, Receipt, Withdrawal
from starter.closed_orders import not_found, record_or_not_found
from starter.edge import Edge
from starter.journal import note, opaque
from starter.late_answers import late_answer
from starter.metrics import Metrics
from starter.orders_gateway import (
    ClosedWorkflowError,
    GatewayError,
    IdReusedError,
    NotHeardError,
    NoWorkflowError,
    ReasonRequiredError,
    TooManyUnitsError,
    UnknownLinesError,
)
from starter.problems import Problem
from starter.sayings import names_of
from starter.tokens import Grant, demand_acting_for
from starter.views import receipt_view

_STATUS = {Receipt.ACCEPTED: 200, Receipt.DUPLICATE: 200, Receipt.NOT_ALLOWED: 403}
_TITLES = {
    Receipt.NOT_ALLOWED: "Not allowed to decide this",
    Receipt.ALREADY_DECIDED: "Already decided",
    Receipt.SUPERSEDED: "The order has changed",
    Receipt.NOT_PENDING: "Nothing to decide",
}


async def answered(edge: Edge, caller: Grant, order_id: str, said: Sayable) -> DecisionReceipt:
    """Say it in the name of its sender, and have the answer; counted, and noted in the edge's log.

    Raises:
        Problem: 403, the caller may not act for the sender; 404, no such order; 409, the id was used before; 422, it
            needs a reason, or names what the order does not have; 503, commercetools would have to be asked and does not answer.
        UnansweredError: Temporal or its workers do not answer.
    """
    demand_acting_for(caller, said.sender)
    receipt = await _answer_to(edge, order_id, said)
    _count(edge.metrics, said, receipt)
    _note(order_id, said, receipt)
    return receipt


def answer(receipt: DecisionReceipt) -> Response:
    """The receipt under its status; one that is no success is a problem too, with the receipt's members beside."""
    refused = refusal_in(receipt)
    return JSONResponse(receipt_view(receipt)) if refused is None else refused.response()


def refusal_in(receipt: DecisionReceipt) -> Problem | None:
    """The problem that a receipt stands for, None if it is one of success."""
    status = _STATUS.get(receipt.receipt, 409)
    if status == 200:
        return None
    title = _TITLES[receipt.receipt]
    return Problem(status, receipt.receipt.value, title, receipt.message, more=receipt_view(receipt))


async def _answer_to(edge: Edge, order_id: str, said: Sayable) -> DecisionReceipt:
    try:
        return _for_this_sending(said, await edge.orders.say(order_id, said))
    except NotHeardError as error:
        edge.metrics.refused.inc()
        return error.receipt
    except ReasonRequiredError as error:
        raise _invalid("reasonRequired", "A reason is needed", "comment", error) from None
    except UnknownLinesError as error:
        if isinstance(said, Cancellation):
            raise _invalid("unknownLines", "Those lines cannot be cancelled", "items", error) from None
        raise _invalid("unknownLines", "Those lines cannot be taken out", "without", error) from None
    except TooManyUnitsError as error:
        raise _invalid("tooManyUnits", "More than there is", "items", error) from None
    except IdReusedError as error:
        raise _reused(error, said) from None
    except (NoWorkflowError, ClosedWorkflowError):
        return await _answer_after_the_end(edge, order_id, said)


def _for_this_sending(said: Sayable, receipt: DecisionReceipt) -> DecisionReceipt:
    """Temporal answers a repeat out of the first sending; its receipt then names another request."""
    if receipt.request_id == said.request_id:
        return receipt
    first = receipt.first or receipt.receipt
    message = f"the same was sent before and answered: {receipt.message}"
    return receipt.model_copy(update={"receipt": Receipt.DUPLICATE, "first": first, "message": message})


async def _answer_after_the_end(edge: Edge, order_id: str, said: Sayable) -> DecisionReceipt:
    record = await record_or_not_found(edge.shop, order_id)
    if not record.closed:
        raise not_found(may_be_starting=True)
    try:
        return late_answer(record, said)
    except IdReusedError as error:
        raise _reused(error, said) from None


def _reused(error: IdReusedError, said: Sayable) -> Problem:
    more: dict[str, Any] = {"field": names_of(said).id_field}
    if error.first is not None:
        more["first"] = receipt_view(error.first)
    return Problem(409, "decisionIdReused", "The id was used before", str(error), more=more)


def _invalid(code: str, title: str, field: str, error: GatewayError) -> Problem:
    more = {"field": field, "errors": [{"field": field, "message": str(error)}]}
    return Problem(422, code, title, str(error), more=more)


def _count(metrics: Metrics, said: Sayable, receipt: DecisionReceipt) -> None:
    kind = receipt.receipt.value
    if isinstance(said, Decision):
        metrics.decisions.labels(kind).inc()
    elif isinstance(said, Withdrawal):
        metrics.withdrawals.labels(kind).inc()
    else:
        metrics.interventions.labels(names_of(said).noun, kind).inc()


def _note(order_id: str, said: Sayable, receipt: DecisionReceipt) -> None:
    names = names_of(said)
    who = {names.id_field: said.sent_id, names.sender: opaque(said.sender)}
    verdict = said.verdict.value if isinstance(said, Decision) else None
    note(
        names.noun,
        orderId=order_id,
        **who,
        verdict=verdict,
        receipt=receipt.receipt.value,
        revision=receipt.revision,
    )
