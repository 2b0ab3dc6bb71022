"""Documents as commercetools sends them (reference, sections 2.7, 3.3, 4.1 and 7)."""

from typing import Any

ORDER_ID = "2b7f0c0e-0000-4000-8000-000000000001"
STATE_ID = "4d0c6b52-8c4c-4f3e-9c3a-0f5a1f1f7a11"
_AT = {"createdAt": "2026-03-01T10:00:00.000Z", "lastModifiedAt": "2026-03-01T10:00:00.000Z"}


def cents(amount: int, currency: str = "EUR", digits: int = 2) -> dict[str, Any]:
    """CentPrecisionMoney."""
    return {"type": "centPrecision", "currencyCode": currency, "centAmount": amount, "fractionDigits": digits}


def order(**changed: Any) -> dict[str, Any]:
    """The minimal order of the reference, with what real answers have besides."""
    return {
        "type": "Order",
        "id": ORDER_ID,
        "version": 3,
        "versionModifiedAt": "2026-03-01T10:00:00.000Z",
        "lastMessageSequenceNumber": 1,
        **_AT,
        "createdBy": {"clientId": "shop", "isPlatformClient": False},
        "lastModifiedBy": {"clientId": "shop", "isPlatformClient": False},
        "orderNumber": "ON-1001",
        "purchaseOrderNumber": "PO-77",
        "customerId": "c1",
        "customerEmail": "buyer@acme.example",
        "businessUnit": {"typeId": "business-unit", "key": "acme"},
        "store": {"typeId": "store", "key": "b2b-eu"},
        "totalPrice": cents(1_250_000),
        "orderState": "Open",
        "state": {"typeId": "state", "id": STATE_ID},
        "taxMode": "Platform",
        "shippingMode": "Single",
        "shipping": [],
        "shippingAddress": {"country": "DE", "city": "Berlin", "pOBox": "12", "mobile": "+49"},
        "lineItems": [line_item()],
        "customLineItems": [],
        "syncInfo": [],
        "returnInfo": [],
        **changed,
    }


def line_item(**changed: Any) -> dict[str, Any]:
    """Two pumps."""
    return {
        "id": "li1",
        "productId": "p1",
        "name": {"en": "Pump", "de": "Pumpe"},
        "variant": {"id": 1, "sku": "PUMP-9", "prices": [], "attributes": []},
        "price": {"id": "pr", "value": cents(625_000)},
        "quantity": 2,
        "totalPrice": cents(1_250_000),
        "state": [{"quantity": 2, "state": {"typeId": "state", "id": "initial"}}],
        **changed,
    }


def custom_line_item(**changed: Any) -> dict[str, Any]:
    """A surcharge."""
    return {
        "id": "cli1",
        "name": {"en": "Packing"},
        "slug": "packing",
        "money": cents(500),
        "quantity": 1,
        "totalPrice": cents(500),
        **changed,
    }


def state(**changed: Any) -> dict[str, Any]:
    """A State without transitions."""
    return {
        "id": STATE_ID,
        "version": 2,
        **_AT,
        "key": "PendingApproval",
        "type": "OrderState",
        "roles": [],
        "name": {"en": "Pending approval"},
        "builtIn": False,
        "initial": True,
        **changed,
    }


def custom_object(**changed: Any) -> dict[str, Any]:
    """A Custom Object."""
    return {
        "id": "co",
        "version": 1,
        **_AT,
        "container": "placet-audit",
        "key": "k",
        "value": {"a": 1},
        **changed,
    }


def transition(**changed: Any) -> dict[str, Any]:
    """An OrderStateTransition message."""
    return {
        "id": "m-1",
        "version": 1,
        "sequenceNumber": 2,
        "resource": {"typeId": "order", "id": ORDER_ID},
        "resourceVersion": 2,
        "resourceUserProvidedIdentifiers": {"orderNumber": "ON-1001"},
        "type": "OrderStateTransition",
        "state": {"typeId": "state", "id": STATE_ID},
        "oldState": {"typeId": "state", "id": "old"},
        "force": False,
        **_AT,
        "createdBy": {"clientId": "svc", "isPlatformClient": False},
        "lastModifiedBy": {"clientId": "svc", "isPlatformClient": False, "externalUserId": "ana"},
        **changed,
    }
