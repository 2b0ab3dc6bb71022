"""Orders as they come from elsewhere: `POST /orders/import`. Source: `types/order/OrderImportDraft.raml`.

The total is the draft's, not worked out. `state` takes an id, never a key, and any State of type OrderState: whether
the real API asks for an initial one here is not documented.
"""

from typing import Any

from sandbox.business_units_associates import refuse_stranger
from sandbox.custom_fields import custom_draft, custom_of
from sandbox.deliveries import shipping_info, shipping_info_import
from sandbox.drafts import (
    Check,
    Fields,
    country,
    list_of,
    moment,
    one_of,
    record,
    reference,
    resource_identifier,
    text,
)
from sandbox.errors import invalid_input
from sandbox.order_lines import (
    INVENTORY_MODES,
    custom_line_item_import,
    imported_custom_line_item,
    imported_line_item,
    line_item_import,
)
from sandbox.references import key_referred, referred
from sandbox.store import Resource, Transaction
from sandbox.transitions import state_of_type
from sandbox.values import address, money, taxed_price

ORDER_STATES = ("Open", "Confirmed", "Complete", "Cancelled")
PAYMENT_STATES = ("BalanceDue", "Failed", "Pending", "CreditOwed", "Paid")
SHIPMENT_STATES = ("Shipped", "Delivered", "Ready", "Pending", "Delayed", "Partial", "Backorder", "Canceled")
ORIGINS = ("Customer", "Merchant", "Quote", "RecurringOrder")
ROUNDING_MODES = ("HalfEven", "HalfUp", "HalfDown")
TAX_CALCULATION_MODES = ("LineItemLevel", "UnitPriceLevel")

# What an order has even where nothing was said, as real orders do.
DEFAULTS: dict[str, Any] = {
    "priceRoundingMode": "HalfEven",
    "taxMode": "Platform",
    "taxRoundingMode": "HalfEven",
    "taxCalculationMode": "LineItemLevel",
    "inventoryMode": "None",
    "shippingMode": "Single",
    "origin": "Customer",
}
EMPTY_LISTS = ("shipping", "refusedGifts", "discountCodes", "directDiscounts", "itemShippingAddresses")
ORDER_LISTS = ("syncInfo", "returnInfo")

# Fields of the draft that the order has under the same name and in the same form.
_PLAIN: dict[str, Check] = {
    "orderNumber": text(r".+", 256),
    "purchaseOrderNumber": text(),
    "customerId": text(),
    "customerEmail": text(),
    "priceRoundingMode": one_of(*ROUNDING_MODES),
    "taxRoundingMode": one_of(*ROUNDING_MODES),
    "taxCalculationMode": one_of(*TAX_CALCULATION_MODES),
    "inventoryMode": one_of(*INVENTORY_MODES),
    "billingAddress": address,
    "shippingAddress": address,
    "itemShippingAddresses": list_of(address),
    "paymentInfo": record({"payments": list_of(reference("payment"))}),
    "paymentState": one_of(*PAYMENT_STATES),
    "shipmentState": one_of(*SHIPMENT_STATES),
    "orderState": one_of(*ORDER_STATES),
    "country": country,
    "origin": one_of(*ORIGINS),
    "completedAt": moment,
}

_draft = record(
    {"totalPrice": money},
    {
        **_PLAIN,
        "customerGroup": resource_identifier("customer-group"),
        "businessUnit": resource_identifier("business-unit"),
        "store": resource_identifier("store"),
        "lineItems": list_of(line_item_import),
        "customLineItems": list_of(custom_line_item_import),
        "taxedPrice": taxed_price,
        "shippingInfo": shipping_info_import,
        "state": reference("state"),
        "custom": custom_draft,
    },
)


def import_order(tx: Transaction, body: Any) -> Resource:
    """An Order from an OrderImportDraft, with its message OrderImported."""
    draft: Fields = _draft(body, "")
    if not draft.get("lineItems") and not draft.get("customLineItems"):
        raise invalid_input("An order needs at least one line item or custom line item.")
    order: Resource = {
        **DEFAULTS,
        **{name: [] for name in (*EMPTY_LISTS, *ORDER_LISTS)},
        "orderState": "Open",
    }
    order |= {name: draft[name] for name in (*_PLAIN, "totalPrice") if name in draft}
    order["lineItems"] = [imported_line_item(tx, line) for line in draft.get("lineItems", [])]
    order["customLineItems"] = [
        imported_custom_line_item(tx, line) for line in draft.get("customLineItems", [])
    ]
    order |= _referring(tx, draft)
    refuse_stranger(tx, order)
    created = tx.create("order", order)
    tx.emit("OrderImported", "order", created, {"order": created})
    return created


def _referring(tx: Transaction, draft: Fields) -> Fields:
    """The fields that point at other resources or hold built values, where the draft has them."""
    found: Fields = {}
    if "customerGroup" in draft:
        found["customerGroup"] = referred(tx, draft["customerGroup"])
    for name in ("businessUnit", "store"):
        if name in draft:
            found[name] = key_referred(tx, draft[name])
    if "state" in draft:
        found["state"] = state_of_type(tx, draft["state"], "OrderState")
    if "custom" in draft:
        found["custom"] = custom_of(tx, draft["custom"], "order")
    if "taxedPrice" in draft:
        found["taxedPrice"] = {"taxPortions": [], **draft["taxedPrice"]}
    if "shippingInfo" in draft:
        found["shippingInfo"] = shipping_info(tx, draft["shippingInfo"])
    return found
