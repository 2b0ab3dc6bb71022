"""Cancelling units of an order that is on its way, over HTTP."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field

from domain.cancellation import Cancellation, CancelledItem
from domain.decision import Comment, DecisionId, PersonId
from domain.reasons import Reasons, Subject
from domain.value import Value
from starter.answers import answer, answered
from starter.bodies import documented, read_model
from starter.edge import TheEdge
from starter.paths import OrderId
from starter.problems import invalid
from starter.tokens import Grant, Right, needs

router = APIRouter()
Caller = Annotated[Grant, Depends(needs(Right.DECIDE))]


class CancellationRequest(Value):
    """The body of a cancellation. Without `items` it is about everything that has not left."""

    cancellation_id: DecisionId | None = None
    by: PersonId
    items: tuple[CancelledItem, ...] = Field(default=(), max_length=500)
    reason_code: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z][A-Za-z0-9]{1,63}$",
        description="One of the codes under cancellations in mappings/reasons.yaml",
    )
    comment: Comment | None = None

    def message(self) -> Cancellation:
        """The cancellation, under the name of this one sending."""
        fields = dict(self) | {
            "cancellation_id": self.cancellation_id or uuid4().hex,
            "request_id": uuid4().hex,
        }
        return Cancellation(**fields)


@router.post("/orders/{orderId}/cancellations", openapi_extra=documented(CancellationRequest))
async def cancel(request: Request, caller: Caller, order_id: OrderId, edge: TheEdge) -> Response:
    """The requester, or an operator, wants units cancelled; their providers' answers decide, and are in the audit."""
    body = await read_model(request, CancellationRequest)
    _is_known(body.reason_code, edge.reasons)
    return answer(await answered(edge, caller, order_id, body.message()))


def _is_known(code: str | None, reasons: Reasons) -> None:
    """Where no reasons are declared, any code goes, as providers are told it.

    Raises:
        Problem: 422, nobody declared that code: providers could not be told it, and it would stay in the audit.
    """
    declared = [one.code for one in reasons.of(Subject.CANCELLATION)]
    if code is not None and declared and code not in declared:
        raise invalid(
            [{"field": "reasonCode", "message": f"no such reason; there are {', '.join(declared)}"}]
        )
