"""A provider's own record of a logistic order, as far as it matters here. Statuses are the provider's words."""

from typing import Literal

from pydantic import AwareDatetime, Field

from domain.value import Value


class ProviderItem(Value):
    """One order item: `line_item_id` is its reference at the provider, which the export set to the line item's id.

    `quantity` is what it stands at now; where the provider keeps what was `exported`, the difference is cancelled.
    """

    line_item_id: str
    quantity: int
    exported: int | None = None
    status: str | None = None


class FulfillmentItem(Value):
    """How many of a line one fulfilment was asked for, found and could not find; `requested` is None where nobody says."""

    line_item_id: str
    requested: int | None = None
    filled: int = 0
    rejected: int = 0


class PackedItem(Value):
    """How many of a line are in a parcel."""

    line_item_id: str
    quantity: int


class ProviderParcel(Value):
    """What was handed to a carrier. `ref` is the provider's name for it, by which a repeat is told from a second one."""

    ref: str
    status: str | None = None
    carrier: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    label_url: str | None = None
    shipped_at: AwareDatetime | None = None
    items: tuple[PackedItem, ...] = ()


class ProviderFulfillment(Value):
    """What one location does for an order."""

    id: str
    ref: str
    order_ref: str | None = None
    status: str
    type: str | None = None
    location: str | None = None
    created_on: AwareDatetime | None = None
    updated_on: AwareDatetime | None = None
    items: tuple[FulfillmentItem, ...] = ()
    parcels: tuple[ProviderParcel, ...] = ()


class ReturnedItem(Value):
    """How many of a line came back, or are announced to. `line_item_id` is None where the provider names none."""

    ref: str
    line_item_id: str | None = None
    quantity: int | None = None
    reason: str | None = None
    status: str | None = None


class ProviderReturn(Value):
    """One return."""

    ref: str
    status: str
    type: str | None = None
    updated_on: AwareDatetime | None = None
    items: tuple[ReturnedItem, ...] = ()


class ProviderOrder(Value):
    """The full record of one logistic order."""

    ref: str
    id: str | None = None
    status: str
    type: str | None = None
    created_on: AwareDatetime | None = None
    updated_on: AwareDatetime | None = None
    fingerprint: str | None = None
    """That of the draft it was exported from; None if somebody else created it."""
    cancel_reason: str | None = None
    """The provider's code for why it, or a part of it, was cancelled."""
    items: tuple[ProviderItem, ...] = ()
    fulfillments: tuple[ProviderFulfillment, ...] = ()
    returns: tuple[ProviderReturn, ...] = ()


class UpdatedOrder(Value):
    """One order of a page: enough to know whether to fetch it."""

    ref: str
    id: str | None = None
    status: str | None = None
    updated_on: AwareDatetime | None = None


class UpdatedPage(Value):
    """A page of the orders that changed. `next_cursor` asks for the one after; None on the last."""

    kind: Literal["page"] = "page"
    orders: tuple[UpdatedOrder, ...] = ()
    next_cursor: str | None = Field(default=None)
