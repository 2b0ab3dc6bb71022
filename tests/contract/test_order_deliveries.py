"""Deliveries and parcels of an order, with their messages (sections 3.6 and 4.2)."""

from uuid import uuid4

import pytest

from tests.contract.drafts import import_order, money
from tests.contract.messages import messages_after, messages_of
from tests.contract.project import Json, Project

pytestmark = pytest.mark.usefixtures("messages_enabled")

SHIPPING = {"shippingMethodName": "Truck", "price": money(500), "shippingRate": {"price": money(500)}}
MEASURES = {
    "heightInMillimeter": 200,
    "lengthInMillimeter": 300,
    "widthInMillimeter": 150,
    "weightInGram": 2400,
}
TRACKING = {"trackingId": "1Z999", "carrier": "DHL"}


async def shippable(project: Project) -> Json:
    """An order with shipping info, as deliveries need it."""
    return await import_order(project, shippingInfo=SHIPPING)


def items_of(order: Json, quantity: int = 1) -> list[Json]:
    """So many pieces of the order's only item."""
    return [{"id": order["customLineItems"][0]["id"], "quantity": quantity}]


async def with_parcel(project: Project) -> Json:
    """An order with one delivery that holds one parcel; its own messages are OrderImported and two more."""
    order = await shippable(project)
    parcel = {"key": project.unique("parcel"), "items": items_of(order)}
    delivery = {"action": "addDelivery", "deliveryKey": project.unique("delivery"), "items": items_of(order)}
    return await project.update("/orders", order, delivery | {"parcels": [parcel]})


def delivery_of(order: Json) -> Json:
    """The order's only delivery, which lives under its shipping info."""
    (delivery,) = order["shippingInfo"]["deliveries"]
    assert isinstance(delivery, dict)
    return delivery


async def last_message(project: Project, order: Json, type_: str, number: int) -> Json:
    """The message with this sequence number, which must be the last and of this type."""
    messages = await messages_of(project, order, at_least=number)
    assert [len(messages), messages[-1]["type"]] == [number, type_]
    return messages[-1]


async def test_a_delivery_with_a_parcel_is_added(project: Project) -> None:
    """It stands under the shipping info; DeliveryAdded has no parcels, each parcel has a message of its own."""
    order = await shippable(project)
    key, parcel_key, address = (
        project.unique("delivery"),
        project.unique("parcel"),
        {"country": "DE", "city": "Bonn"},
    )
    parcel = {"key": parcel_key, "measurements": MEASURES, "trackingData": TRACKING, "items": items_of(order)}
    action = {"action": "addDelivery", "deliveryKey": key, "items": items_of(order, 2), "address": address}
    changed = await project.update("/orders", order, action | {"parcels": [parcel]})
    delivery = delivery_of(changed)
    assert (delivery["key"], delivery["items"]) == (key, items_of(order, 2))
    assert delivery["address"].items() >= address.items()
    (made,) = delivery["parcels"]
    assert (made["key"], made["measurements"], made["items"]) == (parcel_key, MEASURES, items_of(order))
    assert made["trackingData"].items() >= TRACKING.items()
    assert made["trackingData"].get("isReturn", False) is False
    added, parcelled = await messages_after(project, order, changed, 2)
    assert (added["type"], parcelled["type"]) == ("DeliveryAdded", "ParcelAddedToDelivery")
    assert (added["delivery"]["id"], added["delivery"]["parcels"]) == (delivery["id"], [])
    assert (parcelled["delivery"]["id"], parcelled["parcel"]["id"]) == (delivery["id"], made["id"])


async def test_a_delivery_needs_shipping_info(project: Project) -> None:
    """Without shipping info there is no place for a delivery: 400."""
    order = await import_order(project)
    assert (await project.attempt("/orders", order, {"action": "addDelivery"})).status_code == 400


async def test_the_quantity_of_a_delivery_is_not_checked(project: Project) -> None:
    """More may be delivered than was ordered."""
    order = await shippable(project)
    changed = await project.update("/orders", order, {"action": "addDelivery", "items": items_of(order, 99)})
    assert delivery_of(changed)["items"] == items_of(order, 99)


