"""What requesters, approvers and operators tell a waiting order beside deciding it, over HTTP.

Sending the same again under its id is safe, and answered `duplicate`; left out, an id is made up.
"""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, Field, field_validator

from domain.decision import Comment, DecisionId, PersonId, Receipt
from domain.directory import PersonId as DirectoryId
from domain.interventions import DeadlineExtension, Delegation, Reassignment, Remark, Resubmission
from domain.spans import LONGEST
from domain.value import Value
from starter.answers import answer, answered
from starter.bodies import documented, read_model
from starter.edge import TheEdge
from starter.paths import OrderId
from starter.problems import invalid
from starter.tokens import Grant, Right, needs

router = APIRouter()
Caller = Annotated[Grant, Depends(needs(Right.DECIDE))]


class ResubmissionRequest(Value):
    """The body of a resubmission, after changes were requested; whether the order was edited or not."""

    resubmission_id: DecisionId | None = None
    requester: PersonId
    comment: Comment | None = None

    def message(self) -> Resubmission:
        """The resubmission, under the name of this one sending."""
        return Resubmission(**_sent(self, "resubmission_id"))


class ReassignmentRequest(Value):
    """The body of a reassignment. Without `approver`, `to` is asked as well as those who are asked already."""

    reassignment_id: DecisionId | None = None
    by: PersonId
    approver: PersonId | None = None
    to: DirectoryId
    comment: Comment | None = None

    def message(self) -> Reassignment:
        """The reassignment, under the name of this one sending."""
        return Reassignment(**_sent(self, "reassignment_id"))


class DelegationRequest(Value):
    """The body of a delegation: `delegate` may decide on behalf of `approver`, who still may, too."""

    delegation_id: DecisionId | None = None
    approver: PersonId
    delegate: DirectoryId
    comment: Comment | None = None

    def message(self) -> Delegation:
        """The delegation, under the name of this one sending."""
        return Delegation(**_sent(self, "delegation_id"))


class ExtensionRequest(Value):
    """The body of an extension: the deadline of the level that decides now is moved to `until`, later or earlier."""

    extension_id: DecisionId | None = None
    operator: PersonId
    until: AwareDatetime
    comment: Comment | None = None

    @field_validator("until")
    @classmethod
    def _in_utc(cls, until: datetime) -> datetime:
        """The same instant is the same extension, in whichever zone it was written."""
        try:
            instant = until.astimezone(UTC)
        except OverflowError:
            raise ValueError("no instant that a calendar has") from None
        if instant - datetime.now(UTC) > LONGEST:
            raise ValueError(f"is more than {LONGEST.days} days ahead; nobody waits so long for an answer")
        return instant

    def message(self) -> DeadlineExtension:
        """The extension, under the name of this one sending."""
        return DeadlineExtension(**_sent(self, "extension_id"))


class CommentRequest(Value):
    """The body of a comment for the record; it decides nothing."""

    comment_id: DecisionId | None = None
    author: PersonId
    comment: Annotated[str, Field(min_length=1, max_length=2000)]

    @field_validator("comment")
    @classmethod
    def _says_something(cls, comment: str) -> str:
        if not comment.strip():
            raise ValueError("a blank comment says nothing")
        return comment

    def message(self) -> Remark:
        """The comment, under the name of this one sending."""
        return Remark(**_sent(self, "comment_id"))


@router.post("/orders/{orderId}/resubmission", openapi_extra=documented(ResubmissionRequest))
async def resubmit(request: Request, caller: Caller, order_id: OrderId, edge: TheEdge) -> Response:
    """The requester asks anew after changes were requested, or an operator does it for them."""
    body = await read_model(request, ResubmissionRequest)
    return answer(await answered(edge, caller, order_id, body.message()))


@router.post("/orders/{orderId}/reassignment", openapi_extra=documented(ReassignmentRequest))
async def reassign(request: Request, caller: Caller, order_id: OrderId, edge: TheEdge) -> Response:
    """Somebody else decides in an approver's place, or has to say yes as well."""
    body = await read_model(request, ReassignmentRequest)
    return answer(await answered(edge, caller, order_id, body.message()))


@router.post("/orders/{orderId}/delegation", openapi_extra=documented(DelegationRequest))
async def delegate(request: Request, caller: Caller, order_id: OrderId, edge: TheEdge) -> Response:
    """An approver lets somebody decide this order on their behalf."""
    body = await read_model(request, DelegationRequest)
    return answer(await answered(edge, caller, order_id, body.message()))


@router.post("/orders/{orderId}/extension", openapi_extra=documented(ExtensionRequest))
async def extend(request: Request, caller: Caller, order_id: OrderId, edge: TheEdge) -> Response:
    """An operator moves the deadline, on record."""
    body = await read_model(request, ExtensionRequest)
    receipt = await answered(edge, caller, order_id, body.message())
    # Not before it is asked: of one that was accepted in time and is sent again, the order knows.
    if receipt.receipt is Receipt.NOT_ALLOWED and body.until <= datetime.now(UTC):
        raise invalid([{"field": "until", "message": "has passed; give an instant to come"}])
    return answer(receipt)


@router.post("/orders/{orderId}/comments", openapi_extra=documented(CommentRequest))
async def comment(request: Request, caller: Caller, order_id: OrderId, edge: TheEdge) -> Response:
    """Somebody on the case says something for the record."""
    body = await read_model(request, CommentRequest)
    return answer(await answered(edge, caller, order_id, body.message()))


def _sent(body: Value, id_name: str) -> dict[str, Any]:
    """The fields of a message out of its body."""
    fields = dict(body)
    return {**fields, id_name: fields[id_name] or uuid4().hex, "request_id": uuid4().hex}
