"""Stage 2: what a provider tells comes to its order; what cannot is parked, shown, and replayed when it is mended."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from clients.errors import Unauthorized, Unreachable, Unreadable
from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus
from domain.inbound import ParkReason
from domain.phases import Phase
from starter.temporal_inbound import NotWaitingError, TemporalInbound
from starter.temporal_orders import TemporalOrders
from tests.workflows.inbound_scene import ACME, AT, PATIENCE, Acme, acme, alarm, given_to, until, until_parked
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from workflows.inbound import InboundEvent
from workflows.inbound_memory import InboundState, InboundStatus


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """The shipped example whose orders the provider fulfils."""
    async with scene(environment, configuration=given_to(ACME)) as set_up:
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


async def on_its_way(here: Scene) -> tuple[Placed, str, str]:
    """An order that was handed over, the reference of its logistic order, and a line."""
    order = await here.place(100)
    await order.until_phase(Phase.IN_FULFILLMENT)
    return order, f"{order.number}-1", (await order.there())["lineItems"][0]["id"]


async def heard(order: Placed) -> list[str]:
    """The statuses that the order has on record."""
    return [detail["status"] for detail in await order.details(AuditKind.FULFILLMENT)]


async def until_heard(order: Placed, *statuses: str) -> None:
    """Return once it has just these."""

    async def holds() -> bool:
        return sorted(await heard(order)) == sorted(statuses)

    await until(holds)


async def test_what_a_message_hints_at_is_read_and_comes_to_the_order(here: Scene, sender: Acme) -> None:
    """The provider is asked for the record; the order has what the record says, not what the message says."""
    order, ref, line = await on_its_way(here)
    shipment = sender.ships(ref, line)
    ended = await sender.sent(sender.fulfillment_message(shipment, entity_status="CANCELLED"))
    assert ended == f"delivered: 2 to order {order.id}"
    await until_heard(order, "shipped", "shipped")
    assert sender.records.asked == 1


async def test_the_same_event_and_the_same_news_have_one_effect(here: Scene, sender: Acme) -> None:
    """One event id is handled once; two events, or a pull, that meet the same record tell the same."""
    order, ref, line = await on_its_way(here)
    message = sender.fulfillment_message(sender.ships(ref, line))
    first = await sender.sent(message)
    assert (await sender.sent(message), sender.records.asked) == (first, 1)
    await sender.sent(message.model_copy(update={"event_id": "another", "received_at": AT + timedelta(1)}))
    await sender.sent(sender.message(ref, event_id="pulled"))
    assert sender.records.asked == 3
    await until_heard(order, "shipped", "shipped", "accepted")


async def test_a_record_is_told_event_by_event(here: Scene, sender: Acme) -> None:
    """The next event is sent once the order has the one before: on their way at once they may overtake each other."""
    _, ref, line = await on_its_way(here)
    handle = await sender.send(sender.fulfillment_message(sender.ships(ref, line)))
    await asyncio.wait_for(handle.result(), PATIENCE)
    sent = "signal_external_workflow_execution_initiated_event_attributes"
    arrived = "external_workflow_execution_signaled_event_attributes"
    kinds = [one.WhichOneof("attributes") async for one in handle.fetch_history_events()]
    assert [kind for kind in kinds if kind in {sent, arrived}] == [sent, arrived] * 2


async def test_a_system_of_your_own_says_all_itself(here: Scene, sender: Acme) -> None:
    """Nobody is asked; what is no fulfilment event is parked."""
    order, ref, _ = await on_its_way(here)
    said = {"ref": ref, "status": "picking", "occurredAt": AT.isoformat()}
    about = {"name": "placet.fulfillment.reported", "entity_ref": order.id, "entity_type": "event"}
    await sender.sent(sender.message(ref, **about, attributes=said))
    await until_heard(order, "picking")
    handle = await sender.send(sender.message(ref, **about, attributes={**said, "status": "lost"}))
    status = await until_parked(handle)
    assert (status.reason, status.why) == (ParkReason.UNREADABLE, "data is no fulfilment event: status")
    assert sender.records.asked == 0


async def test_an_unmapped_status_waits_until_the_map_is_mended(here: Scene, sender: Acme) -> None:
    """Parked with its alarm, shown with why, and after the replay the order has it."""
    order, ref, line = await on_its_way(here)
    handle = await sender.send(sender.fulfillment_message(sender.ships(ref, line, "ON_A_SHIP")))
    status = await until_parked(handle)
    assert (status.reason, status.ref) == (ParkReason.UNMAPPED, f"{ref}-F1")
    assert status.why == f"{ref}: no shipment map of 'acme' names the status 'ON_A_SHIP'"
    assert await alarm(handle) == Alarm.PARKED
    again = await handle.execute_update(InboundEvent.replay)
    assert (again.state, again.attempts) == (InboundState.PARKED, 2)
    sender.map(ON_A_SHIP="Shipped")
    done = await TemporalInbound(sender.client).replay(ACME, status.event_id)
    assert (done.state, done.order_id) == (InboundState.DONE, order.id)
    assert await asyncio.wait_for(handle.result(), PATIENCE) == f"delivered: 2 to order {order.id}"
    await until_heard(order, "shipped", "shipped")
    with pytest.raises(NotWaitingError):
        await TemporalInbound(sender.client).replay(ACME, status.event_id)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "acme.unheard.of"}, ParkReason.UNKNOWN_NAME),
        ({"entity_ref": "NOBODY-1"}, ParkReason.UNKNOWN_ORDER),
        ({"entity_type": "FULFILMENT", "entity_id": "f-none"}, ParkReason.UNKNOWN_ORDER),
        ({"entity_type": "ARTICLE"}, ParkReason.UNKNOWN_ORDER),
        ({"name": "acme.broken"}, ParkReason.HANDLER_FAILED),
        ({"name": "acme.absent"}, ParkReason.HANDLER_FAILED),
    ],
)
async def test_what_nobody_can_take_in_is_parked_with_its_reason(
    sender: Acme, changes: dict[str, str], reason: ParkReason
) -> None:
    """And ends when a person has settled it."""
    handle = await sender.send(sender.message("ON-0-1", **changes))
    status = await until_parked(handle)
    assert status.reason is reason
    assert "ON-0-1" not in status.why or reason is ParkReason.UNKNOWN_ORDER
    await handle.signal(InboundEvent.settle, "nothing to do with us")
    assert await asyncio.wait_for(handle.result(), PATIENCE) == "nothing to do with us"


async def test_a_record_of_an_order_that_nobody_has_is_parked(sender: Acme) -> None:
    """The provider knows it; we do not."""
    sender.ships("ELSEWHERE-1", "line")
    status = await until_parked(await sender.send(sender.message("ELSEWHERE-1")))
    assert (status.reason, status.why) == (
        ParkReason.UNKNOWN_ORDER,
        "no order has the logistic order ELSEWHERE-1",
    )


async def test_an_order_that_has_ended_cannot_be_told(here: Scene, sender: Acme) -> None:
    """Parked, also when it is replayed; the order's own workflow is not started again."""
    order, ref, line = await on_its_way(here)
    await order.report("cancelled")
    await order.result()
    handle = await sender.send(sender.fulfillment_message(sender.ships(ref, line)))
    status = await until_parked(handle)
    assert (status.reason, status.order_id) == (ParkReason.NO_WORKFLOW, order.id)
    again = await handle.execute_update(InboundEvent.replay)
    assert (again.state, again.attempts) == (InboundState.PARKED, 2)


