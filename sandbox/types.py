"""Types: which custom fields a kind of resource may have. Source: `resources/types.raml`, `types/type/`."""

from typing import Any

from starlette.routing import Route

from sandbox.drafts import Check, Fields, key, list_of, localized, one_of, record, some_of, text
from sandbox.endpoints import Kind
from sandbox.errors import duplicate_field, invalid_input, invalid_operation
from sandbox.field_definitions import enum_value, field_definition, localized_enum_value
from sandbox.references import refuse_if_referenced
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Apply, Effect, action, set_or_remove

RESOURCE_TYPES = (
    "address",
    "asset",
    "approval-flow",
    "approval-rule",
    "associate-role",
    "business-unit",
    "cart-discount",
    "category",
    "channel",
    "customer",
    "customer-group",
    "custom-line-item",
    "discount-code",
    "inventory-entry",
    "line-item",
    "order",
    "order-edit",
    "order-delivery",
    "order-parcel",
    "order-return-item",
    "payment",
    "payment-interface-interaction",
    "payment-method",
    "payment-method-info",
    "product-price",
    "product-selection",
    "product-tailoring",
    "quote",
    "reservation",
    "review",
    "recurring-order",
    "shipping",
    "shipping-method",
    "shopping-list",
    "shopping-list-text-line-item",
    "standalone-price",
    "store",
    "transaction",
)

_draft: Check = record(
    {"key": key, "name": localized, "resourceTypeIds": some_of(RESOURCE_TYPES)},
    {"description": localized, "fieldDefinitions": list_of(field_definition)},
)


def create(tx: Transaction, body: Any) -> Resource:
    """A Type from a TypeDraft. ApiError: InvalidInput, DuplicateField, InvalidOperation."""
    draft: Fields = _draft(body, "")
    if not draft["resourceTypeIds"]:
        raise invalid_input("resourceTypeIds must not be empty.")
    definitions = draft.pop("fieldDefinitions", [])
    made: Resource = {**draft, "fieldDefinitions": []}
    for definition in definitions:
        _add(tx, made, definition)
    return tx.create("type", made)


def _add(tx: Transaction, made: Resource, definition: Fields) -> None:
    """A field's name is unique in its Type and has one type in all Types for the same kind of resource."""
    if _find(made, definition["name"]) is not None:
        raise duplicate_field("fieldDefinitions.name", definition["name"])
    for other in tx.store.all("type"):
        twin = _find(other, definition["name"])
        shared = set(other["resourceTypeIds"]) & set(made["resourceTypeIds"])
        if twin is not None and shared and twin["type"]["name"] != definition["type"]["name"]:
            raise invalid_operation(f"The field '{definition['name']}' has another type in '{other['key']}'.")
    made["fieldDefinitions"].append(definition)


def _find(holder: Resource, name: str) -> Resource | None:
    return next((one for one in holder["fieldDefinitions"] if one["name"] == name), None)


def _named(holder: Resource, name: str) -> Resource:
    found = _find(holder, name)
    if found is None:
        raise invalid_operation(f"The type has no field '{name}'.")
    return found


def _add_definition(tx: Transaction, made: Resource, given: Fields) -> Effect:
    _add(tx, made, given["fieldDefinition"])
    return []


def _remove_definition(_tx: Transaction, made: Resource, given: Fields) -> Effect:
    made["fieldDefinitions"].remove(_named(made, given["fieldName"]))
    return []


def _add_enum_value(kind: str) -> Apply:
    def apply(_tx: Transaction, made: Resource, given: Fields) -> Effect:
        found = _named(made, given["fieldName"])["type"]
        found = found.get("elementType", found)
        if found["name"] != kind:
            raise invalid_operation(f"The field '{given['fieldName']}' is not a {kind}.")
        if any(one["key"] == given["value"]["key"] for one in found["values"]):
            raise duplicate_field("values.key", given["value"]["key"])
        found["values"].append(given["value"])
        return []

    return apply


def _change_label(_tx: Transaction, made: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(_named(made, given["fieldName"]), "label", given["label"]) else None


def _change_input_hint(_tx: Transaction, made: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(_named(made, given["fieldName"]), "inputHint", given["inputHint"]) else None


def _change_value_label(kind: str) -> Apply:
    def apply(_tx: Transaction, made: Resource, given: Fields) -> Effect:
        found = _named(made, given["fieldName"])["type"]
        found = found.get("elementType", found)
        values = found["values"] if found["name"] == kind else []
        value = next((one for one in values if one["key"] == given["value"]["key"]), None)
        if value is None:
            raise invalid_operation(f"The field '{given['fieldName']}' has no {kind} value of that key.")
        return [] if set_or_remove(value, "label", given["value"]["label"]) else None

    return apply


def _set(field: str) -> Apply:
    def apply(_tx: Transaction, made: Resource, given: Fields) -> Effect:
        return [] if set_or_remove(made, field, given.get(field)) else None

    return apply


def _before_delete(tx: Transaction, made: Resource) -> None:
    refuse_if_referenced(tx.store, "type", made["id"], "type")


ACTIONS: dict[str, Action] = {
    "addFieldDefinition": action(_add_definition, {"fieldDefinition": field_definition}),
    "removeFieldDefinition": action(_remove_definition, {"fieldName": text()}),
    "addEnumValue": action(_add_enum_value("Enum"), {"fieldName": text(), "value": enum_value}),
    "addLocalizedEnumValue": action(
        _add_enum_value("LocalizedEnum"), {"fieldName": text(), "value": localized_enum_value}
    ),
    "changeEnumValueLabel": action(_change_value_label("Enum"), {"fieldName": text(), "value": enum_value}),
    "changeLocalizedEnumValueLabel": action(
        _change_value_label("LocalizedEnum"), {"fieldName": text(), "value": localized_enum_value}
    ),
    "changeInputHint": action(
        _change_input_hint, {"fieldName": text(), "inputHint": one_of("SingleLine", "MultiLine")}
    ),
    "changeLabel": action(_change_label, {"fieldName": text(), "label": localized}),
    "changeKey": action(_set("key"), {"key": key}),
    "changeName": action(_set("name"), {"name": localized}),
    "setDescription": action(_set("description"), {}, {"description": localized}),
}

TYPES = Kind("type", "/types", "types", create, ACTIONS, before_delete=_before_delete)


def routes() -> list[Route]:
    """The endpoints of Types."""
    return TYPES.routes()
