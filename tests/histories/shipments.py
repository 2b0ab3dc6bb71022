"""Lives of orders in fulfilment worth keeping: two providers, parcels, cancellations, returns."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from clients.providers import Provider
from configuration import Configuration
from domain.cancellation import Cancellation, CancelledItem
from domain.decision import DecisionReceipt
from domain.phases import Phase
from tests.histories.stories import Story
from tests.workflows.drafts import shipped
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from tests.workflows.warehouses import BERLIN, NORTH, SOUTH, Warehouse, report, two_places, two_providers
from workflows.memory import OrderChanged
from workflows.order import Order

_AT_ONCE = timedelta(0)
_NORTH, _SOUTH = Warehouse(NORTH), Warehouse(SOUTH)
PROVIDERS: Mapping[str, Provider] = {NORTH: _NORTH, SOUTH: _SOUTH}


async def split_two_providers(here: Scene) -> Placed:
    """One provider is asked twice for the export, the other one is refused by it at first; both deliver."""
    _NORTH.clear()
    _SOUTH.clear()
    _NORTH.losing, _SOUTH.unable = 1, "no such customer"
    order = await _placed(here)
    await order.until_alarm("exportRefused")
    _SOUTH.unable = None
    await order.changed()
    await order.until(lambda status: status.alarm is None and bool(_NORTH.orders))
    await order.at_rest()
    await report(order, 1, "completed")
    await report(order, 2, "completed", minutes=1)
    await order.result()
    return order


async def partial_shipments(here: Scene) -> Placed:
    """Parcels late and twice, written as they come, and several at once."""
    order = await _exported(here)
    pumps, hoses = await order.lines()
    second = {"shipment_ref": "S1", "parcel_ref": "P2", "tracking": "T2"}
    await report(order, 2, "shipped", {hoses: 1}, minutes=2, event_id="e-2", **second)
    await order.at_rest()
    await report(order, 2, "shipped", {hoses: 1}, minutes=1, shipment_ref="S1", parcel_ref="P1")
    await report(order, 2, "shipped", {hoses: 1}, minutes=2, event_id="e-2", **second)
    await report(order, 2, "shipped", {pumps: 1}, minutes=3, shipment_ref="S2")
    await order.at_rest()
    await report(order, 1, "shipped", {pumps: 2}, minutes=4, shipment_ref="S1")
    await order.at_rest()
    await report(order, 1, "delivered", minutes=5)
    await report(order, 2, "delivered", minutes=6)
    await order.result()
    return order


async def cancelled_partly(here: Scene) -> Placed:
    """One unit is cancelled at once, one by a later event, one is refused; the rest arrives."""
    order = await _exported(here)
    pumps, hoses = await order.lines()
    _SOUTH.cancels = "accepts"
    await _cancel(order, {hoses: 1}, "c-1")
    await order.until(lambda _: bool(_SOUTH.asked))
    await order.at_rest()
    await report(order, 2, "cancelled", {hoses: 1}, request_ref="c-1")
    _NORTH.cancels = "refuses"
    await _cancel(order, {pumps: 1}, "c-2")
    await order.at_rest()
    await report(order, 1, "completed", minutes=1)
    await report(order, 2, "completed", minutes=2)
    await order.result()
    return order


async def cancelled_outside_by_two(here: Scene) -> Placed:
    """Cancelled in commercetools: one provider confirms at once, the other one by an event."""
    order = await _exported(here)
    _NORTH.cancels = "accepts"
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await order.changed()
    await order.until_phase(Phase.CANCELLED)
    await order.until(lambda _: bool(_NORTH.asked) and bool(_SOUTH.asked))
    await order.at_rest()
    await report(order, 1, "cancelled")
    await order.result()
    return order


async def cancelled_by_mistake(here: Scene) -> Placed:
    """A provider is asked to cancel in a way that it does not understand, then again, and confirms."""
    order = await _exported(here)
    _SOUTH.cancels = "fault"
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await order.changed()
    await order.until_phase(Phase.CANCELLED)
    await order.until(lambda _: bool(_SOUTH.asked))
    await order.at_rest()
    _SOUTH.cancels = "settles"
    await order.changed()
    await order.result()
    return order


async def called_off(here: Scene) -> Placed:
    """Cancelled in commercetools while a provider's replies to the export got lost: it is asked to cancel what it may have."""
    _NORTH.clear()
    _SOUTH.clear()
    _NORTH.losing = 10**6
    order = await _placed(here)
    await order.until(lambda _: bool(_NORTH.orders) and bool(_SOUTH.orders))
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await order.changed()
    await order.until(lambda _: bool(_NORTH.asked))
    _NORTH.losing = 0
    await order.result()
    return order


async def payment_told(here: Scene) -> Placed:
    """Pending at the release, then paid: one provider takes it, the other one cannot be told, and is told once."""
    _NORTH.clear()
    _SOUTH.clear()
    _NORTH.payments = "settles"
    order = await here.place(5_000, paymentState="Pending", **two_places())
    await order.until(lambda _: bool(_NORTH.told) and bool(_SOUTH.told))
    await order.at_rest()
    await order.update({"action": "changePaymentState", "paymentState": "Paid"})
    paid = OrderChanged(message_id=uuid4().hex, type="OrderPaymentStateChanged", payment_only=True)
    await order.handle.signal(Order.order_changed, paid)
    await order.until(lambda _: len(_NORTH.told) > 1)
    await order.at_rest()
    return await _completed(order)


