"""What an order lacks of its progress is written in one mutation, once, whatever becomes of the reply."""

from collections.abc import Mapping
from typing import Any

import pytest

from clients import drafts
from clients.commercetools import Commercetools
from clients.errors import ConcurrentModification, NotFound, ServerFault, Unreadable
from clients.order_mutation import graphql_action
from clients.order_progress import MOST_ACTIONS, ProgressWriter
from clients.projections import order_from_json
from clients.written_order import written_order
from domain.logistic_events import LogisticEvent, ReturnSettled
from domain.logistic_order import LogisticOrder, RefundState, ReturnCondition
from domain.logistic_orders import LogisticOrders
from domain.order import Order
from domain.progress import LineStage, Progress, ShipmentState, WantedDelivery, infer
from domain.progress_lines import LineStates
from domain.status_mapping import Kind, Mapped, Unmapped
from domain.status_mapping_moves import States
from tests.clients.peer import Peer, ok
from tests.clients.sandboxed import Sandboxed, eur, order_draft, sandboxed
from tests.clients.test_written_order import SEVERAL
from tests.domain.logistics import REF, after, event

SHIPPING = {"shippingMethodName": "DHL", "price": eur(590), "shippingRate": {"price": eur(590)}}
GOODS = {"name": {"en": "Valve"}, "variant": {"sku": "V-1"}, "quantity": 3, "price": {"value": eur(100)}}
LINE_STATES = LineStates(
    keys={
        LineStage.PENDING: "Initial",
        LineStage.SHIPPED: "li-shipped",
        LineStage.RETURNED: "li-returned",
        LineStage.CANCELLED: "li-cancelled",
    },
    transitions={
        "Initial": None,
        "li-shipped": ("li-returned",),
        "li-returned": (),
        "li-cancelled": (),
    },
)


def progressed(order: Order, *events: LogisticEvent) -> Progress:
    """The progress of an order that is one logistic order, after those events."""
    lines = {line.id: line.quantity for line in order.content.lines}
    known = LogisticOrders(orders=(LogisticOrder(ref=REF, lines=lines, handed_over=True),))
    return infer(after(known, *events)[0])


async def placed(here: Sandboxed, number: str = "ON-1", **fields: Any) -> tuple[Order, str, str]:
    """An order of three valves and two pumps (a custom line item), and the ids of its lines."""
    draft = order_draft(number, lineItems=[GOODS], shippingInfo=SHIPPING, **fields)
    order = order_from_json(await here.shops._session.call("POST", "orders/import", body=draft))
    valves, pumps = order.content.lines
    return order, valves.id, pumps.id


async def raw(client: Commercetools, order_id: str) -> Mapping[str, Any]:
    """The order as REST has it."""
    document: Mapping[str, Any] = await client._session.call("GET", f"orders/{order_id}")
    return document


def story(valves: str, pumps: str) -> list[LogisticEvent]:
    """Two parcels in two shipments, a cancelled pump, and a valve that comes back."""
    return [
        event("e1", "shipped", {valves: 2}, shipment_ref="s1", parcel_ref="p1", tracking="T1", carrier="DHL"),
        event("e2", "shipped", {pumps: 1}, shipment_ref="s2", parcel_ref="p1", tracking="T2", hours=1),
        event("e3", "cancelled", {pumps: 1}, hours=2, reason_code="outOfStock"),
        event("e4", "shipped", {valves: 1}, shipment_ref="s1", parcel_ref="p2", tracking="T3", hours=3),
        event("e5", "delivered", hours=9),
        event("e6", "returned", {valves: 1}, hours=20, return_ref="R1", reason_code="damaged"),
        ReturnSettled(
            ref=REF, return_ref="R1", refund=RefundState.REFUNDED, condition=ReturnCondition.UNUSABLE
        ),
    ]


