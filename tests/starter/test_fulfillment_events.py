"""A fulfilment system's report is acknowledged once it cannot be lost."""

from typing import Any

import httpx
import pytest

from clients.errors import Unreachable
from domain.audit import AuditEntry, AuditKind
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus
from domain.phases import Phase
from starter.orders_gateway import UnansweredError
from tests.starter.conftest import Served, bearer, problem
from tests.starter.fakes import CLOSED, NEW, NOW, RUNNING, UNKNOWN, record

EVENT = {"eventId": "e-1", "ref": "ON-1-1", "status": "shipped", "occurredAt": "2026-03-01T10:05:00Z"}


async def report(
    served: Served, order_id: str = RUNNING, token: str = "fulfil", **changes: Any
) -> httpx.Response:
    """Post an event."""
    body = {**EVENT, **changes}
    return await served.http.post(f"/orders/{order_id}/fulfillment-events", json=body, headers=bearer(token))


def ended(order_id: str, fact: dict[str, str]) -> dict[str, Any]:
    """The record of an order that is completed, and was told that."""
    entry = AuditEntry(seq=2, at=NOW, kind=AuditKind.FULFILLMENT, actor="fulfillment", detail=fact)
    return record(order_id, Phase.COMPLETED).model_copy(update={"entries": (entry,)}).to_json_dict()


async def test_an_event_is_passed_on_and_acknowledged(served: Served) -> None:
    """202 with its id, with all that the contract knows of it."""
    items = [{"lineItemId": "l-1", "quantity": 2}]
    answer = await report(served, shipmentRef="s-1", sequence=4, items=items)
    assert (answer.status_code, answer.json()) == (202, {"eventId": "e-1"})
    _, order_id, event = served.orders.calls[0]
    assert order_id == RUNNING
    assert isinstance(event, FulfillmentEvent)
    assert (event.status, event.shipment_ref, event.sequence) == (FulfillmentStatus.SHIPPED, "s-1", 4)
    assert event.items[0].quantity == 2
    assert await served.counted('placet_fulfillment_events_total{status="shipped"}') == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "lost"}, "status"),
        ({"occurredAt": "2026-03-01T10:05:00"}, "occurredAt"),
        ({"occurredAt": 1772359500}, "occurredAt"),
        ({"ref": ""}, "ref"),
        ({"eventId": "a b"}, "eventId"),
        ({"items": [{"lineItemId": "l-1", "quantity": -1}]}, "items.0.quantity"),
    ],
)
async def test_an_event_that_is_not_valid_names_the_field(
    served: Served, changes: dict[str, Any], field: str
) -> None:
    """422, and nothing is passed on."""
    assert problem(await report(served, **changes), 422, "invalid")["field"] == field
    assert served.orders.calls == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"item": [{"lineItemId": "l-1", "quantity": 1}]}, "item"),
        ({"items": [{"lineItemId": "l-1", "quantity": 1, "qty": 2}]}, "items.0.qty"),
        ({"tracking": {"trackingID": "T1"}}, "tracking.trackingID"),
        ({"targets": {"delivery": "Shipped"}}, "targets.delivery"),
    ],
)
async def test_a_field_that_there_is_not_ships_nothing(
    served: Served, changes: dict[str, Any], field: str
) -> None:
    """A misspelt `items` would be an event about everything that is left: 422, and nothing is passed on."""
    said = problem(await report(served, **changes), 422, "invalid")
    assert (said["field"], said["detail"]) == (field, f"{field}: no such field")
    assert served.orders.calls == []


async def test_the_published_form_of_an_event_is_closed(served: Served) -> None:
    """Whoever generates a client from OpenAPI learns that other fields are refused."""
    paths = (await served.http.get("/openapi.json")).json()["paths"]
    body = paths["/orders/{orderId}/fulfillment-events"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["items"]["items"]["additionalProperties"] is False


async def test_only_who_may_fulfil_is_heard(served: Served) -> None:
    """An approver is no warehouse."""
    problem(await report(served, token="ana"), 403, "missingRight")


async def test_an_event_for_an_order_that_has_ended_is_parked(served: Served) -> None:
    """202, because it is kept for a person to see; the same where only the record knows of the end."""
    assert (await report(served, CLOSED)).status_code == 202
    served.shop.records[UNKNOWN] = {**record(UNKNOWN).to_json_dict()}
    served.shop.records[UNKNOWN]["status"]["phase"] = "completed"
    assert (await report(served, UNKNOWN)).status_code == 202
    assert [(call[0], call[1]) for call in served.orders.calls] == [("park", CLOSED), ("park", UNKNOWN)]


async def test_a_repeat_of_what_an_order_had_before_it_ended_waits_for_nobody(served: Served) -> None:
    """202 and nothing is kept; the same id of another logistic order, and a repeat that cannot be looked up, are."""
    for order_id in (CLOSED, UNKNOWN):
        served.shop.records[order_id] = ended(order_id, {"eventId": "e-1", "ref": "ON-1-1"})
        assert (await report(served, order_id)).status_code == 202
        assert served.orders.calls == []
    assert (await report(served, CLOSED, ref="ON-1-2")).status_code == 202
    served.shop.fails = Unreachable("down", system="commercetools")
    assert (await report(served, CLOSED)).status_code == 202
    assert [call[0] for call in served.orders.calls] == ["park", "park"]


@pytest.mark.parametrize(("token", "expected"), [("fulfil", ()), ("linz", ("own", "webhook-linz"))])
async def test_an_event_says_for_whom_its_token_speaks(
    served: Served, token: str, expected: tuple[str, ...]
) -> None:
    """Whatever the body claims: without a limit for everybody."""
    assert (await report(served, token=token, speaksFor=["fluent"])).status_code == 202
    _, _, event = served.orders.calls[0]
    assert isinstance(event, FulfillmentEvent)
    assert event.speaks_for == expected
    document = (await served.http.get("/openapi.json")).text
    assert "speaksFor" not in document


async def test_an_event_for_an_order_that_is_not_there(served: Served) -> None:
    """404; with Retry-After where it may still be starting."""
    assert "Retry-After" not in (await report(served, UNKNOWN)).headers
    problem(await report(served, UNKNOWN), 404, "noSuchOrder")
    assert (await report(served, NEW)).headers["Retry-After"] == "1"


async def test_an_event_that_temporal_does_not_have_is_sent_again(served: Served) -> None:
    """503."""
    served.orders.fails = UnansweredError("down")
    problem(await report(served), 503, "unavailable")
