"""What an approver or requester tells Placet, and the typed answer that they get."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.phases import Phase
from domain.value import Value, digest_of

DecisionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:~-]{1,128}$")]
PersonId = Annotated[str, Field(min_length=1, max_length=128)]
Comment = Annotated[str, Field(max_length=2000)]


class Verdict(StrEnum):
    """What an approver says."""

    APPROVE = "approve"
    REJECT = "reject"
    REQUEST_CHANGES = "requestChanges"


class Decision(Value):
    """An approver's word on one revision of an order. Without a revision it binds to the current one."""

    decision_id: DecisionId
    approver: PersonId
    verdict: Verdict
    comment: Comment | None = None
    revision: int | None = Field(default=None, ge=1)
    request_id: str | None = Field(default=None, max_length=64)
    """Names one sending of the decision, so that the sender can tell its own answer from a repeat of an older one."""

    @property
    def body_digest(self) -> str:
        """SHA-256 in hex of what is decided, without which sending of it this is."""
        return digest_of(self.model_copy(update={"request_id": None}).to_json_dict())

    @property
    def update_id(self) -> str:
        """The Temporal update id: the same decision sent again finds its own answer."""
        return f"{self.decision_id}/{self.body_digest[:16]}"


class Withdrawal(Value):
    """The requester takes the order back; for a requester outside the directory, an operator does."""

    withdrawal_id: DecisionId
    requester: PersonId
    comment: Comment | None = None
    request_id: str | None = Field(default=None, max_length=64)

    @property
    def body_digest(self) -> str:
        """As for a decision."""
        return digest_of(self.model_copy(update={"request_id": None}).to_json_dict())

    @property
    def update_id(self) -> str:
        """As for a decision."""
        return f"{self.withdrawal_id}/{self.body_digest[:16]}"


class Receipt(StrEnum):
    """The kinds of answer. Never silence."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    ALREADY_DECIDED = "alreadyDecided"
    SUPERSEDED = "superseded"
    NOT_ALLOWED = "notAllowed"
    NOT_PENDING = "notPending"


class DecisionReceipt(Value):
    """The answer to one decision or withdrawal."""

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