async def provision_line_states(here: Sandboxed) -> None:
    """The states of lines, in the order in which they can name each other."""
    for key, leads_to in reversed([*LINE_STATES.transitions.items()]):
        if key != "Initial":
            draft = drafts.state_draft(key, type_="LineItemState", initial=False, transitions=leads_to)
            await here.ours.create_state(draft)


async def test_a_whole_story_is_written_and_read_back(here: Sandboxed) -> None:
    """Deliveries, parcels, quantities, tracking, return, line states and shipment state, over the API; then nothing is left."""
    await provision_line_states(here)
    order, valves, pumps = await placed(here)
    writer, progress = ProgressWriter(here.ours), progressed(order, *story(valves, pumps))
    applied = await writer.apply(order.id, progress, line_states=LINE_STATES)
    assert (applied.written, applied.whole, applied.plan.no_place_for) == (True, True, ())
    document = await raw(here.ours, order.id)
    first, second = document["shippingInfo"]["deliveries"]
    assert (first["key"], first["items"]) == (f"{REF}_s1", [{"id": valves, "quantity": 3}])
    assert [
        (one["key"], one["trackingData"]["trackingId"], one["items"][0]["quantity"])
        for one in first["parcels"]
    ] == [(f"{REF}_s1_p1", "T1", 2), (f"{REF}_s1_p2", "T3", 1)]
    assert (second["items"], second["parcels"][0]["trackingData"]["trackingId"]) == (
        [{"id": pumps, "quantity": 1}],
        "T2",
    )
    assert document["shipmentState"] == "Delivered"
    ((item,),) = (info["items"] for info in document["returnInfo"])
    assert {name: item[name] for name in ("quantity", "comment", "shipmentState", "paymentState")} == {
        "quantity": 1,
        "comment": "damaged",
        "shipmentState": "Unusable",
        "paymentState": "Refunded",
    }
    assert document["returnInfo"][0]["returnTrackingId"] == "R1"
    read = await writer.read(order.id, line_states=True)
    assert read is not None
    assert read.version == applied.order.version == document["version"]
    assert read.written.line_states == {
        valves: {"li-shipped": 2, "li-returned": 1},
        pumps: {"li-shipped": 1, "li-cancelled": 1},
    }
    again = await writer.apply(order.id, progress, line_states=LINE_STATES)
    assert (again.written, again.plan.is_nothing, again.order) == (False, True, applied.order)


async def test_step_by_step_is_the_same_order(here: Sandboxed) -> None:
    """However often it is written in between."""
    order, valves, pumps = await placed(here)
    writer, told = ProgressWriter(here.ours), story(valves, pumps)
    for n in range(len(told) + 1):
        await writer.apply(order.id, progressed(order, *told[:n]))
    read = await writer.read(order.id)
    assert read is not None
    assert [(one.key, one.items, len(one.parcels)) for one in read.written.deliveries] == [
        (f"{REF}_s1", {valves: 3}, 2),
        (f"{REF}_s2", {pumps: 1}, 1),
    ]
    (item,) = read.written.return_items
    assert (item.quantity, item.shipment_state, item.payment_state) == (1, "Unusable", "Refunded")
    assert read.states == States(order="Open", shipment="Delivered")


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_lost_reply_writes_nothing_twice(here: Sandboxed, status: int) -> None:
    """What was carried out is found by its keys."""
    order, valves, pumps = await placed(here)
    writer, progress = ProgressWriter(here.ours), progressed(order, *story(valves, pumps))
    await here.fault("errorAfterCommit", path="graphql", action="updateOrder", status=status)
    with pytest.raises(ServerFault):
        await writer.apply(order.id, progress, Mapped(order="Confirmed", payment="Paid"))
    written = await raw(here.ours, order.id)
    assert len(written["shippingInfo"]["deliveries"]) == 2
    again = await writer.apply(order.id, progress, Mapped(order="Confirmed", payment="Paid"))
    assert not again.written
    assert again.order.states == States(order="Confirmed", payment="Paid", shipment="Delivered")
    assert await raw(here.ours, order.id) == written


