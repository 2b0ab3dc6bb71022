"""Messages by GraphQL: each one that the sandbox sends has its official payload type."""

import re
from pathlib import Path
from typing import Any

from graphql import GraphQLObjectType

import sandbox
from sandbox.graphql_exceptions import PAYLOAD_TYPES
from sandbox.graphql_schema import graphql_schema
from tests.sandbox.graphql_asking import Asking, asking
from tests.sandbox.graphql_orders import MONEY, everything, import_order

UPDATE = """
mutation($id: String, $version: Long!, $actions: [OrderUpdateAction!]!) {
  updateOrder(id: $id, version: $version, actions: $actions) { version }
}"""


async def moved(ask: Asking) -> dict[str, Any]:
    """An order that has been transitioned, delivered, returned and changed in every other way."""
    for key in ("pending", "shipped"):
        kind = "OrderState" if key == "pending" else "LineItemState"
        await ask.create("/states", {"key": key, "type": kind})
    order = await import_order(ask)
    item, custom = order["lineItems"][0]["id"], order["customLineItems"][0]["id"]
    leaving = {"quantity": 1, "fromState": {"key": "Initial"}, "toState": {"key": "shipped"}}
    parcel = {"parcelKey": "parcel", "items": [{"id": item, "quantity": 1}]}
    actions: list[dict[str, Any]] = [
        {"transitionState": {"state": {"key": "pending"}}},
        {"changeOrderState": {"orderState": "Confirmed"}},
        {"changePaymentState": {"paymentState": "Paid"}},
        {"changeShipmentState": {"shipmentState": "Ready"}},
        {"setCustomerEmail": {"email": "ben@acme.example"}},
        {"setCustomerId": {"customerId": "customer-2"}},
        {"setBillingAddress": {"address": {"country": "FR"}}},
        {"setShippingAddress": {"address": {"country": "FR"}}},
        {"setStore": {"store": {"key": "other"}}},
        {"setBusinessUnit": {"businessUnit": {"key": "other"}}},
        {"setPurchaseOrderNumber": {"purchaseOrderNumber": "PO-8"}},
        {"setCustomField": {"name": "note", "value": '"now"'}},
        {"setCustomField": {"name": "note"}},
        {"setCustomField": {"name": "note", "value": '"new"'}},
        {"setCustomType": {}},
        {"setCustomType": {"typeKey": "approval", "fields": [{"name": "urgent", "value": "false"}]}},
        {"addPayment": {"payment": {"id": "payment-1"}}},
        {"removePayment": {"payment": {"id": "payment-1"}}},
        {"transitionLineItemState": {"lineItemId": item, **leaving}},
        {"transitionCustomLineItemState": {"customLineItemId": custom, **leaving}},
        {"addDelivery": {"deliveryKey": "delivery", "items": [{"id": item, "quantity": 1}]}},
        {"setDeliveryAddress": {"deliveryKey": "delivery", "address": {"country": "DE"}}},
        {"setDeliveryItems": {"deliveryKey": "delivery", "items": [{"id": item, "quantity": 2}]}},
        {"addParcelToDelivery": {"deliveryKey": "delivery", **parcel}},
        {"setParcelMeasurements": {"parcelKey": "parcel", "measurements": {"weightInGram": 5}}},
        {"setParcelTrackingData": {"parcelKey": "parcel", "trackingData": {"trackingId": "1Z"}}},
        {"setParcelItems": {"parcelKey": "parcel", "items": []}},
        {"removeParcelFromDelivery": {"parcelKey": "parcel"}},
        {"removeDelivery": {"deliveryKey": "delivery"}},
        {
            "addReturnInfo": {
                "items": [{"key": "re", "lineItemId": item, "quantity": 1, "shipmentState": "Returned"}]
            }
        },
        {"setReturnShipmentState": {"returnItemKey": "re", "shipmentState": "Unusable"}},
        {"setReturnInfo": {"items": []}},
    ]
    await ask.data(UPDATE, {"id": order["id"], "version": 1, "actions": actions})
    return order


