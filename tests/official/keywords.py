"""The JSON Schema vocabulary that the compiled definition is written in.

`jsonschema` with the usual words plus three of our own: `dispatch` picks the subschema by the discriminator's
value, `closed` refuses unknown fields, `patternFields` types the keys and values of pattern maps. Whole numbers
are JSON integers (`1.0` is none), so that a wire value has one spelling.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import FormatChecker, TypeChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import Draft202012Validator, create

Errors = Iterator[ValidationError]

# Timestamps are UTC ISO-8601 with Z or an offset; section 1 of the reference.
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def dispatch(validator: Any, rule: tuple[str, Mapping[str, Any]], instance: Any, schema: Any) -> Errors:
    """Validate against the subschema that the discriminator names; an unknown or missing value is an error."""
    if not isinstance(instance, dict):
        return
    name, subschemas = rule
    if name not in instance:
        yield ValidationError(f"the discriminator {name!r} is missing")
        return
    value = instance[name]
    subschema = subschemas.get(value) if isinstance(value, str) else None
    if subschema is None:
        yield ValidationError(f"unknown value {value!r} of the discriminator {name!r}")
        return
    yield from validator.descend(instance, subschema)


def closed(validator: Any, names: frozenset[str], instance: Any, schema: Any) -> Errors:
    """Refuse every field that is not declared."""
    if isinstance(instance, dict):
        for unknown in instance.keys() - names:
            yield ValidationError(f"unknown field {unknown!r}")


def pattern_fields(validator: Any, rule: tuple[re.Pattern[str], Any], instance: Any, schema: Any) -> Errors:
    """In a pattern map every key matches the pattern (or is declared) and every value its schema."""
    if not isinstance(instance, dict):
        return
    pattern, values = rule
    declared = schema.get("properties", {})
    for key, value in instance.items():
        if key in declared:
            continue
        if pattern.search(key) is None:
            yield ValidationError(f"the key {key!r} does not match {pattern.pattern}")
        else:
            yield from validator.descend(value, values, path=key)


def _is_integer(_: TypeChecker, instance: object) -> bool:
    return isinstance(instance, int) and not isinstance(instance, bool)


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())

    @checker.checks("datetime")
    def _datetime(value: object) -> bool:
        return not isinstance(value, str) or _DATETIME.fullmatch(value) is not None

    @checker.checks("date-only")
    def _date(value: object) -> bool:
        return not isinstance(value, str) or _DATE.fullmatch(value) is not None

    @checker.checks("int64")
    def _int64(value: object) -> bool:
        return not isinstance(value, int) or -(2**63) <= value < 2**63

    @checker.checks("int32")
    def _int32(value: object) -> bool:
        return not isinstance(value, int) or -(2**31) <= value < 2**31

    return checker


_WORDS = ("type", "properties", "required", "items", "enum", "format")
_OfficialValidator = create(
    meta_schema={},
    validators={word: Draft202012Validator.VALIDATORS[word] for word in _WORDS}
    | {"dispatch": dispatch, "closed": closed, "patternFields": pattern_fields},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)
_FORMATS = _formats()


def validator_of(schema: Mapping[str, Any]) -> Validator:
    """A validator of one compiled schema (see `schemas`)."""
    validator: Validator = _OfficialValidator(schema, format_checker=_FORMATS)
    return validator
