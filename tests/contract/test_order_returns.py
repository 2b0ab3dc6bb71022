"""Returns of an order, with their messages (sections 3.6 and 4.2)."""

import pytest

from tests.contract.drafts import import_order
from tests.contract.messages import messages_after, messages_of
from tests.contract.project import Json, Project, refused

pytestmark = pytest.mark.usefixtures("messages_enabled")


def returned(order: Json, **fields: object) -> Json:
    """A ReturnItemDraft of one piece of the order's only item, which has come back."""
    item = {"quantity": 1, "customLineItemId": order["customLineItems"][0]["id"], "shipmentState": "Returned"}
    return item | fields


def only_item(order: Json) -> Json:
    """The order's only return item."""
    (info,) = order["returnInfo"]
    (item,) = info["items"]
    assert isinstance(item, dict)
    return item


async def test_a_return_is_added(project: Project) -> None:
    """The item refers to what came back; the message carries the whole return."""
    order = await import_order(project)
    key, when = project.unique("return"), "2026-03-10T00:00:00.000Z"
    items = [returned(order, key=key, comment="damaged")]
    action = {"action": "addReturnInfo", "items": items, "returnTrackingId": "RET-9", "returnDate": when}
    changed = await project.update("/orders", order, action)
    (info,) = changed["returnInfo"]
    assert (info["returnTrackingId"], info["returnDate"]) == ("RET-9", when)
    item = only_item(changed)
    assert item["type"] == "CustomLineItemReturnItem"
    assert (
        item.items() >= {"key": key, "quantity": 1, "comment": "damaged", "shipmentState": "Returned"}.items()
    )
    assert item["customLineItemId"] == order["customLineItems"][0]["id"]
    (message,) = await messages_after(project, order, changed, 1)
    assert (message["type"], message["returnInfo"]) == ("ReturnInfoAdded", info)


@pytest.mark.parametrize(("shipment", "payment"), [("Advised", "NonRefundable"), ("Returned", "Initial")])
async def test_the_payment_state_of_a_return_is_derived(
    project: Project, shipment: str, payment: str
) -> None:
    """What is only advised is not refundable yet; what has come back is."""
    order = await import_order(project)
    action = {"action": "addReturnInfo", "items": [returned(order, shipmentState=shipment)]}
    item = only_item(await project.update("/orders", order, action))
    assert (item["shipmentState"], item["paymentState"]) == (shipment, payment)


@pytest.mark.parametrize("shipment", ["BackInStock", "Unusable"])
async def test_a_return_begins_as_advised_or_returned(project: Project, shipment: str) -> None:
    """Where a return ends is not where it begins: 400."""
    order = await import_order(project)
    action = {"action": "addReturnInfo", "items": [returned(order, shipmentState=shipment)]}
    assert (await project.attempt("/orders", order, action)).status_code == 400


@pytest.mark.parametrize("shipment", ["BackInStock", "Unusable"])
async def test_a_return_is_settled(project: Project, shipment: str) -> None:
    """What has come back goes into stock or away, and is refunded; only the former has a message."""
    order = await import_order(project)
    key = project.unique("return")
    order = await project.update(
        "/orders", order, {"action": "addReturnInfo", "items": [returned(order, key=key)]}
    )
    item = only_item(order)
    order = await project.update(
        "/orders",
        order,
        {"action": "setReturnShipmentState", "returnItemId": item["id"], "shipmentState": shipment},
        {"action": "setReturnPaymentState", "returnItemKey": key, "paymentState": "Refunded"},
    )
    after = only_item(order)
    assert (after["shipmentState"], after["paymentState"]) == (shipment, "Refunded")
    messages = await messages_of(project, order, at_least=3)
    types = [message["type"] for message in messages]
    assert types == ["OrderImported", "ReturnInfoAdded", "OrderReturnShipmentStateChanged"]
    assert (messages[-1]["returnItemId"], messages[-1]["returnShipmentState"]) == (item["id"], shipment)


async def test_only_what_has_come_back_is_settled(project: Project) -> None:
    """`Advised` does not lead to `BackInStock`, and `Returned` not back to `Advised`: 400."""
    for before, after in (("Advised", "BackInStock"), ("Returned", "Advised")):
        order = await import_order(project)
        add = {"action": "addReturnInfo", "items": [returned(order, shipmentState=before)]}
        order = await project.update("/orders", order, add)
        item = only_item(order)
        action = {"action": "setReturnShipmentState", "returnItemId": item["id"], "shipmentState": after}
        assert (await project.attempt("/orders", order, action)).status_code == 400
        assert only_item(await project.read(f"/orders/{order['id']}"))["shipmentState"] == before


async def test_returns_are_replaced_and_removed(project: Project) -> None:
    """`setReturnInfo` replaces all returns; without items it takes them away."""
    order = await import_order(project)
    order = await project.update("/orders", order, {"action": "addReturnInfo", "items": [returned(order)]})
    replacement = [{"items": [returned(order, comment="anew")], "returnTrackingId": "RET-1"}]
    order = await project.update("/orders", order, {"action": "setReturnInfo", "items": replacement})
    assert only_item(order)["comment"] == "anew"
    order = await project.update("/orders", order, {"action": "setReturnInfo"})
    assert order.get("returnInfo", []) == []
    messages = await messages_of(project, order, at_least=4)
    assert [message["type"] for message in messages[2:]] == ["ReturnInfoSet", "ReturnInfoSet"]


async def test_assumed_an_unknown_return_item_is_refused(project: Project) -> None:
    """There is nothing to settle: InvalidOperation."""
    order = await import_order(project)
    action = {"action": "setReturnPaymentState", "returnItemId": order["id"], "paymentState": "Refunded"}
    refused(await project.attempt("/orders", order, action), 400, "InvalidOperation")