@pytest.mark.slow
async def test_a_provider_out_of_reach_is_asked_again(here: Scene, sender: Acme) -> None:
    """Nothing is parked for that; the message waits."""
    order, ref, line = await on_its_way(here)
    shipment = sender.ships(ref, line)
    sender.records.fails = [
        Unreachable("no answer", system=ACME),
        Unauthorized("the token is over", system=ACME, status=401),
    ]
    await sender.sent(sender.fulfillment_message(shipment))
    assert sender.records.asked == 3
    await until_heard(order, "shipped", "shipped")


async def test_a_provider_that_answers_nonsense_is_parked(here: Scene, sender: Acme) -> None:
    """Asking it again would be answered the same."""
    _, ref, line = await on_its_way(here)
    sender.ships(ref, line)
    sender.records.fails = [Unreadable("acme: items is missing", system=ACME)]
    handle = await sender.send(sender.message(ref))
    status = await until_parked(handle)
    assert (status.reason, status.why) == (ParkReason.UNREADABLE, "acme: items is missing")
    assert (await handle.execute_update(InboundEvent.replay)).state is InboundState.DONE


@pytest.mark.slow
async def test_a_provider_that_is_down_for_long_rings_and_is_asked_on(
    here: Scene, sender: Acme, environment: WorkflowEnvironment
) -> None:
    """After a quarter of an hour an alarm calls a person; once it answers, all goes on by itself."""
    order, ref, line = await on_its_way(here)
    shipment = sender.ships(ref, line)
    sender.records.down = Unreachable("no answer", system=ACME)
    handle = await sender.send(sender.fulfillment_message(shipment))

    async def rings() -> bool:
        if sender.records.asked:
            await environment.fast_forward(handle, timedelta(minutes=5))
        return await alarm(handle) is not None

    await until(rings)
    assert await alarm(handle) == Alarm.OUT_OF_REACH
    status = await handle.query(InboundEvent.inbound)
    assert (status.state, status.why) == (
        InboundState.HANDLING,
        "acme does not answer, and is asked on and on",
    )
    sender.records.down = None

    async def ended() -> bool:
        if (await handle.describe()).close_time is None:
            await environment.fast_forward(handle, timedelta(minutes=1))
        return (await handle.describe()).close_time is not None

    await until(ended)
    await until_heard(order, "shipped", "shipped")


