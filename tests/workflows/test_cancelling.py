"""Cancelling units while the order is on its way: asked of whoever has them, answered by them."""

from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.audit import AuditKind
from domain.cancellation import Cancellation, CancelledItem
from domain.decision import DecisionReceipt, Receipt
from domain.phases import Phase
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from tests.workflows.warehouses import Warehouse, report, two_places


@pytest.fixture(scope="module")
def shipped_example(two_warehouses: Scene) -> Scene:
    """Two providers."""
    return two_warehouses


@pytest.fixture(autouse=True)
def _open(north: Warehouse, south: Warehouse) -> None:
    north.clear()
    south.clear()


async def exported(here: Scene, north: Warehouse, south: Warehouse) -> tuple[Placed, str, str]:
    """An order of Cleo's that both have; and the ids of its pumps and hoses."""
    order = await here.place(5_000, customerEmail="cleo@example.com", **two_places())
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.until(lambda _: bool(north.orders) and bool(south.orders))
    await order.at_rest()
    pumps, hoses = await order.lines()
    return order, pumps, hoses


async def cancel(
    order: Placed, items: dict[str, int] | None = None, by: str = "cleo", **more: Any
) -> DecisionReceipt:
    """What the edge sends."""
    named = tuple(CancelledItem(line_item_id=line, quantity=n) for line, n in (items or {}).items())
    fields = {"cancellation_id": f"c-{uuid4()}", "request_id": uuid4().hex, **more}
    sent = Cancellation(by=by, items=named, **fields)
    receipt: DecisionReceipt = await order.handle.execute_update(
        "cancel", sent, id=f"{uuid4()}", result_type=DecisionReceipt
    )
    return receipt


