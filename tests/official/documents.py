"""Documents that are right by the official definition, for tests to break."""

import json
from typing import Any

_MOMENT = "2026-03-01T10:00:00.000Z"
_MONEY = {"type": "centPrecision", "currencyCode": "EUR", "centAmount": 1250000, "fractionDigits": 2}
_CLIENT = {"clientId": "svc"}

_LINE_ITEM: dict[str, Any] = {
    "id": "line-1",
    "productId": "product-1",
    "name": {"en": "Pump"},
    "productType": {"typeId": "product-type", "id": "product-type-1"},
    "variant": {"id": 1, "sku": "PUMP-9", "prices": [], "images": [], "attributes": [], "assets": []},
    "price": {"id": "price-1", "value": _MONEY | {"centAmount": 625000}},
    "quantity": 2,
    "totalPrice": _MONEY,
    "discountedPricePerQuantity": [],
    "taxedPricePortions": [],
    "perMethodTaxRate": [],
    "state": [{"quantity": 2, "state": {"typeId": "state", "id": "state-initial"}}],
    "priceMode": "Platform",
    "lineItemMode": "Standard",
}

_ORDER: dict[str, Any] = {
    "id": "order-1",
    "version": 1,
    "lastMessageSequenceNumber": 1,
    "createdAt": _MOMENT,
    "lastModifiedAt": _MOMENT,
    "createdBy": _CLIENT,
    "lastModifiedBy": _CLIENT | {"externalUserId": "ana"},
    "orderNumber": "ON-1001",
    "customerEmail": "buyer@acme.example",
    "businessUnit": {"typeId": "business-unit", "key": "acme"},
    "totalPrice": _MONEY,
    "orderState": "Open",
    "state": {"typeId": "state", "id": "state-pending"},
    "taxMode": "Platform",
    "inventoryMode": "None",
    "taxRoundingMode": "HalfEven",
    "taxCalculationMode": "LineItemLevel",
    "origin": "Customer",
    "shippingMode": "Single",
    "shipping": [],
    "shippingAddress": {"country": "DE", "city": "Berlin"},
    "lineItems": [_LINE_ITEM],
    "customLineItems": [],
    "discountCodes": [],
    "directDiscounts": [],
    "itemShippingAddresses": [],
    "refusedGifts": [],
    "cart": {"typeId": "cart", "id": "cart-1"},
    "syncInfo": [],
    "returnInfo": [],
    "custom": {
        "type": {"typeId": "type", "id": "type-1"},
        "fields": {"approvers": ["ana", 3, {"any": True}]},
    },
}

_UPDATE: dict[str, Any] = {
    "version": 3,
    "actions": [
        {"action": "transitionState", "state": {"typeId": "state", "key": "approved"}},
        {"action": "changeOrderState", "orderState": "Confirmed"},
        {"action": "setCustomField", "name": "approvedBy", "value": None},
    ],
}

_MESSAGE: dict[str, Any] = {
    "id": "message-1",
    "version": 1,
    "sequenceNumber": 2,
    "resource": {"typeId": "order", "id": "order-1"},
    "resourceVersion": 2,
    "resourceUserProvidedIdentifiers": {"orderNumber": "ON-1001"},
    "type": "OrderStateTransition",
    "state": {"typeId": "state", "id": "state-approved"},
    "oldState": {"typeId": "state", "id": "state-pending"},
    "force": False,
    "createdAt": _MOMENT,
    "lastModifiedAt": _MOMENT,
    "createdBy": _CLIENT,
    "lastModifiedBy": _CLIENT,
}

_CONFLICT: dict[str, Any] = {
    "statusCode": 409,
    "message": "Object order-1 has a different version than expected. Expected: 5 - Actual: 7.",
    "errors": [
        {
            "code": "ConcurrentModification",
            "message": "Object order-1 has a different version than expected. Expected: 5 - Actual: 7.",
            "currentVersion": 7,
        }
    ],
}


def order() -> dict[str, Any]:
    """An Order with one line item and custom fields; a copy of one's own to break."""
    return _copy(_ORDER)


def order_update() -> dict[str, Any]:
    """An OrderUpdate with three actions."""
    return _copy(_UPDATE)


def message() -> dict[str, Any]:
    """An OrderStateTransition message as `/messages` shows it."""
    return _copy(_MESSAGE)


def conflict() -> dict[str, Any]:
    """The ErrorResponse of a version conflict."""
    return _copy(_CONFLICT)


def _copy(document: dict[str, Any]) -> dict[str, Any]:
    """By way of JSON: a deep copy would keep parts shared that are one object above."""
    copied: dict[str, Any] = json.loads(json.dumps(document))
    return copied
