"""Line items as carts and Order Edits draft them: with prices that come from outside."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.custom_fields import custom_draft
from sandbox.drafts import (
    Check,
    Fields,
    boolean,
    country,
    key,
    localized,
    number,
    one_of,
    quantity,
    record,
    resource_identifier,
    slug,
    text,
    whole,
)
from sandbox.errors import ApiError, invalid_json, invalid_operation
from sandbox.order_lines import INVENTORY_MODES, imported_custom_line_item, imported_line_item, price, reprice
from sandbox.store import Resource, Transaction
from sandbox.values import money, shipping_details

external_total: Check = record({"price": money, "totalPrice": money})

_external_rate = record(
    {"name": text(), "country": country}, {"amount": number, "includedInPrice": boolean, "state": text()}
)


def _tax_rate(value: Any, field: str) -> Fields:
    """A TaxRate from an ExternalTaxRateDraft."""
    return {"amount": 0, "includedInPrice": False, **_external_rate(value, field)}


LINE_ITEM: dict[str, Check] = {
    "key": key,
    "productId": text(),
    "variantId": whole(lowest=1),
    "sku": text(),
    "quantity": quantity,
    "externalPrice": money,
    "externalTotalPrice": external_total,
    "externalTaxRate": _tax_rate,
    "distributionChannel": resource_identifier("channel"),
    "supplyChannel": resource_identifier("channel"),
    "inventoryMode": one_of(*INVENTORY_MODES),
    "shippingDetails": shipping_details,
    "custom": custom_draft,
}

CUSTOM_LINE_ITEM: dict[str, Check] = {"name": localized, "money": money, "slug": slug}
CUSTOM_LINE_ITEM_EXTRA: dict[str, Check] = {
    "key": key,
    "quantity": quantity,
    "taxCategory": resource_identifier("tax-category"),
    "externalTaxRate": _tax_rate,
    "shippingDetails": shipping_details,
    "priceMode": one_of("Standard", "External"),
    "custom": custom_draft,
}


def line_item(tx: Transaction, draft: Fields, currency: str) -> Resource:
    """A LineItem from a LineItemDraft. ApiError: InvalidJsonInput, MatchingPriceNotFound, InvalidOperation."""
    sku = draft.get("sku")
    name = sku or draft.get("productId")
    if name is None:
        raise invalid_json("lineItems: a 'sku' or a 'productId' is expected.")
    variant = {"id": draft.get("variantId", 1)} | ({} if sku is None else {"sku": sku})
    value = draft.get("externalPrice") or draft.get("externalTotalPrice", {}).get("price")
    if value is None:
        raise _no_price(draft, name, variant["id"])
    whole_draft = {
        "name": {"en": name},
        "quantity": 1,
        **draft,
        "variant": variant,
        "price": {"value": value},
    }
    if "externalTaxRate" in draft:
        whole_draft["taxRate"] = draft["externalTaxRate"]
    made = imported_line_item(tx, whole_draft)
    priced(made, draft, currency)
    return made


def _no_price(draft: Fields, name: str, variant_id: int) -> ApiError:
    product = draft.get("productId", str(uuid5(NAMESPACE_URL, f"sandbox/product/{name}")))
    message = "There is no catalogue here: give an externalPrice or an externalTotalPrice."
    return ApiError(400, "MatchingPriceNotFound", message, productId=product, variantId=variant_id)


def priced(line: Resource, given: Fields, currency: str) -> None:
    """Take over an external price or total, where one is given. ApiError InvalidOperation for another currency."""
    if "externalTotalPrice" in given:
        total = given["externalTotalPrice"]
        _check_currency(total["totalPrice"], currency)
        line |= {"priceMode": "ExternalTotal", "price": price({"value": total["price"]})}
        line["totalPrice"] = total["totalPrice"]
    elif "externalPrice" in given:
        _check_currency(given["externalPrice"], currency)
        line |= {"priceMode": "ExternalPrice", "price": price({"value": given["externalPrice"]})}
        reprice(line)


def custom_line_item(tx: Transaction, draft: Fields, currency: str) -> Resource:
    """A CustomLineItem from a CustomLineItemDraft."""
    _check_currency(draft["money"], currency)
    rate = {"taxRate": draft["externalTaxRate"]} if "externalTaxRate" in draft else {}
    return imported_custom_line_item(tx, {"quantity": 1, **draft, **rate})


def _check_currency(amount: Fields, currency: str) -> None:
    if amount["currencyCode"] != currency:
        raise invalid_operation(
            f"The currency {amount['currencyCode']} differs from that of the whole, {currency}."
        )
