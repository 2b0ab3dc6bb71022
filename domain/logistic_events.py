"""What can happen to logistic orders beside a provider's event, and what follows from it."""

from enum import StrEnum
from operator import not_

from pydantic import AwareDatetime, Field

from domain.fulfillment_event import FulfillmentEvent, FulfillmentStatus
from domain.logistic_order import CancelAnswer, RefundState, ReturnCondition
from domain.logistic_standing import Finding
from domain.shipment import Quantities
from domain.value import Value


class HandedOver(Value):
    """The provider has the logistic order."""

    ref: str
    provider_id: str | None = None


class CancelRequested(Value):
    """Somebody wants units cancelled. Without `items` it is everything that has not left.

    Without a `ref` held units go first, then those of the logistic orders from the last to the first.
    """

    request_id: str = Field(min_length=1, max_length=256)
    items: Quantities = {}
    ref: str | None = None
    reason_code: str | None = None


class CancelAnswered(Value):
    """What the provider answered to a request; `confirmed` only where it cancels less than was asked for."""

    request_id: str
    ref: str
    answer: CancelAnswer
    confirmed: Quantities = {}
    why: str | None = None


class ReturnAdvised(Value):
    """Somebody announces that units come back."""

    return_ref: str = Field(min_length=1, max_length=256)
    ref: str
    items: Quantities = Field(min_length=1)
    reason_code: str | None = None


class ReturnSettled(Value):
    """What became of the goods of a return, or of the money for them; either may come first."""

    return_ref: str
    ref: str
    refund: RefundState | None = None
    condition: ReturnCondition | None = None


LogisticEvent = (
    FulfillmentEvent | HandedOver | CancelRequested | CancelAnswered | ReturnAdvised | ReturnSettled
)


class Outcome(StrEnum):
    """What came of an event. All of them go on record."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    """Taken in, and nothing stands otherwise: it is late, or says what is known."""
    DUPLICATE = "duplicate"
    UNKNOWN_REF = "unknownRef"
    """No logistic order of ours has that reference."""
    UNKNOWN = "unknown"
    """It answers a request, or settles a return, that there is not."""


class Noted(Value):
    """An event and its outcome, for the record."""

    kind: str
    ref: str | None
    outcome: Outcome
    event_id: str | None = None
    status: FulfillmentStatus | None = None
    occurred_at: AwareDatetime | None = None


class CancelToAsk(Value):
    """Ask the provider to cancel so many units *altogether*, counted from the hand-over; it decides."""

    ref: str
    provider: str
    request_id: str
    altogether: Quantities
    reason_code: str | None = None


class NotCancellable(Value):
    """What of a request nobody is asked to cancel: it has left, or is being cancelled or cancelled `already`."""

    request_id: str
    items: Quantities
    already: Quantities = Field(default={}, exclude_if=not_)
    """Of these, what was asked for, or cancelled, before: no person is needed for it."""


class Raised(Value):
    """Something that a person should look at, which was not so before."""

    finding: Finding
    reason: str | None = Field(default=None, exclude_if=not_)
    """The provider's own words, where it gave any."""


class ProgressChanged(Value):
    """A logistic order stands otherwise: commercetools may have to be told."""

    ref: str


Effect = Noted | CancelToAsk | NotCancellable | Raised | ProgressChanged
