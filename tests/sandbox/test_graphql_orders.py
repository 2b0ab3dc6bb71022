"""Orders by GraphQL: read whole, queried, and changed by the same rules as by REST."""

from typing import Any

from sandbox.graphql_schema import graphql_schema
from sandbox.orders import ACTIONS
from sandbox.state_actions import ACTIONS as STATE_ACTIONS
from tests.sandbox.graphql_asking import Asking, asking
from tests.sandbox.graphql_orders import everything, import_order

UPDATE = """
mutation($id: String, $number: String, $version: Long!, $actions: [OrderUpdateAction!]!) {
  updateOrder(id: $id, orderNumber: $number, version: $version, actions: $actions) {
    id version orderState paymentState shipmentState orderNumber purchaseOrderNumber state { key }
    custom { typeRef { typeId id } type { key } customFieldsRaw { name value } }
    lastModifiedBy { clientId externalUserId }
  }
}"""


async def update(ask: Asking, order: dict[str, Any], *actions: dict[str, Any]) -> Any:
    variables = {"id": order["id"], "version": order["version"], "actions": list(actions)}
    return (await ask.data(UPDATE, variables))["updateOrder"]


async def states(ask: Asking) -> None:
    for key in ("rejected", "approved"):
        await ask.create("/states", {"key": key, "type": "OrderState", "initial": False, "transitions": []})
    leads = [{"typeId": "state", "key": key} for key in ("approved", "rejected")]
    await ask.create("/states", {"key": "pending", "type": "OrderState", "transitions": leads})


async def test_an_order_is_read_by_id_and_by_number() -> None:
    """Field names and shapes are the official ones: `xRef` beside `x`, locales picked or listed, fields raw."""
    async with asking() as ask:
        order = await import_order(ask)
        data = await ask.data(
            """query($id: String) {
              byId: order(id: $id) { orderNumber }
              none: order(orderNumber: "ON-0") { id }
              order(orderNumber: "ON-1") {
                id version orderState paymentState customerGroupRef { typeId } customerGroup { key }
                businessUnitRef { typeId key } storeRef { key } stateRef { id } state { key }
                totalPrice { type currencyCode centAmount fractionDigits }
                lineItems { name(locale: "de") nameAllLocales { locale } variant { sku } quantity
                            price { value { centAmount } } totalPrice { centAmount }
                            state { quantity stateRef { typeId } state { key } } }
                none: lineItems(id: "0") { id }
                customLineItems { slug money { centAmount ... on Money { type } } state { state { builtIn } } }
                custom { type { key } customFieldsRaw { name value } some: customFieldsRaw(includeNames: ["note"]) { name }
                         other: customFieldsRaw(excludeNames: ["note"]) { name } }
                shippingInfo { shippingMethodName price { centAmount } deliveries { id } }
                shippingAddress { country state } syncInfo { externalId } returnInfo { returnTrackingId }
                createdBy { clientId externalUserId isPlatformClient }
              }
            }""",
            {"id": order["id"]},
        )
        assert data["byId"] == {"orderNumber": "ON-1"}
        assert data["none"] is None
        read = data["order"]
        assert (read["id"], read["version"], read["orderState"]) == (order["id"], 1, "Open")
        assert read["customerGroupRef"] == {"typeId": "customer-group"}
        assert read["customerGroup"] == {"key": "new"}
        assert read["businessUnitRef"] == {"typeId": "business-unit", "key": "acme"}
        assert (read["storeRef"], read["stateRef"], read["state"]) == ({"key": "b2b"}, None, None)
        assert read["totalPrice"] == order["totalPrice"]
        assert read["lineItems"] == [
            {
                "name": "Pumpe",
                "nameAllLocales": [{"locale": "en"}, {"locale": "de"}],
                "variant": {"sku": "PUMP-9"},
                "quantity": 2,
                "price": {"value": {"centAmount": 62_500}},
                "totalPrice": {"centAmount": 125_000},
                "state": [{"quantity": 2, "stateRef": {"typeId": "state"}, "state": {"key": "Initial"}}],
            }
        ]
        assert read["none"] == []
        assert read["customLineItems"] == [
            {
                "slug": "set-up",
                "money": {"centAmount": 62_500, "type": "centPrecision"},
                "state": [{"state": {"builtIn": True}}],
            }
        ]
        assert read["custom"] == {
            "type": {"key": "approval"},
            "customFieldsRaw": [{"name": "note", "value": "soon"}, {"name": "urgent", "value": True}],
            "some": [{"name": "note"}],
            "other": [{"name": "urgent"}],
        }
        assert read["shippingInfo"] == {
            "shippingMethodName": "Truck",
            "price": {"centAmount": 62_500},
            "deliveries": [],
        }
        assert read["shippingAddress"] == {"country": "DE", "state": "Berlin"}
        assert (read["syncInfo"], read["returnInfo"]) == ([], [])
        assert read["createdBy"]["clientId"] == "placet"


