"""Somebody wants units of an order in fulfilment cancelled: all that has not left, or some of it."""

from typing import Annotated

from pydantic import Field

from domain.answering import actor_of, may_withdraw
from domain.audit import AuditKind, Detail, Fact
from domain.case import Case
from domain.decision import DecisionId, PersonId, Receipt, Sent
from domain.fulfillment_event import ShippedItem
from domain.interventions import Said
from domain.phases import FINAL, UNDECIDED, UNDECIDED_ENDS
from domain.shipment import Quantities, added


class CancelledItem(ShippedItem):
    """So many units of a line."""

    quantity: int = Field(ge=1)


class Cancellation(Sent):
    """A request to cancel, by the requester or an operator. Without `items` it is everything that has not left."""

    cancellation_id: DecisionId
    by: PersonId
    items: Annotated[tuple[CancelledItem, ...], Field(max_length=500)] = ()
    reason_code: str | None = Field(default=None, pattern=r"^[A-Za-z][A-Za-z0-9]{1,63}$")
    """One of the codes in `mappings/reasons.yaml`."""

    @property
    def sent_id(self) -> str:
        """The cancellation's id."""
        return self.cancellation_id

    @property
    def sender(self) -> str:
        """Who wants it."""
        return self.by

    @property
    def units(self) -> Quantities:
        """How many of which line; a line named twice counts twice."""
        return added({one.line_item_id: one.quantity} for one in self.items)


Sayable = Said | Cancellation
"""Everything that a person can tell an order, whether it waits for approval or is on its way."""


def why_not(case: Case, sent: Cancellation) -> tuple[Receipt, str] | None:
    """Why nothing can be cancelled, or not by that person; None if their providers are to be asked."""
    if not may_withdraw(case, sent.by):
        return Receipt.NOT_ALLOWED, "only the requester, or an operator for them, may cancel units"
    if case.phase in UNDECIDED:
        return Receipt.NOT_PENDING, "the order is not in fulfilment yet: withdraw it, or edit it"
    if case.phase in FINAL:
        kind = Receipt.NOT_PENDING if case.phase in UNDECIDED_ENDS else Receipt.ALREADY_DECIDED
        return kind, f"the order is {case.phase} already"
    return None


def asked(case: Case, sent: Cancellation) -> Fact:
    """The fact that it was asked for."""
    detail: Detail = {"id": sent.cancellation_id}
    if sent.items:
        detail["items"] = [f"{units} of line {line}" for line, units in sorted(sent.units.items())]
    if sent.reason_code is not None:
        detail["reasonCode"] = sent.reason_code
    if sent.comment:
        detail["comment"] = sent.comment
    actor = actor_of(case, sent.by)
    return Fact(kind=AuditKind.CANCELLATION, actor=actor, revision=case.revision, detail=detail)
