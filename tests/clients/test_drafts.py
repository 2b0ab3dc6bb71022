"""What we build with the SDK is written as commercetools reads it."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clients import drafts

CASES: list[tuple[Any, dict[str, Any]]] = [
    (
        drafts.transition_state("Approved"),
        {"action": "transitionState", "state": {"typeId": "state", "key": "Approved"}},
    ),
    (drafts.change_order_state("Confirmed"), {"action": "changeOrderState", "orderState": "Confirmed"}),
    (
        drafts.change_shipment_state("Canceled"),
        {"action": "changeShipmentState", "shipmentState": "Canceled"},
    ),
    (drafts.change_payment_state("Paid"), {"action": "changePaymentState", "paymentState": "Paid"}),
    (
        drafts.add_delivery(
            "dlv-1", {"li1": 2}, parcel_key="pcl-1", tracking={"trackingId": "1Z", "carrier": "DHL"}
        ),
        {
            "action": "addDelivery",
            "deliveryKey": "dlv-1",
            "items": [{"id": "li1", "quantity": 2}],
            "parcels": [
                {
                    "key": "pcl-1",
                    "trackingData": {"trackingId": "1Z", "carrier": "DHL"},
                    "items": [{"id": "li1", "quantity": 2}],
                }
            ],
        },
    ),
    (
        drafts.add_delivery("dlv-1", {"li1": 2}),
        {"action": "addDelivery", "deliveryKey": "dlv-1", "items": [{"id": "li1", "quantity": 2}]},
    ),
    (
        drafts.add_parcel("dlv-1", "pcl-2"),
        {"action": "addParcelToDelivery", "deliveryKey": "dlv-1", "parcelKey": "pcl-2"},
    ),
    (
        drafts.set_parcel_tracking(
            "pcl-2", {"trackingId": "1Z", "provider": "P", "providerTransaction": "T"}
        ),
        {
            "action": "setParcelTrackingData",
            "parcelKey": "pcl-2",
            "trackingData": {"trackingId": "1Z", "provider": "P", "providerTransaction": "T"},
        },
    ),
    (
        drafts.transition_line_item_state("li1", 1, "Initial", "Shipped"),
        {
            "action": "transitionLineItemState",
            "lineItemId": "li1",
            "quantity": 1,
            "fromState": {"typeId": "state", "key": "Initial"},
            "toState": {"typeId": "state", "key": "Shipped"},
        },
    ),
    (
        drafts.transition_line_item_state("cli1", 1, "Initial", "Shipped", custom=True),
        {
            "action": "transitionCustomLineItemState",
            "customLineItemId": "cli1",
            "quantity": 1,
            "fromState": {"typeId": "state", "key": "Initial"},
            "toState": {"typeId": "state", "key": "Shipped"},
        },
    ),
    (
        drafts.add_return(
            [drafts.return_item("li1", 1, "Returned", key="ri-1")],
            tracking_id="RET-9",
            date=datetime(2026, 3, 10, 8, 0, 0, 123_456, tzinfo=UTC),
        ),
        {
            "action": "addReturnInfo",
            "returnTrackingId": "RET-9",
            "returnDate": "2026-03-10T08:00:00.123000+00:00",
            "items": [{"key": "ri-1", "quantity": 1, "lineItemId": "li1", "shipmentState": "Returned"}],
        },
    ),
    (
        drafts.add_return([drafts.return_item("cli1", 1, "Advised", custom=True)]),
        {
            "action": "addReturnInfo",
            "items": [{"quantity": 1, "customLineItemId": "cli1", "shipmentState": "Advised"}],
        },
    ),
    (
        drafts.set_return_shipment_state("ri-1", "Unusable"),
        {"action": "setReturnShipmentState", "returnItemKey": "ri-1", "shipmentState": "Unusable"},
    ),
    (
        drafts.set_return_payment_state("ri-1", "Refunded"),
        {"action": "setReturnPaymentState", "returnItemKey": "ri-1", "paymentState": "Refunded"},
    ),
    (
        drafts.custom_object_draft("c", "k", {"a": [None, 1.5], "b": {"c": True}}, 0),
        {"container": "c", "key": "k", "value": {"a": [None, 1.5], "b": {"c": True}}, "version": 0},
    ),
    (drafts.custom_object_draft("c", "k", "text"), {"container": "c", "key": "k", "value": "text"}),
    (
        drafts.subscription_draft(
            "placet", {"type": "GoogleCloudPubSub", "projectId": "p", "topic": "t"}, ["OrderCreated"]
        ),
        {
            "key": "placet",
            "destination": {"type": "GoogleCloudPubSub", "projectId": "p", "topic": "t"},
            "messages": [{"resourceTypeId": "order", "types": ["OrderCreated"]}],
        },
    ),
    (
        drafts.subscription_draft(
            "placet", {"type": "EventGrid", "uri": "https://x", "accessKey": "k"}, [], cloud_events=True
        ),
        {
            "key": "placet",
            "destination": {"type": "EventGrid", "uri": "https://x", "accessKey": "k"},
            "messages": [{"resourceTypeId": "order", "types": []}],
            "format": {"type": "CloudEvents", "cloudEventsVersion": "1.0"},
        },
    ),
    (
        drafts.set_subscribed_messages(["OrderImported"]),
        {"action": "setMessages", "messages": [{"resourceTypeId": "order", "types": ["OrderImported"]}]},
    ),
    (
        drafts.extension_draft("guard", "https://x/extensions/order", "Bearer t", timeout_ms=500),
        {
            "key": "guard",
            "destination": {
                "type": "HTTP",
                "url": "https://x/extensions/order",
                "authentication": {"type": "AuthorizationHeader", "headerValue": "Bearer t"},
            },
            "triggers": [{"resourceTypeId": "order", "actions": ["Create", "Update"]}],
            "timeoutInMs": 500,
        },
    ),
]


@pytest.mark.parametrize(("draft", "expected"), CASES, ids=lambda case: case.__class__.__name__)
def test_it_is_written_as_the_interface_has_it(draft: Any, expected: dict[str, Any]) -> None:
    """Names, discriminators and the difference between absent and empty are on the wire as documented."""
    assert draft.serialize() == expected


def test_a_transition_is_never_forced() -> None:
    """The word does not even appear."""
    assert "force" not in drafts.transition_state("Approved").serialize()


def test_documents_are_taken_as_the_interface_has_them() -> None:
    """Drafts that somebody else wrote as JSON survive the way through the SDK."""
    document = {
        "orderNumber": "ON-1",
        "totalPrice": {"currencyCode": "EUR", "centAmount": 500},
        "customLineItems": [
            {
                "name": {"en": "x"},
                "slug": "x-1",
                "quantity": 1,
                "money": {"currencyCode": "EUR", "centAmount": 500},
            }
        ],
    }
    written = drafts.import_order_draft(document).serialize()
    written["totalPrice"].pop("type", None)
    assert written["orderNumber"] == "ON-1"
    assert written["totalPrice"]["centAmount"] == 500
    definition = {"name": "approver", "type": {"name": "String"}, "label": {"en": "A"}, "required": False}
    named = {
        "key": "placet",
        "name": {"en": "Placet"},
        "resourceTypeIds": ["order"],
        "fieldDefinitions": [definition],
    }
    assert drafts.type_draft(named).serialize() == named


@pytest.mark.parametrize("build", [drafts.change_order_state, drafts.change_shipment_state])
def test_a_word_that_commercetools_does_not_have_is_refused(build: Any) -> None:
    """A misspelt state does not leave the house."""
    with pytest.raises(ValueError, match="Aproved"):
        build("Aproved")


def test_the_sdk_stays_in_the_rooms_of_drafts() -> None:
    """Importing it costs a second of everybody who reads an order, so nobody else does."""
    rooms = Path(drafts.__file__).parent.glob("*.py")
    with_sdk = re.compile(r"^\s*(from|import) commercetools\b", re.MULTILINE)
    found = sorted(room.name for room in rooms if with_sdk.search(room.read_text()))
    assert found == ["drafts.py", "extension_drafts.py", "state_drafts.py"]