async def test_every_field_of_an_order_can_be_asked_for() -> None:
    """No field of the schema, five levels deep, is left without a value that it must have."""
    async with asking() as ask:
        await states(ask)
        order = await import_order(ask)
        item = order["lineItems"][0]["id"]
        await update(
            ask,
            order,
            {"transitionState": {"state": {"key": "pending"}}},
            {
                "addDelivery": {
                    "items": [{"id": item, "quantity": 1}],
                    "parcels": [
                        {"trackingData": {"trackingId": "1Z"}, "items": [{"id": item, "quantity": 1}]}
                    ],
                }
            },
            {"addReturnInfo": {"items": [{"lineItemId": item, "quantity": 1, "shipmentState": "Returned"}]}},
        )
        data = await ask.data(f'{{ order(orderNumber: "ON-1") {everything("Order", 5)} }}')
        assert data["order"]["state"]["transitions"][0]["key"] == "approved"
        assert data["order"]["lastMessageSequenceNumber"] == 5
        [parcel] = data["order"]["shippingInfo"]["deliveries"][0]["parcels"]
        assert (parcel["trackingData"]["trackingId"], parcel["trackingData"]["isReturn"]) == ("1Z", False)
        [returned] = data["order"]["returnInfo"][0]["items"]
        assert (returned["__typename"], returned["paymentState"]) == ("LineItemReturnItem", "Initial")


async def test_orders_are_queried() -> None:
    """Predicates use REST's field names, as in REST."""
    async with asking() as ask:
        await import_order(ask)
        data = await ask.data(
            """{ orders(where: "custom(fields(note = \\"soon\\")) and lineItems(variant(sku = \\"PUMP-9\\"))",
                        sort: ["createdAt desc", "id asc"], limit: 5) {
                   total count offset exists results { orderNumber } } }"""
        )
        assert data["orders"] == {
            "total": 1,
            "count": 1,
            "offset": 0,
            "exists": True,
            "results": [{"orderNumber": "ON-1"}],
        }


async def test_an_order_is_updated_by_several_actions_at_once() -> None:
    """One update, one version per effective action, on behalf of whom the header names."""
    async with asking() as ask:
        await states(ask)
        order = await import_order(ask)
        updated = await update(
            ask,
            order,
            {"transitionState": {"state": {"typeId": "state", "key": "pending"}}},
            {"changeOrderState": {"orderState": "Confirmed"}},
            {"changePaymentState": {"paymentState": "Paid"}},
            {"changeShipmentState": {"shipmentState": "Ready"}},
            {"setCustomField": {"name": "note", "value": '"now"'}},
            {"setCustomField": {"name": "urgent", "value": None}},
            {"setPurchaseOrderNumber": {"purchaseOrderNumber": None}},
        )
        assert updated["version"] == 8
        assert updated["state"] == {"key": "pending"}
        assert (updated["orderState"], updated["paymentState"]) == ("Confirmed", "Paid")
        assert (updated["shipmentState"], updated["purchaseOrderNumber"]) == ("Ready", None)
        assert updated["custom"]["customFieldsRaw"] == [{"name": "note", "value": "now"}]
        assert updated["lastModifiedBy"] == {"clientId": "placet", "externalUserId": "ana"}
        read = await ask.http.get(f"/orders/{order['id']}")
        assert read.json()["version"] == 8