async def test_somebody_in_between_is_a_conflict_and_nothing_is_written(here: Sandboxed) -> None:
    """Applied again, what they did is taken into account."""
    order, valves, _ = await placed(here)
    writer = ProgressWriter(here.ours)
    progress = progressed(order, event("e1", "shipped", {valves: 2}, shipment_ref="s1"))
    await here.fault("conflict", path="graphql", action="updateOrder")
    with pytest.raises(ConcurrentModification):
        await writer.apply(order.id, progress)
    assert (await raw(here.ours, order.id))["shippingInfo"]["deliveries"] == []
    theirs = await here.shops.order(order.id)
    assert theirs is not None
    await here.shops.update_order(theirs.id, theirs.version, [drafts.change_shipment_state("Delivered")])
    applied = await writer.apply(order.id, progress)
    assert [one.action for one in applied.plan.actions] == ["addDelivery"]
    assert applied.order.states.shipment == "Delivered"


async def test_a_checked_version_is_the_only_one_that_is_written(here: Sandboxed) -> None:
    """What the caller has looked at is what it writes on."""
    order, valves, _ = await placed(here)
    progress = progressed(order, event("e1", "shipped", {valves: 2}))
    with pytest.raises(ConcurrentModification) as raised:
        await ProgressWriter(here.ours).apply(order.id, progress, version=order.version + 1)
    assert raised.value.current_version == order.version
    applied = await ProgressWriter(here.ours).apply(order.id, progress, version=order.version)
    assert applied.written


async def test_the_end_goes_along_in_the_same_update(here: Sandboxed) -> None:
    """Further actions come last, are sent alone where nothing else is left, and are all or none with the rest."""
    order, valves, _ = await placed(here)
    writer = ProgressWriter(here.ours)
    progress = progressed(order, event("e1", "shipped", {valves: 2}, shipment_ref="s1"))
    for key in ("PendingApproval", "Approved"):
        applied = await writer.apply(
            order.id, progress, further=[graphql_action(drafts.transition_state(key))]
        )
        assert applied.written
    after_all = await here.ours.order(order.id)
    assert after_all is not None
    assert (after_all.state, after_all.version) == ("Approved", applied.order.version)


async def test_where_the_quantities_are_known_the_map_is_not_asked(here: Sandboxed) -> None:
    """A provider that says Delivered too early is overruled; its other states are taken, an end of the order is not."""
    order, valves, _ = await placed(here)
    mapped = Mapped(order="Complete", payment="Paid", shipment="Delivered")
    progress = progressed(order, event("e1", "shipped", {valves: 2}))
    applied = await ProgressWriter(here.ours).apply(order.id, progress, mapped)
    assert applied.order.states == States(order="Open", payment="Paid", shipment="Partial")
    assert [(one.target, one.why) for one in applied.plan.states.left_out] == [
        ("Complete", "units are still to come")
    ]
    unknown = await ProgressWriter(here.ours).apply(order.id, Progress(), mapped)
    assert (unknown.order.states.order, unknown.order.states.shipment) == ("Open", "Delivered")
    (left,) = [one for one in unknown.plan.states.left_out if one.kind is Kind.ORDER]
    assert left.why == "an order ends by its own transition, not by a provider's word"


async def test_what_is_unmapped_sets_no_state_and_holds_up_no_delivery(here: Sandboxed) -> None:
    """It is parked where it came in; the goods went all the same."""
    order, valves, _ = await placed(here)
    mapped = Mapped(payment="Paid", unmapped=(Unmapped(kind=Kind.ORDER, status="ODD", provider="fluent"),))
    progress = progressed(order, event("e1", "shipped", {valves: 2}))
    applied = await ProgressWriter(here.ours).apply(order.id, progress, mapped)
    assert applied.order.states == States(order="Open", shipment="Partial")
    assert applied.plan.states.unmapped == mapped.unmapped


