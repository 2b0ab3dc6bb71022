"""What we send, built from the SDK's models, which write themselves.

Only this module, `state_drafts` and `extension_drafts`, whose drafts are here too, import the SDK.

Enumerations are given as commercetools writes them (`Confirmed`, `Shipped`); an unknown value is a ValueError.
Nothing here can force a transition.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, cast

from commercetools.platform import models as sdk

from clients.extension_drafts import ExtensionDraft, ExtensionUpdateAction, extension_draft
from clients.state_drafts import (
    StateDraft,
    StateUpdateAction,
    add_state_roles,
    change_initial,
    change_state_key,
    change_state_type,
    remove_state_roles,
    set_state_description,
    set_state_name,
    set_state_roles,
    set_transitions,
    state_draft,
)
from clients.type_drafts import TypeDraft, TypeUpdateAction, type_draft

# Handed on, so that a caller needs to know one module of drafts; what is defined here needs no mention.
__all__ = [
    "ExtensionDraft",
    "ExtensionUpdateAction",
    "StateDraft",
    "StateUpdateAction",
    "TypeDraft",
    "TypeUpdateAction",
    "add_state_roles",
    "change_initial",
    "change_state_key",
    "change_state_type",
    "extension_draft",
    "remove_state_roles",
    "set_state_description",
    "set_state_name",
    "set_state_roles",
    "set_transitions",
    "state_draft",
    "type_draft",
]

CustomObjectDraft = sdk.CustomObjectDraft
OrderImportDraft = sdk.OrderImportDraft
OrderUpdateAction = sdk.OrderUpdateAction
ParcelDraft = sdk.ParcelDraft
ProjectUpdateAction = sdk.ProjectUpdateAction
SubscriptionDraft = sdk.SubscriptionDraft
SubscriptionUpdateAction = sdk.SubscriptionUpdateAction


class _YoungerShipmentState(Enum):
    """What the interface has and the SDK's enumeration, which is older, has not."""

    CANCELED = "Canceled"


# Orders ---------------------------------------------------------------------------------------------------


def transition_state(key: str) -> OrderUpdateAction:
    """Move the order to the state of that key, as its state machine allows."""
    return sdk.OrderTransitionStateAction(state=sdk.StateResourceIdentifier(key=key))


def change_order_state(order_state: str) -> OrderUpdateAction:
    """`Open`, `Confirmed`, `Complete` or `Cancelled`."""
    return sdk.OrderChangeOrderStateAction(order_state=sdk.OrderState(order_state))


def change_shipment_state(shipment_state: str) -> OrderUpdateAction:
    """`Ready`, `Partial`, `Shipped`, `Delivered`, `Canceled` (with one l) and others."""
    if shipment_state == _YoungerShipmentState.CANCELED.value:
        known = cast("sdk.ShipmentState", _YoungerShipmentState.CANCELED)
    else:
        known = sdk.ShipmentState(shipment_state)
    return sdk.OrderChangeShipmentStateAction(shipment_state=known)


def change_payment_state(payment_state: str) -> OrderUpdateAction:
    """`BalanceDue`, `Failed`, `Pending`, `CreditOwed` or `Paid`."""
    return sdk.OrderChangePaymentStateAction(payment_state=sdk.PaymentState(payment_state))


def add_delivery(  # noqa: PLR0913 - the fields of the action, each by its name
    key: str,
    quantities: Mapping[str, int],
    *,
    tracking: Mapping[str, str] | None = None,
    parcel_key: str = "",
    parcels: Sequence[ParcelDraft] = (),
    shipping_key: str | None = None,
) -> OrderUpdateAction:
    """A delivery of so many of each (custom) line item id, with one parcel of all of it if `parcel_key` is given.

    commercetools does not compare the quantities with what was ordered. `tracking`: see `tracking_data`. An order with
    several shippings wants `shipping_key`; one with a single shipping needs none.
    """
    drafted = list(parcels)
    if parcel_key:
        drafted.append(parcel_draft(parcel_key, quantities, tracking=tracking))
    return sdk.OrderAddDeliveryAction(
        delivery_key=key, shipping_key=shipping_key, items=_items(quantities), parcels=drafted or None
    )


def parcel_draft(
    key: str, quantities: Mapping[str, int], *, tracking: Mapping[str, str] | None = None
) -> ParcelDraft:
    """A parcel of a new delivery; without quantities it is not known what is in it."""
    return sdk.ParcelDraft(
        key=key, tracking_data=tracking_data(tracking), items=_items(quantities) if quantities else None
    )


def add_parcel(
    delivery_key: str,
    parcel_key: str,
    quantities: Mapping[str, int] | None = None,
    *,
    tracking: Mapping[str, str] | None = None,
) -> OrderUpdateAction:
    """A parcel of a delivery."""
    return sdk.OrderAddParcelToDeliveryAction(
        delivery_key=delivery_key,
        parcel_key=parcel_key,
        items=_items(quantities) if quantities else None,
        tracking_data=tracking_data(tracking),
    )


def set_parcel_tracking(parcel_key: str, tracking: Mapping[str, str]) -> OrderUpdateAction:
    """Where a parcel can be followed, all of it: what is left out is removed."""
    return sdk.OrderSetParcelTrackingDataAction(parcel_key=parcel_key, tracking_data=tracking_data(tracking))


def remove_delivery(delivery_key: str) -> OrderUpdateAction:
    """A delivery goes, with its parcels."""
    return sdk.OrderRemoveDeliveryAction(delivery_key=delivery_key)