async def test_the_rules_are_those_of_rest() -> None:
    """A forbidden transition is InvalidOperation and leaves all of the request undone; force overrides it."""
    async with asking() as ask:
        await states(ask)
        order = await import_order(ask)
        approved = {"transitionState": {"state": {"key": "approved"}}}
        variables = {
            "id": order["id"],
            "version": 1,
            "actions": [{"changeOrderState": {"orderState": "Confirmed"}}, approved],
        }
        assert await ask.code(UPDATE, variables) == "InvalidOperation"
        assert (await ask.http.get(f"/orders/{order['id']}")).json() == order
        variables["actions"] = [{"transitionState": {"state": {"key": "none"}}}]
        error = await ask.error(UPDATE, variables)
        assert error["extensions"] == {"code": "ReferencedResourceNotFound", "typeId": "state", "key": "none"}
        forced = {"transitionState": {"state": {"key": "approved"}, "force": True}}
        assert (await update(ask, order, forced))["state"] == {"key": "approved"}


async def test_an_old_version_is_a_conflict_before_any_action() -> None:
    """The answer is 200 with the current version in the error, even for an empty list of actions."""
    async with asking() as ask:
        order = await import_order(ask)
        error = await ask.error(UPDATE, {"number": "ON-1", "version": 7, "actions": []})
        assert error["extensions"] == {"code": "ConcurrentModification", "currentVersion": 1}
        assert error["message"] == (
            f"Object {order['id']} has a different version than expected. Expected: 7 - Actual: 1."
        )


async def test_an_order_that_is_not_there_cannot_be_changed() -> None:
    """ResourceNotFound, with null for the order."""
    async with asking() as ask:
        assert await ask.code(UPDATE, {"number": "ON-0", "version": 1, "actions": []}) == "ResourceNotFound"


async def test_an_order_is_deleted() -> None:
    """It is gone for REST too."""
    async with asking() as ask:
        order = await import_order(ask)
        await ask.data('mutation { deleteOrder(orderNumber: "ON-1", version: 1) { id } }')
        assert (await ask.http.get(f"/orders/{order['id']}")).status_code == 404


async def test_faults_strike_graphql_too() -> None:
    """A conflict is honest, a lost reply has done its work, a 5xx before has not."""
    async with asking() as ask:
        order = await import_order(ask)
        variables = {
            "id": order["id"],
            "version": 1,
            "actions": [{"changeOrderState": {"orderState": "Confirmed"}}],
        }
        faults = [
            {"kind": "conflict", "path": "/graphql"},
            {"kind": "errorBeforeCommit", "path": "^/graphql$", "status": 503},
            {"kind": "errorAfterCommit", "path": "/graphql", "action": "changeOrderState", "status": 500},
        ]
        root = str(ask.http.base_url.copy_with(path="/sandbox/faults"))
        await ask.bare.post(root, json=faults[0])
        error = await ask.error(UPDATE, variables)
        assert error["extensions"] == {"code": "ConcurrentModification", "currentVersion": 2}
        variables["version"] = 2
        for fault, status, state in ((faults[1], 503, "Open"), (faults[2], 500, "Confirmed")):
            await ask.bare.post(root, json=fault)
            answer = await ask.bare.post("/graphql", json={"query": UPDATE, "variables": variables})
            assert answer.status_code == status
            assert (await ask.http.get(f"/orders/{order['id']}")).json()["orderState"] == state


def test_every_action_of_the_schema_is_known_to_rest() -> None:
    """The two name the same actions, so that none is offered that nobody carries out."""
    types = graphql_schema().to_kwargs()["types"]
    fields = {named.name: set(getattr(named, "fields", ())) for named in types or ()}
    assert fields["OrderUpdateAction"] == set(ACTIONS)
    assert fields["StateUpdateAction"] == set(STATE_ACTIONS)
