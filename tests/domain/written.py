"""An order in commercetools that takes the actions of progress, as far as it remembers them; strict about keys."""

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
    WrittenDelivery,
    WrittenOrder,
    WrittenParcel,
    WrittenReturnItem,
)


def apply(order: WrittenOrder, actions: tuple[ProgressAction, ...]) -> WrittenOrder:
    """The order after those actions.

    Raises:
        AssertionError: an action adds what is there, names what is not, or moves more units than there are.
    """
    for action in actions:
        order = _applied(order, action)
    return order


def _applied(order: WrittenOrder, action: ProgressAction) -> WrittenOrder:
    match action:
        case RemoveDelivery():
            assert action.key in {one.key for one in order.deliveries}
            kept = tuple(one for one in order.deliveries if one.key != action.key)
            return order.model_copy(update={"deliveries": kept})
        case AddDelivery() | AddParcel() | SetDeliveryItems() | SetParcelItems() | SetParcelTracking():
            return order.model_copy(update={"deliveries": _delivered(order.deliveries, action)})
        case MoveLine():
            return _moved(order, action)
        case AddReturn() | SetReturnShipmentState() | SetReturnPaymentState():
            return order.model_copy(update={"return_items": _returned(order.return_items, action)})
        case ChangeShipmentState():
            assert order.shipment_state != action.shipment_state
            return order.model_copy(update={"shipment_state": action.shipment_state.value})


def _parcel(wanted: WantedParcel) -> WrittenParcel:
    tracking = wanted.tracking
    return WrittenParcel(
        key=wanted.key,
        items=wanted.items,
        tracking_id=tracking.tracking_id if tracking else None,
        carrier=tracking.carrier if tracking else None,
    )


def _delivered(
    deliveries: tuple[WrittenDelivery, ...],
    action: AddDelivery | AddParcel | SetDeliveryItems | SetParcelItems | SetParcelTracking,
) -> tuple[WrittenDelivery, ...]:
    by_key = {one.key: one for one in deliveries}
    parcels = {parcel.key: one.key for one in deliveries for parcel in one.parcels}
    match action:
        case AddDelivery():
            assert action.key not in by_key
            assert not {one.key for one in action.parcels} & set(parcels)
            added = WrittenDelivery(
                key=action.key, items=action.items, parcels=tuple(map(_parcel, action.parcels))
            )
            by_key[action.key] = added
        case AddParcel():
            assert action.parcel.key not in parcels
            there = by_key[action.delivery_key]
            update = {"parcels": (*there.parcels, _parcel(action.parcel))}
            by_key[action.delivery_key] = there.model_copy(update=update)
        case SetDeliveryItems():
            by_key[action.key] = by_key[action.key].model_copy(update={"items": action.items})
        case SetParcelItems() | SetParcelTracking():
            there = by_key[parcels[action.parcel_key]]
            changed = tuple(
                _changed(one, action) if one.key == action.parcel_key else one for one in there.parcels
            )
            by_key[there.key] = there.model_copy(update={"parcels": changed})
    return tuple(by_key.values())


def _changed(parcel: WrittenParcel, action: SetParcelItems | SetParcelTracking) -> WrittenParcel:
    if isinstance(action, SetParcelItems):
        return parcel.model_copy(update={"items": action.items})
    update = {"tracking_id": action.tracking.tracking_id, "carrier": action.tracking.carrier}
    return parcel.model_copy(update=update)


def _moved(order: WrittenOrder, action: MoveLine) -> WrittenOrder:
    units = dict(order.line_states[action.line_item_id])
    units[action.from_key] -= action.quantity
    assert units[action.from_key] >= 0
    units[action.to_key] = units.get(action.to_key, 0) + action.quantity
    kept = {key: quantity for key, quantity in units.items() if quantity}
    return order.model_copy(update={"line_states": {**order.line_states, action.line_item_id: kept}})


def _returned(
    items: tuple[WrittenReturnItem, ...], action: AddReturn | SetReturnShipmentState | SetReturnPaymentState
) -> tuple[WrittenReturnItem, ...]:
    by_key = {one.key: one for one in items}
    match action:
        case AddReturn():
            for one in action.items:
                assert one.key not in by_key
                by_key[one.key] = WrittenReturnItem(
                    key=one.key,
                    quantity=one.quantity,
                    shipment_state=one.shipment_state,
                    payment_state="Initial" if one.shipment_state == "Returned" else "NonRefundable",
                )
        case SetReturnShipmentState():
            assert by_key[action.item_key].shipment_state == "Returned"
            update = {"shipment_state": action.shipment_state.value}
            by_key[action.item_key] = by_key[action.item_key].model_copy(update=update)
        case SetReturnPaymentState():
            update = {"payment_state": action.payment_state.value}
            by_key[action.item_key] = by_key[action.item_key].model_copy(update=update)
    return tuple(by_key.values())
