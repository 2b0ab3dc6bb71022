"""Who may speak of which logistic order, and what an order's record says of it."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from activities.inbound_doors import speaks_for
from activities.inbound_orders import OrdersByRef
from clients.provider_fluent import FluentProvider
from clients.providers import Surroundings
from clients.resources import CustomObject
from domain.audit import AuditEntry, AuditKind, AuditTrail
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus
from domain.inbound_record import has_heard, holder_of
from tests.activities.desk import a_record
from tests.activities.test_inbound import FakeShop

AT = datetime(2026, 3, 1, tzinfo=UTC)
OPTIONS = {"host": "https://f.example", "account": "A", "retailer_id": "1", "username": "u", "password": "p"}
OWN = object()


@pytest.mark.parametrize(
    ("door", "set_up", "expected"),
    [
        ("fluent", ("webhook", "acme"), {"fluent"}),
        ("fluent-at", (), {"fluent-at"}),
        ("webhook", ("webhook",), {"webhook"}),
        ("webhook", ("webhook-linz", "acme", "custom-object"), {"webhook", "webhook-linz", "acme"}),
        ("webhook", (), {"webhook", "custom-object"}),
        ("webhook", ("custom-object",), {"webhook", "custom-object"}),
    ],
)
async def test_each_door_has_its_providers(door: str, set_up: tuple[str, ...], expected: set[str]) -> None:
    """All that is signed with a shared secret is one door; Fluents have their own, also under another name."""
    async with httpx.AsyncClient() as http:
        options = OPTIONS | {"client_id": "c", "client_secret": "s"}
        fluent = FluentProvider.build(options, Surroundings(http))
        providers = {"fluent": fluent, "fluent-at": fluent} | dict.fromkeys(set_up, OWN)
        assert set(speaks_for(door, providers)) == expected


def trail(*told: tuple[AuditKind, dict[str, Any]]) -> AuditTrail:
    """A trail with these entries."""
    entries = [
        AuditEntry(seq=n, at=AT, kind=kind, actor="placet", detail=detail)
        for n, (kind, detail) in enumerate(told, 1)
    ]
    return AuditTrail(order_id="o", entries=tuple(entries))


def test_the_record_says_who_has_what() -> None:
    """A custom object where no provider is named; the last word, where a later workflow has split it afresh."""
    handed, heard = AuditKind.HANDED_OVER, AuditKind.FULFILLMENT
    known = trail(
        (handed, {"ref": "A-1", "provider": "fluent"}),
        (handed, {"ref": "A-2"}),
        (heard, {"ref": "A-3", "provider": "x"}),
        (handed, {"ref": "A-1", "provider": "acme"}),
    )
    assert [holder_of(known, ref) for ref in ("A-1", "A-2", "A-3")] == ["acme", "custom-object", None]


def test_an_event_is_known_by_its_id_and_its_reference() -> None:
    """What was refused, or is another's, was not heard."""
    event = FulfillmentEvent(event_id="e", ref="A-1", status=FulfillmentStatus.SHIPPED, occurred_at=AT)
    told = {"eventId": "e", "ref": "A-1"}
    assert has_heard(trail((AuditKind.FULFILLMENT, told)), event)
    assert not has_heard(
        trail((AuditKind.ALARM, told), (AuditKind.FULFILLMENT, told | {"ref": "A-2"})), event
    )


class Recorded(FakeShop):
    """A shop with something in place of a record."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value

    async def custom_object(self, container: str, key: str) -> CustomObject | None:
        """Whatever is asked for."""
        self.asked.append(f"{container}/{key}")
        return CustomObject(
            container=container,
            key=key,
            version=1,
            created_at=AT,
            last_modified_at=AT,
            value=self.value,
        )


async def test_what_is_no_record_tells_nothing() -> None:
    """And what can be no order's id is not asked for."""
    shop = Recorded({"no": "record"})
    assert await OrdersByRef(shop).trail_of("o-1") is None
    assert await OrdersByRef(shop).trail_of("../orders") is None
    assert shop.asked == ["placet-audit/o-1"]


async def test_a_record_of_a_newer_worker_is_a_record() -> None:
    """What it says beside is passed over."""
    record = a_record("o-1", 3)
    shop = Recorded({**record.to_json_dict(), "ofALaterVersion": True})
    found = await OrdersByRef(shop).trail_of("o-1")
    assert found is not None
    assert len(found.entries) == 3
