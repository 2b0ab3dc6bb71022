"""Moves past the guard, as the bridge tells of them: on record, in the lists, and an operator's concern; once each."""

import asyncio
from typing import Any

import pytest
from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDReusePolicy
from temporalio.testing import WorkflowEnvironment

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.guard import Drift
from domain.phases import Phase
from starter.orders_gateway import Reached
from starter.temporal_orders import TemporalOrders
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from workflows.inbound import InboundEvent
from workflows.memory import DriftedMove, OrderChanged
from workflows.names import ALARM, OrderHint, inbound_workflow_id


def drifted(
    source: str | None, target: str, drift: Drift = Drift.FORCED, message_id: str = "m-1"
) -> OrderChanged:
    """What the bridge tells of a move by the shop's client."""
    move = DriftedMove(drift=drift, source=source, target=target)
    return OrderChanged(message_id=message_id, type="OrderStateTransition", by="shop", drifted=move)


async def alarms(order: Placed) -> list[dict[str, Any]]:
    """What the trail says of moves past the guard."""
    told = await order.details(AuditKind.ALARM)
    return [detail for detail in told if detail["alarm"] == "pastTheGuard"]


async def content_digest(here: Scene, order: Placed) -> str:
    """The digest of what is in commercetools now."""
    there = await here.commercetools.order(order.id)
    assert there is not None
    return there.content.digest


async def test_a_forced_approval_is_moved_back_and_told(
    here: Scene, environment: WorkflowEnvironment
) -> None:
    """Who did it, from where to where and how: in the trail, in the lists, to the operators; the order waits on."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.move("Approved", force=True)
    await TemporalOrders(environment.client).tell(order.id, drifted("PendingApproval", "Approved"))
    await order.until_alarm("pastTheGuard")
    await order.until(lambda s: s.state == "PendingApproval")
    why = "shop moved the order from PendingApproval to Approved by force"
    assert await alarms(order) == [{"alarm": "pastTheGuard", "why": why, "messageId": "m-1"}]
    await order.at_rest()
    assert (await order.handle.describe()).typed_search_attributes[ALARM] == "pastTheGuard"
    await order.until(lambda _: here.inboxes.of("operators") == ["alarm"])
    status = await order.until_pending("ana", "ben")
    assert status.alarm == "pastTheGuard"


async def test_a_message_that_comes_twice_is_told_once(here: Scene, environment: WorkflowEnvironment) -> None:
    """Deliveries repeat; another message is another move."""
    order, orders = await here.place(), TemporalOrders(environment.client)
    await order.until_pending("ana", "ben")
    for message_id in ("m-1", "m-1", "m-2", "m-1"):
        change = drifted("PendingApproval", "PendingApproval", Drift.NOT_ALLOWED, message_id)
        await orders.tell(order.id, change)
        await order.at_rest()
    assert len(await alarms(order)) == 2


async def test_an_order_nobody_knew_is_taken_up_with_its_alarm(
    here: Scene, environment: WorkflowEnvironment
) -> None:
    """Its first message is the forced move: the workflow starts, looks, and the alarm stands."""
    order = await here.place(state="InFulfillment", start=False)
    told = await TemporalOrders(environment.client).tell_or_start(
        order.id, drifted(None, "InFulfillment"), OrderHint()
    )
    order.started.append(order.handle)
    assert told is Reached.TOLD
    await order.until_alarm("movedOutside")
    assert len(await alarms(order)) == 1


async def test_a_move_in_fulfilment_is_told(here: Scene, environment: WorkflowEnvironment) -> None:
    """The goods are on their way; somebody pushes the order to its end along Placet's edge."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.move("Completed")
    change = drifted("InFulfillment", "Completed", Drift.NOT_ALLOWED)
    await TemporalOrders(environment.client).tell(order.id, change)
    await order.until_phase(Phase.COMPLETED)
    why = "shop moved the order from InFulfillment to Completed along an edge that is not theirs"
    await order.until(lambda s: s.alarm == "pastTheGuard")
    assert await alarms(order) == [{"alarm": "pastTheGuard", "why": why, "messageId": "m-1"}]


async def test_a_move_of_a_closed_order_is_parked(here: Scene, environment: WorkflowEnvironment) -> None:
    """Nothing runs any more: it is kept under its message's id, with an alarm that operators' lists find."""
    orders, change = TemporalOrders(environment.client), drifted("Rejected", "Approved", message_id="m-late")
    for _ in range(2):
        await orders.park_change("order-1", change, "after its end")
    handle: WorkflowHandle[InboundEvent, str] = environment.client.get_workflow_handle_for(
        InboundEvent.run, inbound_workflow_id("commercetools", "m-late")
    )
    parked = await handle.query(InboundEvent.parked)
    assert (parked.order_id, parked.change, parked.event) == ("order-1", change, None)
    assert (await handle.describe()).typed_search_attributes[ALARM] == Alarm.PAST_THE_GUARD
    await handle.signal(InboundEvent.settle, "seen")


