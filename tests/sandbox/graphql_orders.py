"""An order with everything that the sandbox keeps of one, and a document that asks for all of it."""

from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_required_argument,
)

from sandbox.graphql_schema import graphql_schema
from tests.sandbox.graphql_asking import Asking

MONEY = {"currencyCode": "EUR", "centAmount": 62_500}
ADDRESS = {"key": "home", "country": "DE", "city": "Berlin", "state": "Berlin"}


async def import_order(ask: Asking, **fields: Any) -> dict[str, Any]:
    """An order of two pumps and one service, with shipping, custom fields, store, business unit and group."""
    group = await ask.create("/customer-groups", {"groupName": "New ones", "key": "new"})
    definition = {"name": "note", "label": {"en": "Note"}, "required": False, "type": {"name": "String"}}
    urgent = {"name": "urgent", "label": {"en": "Urgent"}, "required": False, "type": {"name": "Boolean"}}
    await ask.create(
        "/types",
        {
            "key": "approval",
            "name": {"en": "Approval"},
            "resourceTypeIds": ["order"],
            "fieldDefinitions": [definition, urgent],
        },
    )
    draft = {
        "orderNumber": "ON-1",
        "purchaseOrderNumber": "PO-7",
        "customerId": "customer-1",
        "customerEmail": "buyer@acme.example",
        "customerGroup": {"typeId": "customer-group", "id": group["id"]},
        "businessUnit": {"typeId": "business-unit", "key": "acme"},
        "store": {"typeId": "store", "key": "b2b"},
        "totalPrice": {"currencyCode": "EUR", "centAmount": 187_500},
        "lineItems": [
            {
                "name": {"en": "Pump", "de": "Pumpe"},
                "variant": {"sku": "PUMP-9"},
                "quantity": 2,
                "price": {"value": MONEY},
            }
        ],
        "customLineItems": [{"name": {"en": "Set-up"}, "slug": "set-up", "quantity": 1, "money": MONEY}],
        "shippingAddress": ADDRESS,
        "billingAddress": ADDRESS,
        "shippingInfo": {"shippingMethodName": "Truck", "price": MONEY, "shippingRate": {"price": MONEY}},
        "paymentState": "Pending",
        "shipmentState": "Pending",
        "country": "DE",
        "custom": {"type": {"typeId": "type", "key": "approval"}, "fields": {"note": "soon", "urgent": True}},
    }
    return await ask.create("/orders/import", draft | fields)


def everything(type_name: str, depth: int = 4) -> str:
    """A selection of every field of a type that needs no argument, so many levels deep."""
    named = graphql_schema().type_map[type_name]
    assert isinstance(named, GraphQLObjectType | GraphQLInterfaceType)
    selected = [
        name + _below(get_named_type(field.type), depth)
        for name, field in named.fields.items()
        if not any(is_required_argument(argument) for argument in field.args.values())
        and (depth > 1 or not _has_fields(get_named_type(field.type)))
    ]
    return "{ " + " ".join(["__typename", *selected]) + " }"


def _has_fields(named: GraphQLNamedType) -> bool:
    return isinstance(named, GraphQLObjectType | GraphQLInterfaceType)


def _below(named: GraphQLNamedType, depth: int) -> str:
    return " " + everything(named.name, depth - 1) if _has_fields(named) else ""