async def test_a_parcel_is_added_by_the_delivery_s_id_and_key(project: Project) -> None:
    """Each parcel comes with its message."""
    order = await with_parcel(project)
    delivery = delivery_of(order)
    for number, named in ((4, {"deliveryId": delivery["id"]}), (5, {"deliveryKey": delivery["key"]})):
        action = {"action": "addParcelToDelivery", **named, "trackingData": TRACKING}
        order = await project.update("/orders", order, action)
        message = await last_message(project, order, "ParcelAddedToDelivery", number)
        assert message["parcel"]["id"] == delivery_of(order)["parcels"][-1]["id"]
    assert len(delivery_of(order)["parcels"]) == 3


PARCEL_CHANGES: dict[str, tuple[Json, str, str]] = {
    "measurements": (
        {"action": "setParcelMeasurements", "measurements": MEASURES},
        "measurements",
        "ParcelMeasurementsUpdated",
    ),
    "tracking data": (
        {"action": "setParcelTrackingData", "trackingData": TRACKING | {"isReturn": False}},
        "trackingData",
        "ParcelTrackingDataUpdated",
    ),
    "items": ({"action": "setParcelItems", "items": []}, "items", "ParcelItemsUpdated"),
}


@pytest.mark.parametrize("case", PARCEL_CHANGES.values(), ids=PARCEL_CHANGES.keys())
@pytest.mark.parametrize("how", ["Id", "Key"])
async def test_a_parcel_is_changed(project: Project, case: tuple[Json, str, str], how: str) -> None:
    """Measurements, tracking data and items are set, by the parcel's id or key, with a message that names both."""
    action, name, type_ = case
    order = await with_parcel(project)
    delivery = delivery_of(order)
    (parcel,) = delivery["parcels"]
    changed = await project.update("/orders", order, action | {f"parcel{how}": parcel[how.lower()]})
    (after,) = delivery_of(changed)["parcels"]
    assert after[name] == action[name]
    message = await last_message(project, changed, type_, 4)
    assert (message["deliveryId"], message["parcelId"]) == (delivery["id"], parcel["id"])
    assert message[name] == action[name]


async def test_a_parcel_is_removed(project: Project) -> None:
    """The message has the parcel and the delivery's id."""
    order = await with_parcel(project)
    (parcel,) = delivery_of(order)["parcels"]
    changed = await project.update(
        "/orders", order, {"action": "removeParcelFromDelivery", "parcelId": parcel["id"]}
    )
    assert delivery_of(changed)["parcels"] == []
    message = await last_message(project, changed, "ParcelRemovedFromDelivery", 4)
    assert (message["deliveryId"], message["parcel"]["id"]) == (delivery_of(order)["id"], parcel["id"])


async def test_a_delivery_is_removed(project: Project) -> None:
    """DeliveryRemoved carries what was removed."""
    order = await with_parcel(project)
    action = {"action": "removeDelivery", "deliveryKey": delivery_of(order)["key"]}
    changed = await project.update("/orders", order, action)
    assert changed["shippingInfo"]["deliveries"] == []
    message = await last_message(project, changed, "DeliveryRemoved", 4)
    assert message["delivery"]["id"] == delivery_of(order)["id"]


async def test_items_and_address_of_a_delivery_are_set(project: Project) -> None:
    """Each with its message."""
    order = await with_parcel(project)
    id_ = delivery_of(order)["id"]
    items = {"action": "setDeliveryItems", "deliveryId": id_, "items": items_of(order, 2)}
    address = {"action": "setDeliveryAddress", "deliveryId": id_, "address": {"country": "AT"}}
    order = await project.update("/orders", order, items, address)
    assert delivery_of(order)["items"] == items_of(order, 2)
    assert delivery_of(order)["address"]["country"] == "AT"
    *_, itemised, addressed = await messages_of(project, order, at_least=5)
    assert (itemised["type"], addressed["type"]) == ("DeliveryItemsUpdated", "DeliveryAddressSet")
    assert (itemised["items"], itemised["oldItems"]) == (items_of(order, 2), items_of(order))
    assert addressed["deliveryId"] == id_


@pytest.mark.parametrize("name", ["addParcelToDelivery", "removeDelivery"])
async def test_an_unknown_delivery_is_refused(project: Project, name: str) -> None:
    """400, and nothing changes."""
    order = await with_parcel(project)
    assert (
        await project.attempt("/orders", order, {"action": name, "deliveryId": str(uuid4())})
    ).status_code == 400
    assert await project.read(f"/orders/{order['id']}") == order
