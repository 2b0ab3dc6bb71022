"""A sandbox with something in it, for generated requests to meet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from sandbox.app import create_app
from sandbox.options import Options

Json = dict[str, Any]

BASE = "http://sandbox"
_PROJECT = f"{BASE}/placet-demo"
_MONEY: Json = {"currencyCode": "EUR", "centAmount": 625}
_ITEM: Json = {"name": {"en": "Pump"}, "slug": "pump", "key": "pump", "quantity": 2, "money": _MONEY}
_SHIPPING: Json = {"shippingMethodName": "Truck", "price": _MONEY, "shippingRate": {"price": _MONEY}}
_TYPE: Json = {
    "key": "type-1",
    "name": {"en": "Type"},
    "resourceTypeIds": [
        *("order", "customer-group", "line-item", "custom-line-item", "order-edit"),
        *("associate-role", "business-unit"),
    ],
    "fieldDefinitions": [
        {"name": "text", "label": {"en": "Text"}, "required": False, "type": {"name": "String"}},
        {
            "name": "kind",
            "label": {"en": "Kind"},
            "required": False,
            "type": {"name": "Enum", "values": [{"key": "a", "label": "A"}]},
        },
    ],
}


@dataclass(frozen=True)
class Furnished:
    """A sandbox of its own with one resource of each kind, spoken to from synchronous code."""

    portal: BlockingPortal
    http: httpx.AsyncClient
    made: dict[str, Json]

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request as it stands. An exception inside the sandbox comes out here."""
        return self.portal.call(self.http.send, request)

    def post(self, path: str, body: Json) -> Json:
        """POST that must succeed."""
        answer = self.send(self.http.build_request("POST", f"{_PROJECT}{path}", json=body))
        assert answer.is_success, answer.text
        made: Json = answer.json()
        return made

    def version_of(self, path: str) -> int | None:
        """The version of the resource at this path as it is now, or None."""
        answer = self.send(self.http.build_request("GET", f"{BASE}{path}"))
        return answer.json().get("version") if answer.status_code == 200 else None


@contextmanager
def furnished() -> Iterator[Furnished]:
    """A fresh sandbox; notifications go nowhere and are always taken."""
    app = create_app(Options(push_transport=httpx.MockTransport(lambda _: httpx.Response(200))))
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)),
    ):
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app))
        form = {"grant_type": "client_credentials"}
        token = portal.call(
            http.send, http.build_request("POST", f"{BASE}/oauth/token", data=form, headers=_BASIC)
        )
        http.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        sandbox = Furnished(portal, http, {})
        _furnish(sandbox)
        yield sandbox
        portal.call(http.aclose)


_BASIC = {"Authorization": "Basic cGxhY2V0OnBsYWNldA=="}  # placet:placet


def _furnish(sandbox: Furnished) -> None:
    made = sandbox.made
    made["state"] = sandbox.post("/states", {"key": "state-1", "type": "OrderState"})
    made["type"] = sandbox.post("/types", _TYPE)
    made["spare type"] = sandbox.post("/types", _TYPE | {"key": "type-2"})
    made["customer-group"] = sandbox.post("/customer-groups", {"key": "group-1", "groupName": "Group"})
    custom: Json = {"type": {"typeId": "type", "key": "type-1"}, "fields": {"text": "x"}}
    role: Json = {"key": "role-1", "permissions": ["ViewMyOrders"], "custom": custom}
    made["associate-role"] = sandbox.post("/associate-roles", role)
    given = {"associateRole": {"typeId": "associate-role", "key": "role-1"}, "inheritance": "Enabled"}
    buyer = {"customer": {"typeId": "customer", "id": "customer-1"}, "associateRoleAssignments": [given]}
    unit: Json = {"key": "unit-1", "name": "Acme", "unitType": "Company", "associates": [buyer]}
    made["business-unit"] = sandbox.post("/business-units", unit | {"custom": custom})
    spare: Json = {"key": "role-2"}
    made["spare associate-role"] = sandbox.post("/associate-roles", spare)
    draft: Json = {
        "orderNumber": "order-1",
        "totalPrice": _MONEY,
        "customLineItems": [_ITEM],
        "custom": custom,
    }
    order = sandbox.post("/orders/import", draft | {"shippingInfo": _SHIPPING})
    item = {"quantity": 1, "customLineItemId": order["customLineItems"][0]["id"], "shipmentState": "Returned"}
    delivery: Json = {"action": "addDelivery", "deliveryKey": "delivery-1", "parcels": [{"key": "parcel-1"}]}
    actions = [delivery, {"action": "addReturnInfo", "items": [item | {"key": "return-1"}]}]
    made["order"] = sandbox.post(f"/orders/{order['id']}", {"version": order["version"], "actions": actions})
    cart: Json = {
        "currency": "EUR",
        "key": "cart-1",
        "customLineItems": [_ITEM],
        "shippingAddress": {"country": "DE"},
    }
    made["cart"] = sandbox.post("/carts", cart | {"customerId": "customer-1"})
    made["order-edit"] = sandbox.post(
        "/orders/edits",
        {"key": "edit-1", "resource": {"typeId": "order", "id": order["id"]}, "stagedActions": []},
    )
    made["custom-object"] = sandbox.post(
        "/custom-objects", {"container": "box", "key": "k", "value": {"a": 1}}
    )
    destination = {"type": "EventGrid", "uri": "http://receiver/", "accessKey": "key"}
    format_ = {"type": "CloudEvents", "cloudEventsVersion": "1.0"}
    subscription = {"key": "subscription-1", "destination": destination, "format": format_}
    made["subscription"] = sandbox.post(
        "/subscriptions", subscription | {"messages": [{"resourceTypeId": "order"}]}
    )
    # From here on, every write of an order, a cart or a customer group goes past an extension that accepts it.
    triggers = [
        {"resourceTypeId": type_id, "actions": ["Create", "Update"]}
        for type_id in ("order", "cart", "customer-group")
    ]
    extension = {"key": "extension-1", "destination": {"type": "HTTP", "url": "http://receiver/"}}
    old = {"additionalContext": {"includeOldResource": True}}
    made["extension"] = sandbox.post("/extensions", extension | old | {"triggers": triggers})
    page = sandbox.send(sandbox.http.build_request("GET", f"{_PROJECT}/messages", params={"limit": 1})).json()
    (made["message"],) = page["results"]
