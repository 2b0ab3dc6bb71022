"""What a system of your own says about itself is a fulfilment event in every field, or waits for a person."""

from datetime import UTC, datetime
from typing import Any

import pytest

from activities.inbound_events import FulfillmentReported
from activities.inbound_handlers import Context
from activities.inbound_orders import OrdersByRef
from domain.inbound import Handled, ParkReason, Received
from domain.status_mapping import StatusMaps
from tests.activities.test_inbound import FakeShop

AT = datetime(2026, 3, 1, tzinfo=UTC)
ITEM = {"lineItemId": "l-1", "quantity": 1}
EVERYTHING = {
    "eventId": "e-1",
    "ref": "ON-1-1",
    "status": "shipped",
    "occurredAt": AT.isoformat(),
    "shipmentRef": "S1",
    "parcelRef": "P1",
    "sequence": 1,
    "items": [ITEM],
    "tracking": {"trackingId": "T1", "carrier": "c", "service": "express", "url": "https://t.example/T1"},
    "shippedAt": AT.isoformat(),
    "location": "loc",
    "reason": "because",
    "reasonCode": "other",
    "returnRef": "R1",
    "requestRef": "c-1",
    "altogether": False,
    "targets": {"order": None, "payment": None, "shipment": "Shipped"},
    "speaksFor": ["fluent"],
}


async def handled(**said: Any) -> Handled:
    """What becomes of that data."""
    message = Received(
        provider="webhook",
        event_id="m-1",
        name="placet.fulfillment.reported",
        entity_id="1",
        entity_ref="o-1",
        entity_type="event",
        attributes=said,
        received_at=AT,
    )
    maps = StatusMaps(provider="webhook")
    return await FulfillmentReported().handle(message, Context("webhook", OrdersByRef(FakeShop()), maps))


async def test_everything_that_is_documented_is_taken() -> None:
    """Every field of docs/fulfilment.md at once."""
    found = await handled(**EVERYTHING)
    assert found.parked is None
    (event,) = found.deliveries[0].events
    assert (event.items[0].quantity, event.return_ref) == (1, "R1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"item": [ITEM]}, "item"),
        ({"items": [{**ITEM, "qty": 2}]}, "items.0.qty"),
        ({"tracking": {"trackingID": "T1"}}, "tracking.trackingID"),
        ({"targets": {"delivery": "Shipped"}}, "targets.delivery"),
        ({"parcels": [{"parcelRef": "P1"}]}, "parcels"),
    ],
)
async def test_a_field_that_there_is_not_waits_for_a_person(changes: dict[str, Any], field: str) -> None:
    """Passed over, a misspelt `items` would ship everything that is left."""
    parked = (await handled(**{**EVERYTHING, **changes})).parked
    assert parked is not None
    assert parked.reason is ParkReason.UNREADABLE
    assert parked.why == f"data is no fulfilment event: {field} (no such field)"


async def test_a_value_that_cannot_be_meant_is_named_without_it() -> None:
    """By its field alone."""
    parked = (await handled(**{**EVERYTHING, "status": "lost"})).parked
    assert parked is not None
    assert parked.why == "data is no fulfilment event: status"
