"""From what an order has already to what it should have: the actions that are really changes, as values.

Nothing is taken back: a shipment state that is further stays, deliveries and returns that somebody else wrote are left
alone. What is there already, by its key, is not written a second time. Only goods of which the shipment was not known
change their delivery when it is.
"""

from collections.abc import Iterator, Mapping

from domain.fulfillment_event import Tracking
from domain.progress import Progress, WantedDelivery, WantedParcel, WantedReturn, wire_key
from domain.progress_actions import (
    AddDelivery,
    AddParcel,
    AddReturn,
    ChangeShipmentState,
    ProgressAction,
    RemoveDelivery,
    ReturnItem,
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
from domain.progress_lines import LineStates, line_moves
from domain.status_mapping import Kind
from domain.status_mapping_moves import regress

RETURNED = "Returned"


def diff(
    written: WrittenOrder, progress: Progress, states: LineStates | None = None
) -> tuple[ProgressAction, ...]:
    """What to write, in the order in which it has to be written; nothing if all is there.

    `states` are the keys of the line items' states; without them they are left alone.
    """
    actions: list[ProgressAction] = []
    actions += _unnamed(written, progress)
    for delivery in progress.deliveries:
        actions += _delivery(written, delivery)
    if states is not None:
        actions += line_moves(written, progress, states)
    actions += _returns(written, progress)
    wanted, now = progress.shipment_state, written.shipment_state
    # An order without a shipment state is pending; to say so is no change.
    if wanted is not None and wanted != (now or "Pending") and regress(Kind.SHIPMENT, now, wanted) is None:
        actions.append(ChangeShipmentState(shipment_state=wanted))
    return tuple(actions)


def _unnamed(written: WrittenOrder, progress: Progress) -> Iterator[RemoveDelivery]:
    """Ours for goods of which nobody had said in what shipment they left, once all of them are in named ones.

    Such a delivery has its logistic order's reference for a key. No other is ever removed.
    """
    wanted = {delivery.key for delivery in progress.deliveries}
    ours = {wire_key(delivery.ref) for delivery in progress.deliveries}
    for there in written.deliveries:
        if there.key in ours and there.key not in wanted:
            yield RemoveDelivery(key=there.key)


def _delivery(written: WrittenOrder, wanted: WantedDelivery) -> Iterator[ProgressAction]:
    known = next((one for one in written.deliveries if one.key == wanted.key), None)
    if known is None:
        yield AddDelivery(key=wanted.key, items=wanted.items, parcels=wanted.parcels)
        return
    if wanted.items and wanted.items != known.items:
        yield SetDeliveryItems(key=wanted.key, items=wanted.items)
    named = {parcel.key for parcel in wanted.parcels}
    for parcel in wanted.parcels:
        there = _written(known, parcel, named)
        if there is None:
            yield AddParcel(delivery_key=wanted.key, parcel=parcel)
            continue
        if not there.key:
            continue  # no action could name it
        tracking = _tracking(there, parcel)
        if tracking is not None:
            yield SetParcelTracking(parcel_key=there.key, tracking=tracking)
        if parcel.items and parcel.items != there.items:
            yield SetParcelItems(parcel_key=there.key, items=parcel.items)


def _written(delivery: WrittenDelivery, wanted: WantedParcel, named: set[str]) -> WrittenParcel | None:
    """The parcel by its key, else by its number: one that was first heard of without a reference is no second one.

    `named` are the keys of the delivery's parcels: what has one of them is that parcel and no other.
    """
    by_key = next((one for one in delivery.parcels if one.key == wanted.key), None)
    number = wanted.tracking.tracking_id if wanted.tracking is not None else None
    if by_key is not None or number is None:
        return by_key
    others = (one for one in delivery.parcels if one.key not in named)
    return next((one for one in others if one.tracking_id == number), None)


def _tracking(there: WrittenParcel, wanted: WantedParcel) -> Tracking | None:
    """What to write: the whole of it, since the action replaces all; None if nothing of it is new."""
    if wanted.tracking is None:
        return None
    number = wanted.tracking.tracking_id or there.tracking_id
    carrier = wanted.tracking.carrier or there.carrier
    if (number, carrier) == (there.tracking_id, there.carrier):
        return None
    return wanted.tracking.model_copy(update={"tracking_id": number, "carrier": carrier})


def _returns(written: WrittenOrder, progress: Progress) -> Iterator[ProgressAction]:
    """New items by the return that they belong to, then how each of them was settled."""
    new: dict[str, list[ReturnItem]] = {}
    settled: list[ProgressAction] = []
    known = {item.key: item for item in written.return_items}
    for wanted in progress.returns:
        keys, counted = _counted(known, wanted)
        if counted < wanted.quantity:
            key = f"{wanted.key}-{counted}" if counted else wanted.key
            keys.append(key)
            new.setdefault(wanted.return_ref, []).append(
                ReturnItem(
                    key=key,
                    line_item_id=wanted.line_item_id,
                    custom=wanted.line_item_id in written.custom_lines,
                    quantity=wanted.quantity - counted,
                    shipment_state=wanted.shipment_state,
                    reason_code=wanted.reason_code,
                )
            )
        settled += _settled(known, wanted, keys)
    instants = {wanted.return_ref: wanted.at for wanted in progress.returns}
    for ref, items in new.items():
        yield AddReturn(return_ref=ref, at=instants[ref], items=tuple(items))
    yield from settled


def _counted(known: Mapping[str, WrittenReturnItem], wanted: WantedReturn) -> tuple[list[str], int]:
    """The items that were written of it so far, each under the count of units before it, and how many units they are."""
    keys: list[str] = []
    counted, key = 0, wanted.key
    while key in known and known[key].quantity > 0:
        keys.append(key)
        counted += known[key].quantity
        key = f"{wanted.key}-{counted}"
    return keys, counted


def _settled(
    known: Mapping[str, WrittenReturnItem], wanted: WantedReturn, keys: list[str]
) -> Iterator[ProgressAction]:
    for key in keys:
        there = known.get(key)
        state = there.shipment_state if there is not None else RETURNED
        if wanted.condition is not None and state == RETURNED:
            yield SetReturnShipmentState(item_key=key, shipment_state=wanted.condition)
        if wanted.refund is not None and wanted.refund != (there.payment_state if there else None):
            yield SetReturnPaymentState(item_key=key, payment_state=wanted.refund)
