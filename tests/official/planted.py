"""What generated requests may name: resources that are there, and values of some sense."""

from typing import Any

Json = dict[str, Any]

# The one destination that the sandbox delivers to whatever the format.
_DESTINATION: Json = {
    "type": "ConfluentCloud",
    "bootstrapServer": "http://receiver/",
    "apiKey": "key",
    "apiSecret": "secret",
    "acks": "all",
    "topic": "topic",
}
_EXTENSION_DESTINATIONS: list[Json] = [
    {"type": "HTTP", "url": "http://receiver/"},
    {
        "type": "HTTP",
        "url": "https://receiver/a",
        "authentication": {"type": "AuthorizationHeader", "headerValue": "x"},
    },
]
_REFERRED = (
    "state",
    "type",
    "customer-group",
    "cart",
    "order",
    "extension",
    "associate-role",
    "business-unit",
)


def sensible(made: dict[str, Json], template: str = "") -> dict[str, Json]:
    """Schemas for fields and parameters by name that let most requests to a path template through."""
    order = made["order"]
    delivery = order["shippingInfo"]["deliveries"][0]
    (returned,) = order["returnInfo"][0]["items"]
    one_of: dict[str, list[Any]] = {
        **{f"{type_id}.id": [made[type_id]["id"]] for type_id in _REFERRED},
        **{f"{type_id}.key": [made[type_id]["key"]] for type_id in _REFERRED if "key" in made[type_id]},
        "customLineItemId": [order["customLineItems"][0]["id"]],
        "customLineItemKey": ["pump"],
        "deliveryId": [delivery["id"]],
        "deliveryKey": ["delivery-1"],
        "parcelId": [delivery["parcels"][0]["id"]],
        "parcelKey": ["parcel-1"],
        "returnItemId": [returned["id"]],
        "returnItemKey": ["return-1"],
        "currencyCode": ["EUR"],
        "currency": ["EUR", "JPY"],
        "country": ["DE", "FR"],
        "locale": ["de", "en"],
        "centAmount": [1, 625, 99_999],
        "quantity": [1, 2, 3],
        "container": ["box", "chest"],
        "name": ["text", "kind"],
        "fieldName": ["text", "kind"],
        "version": [1, 2, 3, 4],
        "editVersion": [made["order-edit"]["version"]],
        "resourceVersion": [order["version"]],
        "customerId": ["customer-1"],
        "customer.id": ["customer-1", "customer-2"],
        "email": ["ana@acme.example"],
        "customerEmail": ["ana@acme.example"],
        "uri": ["http://receiver/"],
        "bootstrapServer": ["http://receiver/"],
        "cloudEventsVersion": ["1.0"],
        "acks": ["0", "1", "all"],
        "timeoutInMs": [1, 2000, 10_000],
        "condition": ["version = 1", "createdAt is defined", 'key = "a"'],
        "expansionPaths": ["state", "custom.type"],
        "types": ["OrderCreated", "OrderStateTransition"],
        "query": ["{ orders { total } }", "query($x: String) { order(id: $x) { id } }", "{ nothing }", "{"],
        "deleteDaysAfterCreation": [1, 90],
        "limit": [0, 1, 500],
        "offset": [0, 1, 10_000],
        "where": ["version = 1", 'id in ("a", "b") or version > 1', "not(id = :x)", "createdAt is defined"],
        "sort": ["id", "createdAt desc", "lastModifiedAt asc"],
        "expand": [
            "state",
            "custom.type",
            "customLineItems[*].state[*].state",
            "nothing[*].at.all",
            "resource",
        ],
    }
    patterns = {"key": "^[a-z]{2,6}$", "slug": "^[a-zA-Z0-9_-]{2,9}$", "orderNumber": "^[A-Z]{1,5}$"}
    strings = {name: {"type": "string", "pattern": pattern} for name, pattern in patterns.items()}
    destination: Json = {
        "destination": {
            "type": "object",
            "enum": _EXTENSION_DESTINATIONS if "/extensions" in template else [_DESTINATION],
        }
    }
    return {name: {"enum": values} for name, values in one_of.items()} | strings | destination


def wild(made: dict[str, Json]) -> dict[str, Json]:
    """The same fields and parameters, with values beside and beyond what makes sense."""
    beside: dict[str, list[Any]] = {
        "currencyCode": ["euro", "", "JPY", "USD"],
        "country": ["Germany", ""],
        "centAmount": [0, -5, 2**62, -(2**63)],
        "quantity": [0, -1, 2**62],
        "container": ["box/lid", ""],
        "version": [0, -1, 2**62],
        "limit": [-1, 501, 3.5],
        "offset": [-1, 10_001],
        "where": ["", "version =", "version = :nobody", "((((", "version = 1 and", "id contains all ()"],
        "sort": ["", "id up", "id asc desc", "..", "`"],
        "expand": ["", "[*]", "...", "state[*].x[", "version"],
        "deleteDaysAfterCreation": [0, -1, 91],
        "uri": ["", "nowhere"],
        "timeoutInMs": [0, 10_001],
        "condition": ["", "((((", "nothing = 1"],
    }
    schemas = sensible(made)
    del schemas["destination"]
    for name, schema in schemas.items():
        if "enum" in schema:
            known: list[Any] = schema["enum"]
            others = beside.get(name, ["none"] if isinstance(known[0], str) else [])
            schemas[name] = {"enum": known + others}
    return schemas | {
        "key": {"type": "string"},
        "slug": {"type": "string"},
        "orderNumber": {"type": "string"},
    }
