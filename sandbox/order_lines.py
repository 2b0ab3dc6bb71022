"""Line items, custom line items and what they add up to."""

from typing import Any
from uuid import uuid4

from sandbox.custom_fields import custom_draft, custom_of
from sandbox.drafts import (
    Check,
    Fields,
    anything,
    country,
    key,
    list_of,
    localized,
    moment,
    one_of,
    quantity,
    record,
    resource_identifier,
    slug,
    text,
    whole,
)
from sandbox.errors import invalid_operation
from sandbox.products import of_line
from sandbox.references import referred
from sandbox.states import line_item_initial
from sandbox.store import Resource, Transaction
from sandbox.transitions import state_of_type
from sandbox.values import cents, item_state, money, shipping_details, tax_rate

INVENTORY_MODES = ("None", "TrackOnly", "ReserveOnOrder", "ReserveOnCart")

_price_draft: Check = record(
    {"value": money}, {"key": key, "country": country, "validFrom": moment, "validUntil": moment}
)
_variant_draft: Check = record(
    {},
    {
        "id": whole(lowest=1),
        "sku": text(),
        "prices": list_of(_price_draft),
        "attributes": list_of(record({"name": text()}, {"value": anything})),
        "images": list_of(
            record({"url": text(), "dimensions": record({"w": whole(), "h": whole()})}, {"label": text()})
        ),
    },
)

line_item_import: Check = record(
    {"name": localized, "variant": _variant_draft, "quantity": quantity, "price": _price_draft},
    {
        "key": key,
        "productId": text(),
        "taxRate": tax_rate,
        "distributionChannel": resource_identifier("channel"),
        "supplyChannel": resource_identifier("channel"),
        "inventoryMode": one_of(*INVENTORY_MODES),
        "shippingDetails": shipping_details,
        "state": list_of(item_state),
        "custom": custom_draft,
    },
)

custom_line_item_import: Check = record(
    {"name": localized, "slug": slug, "quantity": quantity, "money": money},
    {
        "key": key,
        "taxRate": tax_rate,
        "taxCategory": resource_identifier("tax-category"),
        "priceMode": one_of("Standard", "External"),
        "shippingDetails": shipping_details,
        "state": list_of(item_state),
        "custom": custom_draft,
    },
)


def price(draft: Fields) -> Resource:
    """A Price from a PriceDraft."""
    return {"id": str(uuid4()), **draft}


def imported_line_item(tx: Transaction, draft: Fields) -> Resource:
    """A LineItem from a LineItemImportDraft. Its unit price is the draft's; there are no discounts and no taxes."""
    plain = ("key", "name", "taxRate", "inventoryMode", "quantity")
    line = {
        "id": str(uuid4()),
        **of_line(tx, draft.get("productId"), draft["variant"].get("sku")),
        "variant": _variant(draft["variant"]),
        "price": price(draft["price"]),
        "priceMode": "Platform",
        "lineItemMode": "Standard",
        "state": item_states(tx, draft),
        **_EMPTY,
        **{name: draft[name] for name in plain if name in draft},
        **_dressed(tx, draft, "line-item"),
    }
    for channel in ("distributionChannel", "supplyChannel"):
        if channel in draft:
            line[channel] = referred(tx, draft[channel])
    return _with_total(line, line["price"]["value"])


def imported_custom_line_item(tx: Transaction, draft: Fields) -> Resource:
    """A CustomLineItem from a CustomLineItemImportDraft."""
    plain = ("key", "name", "slug", "money", "taxRate", "quantity")
    line = {
        "id": str(uuid4()),
        "priceMode": draft.get("priceMode", "Standard"),
        "state": item_states(tx, draft),
        **_EMPTY,
        **{name: draft[name] for name in plain if name in draft},
        **_dressed(tx, draft, "custom-line-item"),
    }
    if "taxCategory" in draft:
        line["taxCategory"] = referred(tx, draft["taxCategory"])
    return _with_total(line, line["money"])


_EMPTY: dict[str, Any] = {"discountedPricePerQuantity": [], "taxedPricePortions": [], "perMethodTaxRate": []}


def _variant(draft: Fields) -> Resource:
    prices = [price(one) for one in draft.get("prices", [])]
    return {"id": 1, "attributes": [], "images": [], "assets": [], **draft, "prices": prices}


def _dressed(tx: Transaction, draft: Fields, resource_type: str) -> Fields:
    """Shipping details and custom fields, where the draft has them."""
    dressed: Fields = {}
    if "shippingDetails" in draft:
        targets = draft["shippingDetails"]["targets"]
        valid = sum(target["quantity"] for target in targets) == draft["quantity"]
        dressed["shippingDetails"] = {"targets": targets, "valid": valid}
    if "custom" in draft:
        dressed["custom"] = custom_of(tx, draft["custom"], resource_type)
    return dressed


def item_states(tx: Transaction, draft: Fields) -> list[Resource]:
    """The item states of a draft, or the full quantity in the built-in Initial state. ApiError InvalidOperation."""
    if "state" not in draft:
        return [{"quantity": draft["quantity"], "state": line_item_initial(tx)}]
    return checked_states(tx, draft["state"], draft["quantity"])


def checked_states(tx: Transaction, states: list[Fields], total: int) -> list[Resource]:
    """Item states that add up to the line's quantity. ApiError InvalidOperation."""
    if sum(one["quantity"] for one in states) != total:
        raise invalid_operation(
            "The quantities of the item states must add up to the quantity of the line item."
        )
    return [{**one, "state": state_of_type(tx, one["state"], "LineItemState")} for one in states]


def _with_total(line: Resource, unit: Fields) -> Resource:
    line["totalPrice"] = cents(unit["centAmount"] * line["quantity"], unit["currencyCode"])
    return line


def reprice(line: Resource) -> None:
    """Work out a line's total from its unit price and quantity, unless its total was set from outside."""
    if line.get("priceMode") != "ExternalTotal":
        _with_total(line, line["money"] if "money" in line else line["price"]["value"])


def total_price(order: Resource) -> Resource:
    """Lines, custom lines and shipping, in the currency that the order has."""
    lines = [*order["lineItems"], *order["customLineItems"]]
    amount = sum(line["totalPrice"]["centAmount"] for line in lines)
    if "shippingInfo" in order:
        amount += order["shippingInfo"]["price"]["centAmount"]
    return cents(amount, order["totalPrice"]["currencyCode"])


def find_line(order: Resource, given: Fields, kind: str = "lineItem") -> Resource:
    """The (custom) line item that an action names by `{kind}Id` or `{kind}Key`. ApiError InvalidOperation."""
    wanted, name = given.get(f"{kind}Id"), given.get(f"{kind}Key")
    for line in order[f"{kind}s"]:
        if (wanted is not None and line["id"] == wanted) or (
            wanted is None and name and line.get("key") == name
        ):
            found: Resource = line
            return found
    raise invalid_operation(f"The {kind} '{wanted or name}' was not found.")
