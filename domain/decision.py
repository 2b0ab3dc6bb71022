"""What an approver or requester tells Placet, and the typed answer that they get."""

from enum import StrEnum
from operator import not_
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.phases import Phase
from domain.value import Value, digest_of

DecisionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:~-]{1,128}$")]
PersonId = Annotated[str, Field(min_length=1, max_length=128)]
Comment = Annotated[str, Field(max_length=2000)]
LineItemId = Annotated[str, Field(min_length=1, max_length=128)]


class Verdict(StrEnum):
    """What an approver says."""

    APPROVE = "approve"
    REJECT = "reject"
    REQUEST_CHANGES = "requestChanges"


class Sent(Value):
    """Something that a person tells an order, under an id of the sender's own: the same again counts once."""

    comment: Comment | None = None
    request_id: str | None = Field(default=None, max_length=64)
    """Names one sending of it, so that the sender can tell its own answer from a repeat of an older one."""

    @property
    def sent_id(self) -> str:
        """The id that its sender gave it; decisions and all else share one space of ids for each order."""
        raise NotImplementedError

    @property
    def sender(self) -> str:
        """Whose word it is: a person's id in the directory, or an identity of the requester."""
        raise NotImplementedError

    @property
    def body_digest(self) -> str:
        """SHA-256 in hex of what is said, without which sending of it this is."""
        return digest_of(self.model_copy(update={"request_id": None}).to_json_dict())

    @property
    def update_id(self) -> str:
        """The Temporal update id: the same sent again finds its own answer."""
        return f"{self.sent_id}/{self.body_digest[:16]}"


class Decision(Sent):
    """An approver's word on one revision of an order. Without a revision it binds to the current one."""

    decision_id: DecisionId
    approver: PersonId
    verdict: Verdict
    revision: int | None = Field(default=None, ge=1)
    without: tuple[LineItemId, ...] = Field(default=(), max_length=500, exclude_if=not_)
    """With `requestChanges`: the lines to take out. An order edited to just the rest has this approver's yes."""

    @model_validator(mode="after")
    def _takes_out_by_asking(self) -> Self:
        if self.without and self.verdict is not Verdict.REQUEST_CHANGES:
            raise ValueError("lines are taken out by the requester: `without` goes with requestChanges")
        return self

    @property
    def sent_id(self) -> str:
        """The decision's id."""
        return self.decision_id

    @property
    def sender(self) -> str:
        """The approver."""
        return self.approver


class Withdrawal(Sent):
    """The requester takes the order back; for a requester outside the directory, an operator does."""

    withdrawal_id: DecisionId
    requester: PersonId

    @property
    def sent_id(self) -> str:
        """The withdrawal's id."""
        return self.withdrawal_id

    @property
    def sender(self) -> str:
        """The requester."""
        return self.requester


class Receipt(StrEnum):
    """The kinds of answer. Never silence."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    ALREADY_DECIDED = "alreadyDecided"
    SUPERSEDED = "superseded"
    NOT_ALLOWED = "notAllowed"
    NOT_PENDING = "notPending"


class DecisionReceipt(Value):
    """The answer to one decision, or to anything else that a person tells an order; `decision_id` is its id."""

    receipt: Receipt
    message: str
    order_id: str
    phase: Phase
    step: str | None = None
    revision: int
    decision_id: str
    first: Receipt | None = None
    """For a duplicate: what the first sending was answered."""
    request_id: str | None = None


class DecisionIdReusedError(ValueError):
    """A decision id came again with another body: a fault of the sender, and no decision at all."""
