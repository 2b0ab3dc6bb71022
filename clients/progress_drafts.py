"""What is to be written of an order's progress, as update actions of commercetools.

Of a parcel's tracking commercetools takes the number and the carrier. Its `provider` is who stands between the shop and
several carriers, `providerTransaction` that company's transaction: what others wrote there is kept, and nothing of ours
is put there. A carrier's service and the address to follow the parcel by have no field (TrackingData); they stay in
Placet's record of the order.
"""

from collections.abc import Iterable, Mapping

from clients import drafts
from clients.drafts import OrderUpdateAction
from clients.order_mutation import GraphqlAction, graphql_action
from clients.written_order import Shippings
from domain.fulfillment_event import Tracking
from domain.progress import WantedParcel
from domain.progress_actions import (
    AddDelivery,
    AddParcel,
    AddReturn,
    ChangeShipmentState,
    MoveLine,
    ProgressAction,
    RemoveDelivery,
    SetDeliveryItems,
    SetParcelItems,
    SetParcelTracking,
    SetReturnPaymentState,
    SetReturnShipmentState,
)

_AT_ONE_PLACE = Shippings(one=True)
_NOBODY: Mapping[str, Mapping[str, str]] = {}


def progress_drafts(
    actions: Iterable[ProgressAction],
    shippings: Shippings = _AT_ONE_PLACE,
    providers: Mapping[str, Mapping[str, str]] = _NOBODY,
) -> list[OrderUpdateAction]:
    """The actions in the same order, one draft for each.

    `shippings` says to which shipping a new delivery belongs; `providers` what others wrote beside a parcel's number.
    """
    return [_draft(action, shippings, providers) for action in actions]


def graphql_actions(
    actions: Iterable[ProgressAction],
    shippings: Shippings = _AT_ONE_PLACE,
    providers: Mapping[str, Mapping[str, str]] = _NOBODY,
) -> list[GraphqlAction]:
    """The same in GraphQL's words."""
    return [graphql_action(draft) for draft in progress_drafts(actions, shippings, providers)]


def _draft(  # noqa: PLR0911 - one return for each kind of action
    action: ProgressAction, shippings: Shippings, providers: Mapping[str, Mapping[str, str]]
) -> OrderUpdateAction:
    match action:
        case AddDelivery():
            return drafts.add_delivery(
                action.key,
                action.items,
                parcels=[_parcel(one) for one in action.parcels],
                shipping_key=shippings.key_for(action.items),
            )
        case RemoveDelivery():
            return drafts.remove_delivery(action.key)
        case AddParcel(parcel=parcel):
            return drafts.add_parcel(
                action.delivery_key, parcel.key, parcel.items, tracking=_tracking(parcel.tracking)
            )
        case SetParcelTracking():
            kept = providers.get(action.parcel_key, {})
            return drafts.set_parcel_tracking(action.parcel_key, {**kept, **_tracking(action.tracking)})
        case SetDeliveryItems():
            return drafts.set_delivery_items(action.key, action.items)
        case SetParcelItems():
            return drafts.set_parcel_items(action.parcel_key, action.items)
        case _:
            return _beside_deliveries(action)


def _beside_deliveries(
    action: MoveLine | AddReturn | SetReturnShipmentState | SetReturnPaymentState | ChangeShipmentState,
) -> OrderUpdateAction:
    match action:
        case MoveLine():
            return drafts.transition_line_item_state(
                action.line_item_id, action.quantity, action.from_key, action.to_key, custom=action.custom
            )
        case AddReturn():
            return _return(action)
        case SetReturnShipmentState():
            return drafts.set_return_shipment_state(action.item_key, action.shipment_state)
        case SetReturnPaymentState():
            return drafts.set_return_payment_state(action.item_key, action.payment_state)
        case ChangeShipmentState():
            return drafts.change_shipment_state(action.shipment_state)


def _return(action: AddReturn) -> OrderUpdateAction:
    """The reason's code is the item's comment: a return item has no other place for it."""
    items = [
        drafts.return_item(
            one.line_item_id,
            one.quantity,
            one.shipment_state,
            key=one.key,
            custom=one.custom,
            comment=one.reason_code,
        )
        for one in action.items
    ]
    return drafts.add_return(items, tracking_id=action.return_ref or None, date=action.at)


def _parcel(parcel: WantedParcel) -> drafts.ParcelDraft:
    return drafts.parcel_draft(parcel.key, parcel.items, tracking=_tracking(parcel.tracking))


def _tracking(tracking: Tracking | None) -> dict[str, str]:
    if tracking is None:
        return {}
    known = {"trackingId": tracking.tracking_id, "carrier": tracking.carrier}
    return {name: value for name, value in known.items() if value}
