"""Whoever sends events speaks for the logistic orders that it was given, and for no others; old news is no news."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus
from domain.inbound import ParkReason
from domain.phases import Phase
from tests.workflows.inbound_scene import (
    ACME,
    AT,
    GLOBEX,
    PATIENCE,
    Acme,
    acme,
    given_to,
    until,
    until_parked,
)
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from workflows.inbound import InboundEvent
from workflows.inbound_memory import InboundState
from workflows.order import Order


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """The shipped example whose orders Acme fulfils; nothing comes back of them."""
    async with scene(environment, configuration=given_to(ACME, returns_within=timedelta())) as set_up:
        yield set_up


@pytest_asyncio.fixture(scope="module")
async def provider(environment: WorkflowEnvironment, shipped_example: Scene) -> AsyncIterator[Acme]:
    """Its worker, for the whole module."""
    async with acme(environment.client, shipped_example.commercetools) as there:
        yield there


@pytest.fixture
def sender(provider: Acme, here: Scene) -> Acme:
    """The provider, with nothing wrong."""
    provider.clear()
    return provider


async def given(here: Scene) -> tuple[Placed, str, str]:
    """An order that Acme has, also by its record; the reference of its logistic order, and a line."""
    order = await here.place(100)
    await order.until_phase(Phase.IN_FULFILLMENT)

    async def on_record() -> bool:
        record = await order.custom_object("placet-audit", order.id) or {}
        return any(entry["kind"] == "handedOver" for entry in record.get("entries", ()))

    await until(on_record)
    return order, f"{order.number}-1", (await order.there())["lineItems"][0]["id"]


async def heard(order: Placed) -> list[str]:
    """The statuses that the order has on record."""
    return [detail["status"] for detail in await order.details(AuditKind.FULFILLMENT)]


def reported(order: Placed, ref: str, status: str = "shipped", **said: Any) -> dict[str, Any]:
    """What a signed event of a system of one's own says of a logistic order."""
    data = {"eventId": f"{order.id}-{status}", "ref": ref, "status": status, "occurredAt": AT.isoformat()}
    about = {"name": "placet.fulfillment.reported", "entity_ref": order.id, "entity_type": "event"}
    return {**about, "attributes": data | said}


@pytest.mark.parametrize("claims", [{}, {"speaksFor": [ACME]}])
async def test_news_of_what_another_has_is_parked(here: Scene, sender: Acme, claims: dict[str, Any]) -> None:
    """However well it is signed, and whatever it says of itself; who has it is heard, by the same event id too."""
    order, ref, _ = await given(here)
    said = reported(order, ref, **claims)
    handle = await sender.send(sender.message(ref, provider=GLOBEX, **said))
    status = await until_parked(handle)
    assert (status.reason, status.why) == (
        ParkReason.NOT_THEIRS,
        f"globex tells of {ref}, which acme has",
    )
    assert (await handle.execute_update(InboundEvent.replay)).state is InboundState.PARKED
    assert await heard(order) == []
    await sender.sent(sender.message(ref, **said))
    await until(lambda: _is(order, "shipped"))
    await handle.signal(InboundEvent.settle, "told them")


async def test_a_record_of_the_same_name_elsewhere_is_parked(here: Scene, sender: Acme) -> None:
    """Another provider may well have an order under a reference of ours."""
    order, ref, line = await given(here)
    sender.ships(ref, line)
    handle = await sender.send(sender.message(ref, provider=GLOBEX))
    assert (await until_parked(handle)).reason is ParkReason.NOT_THEIRS
    assert await heard(order) == []
    await handle.signal(InboundEvent.settle, "not ours")


async def test_the_order_itself_refuses_what_came_past_that(here: Scene, sender: Acme) -> None:
    """An alarm, once; nothing is applied, and the event's id is not used up."""
    order, ref, _ = await given(here)
    event = FulfillmentEvent(
        event_id="e-7", ref=ref, status=FulfillmentStatus.SHIPPED, occurred_at=AT, speaks_for=(GLOBEX, "x")
    )
    for _ in range(2):
        await order.handle.signal(Order.fulfillment_event, event)
    await order.until_alarm(Alarm.REPORTS_DISAGREE)
    (told,) = [one for one in await order.details(AuditKind.ALARM) if one["alarm"] == Alarm.REPORTS_DISAGREE]
    assert told["why"] == f"globex, x says shipped of {ref}, which acme has"
    assert await heard(order) == []
    theirs = event.model_copy(update={"speaks_for": ("x", ACME)})
    await order.handle.signal(Order.fulfillment_event, theirs)
    await until(lambda: _is(order, "shipped"))


async def test_what_a_closed_order_had_is_old_news(here: Scene, sender: Acme) -> None:
    """The same content in another envelope, or the same event again, ends by itself; anything else waits for a person."""
    order, ref, line = await given(here)
    shipment = sender.ships(ref, line)
    await sender.sent(sender.message(ref))
    await until(lambda: _is(order, "accepted", "shipped", "shipped"))
    await sender.sent(sender.message(ref, **reported(order, ref, "delivered")))
    await order.result()
    why = f"order {order.id} had it before it came to its end"
    assert await sender.sent(sender.message(ref, event_id=f"again-{ref}")) == why
    assert await sender.sent(sender.fulfillment_message(shipment)) == why
    assert await sender.sent(sender.message(ref, **reported(order, ref, "delivered"))) == why
    for new in (reported(order, ref, "returned"), reported(order, ref, eventId="another")):
        handle = await sender.send(sender.message(ref, **new))
        assert (await until_parked(handle)).reason is ParkReason.NO_WORKFLOW
        await handle.signal(InboundEvent.settle, "seen to")
        await asyncio.wait_for(handle.result(), PATIENCE)


async def test_what_an_order_hears_of_while_it_ends_is_old_news_too(here: Scene, sender: Acme) -> None:
    """The record is read again once there is nobody to be told: it is complete only then."""
    order, ref, _ = await given(here)
    said = reported(order, ref, "picking")
    event = FulfillmentEvent.model_validate(said["attributes"])

    async def ends() -> None:
        await order.handle.signal(Order.fulfillment_event, event)
        await order.report("cancelled")
        await order.result()

    sender.orders.happens = ends
    assert (
        await sender.sent(sender.message(ref, **said)) == f"order {order.id} had it before it came to its end"
    )


async def _is(order: Placed, *statuses: str) -> bool:
    return sorted(await heard(order)) == sorted(statuses)
