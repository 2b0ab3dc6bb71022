"""From approval to delivery: the hand-over of pinned content, and the events that come back."""

import re
from enum import StrEnum

from pydantic import AwareDatetime, ConfigDict, Field

from domain.order import OrderContent
from domain.value import Value

AUDIT_CONTAINER = "placet-audit"
"""Custom objects: the lasting record of each order, key = order id."""
FULFILLMENT_CONTAINER = "placet-fulfillment"
"""Custom objects: the hand-overs, key = logistic order ref."""

# commercetools allows these characters in the key of a custom object; the rest of 256 is left for `-{n}`.
_USABLE_AS_KEY = re.compile(r"[A-Za-z0-9_.~-]{1,200}")


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


class FulfillmentEvent(Value):
    """One message of a fulfilment system about one logistic order; deduplicated by its id.

    With `items` it is about those quantities, without about everything that is left. `sequence` orders the events of one
    shipment. What else the system says beside these fields is passed over.
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


class HandOver(Value):
    """What a fulfilment system is given: the approved content, pinned. Create-only."""

    ref: str
    order_id: str
    order_number: str | None = None
    revision: int
    digest: str
    content: OrderContent


class LogisticOrder(Value):
    """What is known of one logistic order. `events` are the ids that were taken in."""

    ref: str
    status: FulfillmentStatus | None = None
    heard_of: AwareDatetime | None = None
    """When the latest of its events happened."""
    events: tuple[str, ...] = ()


def logistic_order_ref(order_number: str | None, order_id: str, n: int = 1) -> str:
    """The reference of an order's n-th logistic order, n from 1; usable as the key of a custom object."""
    name = order_number if order_number and _USABLE_AS_KEY.fullmatch(order_number) else order_id
    return f"{name}-{n}"
