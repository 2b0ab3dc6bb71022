"""How a predicate compares a field of a resource with what was asked for.

A field that holds a list is compared element by element: one match is enough. A field that is absent or null
equals nothing and is neither smaller nor larger than anything.
"""

import operator
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

Scalar = str | int | float | bool


class Untyped(str):
    """The text of an input variable: it takes the type of the field that it is compared with."""

    __slots__ = ()


class MissingFieldError(Exception):
    """A resource lacks the field that a strict predicate compares."""


Ordering = Callable[[Any, Any], bool]
ORDERINGS: dict[str, Ordering] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")


def member(value: Any, name: str) -> Any:
    """The field of an object, or None."""
    return value.get(name) if isinstance(value, dict) else None


def present_member(value: Any, name: str) -> Any:
    """The field of an object. Raises MissingFieldError where there is none."""
    if (found := member(value, name)) is None:
        raise MissingFieldError(f"the field '{name}' is missing.")
    return found


def equals(value: Any, wanted: Scalar) -> bool:
    """Whether the field's value is the wanted one, or a list that holds it."""
    return _any_element(value, lambda element: _compare(element, wanted, operator.eq))


def ordered(value: Any, wanted: Scalar, ordering: Ordering) -> bool:
    """Whether the field's value stands in this order to the wanted one; false between different types."""
    return _any_element(value, lambda element: _compare(element, wanted, ordering))


def contains(value: Any, wanted: Sequence[Scalar], quantifier: Callable[[Any], bool]) -> bool:
    """Whether a list (a single value counts as a list of one) holds all, or any, of the wanted values."""
    return value is not None and quantifier(equals(value, one) for one in wanted)


def is_defined(value: Any) -> bool:
    return value is not None


def is_empty(value: Any) -> bool:
    """True for an empty list, text or object, and for a field that is not there at all."""
    return value is None or (isinstance(value, list | dict | str) and not value)


def _any_element(value: Any, test: Callable[[Any], bool]) -> bool:
    if isinstance(value, list):
        return any(_any_element(element, test) for element in value)
    return value is not None and test(value)


def _compare(value: Any, wanted: Scalar, comparison: Ordering) -> bool:
    if isinstance(wanted, Untyped):
        typed = _typed(wanted, value)
        return typed is not None and _compare(value, typed, comparison)
    # bool is a kind of int in Python but not in JSON
    if isinstance(value, bool) or isinstance(wanted, bool):
        return isinstance(value, bool) and isinstance(wanted, bool) and comparison(value, wanted)
    if isinstance(value, str) and isinstance(wanted, str):
        return _compare_text(value, wanted, comparison)
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return comparison(value, wanted)
    return False


def _compare_text(value: str, wanted: str, comparison: Ordering) -> bool:
    left, right = _instant(value), _instant(wanted)
    if left is not None and right is not None:
        return comparison(left, right)
    return comparison(value, wanted)


def _instant(text: str) -> datetime | None:
    """A date and time with its offset, so that `...10:00:00Z` equals `...10:00:00.000+00:00`."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _typed(text: Untyped, like: Any) -> Scalar | None:
    plain = str(text)
    if isinstance(like, bool):
        return {"true": True, "false": False}.get(plain)
    if isinstance(like, int | float):
        try:
            return int(plain) if plain.lstrip("-").isdecimal() else float(plain)
        except ValueError:
            return None
    return plain
