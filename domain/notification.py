"""What approvers, requesters and operators are told: why, until when, and what happens then."""

from enum import StrEnum

from pydantic import AwareDatetime

from domain.money import Money
from domain.value import Value

OPERATORS_DESK = "operators"
"""The recipient of alarms: the group, whoever is in it."""


class NoticeKind(StrEnum):
    """Why somebody is told something."""

    REQUESTED = "requested"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    INFORMED = "informed"
    """Something went on without them: a step that was not decided in time is with others now."""
    CHANGES_REQUESTED = "changesRequested"
    EXTENDED = "extended"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    """The order was rejected, by a person or by a missed deadline."""
    WITHDRAWN = "withdrawn"
    """The order was taken back by somebody else than its requester."""
    NO_LONGER_PENDING = "noLongerPending"
    """Nothing is left to decide for those who were asked: the order was rejected, withdrawn, cancelled or completed."""
    REASSIGNED = "reassigned"
    """Somebody else decides in their place."""
    ALARM = "alarm"


class Notice(Value):
    """Something to tell some people about the case. `occasion` makes its messages' idempotency keys unique."""

    kind: NoticeKind
    recipients: tuple[str, ...]
    occasion: str
    revision: int
    step: str | None = None
    due_at: AwareDatetime | None = None
    then: str | None = None
    detail: str | None = None


class Notification(Value):
    """One message to one recipient. A repeat carries the same idempotency key."""

    idempotency_key: str
    kind: NoticeKind
    recipient: str
    order_id: str
    order_number: str | None = None
    total: Money | None = None
    """Absent where the order could not be read."""
    revision: int
    step: str | None = None
    why: str
    due_at: AwareDatetime | None = None
    then: str | None = None
    """What happens if nobody decides until then."""
    detail: str | None = None


def notifications(
    notice: Notice, order_id: str, order_number: str | None, total: Money | None, why: str
) -> tuple[Notification, ...]:
    """One message for each recipient of a notice."""
    return tuple(
        Notification(
            idempotency_key=f"{order_id}/{notice.occasion}/{recipient}",
            kind=notice.kind,
            recipient=recipient,
            order_id=order_id,
            order_number=order_number,
            total=total,
            revision=notice.revision,
            step=notice.step,
            why=why,
            due_at=notice.due_at,
            then=notice.then,
            detail=notice.detail,
        )
        for recipient in notice.recipients
    )