def set_delivery_items(delivery_key: str, quantities: Mapping[str, int]) -> OrderUpdateAction:
    """What is in a delivery, all of it."""
    return sdk.OrderSetDeliveryItemsAction(delivery_key=delivery_key, items=_items(quantities))


def set_parcel_items(parcel_key: str, quantities: Mapping[str, int]) -> OrderUpdateAction:
    """What is in a parcel, all of it."""
    return sdk.OrderSetParcelItemsAction(parcel_key=parcel_key, items=_items(quantities))


def tracking_data(tracking: Mapping[str, str] | None) -> sdk.TrackingData | None:
    """TrackingData of `trackingId`, `carrier`, `provider` and `providerTransaction`, of which any may be absent."""
    if not tracking:
        return None
    return sdk.TrackingData(
        tracking_id=tracking.get("trackingId"),
        carrier=tracking.get("carrier"),
        provider=tracking.get("provider"),
        provider_transaction=tracking.get("providerTransaction"),
    )


def transition_line_item_state(
    line_item_id: str, quantity: int, from_key: str, to_key: str, *, custom: bool = False
) -> OrderUpdateAction:
    """Move so many of a (custom) line item from one state to another."""
    source, target = sdk.StateResourceIdentifier(key=from_key), sdk.StateResourceIdentifier(key=to_key)
    if custom:
        return sdk.OrderTransitionCustomLineItemStateAction(
            custom_line_item_id=line_item_id, quantity=quantity, from_state=source, to_state=target
        )
    return sdk.OrderTransitionLineItemStateAction(
        line_item_id=line_item_id, quantity=quantity, from_state=source, to_state=target
    )


def return_item(  # noqa: PLR0913 - the fields of a ReturnItemDraft, each by its name
    line_item_id: str,
    quantity: int,
    shipment_state: str,
    *,
    key: str | None = None,
    custom: bool = False,
    comment: str | None = None,
) -> sdk.ReturnItemDraft:
    """What comes back of a (custom) line item, `Advised` or `Returned`; commercetools derives its payment state."""
    return sdk.ReturnItemDraft(
        key=key,
        quantity=quantity,
        comment=comment,
        line_item_id=None if custom else line_item_id,
        custom_line_item_id=line_item_id if custom else None,
        shipment_state=sdk.ReturnShipmentState(shipment_state),
    )


def add_return(
    items: Sequence[sdk.ReturnItemDraft], *, tracking_id: str | None = None, date: datetime | None = None
) -> OrderUpdateAction:
    """A return of at least one item; without a date it is now."""
    return sdk.OrderAddReturnInfoAction(
        items=list(items), return_tracking_id=tracking_id, return_date=_to_the_millisecond(date)
    )


def set_return_shipment_state(item_key: str, shipment_state: str) -> OrderUpdateAction:
    """From `Returned` to `BackInStock` or `Unusable`."""
    return sdk.OrderSetReturnShipmentStateAction(
        return_item_key=item_key, shipment_state=sdk.ReturnShipmentState(shipment_state)
    )


def set_return_payment_state(item_key: str, payment_state: str) -> OrderUpdateAction:
    """`Refunded` or `NotRefunded`."""
    return sdk.OrderSetReturnPaymentStateAction(
        return_item_key=item_key, payment_state=sdk.ReturnPaymentState(payment_state)
    )


def import_order_draft(document: Mapping[str, Any]) -> OrderImportDraft:
    """The draft of an order to import, from JSON as the interface has it (OrderImportDraft)."""
    return sdk.OrderImportDraft.deserialize(dict(document))


# The rest of the project ----------------------------------------------------------------------------------


def messages_configuration(*, enabled: bool, delete_days: int) -> ProjectUpdateAction:
    """Whether messages can be queried, and for how many days (1 to 90)."""
    configuration = sdk.MessagesConfigurationDraft(enabled=enabled, delete_days_after_creation=delete_days)
    return sdk.ProjectChangeMessagesConfigurationAction(messages_configuration=configuration)


def custom_object_draft(
    container: str, key: str, value: Any, version: int | None = None
) -> CustomObjectDraft:
    """A custom object; version 0 only creates."""
    return sdk.CustomObjectDraft(container=container, key=key, value=value, version=version)


def subscription_draft(
    key: str, destination: Mapping[str, Any], types: Iterable[str], *, cloud_events: bool = False
) -> SubscriptionDraft:
    """Deliver messages about orders. `destination` is JSON as the interface has it (Destination, by `type`)."""
    return sdk.SubscriptionDraft(
        key=key,
        destination=sdk.Destination.deserialize(dict(destination)),
        messages=[_order_messages(types)],
        # No format is the Platform format.
        format=sdk.CloudEventsFormat(cloud_events_version="1.0") if cloud_events else None,
    )


def set_subscribed_messages(types: Iterable[str]) -> SubscriptionUpdateAction:
    """Which messages about orders a subscription delivers."""
    return sdk.SubscriptionSetMessagesAction(messages=[_order_messages(types)])


def _order_messages(types: Iterable[str]) -> sdk.MessageSubscription:
    return sdk.MessageSubscription(
        resource_type_id=sdk.MessageSubscriptionResourceTypeId.ORDER, types=list(types)
    )


def _items(quantities: Mapping[str, int]) -> list[sdk.DeliveryItem]:
    return [sdk.DeliveryItem(id=item, quantity=quantity) for item, quantity in quantities.items()]


def _to_the_millisecond(instant: datetime | None) -> datetime | None:
    """commercetools keeps milliseconds."""
    return instant and instant.replace(microsecond=instant.microsecond // 1000 * 1000)