@pytest.mark.parametrize("decided", [False, True])
async def test_what_the_guard_is_told(
    here: Scene, environment: WorkflowEnvironment, *, decided: bool
) -> None:
    """Released is what was decided on exactly this content: not before, and not for any other."""
    order, orders = await here.place(), TemporalOrders(environment.client)
    await order.until_pending("ana", "ben")
    if decided:
        await order.decide("ana")
        await order.until_phase(Phase.IN_FULFILLMENT)
    digest = await content_digest(here, order)
    verdict = await orders.released(order.id, digest)
    assert verdict.released is decided
    assert (await orders.released(order.id, "0" * 64)).released is False


async def test_a_rejected_order_is_not_released(here: Scene, environment: WorkflowEnvironment) -> None:
    """Also asked after its workflow has closed."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", "reject")
    await order.result()
    digest = await content_digest(here, order)
    assert not (await TemporalOrders(environment.client).released(order.id, digest)).released


async def test_a_move_while_the_workflow_finishes_is_told(
    here: Scene, environment: WorkflowEnvironment
) -> None:
    """Somebody forces a rejected order on while its people are still being told: nothing that was taken in is lost."""
    here.inboxes.broken = True
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", "reject")
    await order.until_phase(Phase.REJECTED)
    told = await TemporalOrders(environment.client).tell(order.id, drifted("Rejected", "InFulfillment"))
    assert told is Reached.TOLD
    here.inboxes.broken = False
    await order.result()
    assert len(await alarms(order)) == 1
    assert (await order.handle.describe()).typed_search_attributes[ALARM] == "pastTheGuard"
    assert "alarm" in here.inboxes.of("operators")
    record = await order.custom_object("placet-audit")
    assert any(entry["detail"].get("alarm") == "pastTheGuard" for entry in record["entries"])


async def test_a_move_of_a_forgotten_order_is_told(here: Scene) -> None:
    """Temporal knows the order no more, its record says rejected: operators are told, the record stays as it is."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", "reject")
    await order.result()
    record = await order.custom_object("placet-audit")
    here.inboxes.received.clear()
    await order.start(
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        start_signal="order_changed",
        start_signal_args=[drifted("Rejected", "InFulfillment")],
    )
    assert (await order.result()).note == "its record says rejected"
    assert here.inboxes.of("operators") == ["alarm"]
    assert (await order.handle.describe()).typed_search_attributes[ALARM] == "pastTheGuard"
    assert await order.custom_object("placet-audit") == record


@pytest.mark.parametrize("told_by", ["a message", "the bridge"])
async def test_a_move_out_of_fulfilment_stops_the_hand_over(
    here: Scene, environment: WorkflowEnvironment, told_by: str
) -> None:
    """Taken back before it was handed over: whatever else is wrong with the move, nothing goes out."""
    number = f"DRIFT-{told_by.rsplit(maxsplit=1)[-1]}"
    other = {"container": "placet-fulfillment", "key": f"{number}-1", "value": {"orderId": "another"}}
    assert (await here.shop.post("/custom-objects", json=other)).status_code == 201
    order = await here.place(100, orderNumber=number)
    await order.until_alarm("exportRefused")
    await order.at_rest()
    await order.move("PendingApproval", force=True)
    assert (await here.shop.delete(f"/custom-objects/placet-fulfillment/{number}-1")).status_code == 200
    if told_by == "a message":
        await order.changed()
    else:
        await TemporalOrders(environment.client).tell(order.id, drifted("InFulfillment", "PendingApproval"))
    await order.until_alarm("movedOutside")
    await order.at_rest()
    assert await order.details(AuditKind.HANDED_OVER) == []
    assert len(await alarms(order)) == (told_by == "the bridge")


async def test_a_move_after_the_end_is_told_and_on_record(
    here: Scene, environment: WorkflowEnvironment
) -> None:
    """The workflow has closed: operators hear of it all the same, once, and the lasting record says so."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", "reject")
    await order.result()
    before = await order.custom_object("placet-audit")
    here.inboxes.received.clear()
    change = drifted("Rejected", "InFulfillment", message_id=f"after-{order.number}")
    orders = TemporalOrders(environment.client)
    for _ in range(2):
        await orders.park_change(order.id, change, "after its end")
    workflow_id = inbound_workflow_id("commercetools", change.message_id)
    handle: WorkflowHandle[InboundEvent, str] = environment.client.get_workflow_handle_for(
        InboundEvent.run, workflow_id
    )
    order.started.append(handle)  # type: ignore[arg-type] # ended with the others
    for _ in range(200):
        if here.inboxes.of("operators"):
            break
        await asyncio.sleep(0.05)
    assert here.inboxes.of("operators") == ["alarm"]
    record = await order.custom_object("placet-audit")
    assert record["entries"][:-1] == before["entries"]
    why = "shop moved the order from Rejected to InFulfillment by force, after its end"
    expected = {"alarm": "pastTheGuard", "why": why, "messageId": change.message_id}
    assert record["entries"][-1]["detail"] == expected
    assert (record["status"]["alarm"], record["status"]["phase"]) == ("pastTheGuard", "rejected")
    assert (await handle.describe()).typed_search_attributes[ALARM] == Alarm.PAST_THE_GUARD
    await handle.signal(InboundEvent.settle, "seen")
    assert await handle.result() == "seen"
