"""What the sink keeps: orders and custom objects as commercetools has them, as far as our client looks at them.

No validation, no messages, no queries: its own cost must not hide the difference between the two sides that write to it.
"""

import json
from dataclasses import dataclass, field
from typing import Any

PROJECT = "bench"
SETUP = ("placet-setup", "placet")
_AT = "2026-03-01T10:00:00.000Z"


def _cents(amount: int) -> dict[str, Any]:
    return {"type": "centPrecision", "currencyCode": "EUR", "centAmount": amount, "fractionDigits": 2}


def _line(number: int, amount: int) -> dict[str, Any]:
    return {
        "id": f"li-{number}",
        "productId": f"p-{number}",
        "name": {"en": f"Pump {number}", "de": f"Pumpe {number}"},
        "variant": {"id": 1, "sku": f"PUMP-{number}", "prices": [], "attributes": []},
        "price": {"id": f"pr-{number}", "value": _cents(amount // 2)},
        "quantity": 2,
        "totalPrice": _cents(amount),
        "state": [{"quantity": 2, "state": {"typeId": "state", "id": "initial"}}],
    }


def order_document(order_id: str) -> dict[str, Any]:
    """An order of EUR 1,500.00 in three lines that nobody has moved yet: one manager has to say yes."""
    address = {"country": "DE", "city": "Berlin", "postalCode": "10115", "streetName": "Am Anfang"}
    return {
        "type": "Order",
        "id": order_id,
        "version": 1,
        "createdAt": _AT,
        "lastModifiedAt": _AT,
        "createdBy": {"clientId": "shop", "isPlatformClient": False},
        "lastModifiedBy": {"clientId": "shop", "isPlatformClient": False},
        "orderNumber": f"N-{order_id}",
        "customerEmail": "buyer@acme.example",
        "businessUnit": {"typeId": "business-unit", "key": "acme"},
        "totalPrice": _cents(150_000),
        "orderState": "Open",
        "shippingAddress": address,
        "billingAddress": address,
        "lineItems": [_line(1, 50_000), _line(2, 60_000), _line(3, 40_000)],
        "customLineItems": [],
        "syncInfo": [],
        "returnInfo": [],
    }


@dataclass
class Store:
    """Orders by id, made when they are first read; custom objects by container and key; what was written and read."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    objects: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)
    reads: int = 0

    def __post_init__(self) -> None:
        """`placet setup` was run long ago."""
        self._put(*SETUP, {"adoptSince": "2020-01-01T00:00:00Z"})

    def order(self, order_id: str) -> dict[str, Any]:
        """The order as it is now."""
        if order_id not in self.orders:
            self.orders[order_id] = order_document(order_id)
        return self.orders[order_id]

    def update(self, order_id: str, body: dict[str, Any]) -> tuple[int, dict[str, Any], str]:
        """Apply the moves among the actions to that version: status, answer, and the state that it is in then."""
        order = self.order(order_id)
        if body["version"] != order["version"]:
            return 409, _conflict(order["version"]), ""
        key = ""
        for action in body["actions"]:
            if action["action"] == "transitionState":
                key = action["state"]["key"]
                order["state"] = {"typeId": "state", "id": f"state-{key}", "obj": {"key": key}}
            elif action["action"] == "changeOrderState":
                order["orderState"] = action["orderState"]
            order["version"] += 1
        order["lastModifiedBy"] = {"clientId": "placet", "isPlatformClient": False}
        return 200, order, key

    def put(self, draft: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Create or replace a custom object, if it has the version that the draft names."""
        held = self.objects.get((draft["container"], draft["key"]))
        version = held["version"] if held is not None else 0
        if draft.get("version", version) != version:
            return 409, _conflict(version)
        return 201 if held is None else 200, self._put(draft["container"], draft["key"], draft["value"])

    def _put(self, container: str, key: str, value: Any) -> dict[str, Any]:
        held = self.objects.get((container, key))
        version = held["version"] + 1 if held is not None else 1
        self.objects[container, key] = made = {
            "id": f"{container}-{key}",
            "container": container,
            "key": key,
            "version": version,
            "createdAt": _AT,
            "lastModifiedAt": _AT,
            "value": value,
        }
        return made

    def counted(self) -> bytes:
        """What was written, by kind, and read, as JSON."""
        return json.dumps({"writes": self.writes, "reads": self.reads}).encode()


def _conflict(version: int) -> dict[str, Any]:
    error = {"code": "ConcurrentModification", "message": "another version", "currentVersion": version}
    return {"statusCode": 409, "message": "another version", "errors": [error]}
