"""Messages, which the definition's mapping forgot, and notifications are told apart and closed."""

import pytest

from tests.official import documents
from tests.official.notifications import cloud_event_problems, notification_problems
from tests.official.openapi import OfficialApi

ORDER_MESSAGES = (
    "OrderCreated OrderImported OrderDeleted OrderStateTransition OrderStateChanged OrderPaymentStateChanged "
    "OrderShipmentStateChanged OrderReturnShipmentStateChanged ReturnInfoAdded ReturnInfoSet DeliveryAdded "
    "DeliveryRemoved ParcelAddedToDelivery ParcelTrackingDataUpdated LineItemStateTransition OrderEditApplied "
    "CustomLineItemStateTransition OrderCustomFieldAdded OrderPurchaseOrderNumberSet OrderCustomTypeSet"
).split()


@pytest.mark.parametrize("type_", ORDER_MESSAGES)
def test_messages_of_orders_have_a_schema(official: OfficialApi, type_: str) -> None:
    """Each message of section 4.2 is told by its type (the conversion lost those that inherit twice)."""
    assert official.problems("Message", {"type": type_}) != [
        f"$: unknown value {type_!r} of the discriminator 'type'"
    ]


def test_an_intermediate_type_is_no_message(official: OfficialApi) -> None:
    """`OrderMessage` is what others inherit from, and `Order` is not a message type."""
    assert official.problems("Message", {"type": "Order"}) == [
        "$: unknown value 'Order' of the discriminator 'type'"
    ]


def test_a_message_is_closed(official: OfficialApi) -> None:
    """A right message passes; a field of another message type in it does not."""
    message = documents.message()
    assert official.problems("Message", message) == []
    assert official.problems("Message", message | {"orderState": "Open"}) == ["$: unknown field 'orderState'"]


def test_a_notification_carries_the_message_at_its_top_level(official: OfficialApi) -> None:
    """Envelope and message fields stand side by side, and nothing else does."""
    notification = documents.message() | {"notificationType": "Message", "projectKey": "p"}
    assert notification_problems(official, notification) == []
    assert notification_problems(official, notification | {"orderState": "Open"}) == [
        "$: unknown field 'orderState'"
    ]
    notification.pop("projectKey")
    assert notification_problems(official, notification) == ["$: 'projectKey' is a required property"]


def test_a_notification_of_a_change_is_told_by_its_type(official: OfficialApi) -> None:
    """ResourceUpdated has an old version, ResourceCreated has none."""
    change = {
        "notificationType": "ResourceUpdated",
        "projectKey": "p",
        "resource": {"typeId": "order", "id": "order-1"},
        "version": 3,
        "oldVersion": 1,
        "modifiedAt": "2026-03-01T10:00:00.000Z",
    }
    assert notification_problems(official, change) == []
    assert notification_problems(official, change | {"notificationType": "ResourceCreated"}) == [
        "$: unknown field 'oldVersion'"
    ]
    assert notification_problems(official, change | {"notificationType": "ResourceTouched"}) != []


def test_a_cloud_event_is_judged_inside_and_out(official: OfficialApi) -> None:
    """The event's own fields and the notification in `data` are both held to the definition."""
    message = documents.message()
    event = {
        "specversion": "1.0",
        "id": message["id"],
        "type": "com.commercetools.order.message.OrderStateTransition",
        "source": "/p/orders",
        "subject": "order-1",
        "time": message["createdAt"],
        "dataref": "/p/messages/message-1",
        "sequence": "2",
        "sequencetype": "Integer",
        "data": message | {"notificationType": "Message", "projectKey": "p"},
    }
    assert cloud_event_problems(official, event) == []
    assert cloud_event_problems(official, event | {"sequence": 2}) == [
        "$.sequence: 2 is not of type 'string'"
    ]
    event["data"].pop("force")
    assert cloud_event_problems(official, event) == ["$: 'force' is a required property"]
