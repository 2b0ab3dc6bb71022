"""Order actions on deliveries and parcels, which live under `shippingInfo`.

Quantities are not held against what was ordered: neither does the real API. Keys are unique within an order.
"""

from typing import Any

from sandbox.deliveries import DELIVERY, PARCEL, delivery, items, measurements, parcel, tracking_data
from sandbox.drafts import Check, Fields, key, text
from sandbox.errors import duplicate_field, invalid_operation
from sandbox.order_fields import present
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Apply, Effect, action, set_or_remove
from sandbox.values import address


def _deliveries(order: Resource) -> list[Resource]:
    if "shippingInfo" not in order:
        raise invalid_operation("The order has no shippingInfo, and so no deliveries.")
    found: list[Resource] = order["shippingInfo"].setdefault("deliveries", [])
    return found


def _named(resources: list[Resource], given: Fields, kind: str) -> Resource:
    wanted, name = given.get(f"{kind}Id"), given.get(f"{kind}Key")
    for resource in resources:
        if resource["id"] == wanted or (wanted is None and name is not None and resource.get("key") == name):
            return resource
    raise invalid_operation(f"The {kind} '{wanted or name}' was not found.")


def _parcel(order: Resource, given: Fields) -> tuple[Resource, Resource]:
    """The parcel that an action names, after the delivery it is in."""
    parcels = [one for each in _deliveries(order) for one in each["parcels"]]
    found = _named(parcels, given, "parcel")
    return next(each for each in _deliveries(order) if found in each["parcels"]), found


def _refuse_twice(field: str, name: str | None, others: list[Resource]) -> None:
    if name is not None and any(other.get("key") == name for other in others):
        raise duplicate_field(field, name)


def _add_delivery(tx: Transaction, order: Resource, given: Fields) -> Effect:
    known = _deliveries(order)
    _refuse_twice("deliveryKey", given.get("deliveryKey"), known)
    added = delivery(tx, {**given, **present(key=given.get("deliveryKey"))})
    known.append(added)
    # The message carries the delivery without its parcels, even those of the same action.
    messages = [("DeliveryAdded", {"delivery": {**added, "parcels": []}})]
    return messages + [
        ("ParcelAddedToDelivery", {"delivery": added, "parcel": one}) for one in added["parcels"]
    ]


def _remove_delivery(_tx: Transaction, order: Resource, given: Fields) -> Effect:
    removed = _named(_deliveries(order), given, "delivery")
    _deliveries(order).remove(removed)
    return [("DeliveryRemoved", {"delivery": removed})]


def _set_delivery_address(_tx: Transaction, order: Resource, given: Fields) -> Effect:
    found = _named(_deliveries(order), given, "delivery")
    old = found.get("address")
    if not set_or_remove(found, "address", given.get("address")):
        return None
    payload = present(deliveryId=found["id"], address=given.get("address"), oldAddress=old)
    return [("DeliveryAddressSet", payload)]


def _set_delivery_items(_tx: Transaction, order: Resource, given: Fields) -> Effect:
    found = _named(_deliveries(order), given, "delivery")
    old = found["items"]
    if not set_or_remove(found, "items", given["items"]):
        return None
    return [("DeliveryItemsUpdated", {"deliveryId": found["id"], "items": found["items"], "oldItems": old})]


def _add_parcel(tx: Transaction, order: Resource, given: Fields) -> Effect:
    found = _named(_deliveries(order), given, "delivery")
    _refuse_twice(
        "parcelKey", given.get("parcelKey"), [one for each in _deliveries(order) for one in each["parcels"]]
    )
    added = parcel(tx, {**given, **present(key=given.get("parcelKey"))})
    found["parcels"].append(added)
    return [("ParcelAddedToDelivery", {"delivery": found, "parcel": added})]


def _remove_parcel(_tx: Transaction, order: Resource, given: Fields) -> Effect:
    holder, removed = _parcel(order, given)
    holder["parcels"].remove(removed)
    return [("ParcelRemovedFromDelivery", {"deliveryId": holder["id"], "parcel": removed})]


def _set_on_parcel(field: str, message: str) -> Apply:
    def apply(_tx: Transaction, order: Resource, given: Fields) -> Effect:
        holder, found = _parcel(order, given)
        if not set_or_remove(found, field, given.get(field)):
            return None
        ids = {"deliveryId": holder["id"], "parcelId": found["id"]}
        return [(message, ids | present(**{field: given.get(field)}))]

    return apply


def _set_parcel_items(_tx: Transaction, order: Resource, given: Fields) -> Effect:
    holder, found = _parcel(order, given)
    old: Any = found.get("items", [])
    if not set_or_remove(found, "items", given["items"]):
        return None
    payload = {"deliveryId": holder["id"], "parcelId": found["id"], "items": given["items"], "oldItems": old}
    return [("ParcelItemsUpdated", payload)]


_delivery_named: dict[str, Check] = {"deliveryId": text(), "deliveryKey": text()}
_parcel_named: dict[str, Check] = {"parcelId": text(), "parcelKey": text()}

ACTIONS: dict[str, Action] = {
    "addDelivery": action(_add_delivery, {}, {"deliveryKey": key, **DELIVERY}),
    "removeDelivery": action(_remove_delivery, {}, _delivery_named),
    "setDeliveryAddress": action(_set_delivery_address, {}, {**_delivery_named, "address": address}),
    "setDeliveryItems": action(_set_delivery_items, {"items": items}, _delivery_named),
    "addParcelToDelivery": action(_add_parcel, {}, {**_delivery_named, "parcelKey": key, **PARCEL}),
    "removeParcelFromDelivery": action(_remove_parcel, {}, _parcel_named),
    "setParcelMeasurements": action(
        _set_on_parcel("measurements", "ParcelMeasurementsUpdated"),
        {},
        {**_parcel_named, "measurements": measurements},
    ),
    "setParcelTrackingData": action(
        _set_on_parcel("trackingData", "ParcelTrackingDataUpdated"),
        {},
        {**_parcel_named, "trackingData": tracking_data},
    ),
    "setParcelItems": action(_set_parcel_items, {"items": items}, _parcel_named),
}