async def held_to_their_payloads(ask: Asking, resource_id: str) -> list[str]:
    """The types of a resource's messages, after asking GraphQL for every field of each payload."""
    where = f'resource(id = "{resource_id}")'
    answer = await ask.http.get("/messages", params={"where": where, "limit": 100, "sort": "sequenceNumber"})
    messages = answer.json()["results"]
    for message in messages:
        name = PAYLOAD_TYPES.get(message["type"], message["type"])
        data = await ask.data(
            "query($id: String) { message(id: $id) { id type sequenceNumber resourceVersion version"
            " resourceRef { typeId id } userProvidedIdentifiers { orderNumber key }"
            f" payload {{ type ... on OrderMessagePayload {{ type }} ... on {name} {everything(name, 3)} }} }} }}",
            {"id": message["id"]},
        )
        read = data["message"]
        assert read["payload"]["__typename"] == name
        assert (read["type"], read["payload"]["type"]) == (message["type"], message["type"])
        assert read["sequenceNumber"] == message["sequenceNumber"]
        assert read["resourceRef"] == {"typeId": "order", "id": resource_id}
    return [message["type"] for message in messages]


async def test_every_message_of_an_order_has_its_official_payload() -> None:
    """Each field of each payload has a value of its type, and the type is named as its message."""
    async with asking() as ask:
        order = await moved(ask)
        assert len(await held_to_their_payloads(ask, order["id"])) == 33
        data = await ask.data("{ messages { results { userProvidedIdentifiers { orderNumber key } } } }")
        known = [message["userProvidedIdentifiers"] for message in data["messages"]["results"]]
        assert known == [{"orderNumber": "ON-1", "key": None}] * 20


async def test_the_messages_of_an_order_edit_have_theirs() -> None:
    """Lines that come, go and change their price, and OrderEditApplied itself."""
    async with asking() as ask:
        order = await import_order(ask)
        line = {"lineItemId": order["lineItems"][0]["id"]}
        custom = {"customLineItemId": order["customLineItems"][0]["id"]}
        money = {"currencyCode": "EUR", "centAmount": 900}
        staged = [
            {"action": "changeLineItemQuantity", **line, "quantity": 3},
            {"action": "changeLineItemQuantity", **line, "quantity": 1},
            {"action": "changeCustomLineItemQuantity", **custom, "quantity": 4},
            {"action": "removeCustomLineItem", **custom},
            {"action": "addCustomLineItem", "name": {"en": "Fee"}, "slug": "fee", "money": money},
            {"action": "setCustomerGroup"},
        ]
        draft = {"resource": {"typeId": "order", "id": order["id"]}, "stagedActions": staged}
        edit = await ask.create("/orders/edits", draft)
        versions = {"editVersion": edit["version"], "resourceVersion": order["version"]}
        applied = await ask.http.post(f"/orders/edits/{edit['id']}/apply", json=versions)
        assert applied.status_code == 200, applied.text
        assert await held_to_their_payloads(ask, order["id"]) == [
            "OrderImported",
            "OrderLineItemAdded",
            "OrderLineItemRemoved",
            "OrderCustomLineItemQuantityChanged",
            "OrderCustomLineItemRemoved",
            "OrderCustomLineItemAdded",
            "OrderCustomerGroupSet",
            "OrderEditApplied",
        ]
        data = await ask.data(
            """{ messages(sort: ["sequenceNumber desc"], limit: 1) { results { payload { ... on OrderEditApplied {
                 editRef { typeId id } result { excerptAfterEdit { version totalPrice { centAmount } } } } } } } }"""
        )
        [message] = data["messages"]["results"]
        assert message["payload"]["editRef"] == {"typeId": "order-edit", "id": edit["id"]}
        after = (await ask.http.get(f"/orders/{order['id']}")).json()["totalPrice"]["centAmount"]
        assert message["payload"]["result"]["excerptAfterEdit"]["totalPrice"]["centAmount"] == after


