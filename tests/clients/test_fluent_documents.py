"""Every GraphQL document that is sent to Fluent is valid by the published schema."""

from functools import cache

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from clients.fluent import fulfilments, orders, returns
from tests.official.definition import OFFICIAL_OPENAPI

PUBLISHED = OFFICIAL_OPENAPI.with_name("fluent-orders.graphql")

# The file at hand is an extract: what leads out of orders, fulfilments and returns was left out of it. These stand, with
# these very types, in the whole introspection schema (openmindlab/fluent-dts 23.10.1, resources/fluent/schema.json).
LEFT_OUT = """
input DateRange { from: DateTime to: DateTime }
type LocationLink { ref: String }
type OrderItemLink { ref: String }
type QuantityType { quantity: Int unit: String }
type SettingValueType { value: String label: String }
type CustomerConnection { edges: [CustomerEdge] pageInfo: PageInfo }
type CustomerEdge { node: Customer cursor: String }
extend type Fulfilment { fromLocation: LocationLink }
extend type ReturnOrderItem {
  orderItem: OrderItemLink unitQuantity: QuantityType returnReason: SettingValueType
}
extend type Query {
  customers(ref: [String], username: [String], first: Int, last: Int, before: String, after: String): CustomerConnection
}
"""
DOCUMENTS = {
    name: document
    for module in (orders, fulfilments, returns)
    for name, document in vars(module).items()
    if name.isupper() and isinstance(document, str) and document.lstrip().startswith(("query", "mutation"))
}


@cache
def _schema() -> GraphQLSchema:
    published = PUBLISHED.read_text(encoding="utf-8")
    without, argument = "  orders(ref: [String],", "  orders(updatedOn: DateRange, ref: [String],"
    assert without in published
    return build_schema(published.replace(without, argument) + LEFT_OUT)


@pytest.fixture
def schema() -> GraphQLSchema:
    """The published schema; skips where it is not at hand."""
    if not PUBLISHED.is_file():
        pytest.skip(f"the published schema is not at hand: {PUBLISHED}")
    return _schema()


def test_every_document_is_looked_at() -> None:
    """The walk finds them all, so that an empty one cannot pass for valid documents."""
    assert len(DOCUMENTS) == 11


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_is_valid(schema: GraphQLSchema, name: str) -> None:
    """Its fields, arguments and variables stand in the schema."""
    assert validate(schema, parse(DOCUMENTS[name])) == []


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("FIND_ORDER", "updatedOn", "changedOn"),
        ("FIND_ORDER", "$retailer: [Int!]", "$retailer: String"),
        ("FULFILMENT", "trackingLabel", "trackingNumber"),
        ("CREATE_ORDER", "CreateOrderInput", "OrderInput"),
    ],
)
def test_a_wrong_one_is_found(schema: GraphQLSchema, name: str, right: str, wrong: str) -> None:
    """What the schema does not have is an error, so that the check above says something."""
    document = DOCUMENTS[name]
    assert right in document
    assert validate(schema, parse(document.replace(right, wrong)))
