"""Decisions, withdrawals and fulfilment events: what people and systems say to an order over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from clients.errors import ClientError
from domain.decision import (
    Comment,
    Decision,
    DecisionId,
    DecisionReceipt,
    PersonId,
    Receipt,
    Verdict,
    Withdrawal,
)
from domain.fulfillment import FulfillmentEvent
from domain.value import Value
from starter.bodies import documented, read_model
from starter.closed_orders import (
    commercetools_unavailable,
    late_answer,
    not_found,
    record_or_not_found,
)
from starter.edge import Edge, TheEdge, exists, record_of
from starter.journal import note, opaque
from starter.orders_gateway import ClosedWorkflowError, IdReusedError, NotHeardError, NoWorkflowError
from starter.paths import OrderId
from starter.problems import Problem
from starter.tokens import Grant, Right, demand_acting_for, needs
from starter.views import receipt_view

router = APIRouter()
S = TypeVar("S", Decision, Withdrawal)

_TOO_LATE = "it came after the order had come to its end"
_STATUS = {Receipt.ACCEPTED: 200, Receipt.DUPLICATE: 200, Receipt.NOT_ALLOWED: 403}
_TITLES = {
    Receipt.NOT_ALLOWED: "Not allowed to decide this",
    Receipt.ALREADY_DECIDED: "Already decided",
    Receipt.SUPERSEDED: "The order has changed",
    Receipt.NOT_PENDING: "Nothing to decide",
}


class DecisionRequest(Value):
    """The body of a decision. Left out, the revision is the current one."""

    decision_id: DecisionId
    approver: PersonId
    verdict: Verdict
    comment: Comment | None = None
    revision: int | None = Field(default=None, ge=1, le=2**53)


class WithdrawalRequest(Value):
    """The body of a withdrawal. Left out, the id is made up; a sender who may send it again gives one."""

    withdrawal_id: DecisionId | None = None
    requester: PersonId
    comment: Comment | None = None


Caller = Annotated[Grant, Depends(needs(Right.DECIDE))]
Reporter = Annotated[Grant, Depends(needs(Right.FULFIL))]


@router.post("/orders/{orderId}/decisions", openapi_extra=documented(DecisionRequest))
async def decide(request: Request, caller: Caller, order_id: OrderId, edge: TheEdge) -> Response:
    """An approver's decision. Sending the same again is safe, and answered `duplicate`."""
    body = await read_model(request, DecisionRequest)
    demand_acting_for(caller, body.approver)
    decision = Decision(**dict(body), request_id=uuid4().hex)
    receipt = await _answered(edge, order_id, decision, edge.orders.decide)
    edge.metrics.decisions.labels(receipt.receipt.value).inc()
    note(
        "decision",
        orderId=order_id,
        decisionId=decision.decision_id,
        approver=opaque(decision.approver),
        verdict=decision.verdict.value,
        receipt=receipt.receipt.value,
        revision=receipt.revision,
    )
    return answer(receipt)


@router.post("/orders/{orderId}/withdrawal", openapi_extra=documented(WithdrawalRequest))
async def withdraw(request: Request, caller: Caller, order_id: OrderId, edge: TheEdge) -> Response:
    """The requester takes the order back, or an operator does it for them."""
    body = await read_model(request, WithdrawalRequest)
    demand_acting_for(caller, body.requester)
    withdrawal = Withdrawal(
        withdrawal_id=body.withdrawal_id or uuid4().hex,
        requester=body.requester,
        comment=body.comment,
        request_id=uuid4().hex,
    )
    receipt = await _answered(edge, order_id, withdrawal, edge.orders.withdraw)
    edge.metrics.withdrawals.labels(receipt.receipt.value).inc()
    note(
        "withdrawal",
        orderId=order_id,
        withdrawalId=withdrawal.withdrawal_id,
        requester=opaque(withdrawal.requester),
        receipt=receipt.receipt.value,
    )
    return answer(receipt)


@router.post(
    "/orders/{orderId}/fulfillment-events", status_code=202, openapi_extra=documented(FulfillmentEvent)
)
async def report(request: Request, caller: Reporter, order_id: OrderId, edge: TheEdge) -> dict[str, str]:
    """What a fulfilment system reports of an order. 202 once it cannot be lost any more; repeats are harmless."""
    event = await read_model(request, FulfillmentEvent)
    try:
        await edge.orders.fulfillment_event(order_id, event)
    except ClosedWorkflowError:
        await edge.orders.park(order_id, event, _TOO_LATE)
    except NoWorkflowError:
        await _park_or_refuse(edge, order_id, event)
    edge.metrics.fulfillment_events.labels(event.status.value).inc()
    note("fulfillmentEvent", orderId=order_id, eventId=event.event_id, status=event.status.value)
    return {"eventId": event.event_id}


def answer(receipt: DecisionReceipt) -> Response:
    """The receipt under its status; one that is no success is a problem too, with the receipt's members beside."""
    status, shown = _STATUS.get(receipt.receipt, 409), receipt_view(receipt)
    if status == 200:
        return JSONResponse(shown)
    title = _TITLES[receipt.receipt]
    return Problem(status, receipt.receipt.value, title, receipt.message, more=shown).response()


async def _answered(
    edge: Edge, order_id: str, sent: S, send: Callable[[str, S], Awaitable[DecisionReceipt]]
) -> DecisionReceipt:
    try:
        return _for_this_sending(sent, await send(order_id, sent))
    except NotHeardError as error:
        edge.metrics.refused.inc()
        return error.receipt
    except IdReusedError as error:
        raise _reused(error, sent) from None
    except (NoWorkflowError, ClosedWorkflowError):
        return await _answered_late(edge, order_id, sent)


def _for_this_sending(sent: Decision | Withdrawal, receipt: DecisionReceipt) -> DecisionReceipt:
    """Temporal answers a repeat out of the first sending; its receipt then names another request."""
    if receipt.request_id == sent.request_id:
        return receipt
    first = receipt.first or receipt.receipt
    message = f"the same was sent before and answered: {receipt.message}"
    return receipt.model_copy(update={"receipt": Receipt.DUPLICATE, "first": first, "message": message})


async def _answered_late(edge: Edge, order_id: str, sent: Decision | Withdrawal) -> DecisionReceipt:
    record = await record_or_not_found(edge.shop, order_id)
    if not record.closed:
        raise not_found(may_be_starting=True)
    try:
        return late_answer(record, sent)
    except IdReusedError as error:
        raise _reused(error, sent) from None


def _reused(error: IdReusedError, sent: Decision | Withdrawal) -> Problem:
    more: dict[str, Any] = {"field": "decisionId" if isinstance(sent, Decision) else "withdrawalId"}
    if error.first is not None:
        more["first"] = receipt_view(error.first)
    return Problem(409, "decisionIdReused", "The id was used before", str(error), more=more)


async def _park_or_refuse(edge: Edge, order_id: str, event: FulfillmentEvent) -> None:
    """An order without a workflow: what came after its end is parked; of an unknown one nothing is taken in.

    Raises:
        Problem: 404, Placet does not know the order (yet); 503, commercetools does not answer.
    """
    try:
        record = await record_of(edge.shop, order_id)
        known = record is not None or await exists(edge.shop, order_id)
    except ClientError:
        raise commercetools_unavailable() from None
    if record is None or not record.closed:
        raise not_found(may_be_starting=known)
    await edge.orders.park(order_id, event, _TOO_LATE)