async def delivery_changed(here: Scene) -> Placed:
    """A harmless change is refused, another one taken; one that is not harmless is a person's."""
    _NORTH.clear()
    _NORTH.deliveries = "refuses"
    order = await here.place(5_000)
    await order.until(lambda _: bool(_NORTH.orders))
    await order.at_rest()
    for n, answers in enumerate(("refuses", "settles"), 1):
        _NORTH.deliveries = answers
        await order.edit(f"9999{n}")
        await order.changed()
        await order.until(lambda _, n=n: len(_NORTH.sent_to) == n)  # type: ignore[misc]
        await order.at_rest()
    await order.update({"action": "setCustomerEmail", "email": "eve@example.com"})
    await order.changed()
    await order.until_alarm("changedAfterHandOver")
    await order.at_rest()
    await report(order, 1, "completed")
    await order.result()
    return order


async def delivery_taken_back(here: Scene) -> Placed:
    """Every reply is lost, and the shop changes its mind: told until it is answered; then a refusal that is taken back."""
    _NORTH.clear()
    _NORTH.deliveries = "settles"
    order = await here.place(5_000, shippingAddress=BERLIN)
    await order.until(lambda _: bool(_NORTH.orders))
    await order.at_rest()
    _NORTH.losing = 10_000
    await order.edit()
    await order.changed()
    await order.until(lambda _: bool(_NORTH.sent_to))
    _NORTH.losing = 1
    await _sent_to_berlin(order)
    await order.until(lambda _: _NORTH.losing == 0)
    await order.at_rest()
    _NORTH.deliveries = "refuses"
    await order.edit("88888")
    await order.changed()
    await order.until_alarm("changedAfterHandOver")
    await _sent_to_berlin(order)
    await order.until(lambda status: status.alarm is None)
    await order.at_rest()
    await report(order, 1, "completed")
    await order.result()
    return order


async def _sent_to_berlin(order: Placed) -> None:
    await order.update({"action": "setShippingAddress", "address": BERLIN})
    await order.changed()


async def followed(here: Scene) -> Placed:
    """One custom object, whose way is told step by step."""
    order = await here.place(100)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.at_rest()
    for n, status in enumerate(("accepted", "packed", "shipped", "delivered")):
        await report(order, 1, status, minutes=n)
        if status != "delivered":
            await order.at_rest()
    await order.result()
    return order


async def returned(here: Scene) -> Placed:
    """Completed, and some of it comes back while the window is open."""
    order = await _exported(here)
    pumps, hoses = await order.lines()
    await report(order, 1, "delivered")
    await report(order, 2, "delivered", minutes=1)
    await order.until_phase(Phase.COMPLETED)
    await order.at_rest()
    await report(order, 2, "returned", {hoses: 1}, minutes=2, return_ref="R1", reason_code="damaged")
    await order.at_rest()
    await report(order, 1, "returned", {pumps: 1}, minutes=3, return_ref="R2")
    await order.result()
    return order


async def _placed(here: Scene) -> Placed:
    order = await here.place(5_000, customerEmail="cleo@example.com", **two_places())
    await order.until_phase(Phase.IN_FULFILLMENT)
    return order


async def _completed(order: Placed) -> Placed:
    await report(order, 1, "completed")
    await report(order, 2, "completed", minutes=1)
    await order.result()
    return order


async def _exported(here: Scene) -> Placed:
    _NORTH.clear()
    _SOUTH.clear()
    order = await _placed(here)
    await order.until(lambda _: bool(_NORTH.orders) and bool(_SOUTH.orders))
    await order.at_rest()
    return order


async def _cancel(order: Placed, items: dict[str, int], cancellation_id: str) -> None:
    named = tuple(CancelledItem(line_item_id=line, quantity=n) for line, n in items.items())
    sent = Cancellation(cancellation_id=cancellation_id, by="cleo", items=named, request_id=uuid4().hex)
    await order.handle.execute_update("cancel", sent, id=cancellation_id, result_type=DecisionReceipt)


_CALM = two_providers(returns_within=_AT_ONCE)
_HARMLESS = replace(
    _CALM, policy=_CALM.policy.model_copy(update={"harmless": ("shippingAddress", "shippingMethod")})
)
_FOR_A_MOMENT = two_providers(returns_within=timedelta(seconds=6))
SHIPMENTS: tuple[tuple[Story, Configuration], ...] = (
    (split_two_providers, _CALM),
    (partial_shipments, _CALM),
    (cancelled_partly, _CALM),
    (cancelled_outside_by_two, _CALM),
    (cancelled_by_mistake, _CALM),
    (called_off, _CALM),
    (payment_told, _CALM),
    (delivery_changed, _HARMLESS),
    (delivery_taken_back, _HARMLESS),
    (followed, shipped(returns_within=_AT_ONCE)),
    (returned, _FOR_A_MOMENT),
)
