"""Reading drafts and update actions: checks of shape that give back a clean copy or refuse with a documented code.

A `Check` takes a value and the field's path. Wrong JSON types are InvalidJsonInput, missing values RequiredField,
values out of their range or enumeration InvalidField. `null` means absent; unknown fields are dropped, as the real
API does.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.errors import invalid_field, invalid_json, required_field
from sandbox.store import copied, timestamp

Check = Callable[[Any, str], Any]
Fields = dict[str, Any]

INT64 = 2**63 - 1
_LOCALE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_KEY = r"[A-Za-z0-9_-]{2,256}"


def wrong_type(field: str, expected: str) -> Exception:
    """A value of another JSON type than the field's."""
    return invalid_json(f"{field}: JSON {expected} expected.")


def text(pattern: str | None = None, longest: int | None = None) -> Check:
    """A string, optionally one that a pattern matches in full and of at most so many characters."""
    compiled = None if pattern is None else re.compile(pattern)

    def check(value: Any, field: str) -> str:
        if not isinstance(value, str):
            raise wrong_type(field, "String")
        if compiled is not None and not compiled.fullmatch(value):
            raise invalid_field(field, value)
        if longest is not None and len(value) > longest:
            raise invalid_field(field, value)
        return value

    return check


def whole(lowest: int = -INT64, highest: int = INT64) -> Check:
    """An integer within bounds; `2.0` is the integer 2, as JSON sees it."""

    def check(value: Any, field: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise wrong_type(field, "Number (integer)")
        if not lowest <= value <= highest:
            raise invalid_field(field, value)
        return int(value)

    return check


def number(value: Any, field: str) -> int | float:
    """Any JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type(field, "Number")
    return value


def boolean(value: Any, field: str) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise wrong_type(field, "Boolean")
    return value


def one_of(*values: str) -> Check:
    """One of the values of an enumeration."""

    def check(value: Any, field: str) -> str:
        if not isinstance(value, str):
            raise wrong_type(field, "String")
        if value not in values:
            raise invalid_field(field, value, list(values))
        return value

    return check


def list_of(member: Check, fewest: int = 0) -> Check:
    """An array of checked members."""

    def check(value: Any, field: str) -> list[Any]:
        if not isinstance(value, list):
            raise wrong_type(field, "Array")
        if len(value) < fewest:
            raise invalid_field(field, value)
        return [member(one, f"{field}[{index}]") for index, one in enumerate(value)]

    return check


def record(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """An object with these fields; what comes back has no other fields and no nulls."""
    members = [(name, check, True) for name, check in required.items()]
    members += [(name, check, False) for name, check in (optional or {}).items()]

    def check(value: Any, field: str) -> Fields:
        if not isinstance(value, dict):
            raise wrong_type(field or "body", "Object")
        clean: Fields = {}
        for name, member, needed in members:
            path = f"{field}.{name}" if field else name
            given = value.get(name)
            if given is not None:
                clean[name] = member(given, path)
            elif needed:
                raise required_field(path)
        return clean

    return check


def localized(value: Any, field: str) -> dict[str, str]:
    """A LocalizedString: texts by locale."""
    if not isinstance(value, dict):
        raise wrong_type(field, "Object")
    for locale, translation in value.items():
        if not _LOCALE.fullmatch(locale):
            raise invalid_field(field, locale)
        if not isinstance(translation, str):
            raise wrong_type(f"{field}.{locale}", "String")
    return dict(value)


def moment(value: Any, field: str) -> str:
    """A point in time, normalised to the wire's form; without an offset it is read as UTC."""
    if not isinstance(value, str):
        raise wrong_type(field, "String")
    try:
        at = datetime.fromisoformat(value)
        return timestamp(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise invalid_field(field, value) from None


def anything(value: Any, _: str) -> Any:
    """Any JSON value."""
    return copied(value)


def resource_identifier(type_id: str) -> Check:
    """A ResourceIdentifier by id or by key, never both (source: types/state/StateResourceIdentifier.raml)."""

    def check(value: Any, field: str) -> Fields:
        if not isinstance(value, dict):
            raise wrong_type(field, "Object")
        named = {name: value[name] for name in ("id", "key") if value.get(name) is not None}
        if len(named) != 1:
            raise invalid_json(f"{field}: exactly one of 'id' and 'key' is expected.")
        if not all(isinstance(name, str) for name in named.values()):
            raise wrong_type(f"{field}.{next(iter(named))}", "String")
        if value.get("typeId", type_id) not in (type_id, None):
            raise invalid_field(f"{field}.typeId", value["typeId"], [type_id])
        return {"typeId": type_id, **named}

    return check


def reference(type_id: str) -> Check:
    """A Reference, which has an id and no key."""
    identifier = resource_identifier(type_id)

    def check(value: Any, field: str) -> Fields:
        if isinstance(value, dict) and value.get("id") is None:
            raise required_field(f"{field}.id")
        found: Fields = identifier(value, field)
        return found

    return check


def some_of(values: Sequence[str]) -> Check:
    """An array of enumeration values, without repetitions, in their given order."""
    members = list_of(one_of(*values))

    def check(value: Any, field: str) -> list[str]:
        return list(dict.fromkeys(members(value, field)))

    return check


key = text(_KEY)
slug = text(_KEY)
country = text(r"[A-Z]{2}")
locale = text(_LOCALE.pattern)
quantity = whole(lowest=1)
