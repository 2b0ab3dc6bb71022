"""`POST /extensions/order`: commercetools asks before it saves an order whose state is set.

The answer is that of an API Extension: an empty 200 lets it pass, a 400 with `errors` refuses the update that is
being made, and its maker sees the message. Source: commercetools' documentation, "API Extensions", Response.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from domain.guard import Objection, Refusal
from starter.bodies import read_json
from starter.edge import Edge, TheEdge
from starter.extension_calls import ExtensionCallError, read_call
from starter.journal import note
from starter.problems import Problem
from starter.tokens import Grant, Right, needs

router = APIRouter()
_LARGEST_ORDERS = 34 * 1024 * 1024
"""Bytes. commercetools keeps documents of at most 16 MB, and the order comes twice: one that could not be read could not
be changed any more."""


@router.post("/extensions/order")
async def judge(
    request: Request, _caller: Annotated[Grant, Depends(needs(Right.EXTEND))], edge: TheEdge
) -> Response:
    """Let an order be saved, or refuse the state that it would have."""
    try:
        call = read_call(await read_json(request, _LARGEST_ORDERS))
    except (ExtensionCallError, Problem) as error:
        why = error.detail if isinstance(error, Problem) else error
        message = f"The guard cannot read the question: {why}."
        return _refused(edge, Refusal(objection=Objection.UNREADABLE, message=message), None)
    refusal = await edge.guard.refusal(call) if call is not None else None
    if refusal is None:
        edge.metrics.guard.labels("allowed").inc()
        return Response(status_code=200)
    return _refused(edge, refusal, call.order_id if call is not None else None)


def _refused(edge: Edge, refusal: Refusal, order_id: str | None) -> Response:
    edge.metrics.guard.labels(refusal.objection.value).inc()
    note("guard", orderId=order_id, refused=refusal.objection.value)
    return JSONResponse(answer_of(refusal, order_id), status_code=400)


def answer_of(refusal: Refusal, order_id: str | None) -> dict[str, Any]:
    """The refusal in the form of an API Extension's failed validation (ErrorResponse)."""
    extra = {"by": "placet", "objection": refusal.objection.value}
    if order_id is not None:
        extra["orderId"] = order_id
    error = {
        "code": "InvalidOperation",
        "message": refusal.message,
        "localizedMessage": {"en": refusal.message},
        "extensionExtraInfo": extra,
    }
    return {"errors": [error]}
