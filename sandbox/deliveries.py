"""Shipping information with its deliveries and parcels: what drafts make of them."""

from uuid import uuid4

from sandbox.custom_fields import custom_draft, custom_of
from sandbox.drafts import (
    Check,
    Fields,
    boolean,
    key,
    list_of,
    one_of,
    record,
    resource_identifier,
    text,
    whole,
)
from sandbox.references import referred
from sandbox.store import Resource, Transaction
from sandbox.values import address, delivery_item, money, tax_rate

measurements: Check = record(
    {},
    {
        name: whole(-(2**31), 2**31 - 1)
        for name in ("heightInMillimeter", "lengthInMillimeter", "widthInMillimeter", "weightInGram")
    },
)

_tracking: Check = record(
    {},
    {
        "trackingId": text(),
        "carrier": text(),
        "provider": text(),
        "providerTransaction": text(),
        "isReturn": boolean,
    },
)


def tracking_data(value: object, field: str) -> Fields:
    """TrackingData; `isReturn` is false unless said."""
    return {"isReturn": False, **_tracking(value, field)}


items: Check = list_of(delivery_item)

PARCEL: dict[str, Check] = {
    "measurements": measurements,
    "trackingData": tracking_data,
    "items": items,
    "custom": custom_draft,
}
parcel_draft: Check = record({}, {"key": key, **PARCEL})
DELIVERY: dict[str, Check] = {
    "items": items,
    "parcels": list_of(parcel_draft),
    "address": address,
    "custom": custom_draft,
}

shipping_rate_draft: Check = record({"price": money}, {"freeAbove": money})

shipping_info_import: Check = record(
    {"shippingMethodName": text(), "price": money, "shippingRate": shipping_rate_draft},
    {
        "taxRate": tax_rate,
        "taxCategory": resource_identifier("tax-category"),
        "shippingMethod": resource_identifier("shipping-method"),
        "deliveries": list_of(record({}, {"key": key, **DELIVERY})),
        "shippingMethodState": one_of("DoesNotMatchCart", "MatchesCart"),
    },
)


def parcel(tx: Transaction, draft: Fields) -> Resource:
    """A Parcel from a ParcelDraft."""
    plain: Fields = {name: draft[name] for name in ("key", "measurements", "trackingData") if name in draft}
    made = {"id": str(uuid4()), **plain, "createdAt": tx.now, "items": draft.get("items", [])}
    if "custom" in draft:
        made["custom"] = custom_of(tx, draft["custom"], "order-parcel")
    return made


def delivery(tx: Transaction, draft: Fields) -> Resource:
    """A Delivery from a DeliveryDraft, parcels included."""
    plain: Fields = {name: draft[name] for name in ("key", "address") if name in draft}
    made: Resource = {"id": str(uuid4()), **plain, "createdAt": tx.now, "items": draft.get("items", [])}
    made["parcels"] = [parcel(tx, one) for one in draft.get("parcels", [])]
    if "custom" in draft:
        made["custom"] = custom_of(tx, draft["custom"], "order-delivery")
    return made


def shipping_info(tx: Transaction, draft: Fields) -> Resource:
    """ShippingInfo from a ShippingInfoImportDraft; price tiers and discounts are not kept."""
    plain: Fields = {
        name: draft[name] for name in ("shippingMethodName", "price", "taxRate") if name in draft
    }
    made: Resource = {
        **plain,
        "shippingRate": {**draft["shippingRate"], "tiers": []},
        "shippingMethodState": draft.get("shippingMethodState", "MatchesCart"),
        "deliveries": [delivery(tx, one) for one in draft.get("deliveries", [])],
    }
    for name in ("taxCategory", "shippingMethod"):
        if name in draft:
            made[name] = referred(tx, draft[name])
    return made
