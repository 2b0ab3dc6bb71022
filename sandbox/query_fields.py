"""Which fields a predicate may ask for: `aproved = "yes"` is a mistake, not a query that finds nothing.

A shape maps each field to the shape of the objects in it, or to None where anything may be asked for: custom fields,
values of custom objects, locales, and whatever is seldom asked for. Messages have payload fields of all kinds and no
shape. Source of the names: the official OpenAPI definition, which `tests/official/test_query_fields.py` holds
them against.
"""

from collections.abc import Mapping
from typing import Optional

Shape = Mapping[str, Optional["Shape"]]


def _shape(names: str, **nested: Shape | None) -> Shape:
    return {**dict.fromkeys(names.split()), **nested}


REFERENCE = _shape("typeId id")
KEY_REFERENCE = _shape("typeId key")
MONEY = _shape("type currencyCode centAmount preciseAmount fractionDigits")
CUSTOM = _shape("fields", type=REFERENCE)
INITIATOR = _shape(
    "clientId externalUserId anonymousId attributedTo", customer=REFERENCE, associate=REFERENCE
)
ADDRESS = _shape(
    "id key country title salutation firstName lastName streetName streetNumber additionalStreetInfo postalCode city"
    " region state company department building apartment pOBox phone mobile email fax additionalAddressInfo"
    " externalId",
    custom=CUSTOM,
)
_ENVELOPE = _shape("id version createdAt lastModifiedAt", createdBy=INITIATOR, lastModifiedBy=INITIATOR)
_ITEM_STATE = _shape("quantity", state=REFERENCE)
_ITEM = {
    **_shape(
        "id key name quantity priceMode perMethodTaxRate taxedPricePortions taxedPrice taxRate recurrenceInfo"
    ),
    **_shape(
        "discountedPricePerQuantity shippingDetails", totalPrice=MONEY, state=_ITEM_STATE, custom=CUSTOM
    ),
}
LINE_ITEM = {
    **_ITEM,
    **_shape(
        "productId productKey productSlug variant lineItemMode inventoryMode reservation addedAt lastModifiedAt"
    ),
    "productType": REFERENCE,
    "price": _shape(
        "id key country validFrom validUntil discounted tiers recurrencePolicy",
        value=MONEY,
        customerGroup=REFERENCE,
        channel=REFERENCE,
        custom=CUSTOM,
    ),
    "supplyChannel": REFERENCE,
    "distributionChannel": REFERENCE,
}
CUSTOM_LINE_ITEM = {**_ITEM, **_shape("slug", money=MONEY, taxCategory=REFERENCE)}
_DELIVERY_ITEM = _shape("id quantity")
PARCEL = _shape("id key createdAt measurements trackingData", items=_DELIVERY_ITEM, custom=CUSTOM)
DELIVERY = _shape("id key createdAt", items=_DELIVERY_ITEM, parcels=PARCEL, address=ADDRESS, custom=CUSTOM)
SHIPPING_INFO = _shape(
    "shippingMethodName shippingRate taxedPrice taxRate discountedPrice shippingMethodState estimatedDelivery",
    price=MONEY,
    taxCategory=REFERENCE,
    shippingMethod=REFERENCE,
    deliveries=DELIVERY,
)
RETURN_ITEM = _shape(
    "id key quantity type comment shipmentState paymentState lastModifiedAt createdAt lineItemId customLineItemId",
    custom=CUSTOM,
)
_BOUGHT = {
    **_ENVELOPE,
    **_shape("customerId customerEmail anonymousId taxedPrice taxedShippingPrice discountOnTotalPrice"),
    **_shape(
        "priceRoundingMode taxMode taxRoundingMode taxCalculationMode inventoryMode shippingMode shippingKey"
    ),
    **_shape(
        "shippingRateInput shipping discountCodes directDiscounts refusedGifts paymentInfo country locale"
    ),
    **_shape("origin discountTypeCombination purchaseOrderNumber"),
    "customerGroup": REFERENCE,
    "businessUnit": KEY_REFERENCE,
    "store": KEY_REFERENCE,
    "lineItems": LINE_ITEM,
    "customLineItems": CUSTOM_LINE_ITEM,
    "totalPrice": MONEY,
    "billingAddress": ADDRESS,
    "shippingAddress": ADDRESS,
    "itemShippingAddresses": ADDRESS,
    "shippingInfo": SHIPPING_INFO,
    "shippingCustomFields": CUSTOM,
    "custom": CUSTOM,
}
ORDER = {
    **_BOUGHT,
    **_shape("orderNumber orderState shipmentState paymentState lastMessageSequenceNumber completedAt"),
    "cart": REFERENCE,
    "quote": REFERENCE,
    "recurringOrder": REFERENCE,
    "state": REFERENCE,
    "syncInfo": _shape("externalId syncedAt", channel=REFERENCE),
    "returnInfo": _shape("returnTrackingId returnDate", items=RETURN_ITEM),
}
CART = {
    **_BOUGHT,
    **_shape(
        "key cartState freezeStrategy totalLineItemQuantity lock deleteDaysAfterLastModification warnings"
    ),
}
ASSOCIATE = _shape(
    "roles", customer=REFERENCE, associateRoleAssignments=_shape("inheritance", associateRole=KEY_REFERENCE)
)
INHERITED_ASSOCIATE = _shape(
    "",
    customer=REFERENCE,
    associateRoleAssignments=_shape("", associateRole=KEY_REFERENCE, source=KEY_REFERENCE),
)
BUSINESS_UNIT = {
    **_ENVELOPE,
    **_shape("key status unitType name contactEmail storeMode associateMode approvalRuleMode"),
    **_shape("shippingAddressIds defaultShippingAddressId billingAddressIds defaultBillingAddressId"),
    "stores": KEY_REFERENCE,
    "inheritedStores": KEY_REFERENCE,
    "custom": CUSTOM,
    "customerGroupAssignments": _shape("", customerGroup=REFERENCE),
    "addresses": ADDRESS,
    "associates": ASSOCIATE,
    "inheritedAssociates": INHERITED_ASSOCIATE,
    "parentUnit": KEY_REFERENCE,
    "topLevelUnit": KEY_REFERENCE,
}

FIELDS: Mapping[str, Shape] = {
    "order": ORDER,
    "cart": CART,
    "order-edit": {
        **_ENVELOPE,
        **_shape("key stagedActions result comment", resource=REFERENCE, custom=CUSTOM),
    },
    "state": {
        **_ENVELOPE,
        **_shape("key type name description initial builtIn roles", transitions=REFERENCE),
    },
    "customer-group": {**_ENVELOPE, **_shape("key name", custom=CUSTOM)},
    "associate-role": {**_ENVELOPE, **_shape("key name buyerAssignable permissions", custom=CUSTOM)},
    "business-unit": BUSINESS_UNIT,
    "type": {**_ENVELOPE, **_shape("key name description resourceTypeIds fieldDefinitions")},
    "product-type": {**_ENVELOPE, **_shape("key name description attributes")},
    "key-value-document": {**_ENVELOPE, **_shape("container key value")},
    "extension": {
        **_ENVELOPE,
        **_shape("key timeoutInMs expansionPaths"),
        "destination": None,
        "triggers": _shape("resourceTypeId actions condition"),
        "dependencies": REFERENCE,
        "additionalContext": _shape("includeOldResource"),
    },
    "subscription": {**_ENVELOPE, **_shape("destination key messages changes events format status")},
}
"""Shapes by type id; a type that is not here may be asked for anything."""