async def test_what_the_edge_parked_can_be_tried_again_too(here: Scene, sender: Acme) -> None:
    """An event that came through the edge's own path is an event as any other; a change is settled, not replayed."""
    order, ref, _ = await on_its_way(here)
    event = FulfillmentEvent(event_id="x-1", ref=ref, status=FulfillmentStatus.PICKING, occurred_at=AT)
    await TemporalOrders(sender.client).park(order.id, event, "for no good reason")
    inbound = TemporalInbound(sender.client)
    found: list[InboundStatus] = []

    async def listed() -> bool:  # the list lags behind by a moment
        found[:] = [one for one in await inbound.waiting("fulfillment") if one.event_id == "x-1"]
        return bool(found)

    await until(listed)
    (waiting,) = found
    assert (waiting.reason, waiting.why) == (ParkReason.TOO_LATE, "for no good reason")
    assert (await inbound.replay("fulfillment", "x-1")).state is InboundState.DONE
    await until_heard(order, "picking")


@pytest.mark.slow
async def test_a_long_life_goes_on_in_a_new_run(sender: Acme) -> None:
    """Replayed again and again, it still waits, and still knows what for."""
    handle = await sender.send(sender.message("ON-0-1", name="acme.unheard.of"))
    first = (await handle.describe()).run_id
    status = await until_parked(handle)
    for _ in range(90):
        status = await handle.execute_update(InboundEvent.replay)
        if (await handle.describe()).run_id != first:
            break
    else:
        pytest.fail("it never went on in a new run")
    assert status.reason is ParkReason.UNKNOWN_NAME
    status = await until_parked(handle)
    assert (status.reason, status.attempts > 20, await alarm(handle)) == (
        ParkReason.UNKNOWN_NAME,
        True,
        Alarm.PARKED,
    )
    await handle.signal(InboundEvent.settle, "enough")
    assert await asyncio.wait_for(handle.result(), PATIENCE) == "enough"
