"""The field definitions of Types: which kinds of field there are. Source: `types/type/FieldType.raml` and siblings."""

from typing import Any

from sandbox.custom_fields import FIELD_NAME
from sandbox.drafts import (
    Check,
    Fields,
    boolean,
    list_of,
    localized,
    one_of,
    record,
    text,
)
from sandbox.errors import invalid_field, required_field

_SCALARS = ("Boolean", "String", "LocalizedString", "Number", "Money", "Date", "Time", "DateTime")
_KINDS = (*_SCALARS, "Enum", "LocalizedEnum", "Reference", "Set")
# Source: CustomFieldReferenceValue.
_REFERABLE = (
    "approval-flow",
    "approval-rule",
    "associate-role",
    "business-unit",
    "cart",
    "cart-discount",
    "category",
    "channel",
    "customer",
    "customer-group",
    "key-value-document",
    "order",
    "product",
    "product-type",
    "review",
    "state",
    "shipping-method",
    "variant",
    "zone",
)
_named = record({"name": one_of(*_KINDS)})
enum_value: Check = record({"key": text(), "label": text()})
localized_enum_value: Check = record({"key": text(), "label": localized})
_DETAILS: dict[str, tuple[str, Check]] = {
    "Enum": ("values", list_of(enum_value)),
    "LocalizedEnum": ("values", list_of(localized_enum_value)),
    "Reference": ("referenceTypeId", one_of(*_REFERABLE)),
}


def field_type(value: Any, field: str) -> Fields:
    """A FieldType; a Set has a scalar, enumeration or reference as its element type, not another Set."""
    kind: Fields = _named(value, field)
    if kind["name"] == "Set":
        if value.get("elementType") is None:
            raise required_field(f"{field}.elementType")
        element = field_type(value["elementType"], f"{field}.elementType")
        if element["name"] == "Set":
            raise invalid_field(f"{field}.elementType", "Set")
        return {**kind, "elementType": element}
    if kind["name"] in _DETAILS:
        name, check = _DETAILS[kind["name"]]
        if value.get(name) is None:
            raise required_field(f"{field}.{name}")
        return {**kind, name: check(value[name], f"{field}.{name}")}
    return kind


_definition = record(
    {"type": field_type, "name": text(FIELD_NAME), "label": localized, "required": boolean},
    {"inputHint": one_of("SingleLine", "MultiLine")},
)


def field_definition(value: Any, field: str) -> Fields:
    """A FieldDefinition; `inputHint` is SingleLine unless said."""
    return {"inputHint": "SingleLine", **_definition(value, field)}
