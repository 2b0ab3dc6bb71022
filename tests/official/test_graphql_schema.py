"""The sandbox's GraphQL schema against commercetools' own."""

from functools import cache

import pytest
from graphql import GraphQLSchema, build_schema, validate_schema

from sandbox.graphql_schema import graphql_schema, sdl
from tests.official.definition import OFFICIAL_OPENAPI
from tests.official.graphql_comparison import deviations

OFFICIAL_GRAPHQL = OFFICIAL_OPENAPI.with_name("commercetools.graphql")

ALTERED = {
    "a field of another type": ("orderState: OrderState!", "orderState: String!"),
    "a field that may be null": ("totalPrice: Money!\n  taxedPrice: TaxedPrice", "totalPrice: Money"),
    "a field that does not exist": ("purchaseOrderNumber: String\n", "purchaseOrderNumbers: String\n"),
    "a field without its interface": ("type Order implements Versioned &", "type Order implements"),
    "an argument of another type": ("order(id: String, orderNumber", "order(id: ID, orderNumber"),
    "an argument that does not exist": ("order(id: String, orderNumber", "order(id: String, number"),
    "a required argument left out": ("offset: Int, container: String!)", "offset: Int)"),
    "an input field that does not exist": ("  transitionState: T", "  moveState: T"),
    "an input field of another type": ("force: Boolean = false", "force: String"),
    "another default": ("force: Boolean = false", "force: Boolean = true"),
    "an enumeration with a value more": ("  Cancelled\n  Complete\n", "  Cancelled\n  Shelved\n  Complete\n"),
    "an enumeration with a value less": ("  Cancelled\n  Complete\n", "  Complete\n"),
    "a type that does not exist": ("scalar Json", "scalar Json\n\ntype Approval {\n  id: String!\n}"),
    "a type of another kind": ("scalar Locale", "enum Locale {\n  en\n}"),
}


@cache
def _official() -> GraphQLSchema:
    return build_schema(OFFICIAL_GRAPHQL.read_text(encoding="utf-8"))


@pytest.fixture
def official() -> GraphQLSchema:
    """The official schema; skips where it is not at hand."""
    if not OFFICIAL_GRAPHQL.is_file():
        pytest.skip(f"the official GraphQL schema is not at hand: {OFFICIAL_GRAPHQL}")
    return _official()


def test_the_schema_is_valid() -> None:
    """The sandbox's schema follows the rules of GraphQL."""
    assert validate_schema(graphql_schema()) == []


def test_the_schema_is_part_of_the_official_one(official: GraphQLSchema) -> None:
    """Every type, field, argument, input field, enum and interface stands in the official schema as it is here."""
    assert deviations(graphql_schema(), official) == []


@pytest.mark.parametrize("change", ALTERED.values(), ids=ALTERED)
def test_an_altered_schema_is_found_out(official: GraphQLSchema, change: tuple[str, str]) -> None:
    """One word changed in the schema is a deviation."""
    before, after = change
    assert before in sdl()
    assert deviations(build_schema(sdl().replace(before, after, 1)), official)


def test_the_official_schema_agrees_with_itself(official: GraphQLSchema) -> None:
    """The comparison finds nothing where nothing differs."""
    assert deviations(official, official) == []
