"""The fields that predicates may name, against the official definition of each resource."""

from typing import Any

import pytest

from sandbox import query_fields
from sandbox.query_fields import FIELDS, Shape
from tests.official.definition import definition_or_skip

SCHEMAS: dict[str, tuple[Shape, str]] = {
    "order": (FIELDS["order"], "Order"),
    "cart": (FIELDS["cart"], "Cart"),
    "order edit": (FIELDS["order-edit"], "OrderEdit"),
    "state": (FIELDS["state"], "State"),
    "customer group": (FIELDS["customer-group"], "CustomerGroup"),
    "associate role": (FIELDS["associate-role"], "AssociateRole"),
    "business unit": (FIELDS["business-unit"], "BusinessUnit"),
    "associate": (query_fields.ASSOCIATE, "Associate"),
    "inherited associate": (query_fields.INHERITED_ASSOCIATE, "InheritedAssociate"),
    "type": (FIELDS["type"], "Type"),
    "product type": (FIELDS["product-type"], "ProductType"),
    "custom object": (FIELDS["key-value-document"], "CustomObject"),
    "subscription": (FIELDS["subscription"], "Subscription"),
    "extension": (FIELDS["extension"], "Extension"),
    "extension trigger": (FIELDS["extension"]["triggers"] or {}, "ExtensionTrigger"),
    "line item": (query_fields.LINE_ITEM, "LineItem"),
    "custom line item": (query_fields.CUSTOM_LINE_ITEM, "CustomLineItem"),
    "price": (query_fields.LINE_ITEM["price"] or {}, "Price"),
    "address": (query_fields.ADDRESS, "Address"),
    "delivery": (query_fields.DELIVERY, "Delivery"),
    "parcel": (query_fields.PARCEL, "Parcel"),
    "shipping info": (query_fields.SHIPPING_INFO, "ShippingInfo"),
    "custom fields": (query_fields.CUSTOM, "CustomFields"),
    "initiator": (query_fields.INITIATOR, "CreatedBy"),
    "reference": (query_fields.REFERENCE, "StateReference"),
    "key reference": (query_fields.KEY_REFERENCE, "StoreKeyReference"),
    "money": (query_fields.MONEY, "HighPrecisionMoney"),
}
EXPANDED = {"obj"}  # stands in an answer only


@pytest.mark.parametrize(("shape", "schema"), SCHEMAS.values(), ids=SCHEMAS)
def test_a_shape_names_the_official_fields(shape: Shape, schema: str) -> None:
    """No field more and none less than the resource has."""
    assert set(shape) == _properties(definition_or_skip(), schema) - EXPANDED


def _properties(definition: dict[str, Any], name: str) -> set[str]:
    schema = definition["components"]["schemas"][name]
    found: set[str] = set()
    for part in schema.get("allOf", [schema]):
        if "$ref" in part:
            found |= _properties(definition, part["$ref"].rpartition("/")[2])
        else:
            found |= set(part.get("properties", {}))
    return found
