"""What is wrong with a field, in words for whoever wrote it: the models' own speak of Python."""

from collections.abc import Mapping
from typing import Any

_LISTS = {"Tuple", "List", "Set", "Frozenset"}


def wording(error: Mapping[str, Any]) -> str:
    """One of `ValidationError.errors()` in words; what was given is not repeated."""
    bounds: Mapping[str, Any] = error.get("ctx", {})
    if bounds.get("field_type") in _LISTS and error["type"] == "too_short":
        return f"needs at least {_entries(bounds['min_length'])}"
    if bounds.get("field_type") in _LISTS and error["type"] == "too_long":
        return f"takes at most {_entries(bounds['max_length'])}"
    if error["type"] in {"tuple_type", "list_type"}:
        return "must be a list"
    if error["type"] == "string_too_short" and bounds["min_length"] == 1:
        return "must not be empty"
    return str(error["msg"]).removeprefix("Value error, ")


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"
