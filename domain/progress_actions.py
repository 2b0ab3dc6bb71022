"""What an order in commercetools has of its progress, and what can be written of it: values, not the SDK's classes."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.fulfillment_event import Tracking
from domain.logistic_order import RefundState, ReturnCondition
from domain.progress import ShipmentState, WantedParcel
from domain.shipment import Quantities
from domain.value import Value


class WrittenParcel(Value):
    """A parcel as it stands in commercetools. One that somebody wrote without a key has none here."""

    key: str = ""
    items: Quantities = {}
    tracking_id: str | None = None
    carrier: str | None = None


class WrittenDelivery(Value):
    """A delivery as it stands in commercetools."""

    key: str = ""
    items: Quantities = {}
    parcels: tuple[WrittenParcel, ...] = ()


class WrittenReturnItem(Value):
    """A return item as it stands in commercetools; those without a key are not ours."""

    key: str
    quantity: int
    shipment_state: str
    payment_state: str | None = None


class WrittenOrder(Value):
    """What an order has already, read at one version."""

    shipment_state: str | None = None
    deliveries: tuple[WrittenDelivery, ...] = ()
    return_items: tuple[WrittenReturnItem, ...] = ()
    line_states: dict[str, Quantities] = {}
    """Units by the key of their state, by line item id."""
    custom_lines: frozenset[str] = frozenset()
    """The ids that belong to custom line items, for which the actions have other names."""


class AddDelivery(Value):
    """`addDelivery`, with the parcels."""

    action: Literal["addDelivery"] = "addDelivery"
    key: str
    items: Quantities
    parcels: tuple[WantedParcel, ...] = ()


class RemoveDelivery(Value):
    """`removeDelivery`: what was in it turned out to be in deliveries that are named."""

    action: Literal["removeDelivery"] = "removeDelivery"
    key: str


class AddParcel(Value):
    """`addParcelToDelivery`."""

    action: Literal["addParcelToDelivery"] = "addParcelToDelivery"
    delivery_key: str
    parcel: WantedParcel


class SetDeliveryItems(Value):
    """`setDeliveryItems`: what is in it is known better."""

    action: Literal["setDeliveryItems"] = "setDeliveryItems"
    key: str
    items: Quantities


class SetParcelItems(Value):
    """`setParcelItems`."""

    action: Literal["setParcelItems"] = "setParcelItems"
    parcel_key: str
    items: Quantities


class SetParcelTracking(Value):
    """`setParcelTrackingData`. A parcel that has no key in commercetools cannot be named, and is not ours."""

    action: Literal["setParcelTrackingData"] = "setParcelTrackingData"
    parcel_key: str
    tracking: Tracking


class MoveLine(Value):
    """`transitionLineItemState`, or `transitionCustomLineItemState`."""

    action: Literal["transitionLineItemState"] = "transitionLineItemState"
    line_item_id: str
    custom: bool = False
    quantity: int
    from_key: str
    to_key: str


class ReturnItem(Value):
    """A new item of a return."""

    key: str
    line_item_id: str
    custom: bool = False
    quantity: int
    shipment_state: str
    reason_code: str | None = None


class AddReturn(Value):
    """`addReturnInfo`; `return_ref` is its `returnTrackingId`."""

    action: Literal["addReturnInfo"] = "addReturnInfo"
    return_ref: str
    at: datetime
    items: tuple[ReturnItem, ...]


class SetReturnShipmentState(Value):
    """`setReturnShipmentState`: only from `Returned`."""

    action: Literal["setReturnShipmentState"] = "setReturnShipmentState"
    item_key: str
    shipment_state: ReturnCondition


class SetReturnPaymentState(Value):
    """`setReturnPaymentState`."""

    action: Literal["setReturnPaymentState"] = "setReturnPaymentState"
    item_key: str
    payment_state: RefundState


class ChangeShipmentState(Value):
    """`changeShipmentState`."""

    action: Literal["changeShipmentState"] = "changeShipmentState"
    shipment_state: ShipmentState


ProgressAction = Annotated[
    AddDelivery
    | RemoveDelivery
    | AddParcel
    | SetDeliveryItems
    | SetParcelItems
    | SetParcelTracking
    | MoveLine
    | AddReturn
    | SetReturnShipmentState
    | SetReturnPaymentState
    | ChangeShipmentState,
    Field(discriminator="action"),
]
