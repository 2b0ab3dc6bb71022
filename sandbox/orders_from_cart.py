"""Orders from carts: `POST /orders`. Source: `types/order/OrderFromCartDraft.raml`.

The cart must be active, have a shipping address and at least one line, and be at the version that the draft names
(409). It becomes `Ordered` with the same commit, and no second order comes from it.
"""

from typing import Any

from sandbox.custom_fields import custom_draft, custom_of
from sandbox.drafts import Fields, one_of, record, resource_identifier, text, whole
from sandbox.errors import invalid_operation, required_field
from sandbox.orders_import import EMPTY_LISTS, ORDER_LISTS, ORDER_STATES, PAYMENT_STATES, SHIPMENT_STATES
from sandbox.references import key_referred, resolve
from sandbox.store import Resource, Transaction, copied
from sandbox.transitions import state_of_type
from sandbox.updates import check_version

_FREE = {
    "orderNumber": text(r".+", 256),
    "purchaseOrderNumber": text(),
    "paymentState": one_of(*PAYMENT_STATES),
    "shipmentState": one_of(*SHIPMENT_STATES),
    "orderState": one_of(*ORDER_STATES),
}
_draft = record(
    {"version": whole()},
    {
        **_FREE,
        "id": text(),
        "cart": resource_identifier("cart"),
        "state": resource_identifier("state"),
        "custom": custom_draft,
    },
)

# What an order takes over from its cart.
_TAKEN = (
    "purchaseOrderNumber",
    "customerId",
    "customerEmail",
    "customerGroup",
    "anonymousId",
    "businessUnit",
    "store",
    "lineItems",
    "customLineItems",
    "totalPrice",
    "taxMode",
    "priceRoundingMode",
    "taxRoundingMode",
    "taxCalculationMode",
    "inventoryMode",
    "billingAddress",
    "shippingAddress",
    "shippingMode",
    "shippingInfo",
    "paymentInfo",
    "country",
    "locale",
    "origin",
    "custom",
    *EMPTY_LISTS,
)


def order_from_cart(tx: Transaction, body: Any) -> Resource:
    """An Order from an OrderFromCartDraft, with its message OrderCreated; the cart becomes Ordered.

    ApiError: ReferencedResourceNotFound, ConcurrentModification (the cart's version), InvalidOperation.
    """
    draft: Fields = _draft(body, "")
    cart = _cart(tx, draft)
    order: Resource = {name: copied(cart[name]) for name in _TAKEN if name in cart}
    order |= {name: [] for name in ORDER_LISTS}
    order |= {"orderState": "Open", **{name: draft[name] for name in _FREE if name in draft}}
    order["cart"] = {"typeId": "cart", "id": cart["id"]}
    if "state" in draft:
        order["state"] = state_of_type(tx, draft["state"], "OrderState")
    if "custom" in draft:
        order["custom"] = _merged(tx, cart, draft["custom"])
    tx.save("cart", {**cart, "cartState": "Ordered", "version": cart["version"] + 1})
    created = tx.create("order", order)
    tx.emit("OrderCreated", "order", created, {"order": created})
    return created


def _cart(tx: Transaction, draft: Fields) -> Resource:
    identifier = draft.get("cart") or ({"typeId": "cart", "id": draft["id"]} if "id" in draft else None)
    if identifier is None:
        raise required_field("cart")
    cart = resolve(tx, identifier)
    check_version(cart, draft["version"])
    if cart["cartState"] != "Active":
        raise invalid_operation(f"The cart '{cart['id']}' is {cart['cartState']}.")
    if "shippingAddress" not in cart:
        raise invalid_operation("The cart has no shipping address.")
    if not cart["lineItems"] and not cart["customLineItems"]:
        raise invalid_operation("The cart is empty.")
    if "businessUnit" in cart:
        key_referred(tx, cart["businessUnit"])  # it may have become inactive
    return cart


def _merged(tx: Transaction, cart: Resource, draft: Fields) -> Resource:
    """The draft's custom fields over the cart's; the types must be the same."""
    own = cart.get("custom")
    if own is None:
        return custom_of(tx, draft, "order")
    merged = custom_of(tx, {**draft, "fields": {**own["fields"], **draft.get("fields", {})}}, "order")
    if merged["type"] != own["type"]:
        raise invalid_operation("The custom type differs from the cart's.")
    return merged
