"""What a fulfilment system says about a logistic order: one event, read from a webhook, a mapping or our own API."""

from enum import StrEnum
from operator import not_
from typing import Self

from pydantic import AwareDatetime, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from domain.status_mapping import TARGETS, Kind
from domain.value import Value


class FulfillmentStatus(StrEnum):
    """What a fulfilment system can say about a logistic order."""

    CREATED = "created"
    ACCEPTED = "accepted"
    PICKING = "picking"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETURNED = "returned"


GAVE_UP = frozenset({FulfillmentStatus.FAILED, FulfillmentStatus.CANCELLED})


class ShippedItem(Value):
    """How many of a line an event is about."""

    line_item_id: str
    quantity: int = Field(ge=0)


class Tracking(Value):
    """Where a parcel can be followed; what is not known is absent."""

    model_config = ConfigDict(extra="ignore")

    tracking_id: str | None = Field(default=None, max_length=256)
    carrier: str | None = Field(default=None, max_length=256)
    service: str | None = Field(default=None, max_length=256)
    """The carrier's service, such as express."""
    url: str | None = Field(default=None, max_length=2048)


class StatedTargets(Value):
    """What a provider's own statuses are mapped to; None where they mean nothing.

    `order` and `shipment` are only set where the quantities, and our own transitions, leave them open.
    """

    model_config = ConfigDict(extra="ignore")

    order: str | None = None
    payment: str | None = None
    shipment: str | None = None

    @model_validator(mode="after")
    def _are_known(self) -> Self:
        for kind in Kind:
            target = getattr(self, kind.value)
            if target is not None and target not in TARGETS[kind]:
                raise ValueError(f"commercetools has no {kind.field} of that name")
        return self


class FulfillmentEvent(Value):
    """One message of a fulfilment system about one logistic order; deduplicated by its id.

    With `items` it is about those quantities, without about everything that is left. `sequence` orders the events of one
    shipment. Fields beside these are passed over where it travels between our own versions; whoever reads it from outside
    forbids them (`extra="forbid"`), as a misspelt `items` would make it an event about everything.
    """

    model_config = ConfigDict(extra="ignore")

    event_id: str = Field(pattern=r"^[A-Za-z0-9_.:~-]{1,128}$")
    ref: str = Field(min_length=1, max_length=256)
    status: FulfillmentStatus
    occurred_at: AwareDatetime
    shipment_ref: str | None = Field(default=None, max_length=256)
    sequence: int | None = None
    items: tuple[ShippedItem, ...] = ()
    reason: str | None = Field(default=None, max_length=500)
    """Why, in the system's own words."""
    parcel_ref: str | None = Field(default=None, max_length=256)
    """Which parcel of the shipment; absent where the event is about the shipment as a whole."""
    tracking: Tracking | None = None
    shipped_at: AwareDatetime | None = None
    """When the goods left, where that is not when the event happened."""
    location: str | None = Field(default=None, max_length=256)
    """From where they left."""
    reason_code: str | None = Field(default=None, max_length=100)
    """Why a quantity is cancelled, comes back or is late, as a code that can be mapped."""
    return_ref: str | None = Field(default=None, max_length=256)
    """Which return; absent where each event is a return of its own."""
    request_ref: str | None = Field(default=None, max_length=256)
    """The request of ours that this answers, such as a cancellation."""
    targets: StatedTargets | None = Field(default=None, exclude_if=not_)
    """What the provider's statuses are mapped to, where it has statuses of its own."""
    altogether: bool = Field(default=False, exclude_if=not_)
    """Of a cancellation: whether `items` are so many in all, what was cancelled before included; else so many more."""
    speaks_for: SkipJsonSchema[tuple[str, ...]] = Field(default=(), exclude_if=not_)
    """The providers for whom whoever sent it may speak, as it was found out on the way in; without any: for all.

    A sender's own word for it is written over, and so no part of the event's published form.
    """

    def may_be_about(self, provider: str) -> bool:
        """Whether its sender may speak of what that provider has."""
        return not self.speaks_for or provider in self.speaks_for
