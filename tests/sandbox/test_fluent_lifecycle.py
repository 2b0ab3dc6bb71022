"""How the local Fluent fulfils orders: split, picked, packed, shipped, in part rejected, returned."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.fluent_surroundings import STEER, Here, fluent_here

SPLIT = [
    {"location": "berlin", "items": [{"index": 0, "quantity": 1}]},
    {"location": "hamburg", "carrier": "DHL", "service": "EXPRESS"},
]
RETURNS = """
{ returnOrders(order: {ref: "ON-1-1", retailer: {id: 1}}) { edges { node { ref status order { ref }
    returnOrderItems { edges { node {
      orderItem { ref order { ref } } unitQuantity { quantity } returnReason { value } attributes { name value }
    } } } } } } }
"""
CREATE_RETURN = "mutation($input: CreateReturnOrderInput) { createReturnOrder(input: $input) { ref status } }"


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    async with fluent_here() as running:
        yield running


async def test_an_order_is_fulfilled_by_itself(here: Here) -> None:
    """The usual statuses of an order and of its one fulfilment, and one parcel with everything in it."""
    await here.create()
    await here.fluent.idle()
    assert here.inbox.told("ORDER") == [
        "CREATED",
        "BOOKED",
        "PICK_PACK",
        "AWAITING_COURIER_COLLECTION",
        "COMPLETE",
    ]
    assert here.inbox.told("FULFILMENT") == [
        "CREATED",
        "ASSIGNED",
        "PICK_PACK",
        "AWAITING_COURIER_COLLECTION",
        "SHIPPED",
    ]
    order = await here.order()
    [fulfilment] = order["fulfilments"]
    assert (order["status"], fulfilment["status"], fulfilment["toAddress"]["city"]) == (
        "COMPLETE",
        "SHIPPED",
        "Berlin",
    )
    [article] = fulfilment["articles"]
    assert _contents(article) == {"line-1": 3, "line-2": 2}
    [link] = article["consignmentArticles"]
    number = link["consignment"]["trackingLabel"]
    assert _attributes(fulfilment)["TrackingNumber"] == number == link["consignment"]["consignmentReference"]


async def test_an_order_is_split_as_told(here: Here) -> None:
    """Each location sends its part, with its own carrier; the last takes what is left."""
    await here.steer("behaviour", {"orderRef": "ON-1-1", "fulfilments": SPLIT})
    await here.create()
    await here.create("ON-2-1")
    await here.fluent.idle()
    berlin, hamburg = (await here.order())["fulfilments"]
    assert [one["fromLocation"]["ref"] for one in (berlin, hamburg)] == ["berlin", "hamburg"]
    assert (_filled(berlin), _filled(hamburg)) == ({"line-1": 1}, {"line-1": 2, "line-2": 2})
    [carrier] = hamburg["articles"][0]["carrierConsignmentArticles"]
    told = _attributes(carrier["carrierConsignment"])
    assert (told["ShippingPartner"], told["ShippingService"]) == ("DHL", "EXPRESS")
    assert len((await here.order("ON-2-1"))["fulfilments"]) == 1


async def test_a_fulfilment_may_leave_in_several_parcels(here: Here) -> None:
    """No unit is lost or sent twice."""
    await here.steer("behaviour", {"fulfilments": [{"parcels": 2}]})
    await here.create()
    await here.fluent.idle()
    [fulfilment] = (await here.order())["fulfilments"]
    parcels = [_contents(article) for article in fulfilment["articles"]]
    assert len(parcels) == 2
    assert {ref: sum(one.get(ref, 0) for one in parcels) for ref in ("line-1", "line-2")} == {
        "line-1": 3,
        "line-2": 2,
    }


async def test_a_location_may_reject_a_part(here: Here) -> None:
    """What it rejects is not in the parcel, and it says why."""
    parts = [{"ref": "line-1", "rejected": 1}, {"productRef": "LAMP"}]
    await here.steer("behaviour", {"fulfilments": [{"items": parts, "reason": "OUT_OF_STOCK"}]})
    await here.create()
    await here.fluent.idle()
    order = await here.order()
    [fulfilment] = order["fulfilments"]
    quantities = [
        (one["requestedQuantity"], one["filledQuantity"], one["rejectedQuantity"])
        for one in fulfilment["items"]
    ]
    assert (order["status"], quantities) == ("COMPLETE", [(3, 2, 1), (2, 2, 0)])
    assert _contents(fulfilment["articles"][0]) == {"line-1": 2, "line-2": 2}
    assert here.inbox.bodies[-2]["attributes"]["rejectionReason"] == "OUT_OF_STOCK"


async def test_an_order_of_which_nothing_is_sent_escalates(here: Here) -> None:
    """Its only location rejects all of it."""
    await here.steer("behaviour", {"fulfilments": [{"statuses": ["ASSIGNED", "REJECTED"]}]})
    await here.create()
    await here.fluent.idle()
    order = await here.order()
    assert (order["status"], order["fulfilments"][0]["status"]) == ("ESCALATED", "REJECTED")
    assert [one["rejectedQuantity"] for one in order["fulfilments"][0]["items"]] == [3, 2]


async def test_statuses_are_those_that_were_told(here: Here) -> None:
    """A click-and-collect order of a retailer with statuses of its own."""
    told = {
        "startStatuses": ["RECEIVED", "BOOKED"],
        "fulfilmentStatuses": ["PICK", "PACK", "FULFILLED"],
        "endStatuses": ["SHIPPED", "COMPLETE"],
    }
    await here.steer("behaviour", told)
    await here.create(type="CC")
    await here.fluent.idle()
    assert here.inbox.told("ORDER") == ["CREATED", "RECEIVED", "BOOKED", "PICK_PACK", "SHIPPED", "COMPLETE"]
    assert here.inbox.told("FULFILMENT") == ["CREATED", "PICK", "PACK", "FULFILLED"]
    tracking = {one["entityStatus"]: one["attributes"] for one in here.inbox.bodies}
    assert tracking["SHIPPED"].keys() == {"ShippingPartner", "TrackingNumber", "TrackingURL"}


async def test_an_order_pauses_until_it_is_told_to_go_on(here: Here) -> None:
    """Nothing moves meanwhile."""
    await here.steer("behaviour", {"orderRef": "ON-1-1", "pauseAt": ["PICK_PACK"]})
    await here.create()
    await here.reached("PICK_PACK")
    await here.create("ON-2-1")
    await here.reached("COMPLETE", "ON-2-1")
    assert (await here.order())["status"] == "PICK_PACK"
    await here.steer("resume", {"orderRef": "ON-1-1"})
    await here.reached("COMPLETE")


async def test_a_fulfilment_may_be_moved_by_hand(here: Here) -> None:
    """It moves no more by itself; the order follows, and ends when the last of them has left."""
    await here.steer("behaviour", {"fulfilments": [{"items": [{"index": 0}]}, {}], "pauseAt": ["ASSIGNED"]})
    await here.create()
    await here.reached("ASSIGNED")
    await here.steer("move", {"entityType": "FULFILMENT", "ref": "ON-1-1-F1", "status": "PICK_PACK"})
    await here.steer("resume", {"orderRef": "ON-1-1"})
    await here.reached("SHIPPED")
    await here.fluent.idle()
    order = await here.order()
    assert (order["status"], [one["status"] for one in order["fulfilments"]]) == (
        "PICK_PACK",
        ["PICK_PACK", "SHIPPED"],
    )
    update = "mutation($input: UpdateFulfilmentInput) { updateFulfilment(input: $input) { status } }"
    wanted = next(one["id"] for one in here.fluent.entities.fulfilments if one["ref"] == "ON-1-1-F1")
    answer = await here.ask(update, input={"id": wanted, "status": "SHIPPED"})
    assert answer["data"]["updateFulfilment"] == {"status": "SHIPPED"}
    await here.fluent.idle()
    order = await here.order()
    assert (order["status"], _filled(order["fulfilments"][0])) == ("COMPLETE", {"line-1": 3})


async def test_a_return_follows_the_order(here: Here) -> None:
    """Its statuses, and which line came back how often and why."""
    told = {"items": [{"index": 0, "quantity": 2}], "reason": "BROKEN", "statuses": ["RECEIVED", "COMPLETE"]}
    await here.steer("behaviour", {"returns": [told]})
    await here.create()
    await here.fluent.idle()
    assert here.inbox.told("RETURN_ORDER") == ["CREATED", "RECEIVED", "COMPLETE"]
    assert here.inbox.bodies[-1]["attributes"] == {"orderRef": "ON-1-1"}
    [returned] = (await here.ask(RETURNS))["data"]["returnOrders"]["edges"]
    [line] = [edge["node"] for edge in returned["node"]["returnOrderItems"]["edges"]]
    assert (returned["node"]["ref"], returned["node"]["order"]) == ("ON-1-1-R1", {"ref": "ON-1-1"})
    assert line["orderItem"] == {"ref": "line-1", "order": {"ref": "ON-1-1"}}
    assert (line["unitQuantity"], line["returnReason"]) == ({"quantity": 2}, {"value": "BROKEN"})
    assert _attributes(line) == {"quantity": 2, "orderItemRef": "line-1"}


async def test_a_return_may_be_asked_for(here: Here) -> None:
    """createReturnOrder makes one that goes its way, once per ref, of an order that is there."""
    await here.create()
    await here.fluent.idle()
    created = await here.ask(CREATE_RETURN, input=_return_input())
    assert created["data"]["createReturnOrder"] == {"ref": "R-1", "status": "CREATED"}
    again = await here.ask(CREATE_RETURN, input=_return_input())
    lost = await here.ask(
        CREATE_RETURN, input=_return_input(ref="R-2", order={"ref": "?", "retailer": {"id": "1"}})
    )
    assert [one["errors"][0]["extensions"]["code"] for one in (again, lost)] == ["DUPLICATE", "NOT_FOUND"]
    await here.fluent.idle()
    found = await here.ask('{ returnOrder(ref: "R-1", retailer: {id: "1"}) { status } }')
    assert found["data"]["returnOrder"] == {"status": "COMPLETE"}


async def test_a_reset_forgets_everything_but_the_door(here: Here) -> None:
    """Orders, behaviours, webhooks and faults are gone; the token is still good."""
    await here.steer("behaviour", {"delayMs": 60_000})
    await here.steer("faults", {"kind": "slow", "path": "/never"})
    await here.create()
    assert (await here.http.post("http://sandbox.test/sandbox/reset")).status_code == 200
    shown = (await here.http.get(STEER)).json()
    assert [shown[name] for name in ("orders", "webhooks", "behaviours", "faults", "events")] == [[]] * 5
    await here.create()
    await here.fluent.idle()
    assert here.inbox.told("ORDER")[-1] == "COMPLETE"


@pytest.mark.parametrize(
    "told", [{"cancel": "perhaps"}, {"fulfilments": [{"parcels": 0}]}, {"delayMs": "soon"}, []]
)
async def test_a_behaviour_is_checked(here: Here, told: Any) -> None:
    """What makes no sense is 400, and nothing is told."""
    assert (await here.http.post(f"{STEER}/behaviour", json=told)).status_code == 400
    assert here.fluent.behaviours.told == {}


def _attributes(entity: dict[str, Any]) -> dict[str, Any]:
    listed = entity["attributes"]
    return {one["name"]: one["value"] for one in listed}


def _filled(fulfilment: dict[str, Any]) -> dict[str, int]:
    return {one["orderItem"]["ref"]: one["filledQuantity"] for one in fulfilment["items"]}


def _contents(article: dict[str, Any]) -> dict[str, int]:
    return {one["orderItem"]["ref"]: one["quantity"] for one in article["items"]}


def _return_input(**change: Any) -> dict[str, Any]:
    amount = {"amount": 10.0}
    link = {"ref": "ON-1-1", "retailer": {"id": "1"}}
    line = {
        "ref": "R-1-line-1",
        "type": "DEFAULT",
        "product": {"ref": "DESK", "catalogue": {"ref": "MAIN"}},
        "orderItem": {"ref": "line-1", "order": link},
        "unitQuantity": {"quantity": 1},
        "unitAmount": amount,
        "itemTaxAmount": amount,
        "itemAmount": amount,
    }
    return {
        "ref": "R-1",
        "retailer": {"id": "1"},
        "type": "DEFAULT",
        "customer": {"ref": "placet-demo"},
        "order": link,
        "returnOrderItems": [line],
        "currency": {"alphabeticCode": "EUR"},
        "defaultTaxType": {"country": "DE", "group": "STANDARD", "tariff": "VAT"},
        "subTotalAmount": amount,
        "totalTax": amount,
        "totalAmount": amount,
    } | change
