"""The hand-over: the approved content, pinned, written once, and announced to a fulfilment system that may be away."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from domain.audit import AuditKind
from domain.phases import Phase
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene

CONTAINER = "placet-fulfillment"


@dataclass
class Warehouse(httpx.AsyncBaseTransport):
    """A fulfilment system: keeps what it is told, or cannot be reached."""

    told: list[httpx.Request] = field(default_factory=list)
    away: bool = False
    says: int = 202

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Take the hand-over, unless away."""
        self.told.append(request)
        if self.away:
            raise httpx.ConnectError("the warehouse is away", request=request)
        return httpx.Response(self.says, request=request)

    def events(self) -> list[dict[str, Any]]:
        """What it was told, by attempt."""
        return [json.loads(request.content) for request in self.told]


@pytest.fixture(scope="module")
def warehouse() -> Warehouse:
    """The one that Placet is configured with here."""
    return Warehouse()


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment, warehouse: Warehouse) -> AsyncIterator[Scene]:
    """The shipped example with a fulfilment system."""
    async with scene(environment, fulfillment=warehouse) as set_up:
        yield set_up


@pytest.fixture(autouse=True)
def _reachable(warehouse: Warehouse) -> None:
    warehouse.told.clear()
    warehouse.away, warehouse.says = False, 202


async def in_fulfillment(order: Placed) -> None:
    """Wait until it is claimed and everything about it is written."""
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.at_rest()


async def test_the_approved_content_is_handed_over(here: Scene) -> None:
    """The custom object holds reference, revision, digest and the lines, prices and addresses decided on."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    await in_fulfillment(order)
    document = await order.custom_object(CONTAINER, f"{order.number}-1")
    assert (document["ref"], document["orderId"]) == (f"{order.number}-1", order.id)
    assert (document["orderNumber"], document["revision"]) == (order.number, 1)
    assert document["content"]["total"] == {
        "centAmount": 150_000,
        "currencyCode": "EUR",
        "fractionDigits": 2,
    }
    assert [(line["sku"], line["quantity"]) for line in document["content"]["lines"]] == [("PUMP-9", 1)]
    assert document["content"]["shippingAddress"]["postalCode"] == "10115"
    assert len(document["digest"]) == 64
    assert await order.details(AuditKind.HANDED_OVER) == [{"ref": f"{order.number}-1"}]


@pytest.mark.parametrize("number", ["A/1", "Nummer 7", "ä-7", "x" * 201])
async def test_an_odd_order_number_is_not_used_as_a_reference(here: Scene, number: str) -> None:
    """Where the number cannot be a key in commercetools, the order id takes its place."""
    order = await here.place(100, orderNumber=number)
    await in_fulfillment(order)
    assert (await order.custom_object(CONTAINER, f"{order.id}-1"))["orderNumber"] == number


async def test_it_is_announced_once_under_its_reference(here: Scene, warehouse: Warehouse) -> None:
    """A CloudEvent whose id, and idempotency key, is the reference: a repeat can be told from a second order."""
    order = await here.place(100)
    await in_fulfillment(order)
    (event,) = warehouse.events()
    assert (event["specversion"], event["id"], event["subject"]) == ("1.0", f"{order.number}-1", order.id)
    assert event["data"] == await order.custom_object(CONTAINER, f"{order.number}-1")
    assert warehouse.told[0].headers["Idempotency-Key"] == f"{order.number}-1"
    assert warehouse.told[0].headers["Content-Type"].startswith("application/cloudevents+json")


@pytest.mark.slow
async def test_an_unreachable_fulfilment_system_holds_nothing_up(here: Scene, warehouse: Warehouse) -> None:
    """The order goes on to its end by other reports; the announcement is repeated, always under one key."""
    warehouse.away = True
    order = await here.place(100)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.report("shipped")
    await order.report("completed")
    await order.until_phase(Phase.COMPLETED)
    await order.until(lambda _: len(warehouse.told) > 1)
    assert {request.headers["Idempotency-Key"] for request in warehouse.told} == {f"{order.number}-1"}


@pytest.mark.slow
async def test_the_announcement_waits_for_the_fulfilment_system(here: Scene, warehouse: Warehouse) -> None:
    """Once it is back it is told, exactly what it would have been told at once."""
    warehouse.away = True
    order = await here.place(100)
    await order.until(lambda _: len(warehouse.told) > 0)
    warehouse.away = False
    await in_fulfillment(order)
    first, *_, last = warehouse.events()
    assert first == last


async def test_a_hand_over_is_never_replaced(here: Scene, warehouse: Warehouse) -> None:
    """Something else under the reference stays what it is: alarm, nobody is told to ship, and a look tries again."""
    other = {"container": CONTAINER, "key": "ON-TAKEN-1", "value": {"orderId": "another"}}
    assert (await here.shop.post("/custom-objects", json=other)).status_code == 201
    order = await here.place(100, orderNumber="ON-TAKEN")
    await order.until_alarm("exportRefused")
    await order.at_rest()
    assert await order.custom_object(CONTAINER, "ON-TAKEN-1") == {"orderId": "another"}
    assert warehouse.told == []
    assert await order.details(AuditKind.HANDED_OVER) == []
    await here.shop.delete(f"/custom-objects/{CONTAINER}/ON-TAKEN-1")
    await order.changed()
    await order.until(lambda status: status.alarm is None and bool(warehouse.told))
    assert [d["ref"] for d in await order.details(AuditKind.HANDED_OVER)] == ["ON-TAKEN-1"]


async def test_an_unreachable_fulfilment_system_keeps_no_alarm_from_the_operators(
    here: Scene, warehouse: Warehouse
) -> None:
    """What people must know does not wait in line behind what a machine cannot be told."""
    warehouse.away = True
    order = await here.place(100)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.edit()
    await order.changed()
    await order.until_alarm("changedAfterHandOver")
    await order.until(lambda _: here.inboxes.of("operators") == ["alarm"])


async def test_a_hand_over_refused_for_good_calls_the_operators(here: Scene, warehouse: Warehouse) -> None:
    """A fulfilment system that will never take it is not asked for ever; the order stays followed to its end."""
    warehouse.says = 422
    order = await here.place(100)
    await order.until_alarm("notificationNotDelivered")
    await order.until(lambda _: here.inboxes.of("operators") == ["alarm"])
    assert len(warehouse.told) == 1
    await order.report("cancelled")
    assert (await order.result()).phase is Phase.CANCELLED


@pytest.mark.slow
async def test_a_cancelled_order_is_not_announced_any_more(here: Scene, warehouse: Warehouse) -> None:
    """Whoever could not be told to ship must not be told once the order is cancelled; and its workflow ends."""
    warehouse.away = True
    order = await here.place(100)
    await order.until(lambda _: len(warehouse.told) > 0)
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await order.changed()
    assert (await order.result()).phase is Phase.CANCELLED
    warehouse.away = False
    attempts = len(warehouse.told)
    await asyncio.sleep(2.5)  # longer than the announcement waits between attempts
    assert len(warehouse.told) == attempts