async def test_an_order_without_shipping_has_no_place_for_deliveries(here: Sandboxed) -> None:
    """commercetools would refuse them; they are told, and all else is written."""
    order = await here.order()
    (line,) = order.content.lines
    progress = progressed(order, event("e1", "shipped", {line.id: 1}, shipment_ref="s1"))
    applied = await ProgressWriter(here.ours).apply(order.id, progress)
    assert applied.plan.no_place_for == (f"{REF}_s1",)
    assert applied.order.states.shipment == "Partial"
    again = await ProgressWriter(here.ours).apply(order.id, progress)
    assert (again.written, again.plan.no_place_for) == (False, (f"{REF}_s1",))


async def test_a_delivery_of_an_order_with_several_shippings_says_to_which_it_belongs() -> None:
    """commercetools wants it there; what has a key already is found in whichever it is."""
    updated = {"id": "o-1", "version": 8, "orderState": "Confirmed", "shipmentState": "Shipped"}
    there = {"key": "d-0", "items": [{"id": "c1", "quantity": 1}], "parcels": []}
    by_air, by_road, odd = SEVERAL["shipping"]
    shipping = [by_air, {**by_road, "shippingInfo": {"deliveries": [there]}}, odd]
    peer = Peer(
        ok({"data": {"order": {**SEVERAL, "shipping": shipping}}}), ok({"data": {"updateOrder": updated}})
    )
    wanted = [("d-0", {"c1": 1}), ("d-1", {"l1": 2})]
    progress = Progress(
        deliveries=tuple(
            WantedDelivery(key=key, ref=REF, shipment_ref=key, items=items) for key, items in wanted
        )
    )
    await ProgressWriter(peer.commercetools()).apply("o-1", progress)
    (action,) = peer.sent["variables"]["actions"]
    assert action == {
        "addDelivery": {"deliveryKey": "d-1", "shippingKey": "air", "items": [{"id": "l1", "quantity": 2}]}
    }


async def test_no_order_and_an_answer_of_another_form() -> None:
    """A reading finds none, an application says so."""
    async with sandboxed() as here:
        assert await ProgressWriter(here.ours).read("nobody") is None
        with pytest.raises(NotFound):
            await ProgressWriter(here.ours).apply("nobody", Progress())
    with pytest.raises(Unreadable):
        await ProgressWriter(Peer(ok({"data": {"order": {"id": "o-1"}}})).commercetools()).read("o-1")


async def test_more_than_one_update_takes_is_written_in_several(here: Sandboxed) -> None:
    """What belongs to the end waits until all else is written."""
    order, valves, _ = await placed(here)
    deliveries = tuple(
        WantedDelivery(key=f"d-{n}", ref=REF, shipment_ref=f"s{n}", items={valves: 1})
        for n in range(MOST_ACTIONS)
    )
    progress = Progress(shipment_state=ShipmentState.SHIPPED, deliveries=deliveries)
    writer, end = ProgressWriter(here.ours), [graphql_action(drafts.change_order_state("Complete"))]
    first = await writer.apply(order.id, progress, further=end)
    assert (first.written, first.whole, first.order.states.order) == (True, False, "Open")
    second = await writer.apply(order.id, progress, further=end)
    assert (second.whole, second.order.states) == (True, States(order="Complete", shipment="Shipped"))
    assert len((await raw(here.ours, order.id))["shippingInfo"]["deliveries"]) == MOST_ACTIONS


async def test_rest_reads_the_same(here: Sandboxed) -> None:
    """The document of either interface, states expanded."""
    order, valves, pumps = await placed(here)
    writer = ProgressWriter(here.ours)
    await writer.apply(order.id, progressed(order, *story(valves, pumps)))
    expand = [("expand", "lineItems[*].state[*].state"), ("expand", "customLineItems[*].state[*].state")]
    document = await here.ours._session.call("GET", f"orders/{order.id}", params=expand)
    read = await writer.read(order.id, line_states=True)
    assert read is not None
    assert written_order(document) == read.written
