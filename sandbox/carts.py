"""Carts, enough of them to order from. Source: `resources/carts.raml`, `types/cart/`.

Left out: a product catalogue (see `line_actions`), discounts, shipping methods by reference, taxes, merging, freezing.
An ordered cart takes no update.
"""

from typing import Any

from starlette.routing import Route

from sandbox import line_actions, order_fields
from sandbox.business_units_associates import refuse_stranger
from sandbox.custom_fields import custom_draft, custom_of, silent_actions
from sandbox.drafts import (
    Fields,
    country,
    key,
    list_of,
    locale,
    one_of,
    record,
    resource_identifier,
    text,
    whole,
)
from sandbox.endpoints import Kind, answered
from sandbox.errors import invalid_operation, not_found
from sandbox.line_actions import recalculate
from sandbox.line_drafts import (
    CUSTOM_LINE_ITEM,
    CUSTOM_LINE_ITEM_EXTRA,
    LINE_ITEM,
    custom_line_item,
    line_item,
)
from sandbox.order_lines import INVENTORY_MODES
from sandbox.orders_import import DEFAULTS, EMPTY_LISTS, ORIGINS, ROUNDING_MODES, TAX_CALCULATION_MODES
from sandbox.references import key_referred, referred
from sandbox.requests import Answer, Call, api_route, reading
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Effect, action, set_or_remove
from sandbox.values import address, cents

_PLAIN = {
    "key": key,
    "customerId": text(),
    "customerEmail": text(),
    "anonymousId": text(),
    "taxMode": one_of("Platform", "External", "ExternalAmount", "Disabled"),
    "priceRoundingMode": one_of(*ROUNDING_MODES),
    "taxRoundingMode": one_of(*ROUNDING_MODES),
    "taxCalculationMode": one_of(*TAX_CALCULATION_MODES),
    "inventoryMode": one_of(*INVENTORY_MODES),
    "billingAddress": address,
    "shippingAddress": address,
    "shippingMode": one_of("Single", "Multiple"),
    "itemShippingAddresses": list_of(address),
    "country": country,
    "locale": locale,
    "origin": one_of(*ORIGINS),
    "deleteDaysAfterLastModification": whole(1, 365_250),
    "purchaseOrderNumber": text(),
}
_draft = record(
    {"currency": text(r"[A-Z]{3}")},
    {
        **_PLAIN,
        "customerGroup": resource_identifier("customer-group"),
        "businessUnit": resource_identifier("business-unit"),
        "store": resource_identifier("store"),
        "lineItems": list_of(record({}, LINE_ITEM)),
        "customLineItems": list_of(record(CUSTOM_LINE_ITEM, CUSTOM_LINE_ITEM_EXTRA)),
        "custom": custom_draft,
    },
)


def create(tx: Transaction, body: Any) -> Resource:
    """A Cart from a CartDraft."""
    draft: Fields = _draft(body, "")
    currency = draft["currency"]
    cart: Resource = {**DEFAULTS, **{name: [] for name in EMPTY_LISTS}, "cartState": "Active"}
    cart |= {name: draft[name] for name in _PLAIN if name in draft}
    cart["totalPrice"] = cents(0, currency)
    cart["lineItems"] = [line_item(tx, one, currency) for one in draft.get("lineItems", [])]
    cart["customLineItems"] = [
        custom_line_item(tx, one, currency) for one in draft.get("customLineItems", [])
    ]
    if "customerGroup" in draft:
        cart["customerGroup"] = referred(tx, draft["customerGroup"])
    for name in ("businessUnit", "store"):
        if name in draft:
            cart[name] = key_referred(tx, draft[name])
    refuse_stranger(tx, cart)
    if "custom" in draft:
        cart["custom"] = custom_of(tx, draft["custom"], "order")
    recalculate(cart)
    return tx.create("cart", cart)


def _quietly(known: Action) -> Action:
    """The same action on a cart: carts send no messages, and an ordered one stays as it is."""

    def apply(tx: Transaction, cart: Resource, given: Fields) -> Effect:
        if cart["cartState"] == "Ordered":
            raise invalid_operation("An ordered cart cannot be changed.")
        return None if known.apply(tx, cart, given) is None else []

    return Action(known.check, apply)


def _set(field: str, check: Any) -> Action:
    def apply(_tx: Transaction, cart: Resource, given: Fields) -> Effect:
        return [] if set_or_remove(cart, field, given.get(field)) else None

    return action(apply, {}, {field: check})


# What a cart shares with orders.
_SHARED = (
    "setPurchaseOrderNumber",
    "setCustomerEmail",
    "setCustomerId",
    "setLocale",
    "setBillingAddress",
    "setShippingAddress",
    "setBusinessUnit",
    "addPayment",
    "removePayment",
)

ACTIONS: dict[str, Action] = {
    name: _quietly(known)
    for name, known in {
        **line_actions.ACTIONS,
        **{name: order_fields.ACTIONS[name] for name in _SHARED},
        **silent_actions("order"),
        "setKey": _set("key", key),
        "setCountry": _set("country", country),
    }.items()
}

CARTS = Kind("cart", "/carts", "orders", create, ACTIONS)


def _of_customer(call: Call) -> Answer:
    """The customer's active cart that was modified last."""
    wanted = call.path["customerId"]
    found = [cart for cart in call.store.all("cart") if cart.get("customerId") == wanted]
    active = [cart for cart in found if cart["cartState"] == "Active"]
    if not active:
        raise not_found(wanted, by="customerId")
    return 200, answered(call, max(active, key=lambda cart: cart["lastModifiedAt"]))


def routes() -> list[Route]:
    """The endpoints of Carts."""
    of_customer = api_route("/carts/customer-id={customerId}", get=reading(_of_customer, "orders"))
    return [of_customer, *CARTS.routes()]
