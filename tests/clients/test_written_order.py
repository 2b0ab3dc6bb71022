"""What an order has is read from a document, whichever kind of order it is."""

from typing import Any

import pytest

from clients.errors import Unreadable
from clients.written_order import Shippings, order_progress, written_order
from domain.progress_actions import WrittenDelivery, WrittenOrder, WrittenParcel
from domain.status_mapping_moves import States

SEVERAL: dict[str, Any] = {
    "id": "o-1",
    "version": 7,
    "orderState": "Confirmed",
    "paymentState": None,
    "shipmentState": "Partial",
    "lineItems": [
        {
            "id": "l1",
            "shippingDetails": {
                "targets": [
                    {"addressKey": "a", "quantity": 2, "shippingMethodKey": "air"},
                    {"addressKey": "b", "quantity": 1, "shippingMethodKey": "air"},
                    {"addressKey": "c", "quantity": 1},
                ]
            },
            "state": [
                {"quantity": 2, "stateRef": {"id": "s-1"}, "state": {"key": "Initial"}},
                {"quantity": 2, "stateRef": {"id": "s-2"}, "state": None},
            ],
        }
    ],
    "customLineItems": [{"id": "c1", "shippingDetails": None, "state": []}],
    "shippingInfo": None,
    "shipping": [
        {
            "shippingKey": "air",
            "shippingInfo": {
                "deliveries": [
                    {
                        "key": None,
                        "items": [{"id": "l1", "quantity": 1}, {"id": "l1", "quantity": 1}],
                        "parcels": [
                            {
                                "key": "p1",
                                "trackingData": {
                                    "trackingId": "T",
                                    "carrier": None,
                                    "provider": "Shipcloud",
                                    "providerTransaction": None,
                                },
                                "items": [],
                            },
                            {"key": None, "trackingData": None, "items": []},
                        ],
                    }
                ]
            },
        },
        {"shippingKey": "road", "shippingInfo": {"deliveries": []}},
        {"shippingKey": "odd", "shippingInfo": None},
    ],
    "returnInfo": [{"items": [{"key": None, "quantity": 1, "shipmentState": "Returned"}]}],
}


def test_an_order_with_several_shippings_is_read() -> None:
    """Deliveries of all of them; what has no key is there, and a state without a key is none of ours."""
    read = order_progress(SEVERAL)
    assert read.written.deliveries == (
        WrittenDelivery(items={"l1": 2}, parcels=(WrittenParcel(key="p1", tracking_id="T"), WrittenParcel())),
    )
    assert read.written.line_states == {"l1": {"Initial": 2, "id:s-2": 2}, "c1": {}}
    assert (read.written.custom_lines, read.written.return_items) == (frozenset({"c1"}), ())
    assert read.shippings == Shippings(keys=("air", "road"), units={"l1": {"air": 3}})
    assert read.providers == {"p1": {"provider": "Shipcloud"}}


def test_what_is_not_there_is_nothing() -> None:
    """An order of which nothing is known but that it is there."""
    read = order_progress({"id": "o-1", "version": 1, "orderState": "Open"})
    assert (read.written, read.shippings, read.states) == (WrittenOrder(), Shippings(), States(order="Open"))
    assert not read.shippings.take_deliveries


def test_a_document_of_another_form_is_unreadable() -> None:
    """Its places are named."""
    with pytest.raises(Unreadable, match="returnInfo"):
        written_order({"id": "o-1", "version": 1, "orderState": "Open", "returnInfo": [{"items": [{}]}]})
