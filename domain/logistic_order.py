"""A part of an approved order that one provider fulfils from one place, and all that was heard of it."""

from enum import StrEnum
from operator import not_

from pydantic import AwareDatetime, Field

from domain.fulfillment_event import FulfillmentStatus
from domain.shipment import Quantities, Report, Shipment
from domain.status_mapping import Kind, Mapped
from domain.value import Value

CUSTOM_OBJECT = "custom-object"
"""The provider that needs no configuration: the hand-over is a custom object in commercetools."""


class CancelAnswer(StrEnum):
    """What became of a request to cancel; without an answer it is open."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"


class CancelRequest(Value):
    """Somebody wants so many units cancelled. While goods are on their way through the warehouse the provider decides."""

    id: str
    items: Quantities
    reason_code: str | None = None
    requested_at: AwareDatetime
    answer: CancelAnswer | None = None
    confirmed: Quantities = Field(default={}, exclude_if=not_)
    """What of it the provider has cancelled, where it confirms."""
    why: str | None = Field(default=None, exclude_if=not_)
    """What the provider says to it."""


class Cancelled(Value):
    """One word of the provider that quantities are cancelled, or that it failed on them; known by its event."""

    event_id: str
    items: Quantities = {}
    """None at all: everything that has not left, or everything in the shipment that it names."""
    shipment_ref: str | None = None
    failed: bool = False
    at: AwareDatetime
    reason_code: str | None = None
    altogether: bool = Field(default=False, exclude_if=not_)
    """Whether the quantities include what was cancelled by earlier words of this kind."""


class RefundState(StrEnum):
    """commercetools' ReturnPaymentState, as far as it can be set."""

    REFUNDED = "Refunded"
    NOT_REFUNDED = "NotRefunded"


class ReturnCondition(StrEnum):
    """commercetools' ReturnShipmentState of goods that were looked at."""

    BACK_IN_STOCK = "BackInStock"
    UNUSABLE = "Unusable"


class Return(Value):
    """One return: what was announced, what came back, why, and how it was settled."""

    ref: str
    advised: Quantities = Field(default={}, exclude_if=not_)
    returned: Quantities = Field(default={}, exclude_if=not_)
    all_returned: bool = False
    """Whether the provider said so without quantities: everything that had left and is in no other return."""
    shipment_ref: str | None = None
    """With that: everything of that shipment."""
    reason_code: str | None = None
    reason_at: AwareDatetime | None = None
    """When the reason was given: the first that was given holds."""
    at: AwareDatetime
    """When it was first heard of."""
    refund: RefundState | None = None
    condition: ReturnCondition | None = None


BACKORDER, DELAYED = "backorder", "delayed"
"""The reason codes that say why goods do not leave yet."""


class Waiting(Value):
    """Why a logistic order does not get on, such as a backorder: the newest that was said, also if that is no reason."""

    reason_code: str | None = None
    at: AwareDatetime
    event_id: str


class Stated(Value):
    """What a provider's status of one kind was last mapped to: the newest holds."""

    target: str
    at: AwareDatetime
    event_id: str


class Allotment(Value):
    """So many units of a line, and to which of the order's item shipping addresses they go."""

    line_item_id: str
    quantity: int = Field(ge=1)
    address_key: str | None = None


class LogisticOrder(Value):
    """What is known of one logistic order. `events` are the ids that were taken in.

    Without `lines` nothing is known of its quantities: it was handed over by an earlier version.
    """

    ref: str
    status: FulfillmentStatus | None = None
    heard_of: AwareDatetime | None = None
    """When the latest of its events happened."""
    events: tuple[str, ...] = ()
    provider: str = CUSTOM_OBJECT
    location: str | None = None
    service_level: str | None = None
    lines: Quantities = {}
    """What it was made with, by line item id."""
    allotments: tuple[Allotment, ...] = ()
    """The same by delivery address, where the order has several."""
    handed_over: bool = False
    provider_id: str | None = None
    """The provider's own id of it."""
    as_whole: Report = Report()
    shipments: tuple[Shipment, ...] = ()
    """In the order of their references."""
    cancelled: tuple[Cancelled, ...] = ()
    requests: tuple[CancelRequest, ...] = ()
    returns: tuple[Return, ...] = ()
    waiting: Waiting | None = None
    stated: dict[Kind, Stated] = Field(default={}, exclude_if=not_)
    """What the provider's own statuses are mapped to, by kind."""
    completed_at: AwareDatetime | None = None
    """When the provider last said that it is done with all of it."""

    @property
    def waits_for(self) -> str | None:
        """The reason code of why it does not get on, where the newest word has one."""
        return self.waiting.reason_code if self.waiting is not None else None

    @property
    def mapped(self) -> Mapped:
        """What its provider's statuses mean for it."""
        return Mapped(**{kind.value: one.target for kind, one in self.stated.items()})