async def test_a_part_is_cancelled_where_it_is(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """The last logistic order that has such units is asked first; the order completes with the rest."""
    order, pumps, hoses = await exported(here, north, south)
    receipt = await cancel(order, {hoses: 1}, reason_code="customerRequest", comment="one is enough")
    assert receipt.receipt is Receipt.ACCEPTED
    await order.until(lambda _: bool(south.asked))
    await order.at_rest()
    assert (north.asked, south.asked) == ([], [(f"{order.number}-2", {hoses: 1}, "customerRequest")])
    asked, answered = await order.details(AuditKind.CANCELLATION)
    assert (asked["items"], asked["reasonCode"]) == ([f"1 of line {hoses}"], "customerRequest")
    assert (answered["ref"], answered["answer"]) == (f"{order.number}-2", "confirmed")
    await report(order, 1, "completed")
    await report(order, 2, "shipped", {hoses: 1, pumps: 1}, shipment_ref="S1", minutes=1)
    await report(order, 2, "delivered", shipment_ref="S1", minutes=2)
    await order.until_phase(Phase.COMPLETED)


async def test_everything_is_cancelled_by_everybody(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """Once the last provider has confirmed, the order is cancelled in commercetools."""
    order, *_ = await exported(here, north, south)
    assert (await cancel(order, by="dana")).receipt is Receipt.ACCEPTED
    assert (await order.result()).phase is Phase.CANCELLED
    there = await order.there()
    assert (there["state"], there["orderState"], there["shipmentState"]) == (
        "Cancelled",
        "Cancelled",
        "Canceled",
    )


async def test_a_refusal_leaves_the_order_on_its_way(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """While it is picked the provider's answer decides; a person hears of the no."""
    south.cancels = "refuses"
    order, _, hoses = await exported(here, north, south)
    await cancel(order, {hoses: 2})
    status = await order.until_alarm("cancellationRefused")
    assert status.phase is Phase.IN_FULFILLMENT
    assert (await order.details(AuditKind.CANCELLATION))[-1]["why"] == "alreadyPicked"
    await report(order, 1, "completed")
    await report(order, 2, "completed", minutes=1)
    await order.until_phase(Phase.COMPLETED)
    assert (await order.there())["shipmentState"] == "Delivered"


async def test_what_was_only_accepted_is_settled_by_an_event(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """A provider that cannot tell at once does so later, in the same units."""
    south.cancels = "accepts"
    order, pumps, hoses = await exported(here, north, south)
    await cancel(order, {hoses: 2}, cancellation_id="c-1")
    await order.until(lambda _: bool(south.asked))
    await report(order, 1, "completed")
    await report(order, 2, "shipped", {pumps: 1}, shipment_ref="S1", minutes=1)
    await report(order, 2, "delivered", shipment_ref="S1", minutes=2)
    await order.at_rest()
    assert (await order.status()).phase is Phase.IN_FULFILLMENT
    await report(order, 2, "cancelled", {hoses: 2}, minutes=3, request_ref="c-1")
    await order.until_phase(Phase.COMPLETED)


async def test_the_same_twice_counts_once(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """Under its id, whoever repeats it; something else under the id is refused."""
    order, _, hoses = await exported(here, north, south)
    first = await cancel(order, {hoses: 1}, cancellation_id="c-1")
    again = await cancel(order, {hoses: 1}, cancellation_id="c-1")
    assert (first.receipt, again.receipt, again.first) == (
        Receipt.ACCEPTED,
        Receipt.DUPLICATE,
        Receipt.ACCEPTED,
    )
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await cancel(order, {hoses: 2}, cancellation_id="c-1")
    assert getattr(refused.value.cause, "type", None) == "decisionIdReused"
    await order.at_rest()
    assert len(south.asked) == 1


async def test_strangers_are_not_heard(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """Neither an approver nor a stranger cancels somebody's order."""
    order, *_ = await exported(here, north, south)
    for stranger in ("ana", "mallory"):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await cancel(order, by=stranger)
        assert getattr(refused.value.cause, "type", None) == "notAllowed"
    assert (north.asked, south.asked) == ([], [])


async def test_before_and_after_there_is_nothing_to_cancel(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """An order that waits is withdrawn; one that is delivered comes back as a return."""
    waiting = await here.place(customerEmail="cleo@example.com")
    await waiting.until_pending("ana", "ben")
    assert (await cancel(waiting)).receipt is Receipt.NOT_PENDING
    order, *_ = await exported(here, north, south)
    await report(order, 1, "completed")
    await report(order, 2, "completed", minutes=1)
    await order.until_phase(Phase.COMPLETED)
    assert (await cancel(order)).receipt is Receipt.ALREADY_DECIDED


async def test_what_has_left_cannot_be_cancelled(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """The receipt says so, and a person is called for the rest."""
    order, _, hoses = await exported(here, north, south)
    await report(order, 2, "shipped", shipment_ref="S1")
    await order.until(lambda _: True)
    await order.at_rest()
    receipt = await cancel(order, {hoses: 2})
    assert "gone already" in receipt.message
    await order.until_alarm("cancellationRefused")
    assert south.asked == []


@pytest.mark.parametrize("wanted", ["nope", "hoses"])
async def test_what_the_order_does_not_have_is_refused(
    here: Scene, north: Warehouse, south: Warehouse, wanted: str
) -> None:
    """An unknown line, and more units than a line has: the lines and their numbers are told, and no event is left."""
    order, pumps, hoses = await exported(here, north, south)
    before = (await order.handle.describe()).history_length
    items = {"nope": 1} if wanted == "nope" else {hoses: 9}
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await cancel(order, items)
    cause = refused.value.cause
    assert isinstance(cause, ApplicationError)
    ordered = {line["id"]: line["quantity"] for line in (await order.there())["lineItems"]}
    if wanted == "nope":
        assert cause.type == "unknownLines"
        assert cause.message == f"the order has no line nope; it has {', '.join(sorted((pumps, hoses)))}"
    else:
        assert cause.type == "tooManyUnits"
        assert cause.message == f"line {hoses} has {ordered[hoses]}, not 9"
    assert (await order.handle.describe()).history_length == before
    assert (await order.status()).alarm is None


async def test_what_was_asked_back_before_calls_nobody(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """The answer says how it stands: being cancelled until the provider has answered, then cancelled."""
    south.cancels = "accepts"
    order, _, hoses = await exported(here, north, south)
    await cancel(order, {hoses: 2}, cancellation_id="c-1")
    await order.until(lambda _: bool(south.asked))
    again = await cancel(order, {hoses: 2})
    assert (again.receipt, again.message) == (Receipt.ACCEPTED, f"being cancelled already: 2 of line {hoses}")
    await report(order, 2, "cancelled", {hoses: 2}, request_ref="c-1")
    await order.until(lambda _: True)
    await order.at_rest()
    again = await cancel(order, {hoses: 2})
    assert (again.receipt, again.message) == (Receipt.ACCEPTED, f"cancelled already: 2 of line {hoses}")
    await order.at_rest()
    assert len(south.asked) == 1
    assert await order.details(AuditKind.ALARM) == []


async def test_a_no_that_came_to_nothing_calls_nobody_any_more(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """The provider refuses, and cancels all the same: the alarm goes with the last of the units, and not before."""
    south.cancels = "refuses"
    order, _, hoses = await exported(here, north, south)
    await cancel(order, {hoses: 2})
    await order.until_alarm("cancellationRefused")
    await report(order, 2, "cancelled", {hoses: 1})
    await order.at_rest()
    assert (await order.status()).alarm == "cancellationRefused"
    await report(order, 2, "cancelled", {hoses: 1}, minutes=1)
    await order.until(lambda status: status.alarm is None)
    await report(order, 1, "completed", minutes=2)
    await report(order, 2, "completed", minutes=3)
    await order.until_phase(Phase.COMPLETED)
    assert (await order.status()).alarm is None


async def test_what_left_is_not_made_good_by_what_is_cancelled(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """Of two units one has left: its alarm stays when the other one is cancelled."""
    order, _, hoses = await exported(here, north, south)
    await report(order, 2, "shipped", {hoses: 1}, shipment_ref="S1")
    await order.until(lambda _: True)
    await order.at_rest()
    await cancel(order, {hoses: 2})
    await order.until_alarm("cancellationRefused")
    await order.until(lambda _: bool(south.asked))
    await order.at_rest()
    assert (await order.status()).alarm == "cancellationRefused"
