"""Nothing is open by accident: the fields that take anything are those whose nature it is."""

from collections.abc import Iterator
from typing import Any

from tests.official.definition import definition_or_skip
from tests.official.openapi import OfficialApi

# Custom values, values that an error quotes, GraphQL data, and what others answered.
OPEN_FIELDS = {
    *(
        "value",
        "oldValue",
        "previousValue",
        "duplicateValue",
        "invalidValue",
        "allowedValues",
        "details",
        "data",
    ),
    *("path", "target", "reference", "extensionExtraInfo", "ratingsDistribution", "query"),
}
# Search queries, which nobody here sends.
OPEN_SCHEMAS = {"OrderSearchQuery", "OrderSearchQueryExpression", "SearchQuery"}


def open_places(schema: dict[str, Any], name: str, seen: set[int]) -> Iterator[str]:
    """The names of fields (or components) below a compiled schema that take any value."""
    if id(schema) in seen:
        return
    seen.add(id(schema))
    kinds = {"closed", "patternFields", "dispatch"}
    if not schema.keys() - {"required"} or (schema.get("type") == "object" and not kinds & schema.keys()):
        yield name
    for field, inner in schema.get("properties", {}).items():
        yield from open_places(inner, field, seen)
    if "items" in schema:
        yield from open_places(schema["items"], name, seen)
    if "dispatch" in schema:
        for value, inner in schema["dispatch"][1].items():
            yield from open_places(inner, value, seen)


def test_only_the_fields_that_must_be_are_open(official: OfficialApi) -> None:
    """In all schemas of the definition, with inheritance merged and discriminators resolved."""
    seen: set[int] = set()
    names = definition_or_skip()["components"]["schemas"]
    found = {place for name in names for place in open_places(official.schemas.named(name), name, seen)}
    assert found <= OPEN_FIELDS | OPEN_SCHEMAS
    assert "value" in found
