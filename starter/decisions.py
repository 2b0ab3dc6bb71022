"""Decisions, withdrawals and fulfilment events: what people and systems say to an order over HTTP."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field, ValidationInfo, field_validator

from clients.errors import ClientError
from domain.decision import Comment, Decision, DecisionId, LineItemId, PersonId, Verdict, Withdrawal
from domain.fulfillment import FulfillmentEvent
from domain.inbound_record import has_heard
from domain.value import Value
from starter.answers import answer, answered
from starter.bodies import documented, read_model
from starter.closed_orders import commercetools_unavailable, not_found
from starter.edge import Edge, TheEdge, exists, record_of
from starter.journal import note
from starter.orders_gateway import ClosedWorkflowError, NoWorkflowError
from starter.paths import OrderId
from starter.tokens import Grant, Right, needs

router = APIRouter()
_TOO_LATE = "it came after the order had come to its end"


class DecisionRequest(Value):
    """The body of a decision. Left out, the revision is the current one."""

    decision_id: DecisionId
    approver: PersonId
    verdict: Verdict
    comment: Comment | None = None
    revision: int | None = Field(default=None, ge=1, le=2**53)
    without: tuple[LineItemId, ...] = Field(
        default=(), max_length=500, description="With requestChanges: ids of the line items to take out"
    )

    @field_validator("without")
    @classmethod
    def _takes_out_by_asking(cls, without: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if without and info.data.get("verdict") is not Verdict.REQUEST_CHANGES:
            raise ValueError("lines are taken out by the requester: it goes with requestChanges")
        return without

    def message(self) -> Decision:
        """The decision, under the name of this one sending."""
        fields = {name: getattr(self, name) for name in DecisionRequest.model_fields}
        return Decision(**fields, request_id=uuid4().hex)


class WithdrawalRequest(Value):
    """The body of a withdrawal. Left out, the id is made up; a sender who may send it again gives one."""

    withdrawal_id: DecisionId | None = None
    requester: PersonId
    comment: Comment | None = None

    def message(self) -> Withdrawal:
        """The withdrawal, under the name of this one sending."""
        return Withdrawal(
            withdrawal_id=self.withdrawal_id or uuid4().hex,
            requester=self.requester,
            comment=self.comment,
            request_id=uuid4().hex,
        )


Caller = Annotated[Grant, Depends(needs(Right.DECIDE))]
Reporter = Annotated[Grant, Depends(needs(Right.FULFIL))]


@router.post("/orders/{orderId}/decisions", openapi_extra=documented(DecisionRequest))
async def decide(request: Request, caller: Caller, order_id: OrderId, edge: TheEdge) -> Response:
    """An approver's decision. Sending the same again is safe, and answered `duplicate`."""
    body = await read_model(request, DecisionRequest)
    return answer(await answered(edge, caller, order_id, body.message()))


@router.post("/orders/{orderId}/withdrawal", openapi_extra=documented(WithdrawalRequest))
async def withdraw(request: Request, caller: Caller, order_id: OrderId, edge: TheEdge) -> Response:
    """The requester takes the order back, or an operator does it for them."""
    body = await read_model(request, WithdrawalRequest)
    return answer(await answered(edge, caller, order_id, body.message()))


@router.post(
    "/orders/{orderId}/fulfillment-events", status_code=202, openapi_extra=documented(FulfillmentEvent)
)
async def report(request: Request, caller: Reporter, order_id: OrderId, edge: TheEdge) -> dict[str, str]:
    """What a fulfilment system reports of an order. 202 once it cannot be lost any more; repeats are harmless."""
    said = await read_model(request, FulfillmentEvent)
    event = said.model_copy(update={"speaks_for": tuple(sorted(caller.speaks_for or ()))})
    try:
        await edge.orders.fulfillment_event(order_id, event)
    except ClosedWorkflowError:
        await _park_unless_heard(edge, order_id, event)
    except NoWorkflowError:
        await _park_or_refuse(edge, order_id, event)
    edge.metrics.fulfillment_events.labels(event.status.value).inc()
    note("fulfillmentEvent", orderId=order_id, eventId=event.event_id, status=event.status.value)
    return {"eventId": event.event_id}


async def _park_unless_heard(edge: Edge, order_id: str, event: FulfillmentEvent) -> None:
    """What the order had before it ended is old news; where its record cannot be read, a person looks at it."""
    try:
        record = await record_of(edge.shop, order_id)
    except ClientError:
        record = None
    if record is None or not has_heard(record, event):
        await edge.orders.park(order_id, event, _TOO_LATE)


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
    if has_heard(record, event):
        return
    await edge.orders.park(order_id, event, _TOO_LATE)
