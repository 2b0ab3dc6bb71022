"""Custom fields: values checked against the field definitions of their Type. Source: `types/type/`.

A field that the Type does not have, or a value of another type than its own, is refused with InvalidField; a
required field that is missing with RequiredField.
"""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from sandbox.drafts import (
    Check,
    Fields,
    anything,
    boolean,
    localized,
    moment,
    number,
    record,
    reference,
    resource_identifier,
    text,
)
from sandbox.errors import ApiError, invalid_field, invalid_operation, required_field
from sandbox.references import KEPT, resolve
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Effect, action
from sandbox.values import money

# Source: FieldDefinition.raml.
FIELD_NAME = r"[A-Za-z0-9_-]{2,36}"
_field_name = text(FIELD_NAME)


def _fields(value: Any, field: str) -> Fields:
    """A FieldContainer: any values under names that a field may have."""
    if not isinstance(value, dict):
        raise invalid_field(field, value)
    for name in value:
        _field_name(name, field)
    found: Fields = anything(value, field)
    return found


custom_draft: Check = record({"type": resource_identifier("type")}, {"fields": _fields})


def _iso(read: Callable[[str], object], pattern: str) -> Check:
    """A string of this form that also is a date or time of day."""
    formed = text(pattern)

    def check(value: Any, field: str) -> str:
        given: str = formed(value, field)
        try:
            read(given)
        except ValueError:
            raise invalid_field(field, value) from None
        return given

    return check


_SIMPLE: dict[str, Check] = {
    "Boolean": boolean,
    "String": text(),
    "LocalizedString": localized,
    "Number": number,
    "Money": money,
    "Date": _iso(date.fromisoformat, r"\d{4}-\d{2}-\d{2}"),
    "Time": _iso(time.fromisoformat, r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"),
    "DateTime": moment,
}


def custom_of(tx: Transaction, draft: Fields, resource_type: str) -> Resource:
    """CustomFields from a CustomFieldsDraft for a resource of this ResourceTypeId (a cart's is `order`).

    ApiError: ReferencedResourceNotFound, InvalidField, RequiredField, InvalidOperation.
    """
    found = resolve(tx, draft["type"])
    if resource_type not in found["resourceTypeIds"]:
        raise invalid_operation(f"The type '{found['key']}' cannot be used for '{resource_type}'.")
    given = {name: value for name, value in draft.get("fields", {}).items() if value is not None}
    definitions = {definition["name"]: definition for definition in found["fieldDefinitions"]}
    for name, definition in definitions.items():
        if definition["required"] and name not in given:
            raise required_field(name)
    fields = {name: _checked(tx, definitions.get(name), name, value) for name, value in given.items()}
    return {"type": {"typeId": "type", "id": found["id"]}, "fields": fields}


def _checked(tx: Transaction, definition: Resource | None, name: str, value: Any) -> Any:
    if definition is None:
        raise invalid_field(name, value)
    try:
        return _value(tx, definition["type"], name, value)
    except ApiError as refusal:
        if refusal.code in ("InvalidJsonInput", "RequiredField"):
            raise invalid_field(name, value) from None
        raise


def _value(tx: Transaction, kind: Resource, name: str, value: Any) -> Any:
    if kind["name"] in _SIMPLE:
        return _SIMPLE[kind["name"]](value, name)
    if kind["name"] == "Set":
        if not isinstance(value, list):
            raise invalid_field(name, value)
        return [_value(tx, kind["elementType"], name, member) for member in value]
    if kind["name"] == "Reference":
        found = reference(kind["referenceTypeId"])(value, name)
        if kind["referenceTypeId"] in KEPT:
            resolve(tx, found)
        return found
    keys = [choice["key"] for choice in kind["values"]]
    if value not in keys:
        raise invalid_field(name, value, keys)
    return value


def set_field(tx: Transaction, holder: Resource, name: str, value: Any) -> tuple[str, Any] | None:
    """Set or remove (None) one custom field; tells `("Added" | "Changed" | "Removed", previous value)` or None.

    ApiError: InvalidOperation without a Type or when removing what is not there, InvalidField, RequiredField.
    """
    custom = holder.get("custom")
    if custom is None:
        raise invalid_operation("The resource has no custom type.")
    found = resolve(tx, custom["type"])
    definition = next((one for one in found["fieldDefinitions"] if one["name"] == name), None)
    fields = custom["fields"]
    previous = fields.get(name)
    if value is None:
        if definition is None or name not in fields:
            raise invalid_operation(f"The custom field '{name}' cannot be removed: it is not set.")
        if definition["required"]:
            raise required_field(name)
        del fields[name]
        return "Removed", previous
    checked = _checked(tx, definition, name, value)
    if previous == checked:
        return None
    fields[name] = checked
    return ("Added" if previous is None else "Changed"), previous


def _set_custom_field(tx: Transaction, holder: Resource, given: Fields) -> Effect:
    return None if set_field(tx, holder, given["name"], given.get("value")) is None else []


def _set_custom_type(resource_type: str) -> Any:
    def apply(tx: Transaction, holder: Resource, given: Fields) -> Effect:
        custom = custom_of(tx, given, resource_type) if "type" in given else None
        if holder.get("custom") == custom:
            return None
        holder.pop("custom", None)
        if custom is not None:
            holder["custom"] = custom
        return []

    return apply


FIELD: tuple[dict[str, Check], dict[str, Check]] = ({"name": text()}, {"value": anything})
TYPE: tuple[dict[str, Check], dict[str, Check]] = (
    {},
    {"type": resource_identifier("type"), "fields": _fields},
)


def silent_actions(resource_type: str) -> dict[str, Action]:
    """setCustomType and setCustomField for a resource whose custom fields send no messages."""
    return {
        "setCustomType": action(_set_custom_type(resource_type), *TYPE),
        "setCustomField": action(_set_custom_field, *FIELD),
    }