async def test_an_order_from_a_cart_and_its_end_have_theirs() -> None:
    """OrderCreated and OrderDeleted carry the whole order."""
    async with asking() as ask:
        item = {"name": {"en": "Pump"}, "slug": "pump", "quantity": 2, "money": MONEY}
        draft = {"currency": "EUR", "taxMode": "Disabled", "shippingAddress": {"country": "DE"}}
        cart = await ask.create("/carts", draft | {"customLineItems": [item]})
        from_cart = {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"]}
        order = await ask.create("/orders", from_cart | {"orderNumber": "ON-2"})
        await ask.data('mutation { deleteOrder(orderNumber: "ON-2", version: 1) { id } }')
        assert await held_to_their_payloads(ask, order["id"]) == ["OrderCreated", "OrderDeleted"]


async def test_messages_are_queried_with_their_payloads() -> None:
    """The states of a transition are references and, resolved, the States themselves."""
    async with asking() as ask:
        order = await moved(ask)
        data = await ask.data(
            """query($where: String) { messages(where: $where, sort: ["sequenceNumber asc"]) { total results {
              sequenceNumber payload {
                ... on OrderStateTransition { force state { key } stateRef { typeId } oldState { key } oldStateRef { id } }
                ... on OrderStateChanged { orderId orderState oldOrderState }
                ... on OrderBusinessUnitSet { businessUnit oldBusinessUnit }
                ... on OrderImported { order { orderNumber lineItems { variant { sku } } } }
              } } } }""",
            {
                "where": f'resource(typeId="order" and id="{order["id"]}") and type in ("OrderImported",'
                ' "OrderStateTransition", "OrderStateChanged", "OrderBusinessUnitSet")'
            },
        )
        assert data["messages"]["total"] == 4
        imported, transition, changed, unit = [one["payload"] for one in data["messages"]["results"]]
        assert imported["order"] == {"orderNumber": "ON-1", "lineItems": [{"variant": {"sku": "PUMP-9"}}]}
        assert transition == {
            "force": False,
            "state": {"key": "pending"},
            "stateRef": {"typeId": "state"},
            "oldState": None,
            "oldStateRef": None,
        }
        assert changed == {"orderId": order["id"], "orderState": "Confirmed", "oldOrderState": "Open"}
        assert unit == {"businessUnit": "other", "oldBusinessUnit": "acme"}


async def test_messages_that_cannot_be_queried_are_not_there() -> None:
    """With the project's message query off, GraphQL finds as little as REST."""
    async with asking(messages_enabled=False) as ask:
        await import_order(ask)
        [message] = ask.sandbox.store.all("message")
        data = await ask.data(
            "query($id: String) { messages { total } message(id: $id) { id } }", {"id": message["id"]}
        )
        assert data == {"messages": {"total": 0}, "message": None}


def test_whatever_the_sandbox_emits_has_a_payload_type() -> None:
    """Every message type that stands in the sandbox's code is in the schema as an OrderMessagePayload."""
    types = graphql_schema().type_map
    subjects = "Order|Delivery|Parcel|LineItem|CustomLineItem|Return"
    ends = "Added|Removed|Set|Changed|Updated|Created|Imported|Deleted|Applied|Transition|Delivery"
    named = re.compile(rf'"((?:{subjects})[A-Za-z]*(?:{ends}))"')
    folder = Path(str(sandbox.__file__)).parent
    code = "\n".join(path.read_text() for path in folder.glob("*.py") if "graphql" not in path.name)
    emitted = {PAYLOAD_TYPES.get(name, name) for name in named.findall(code)}
    assert {"OrderCreated", "OrderStateTransition", "DeliveryAdded", "ParcelAddedToDelivery"} <= emitted
    for name in emitted:
        payload = types.get(name)
        assert isinstance(payload, GraphQLObjectType), name
        assert "OrderMessagePayload" in {interface.name for interface in payload.interfaces}
