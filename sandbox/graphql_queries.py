"""The root query fields: one resource by id or unique name, or a page of them."""

from collections.abc import Collection, Sequence
from typing import Any

from graphql import GraphQLResolveInfo

from sandbox.errors import invalid_input
from sandbox.messages_api import visible
from sandbox.project import messages_enabled
from sandbox.query import build_query, find
from sandbox.query_fields import FIELDS, Shape
from sandbox.requests import Call
from sandbox.store import Resource

# Field of the query: type id, and what a resource is found by beside its id.
RESOURCES = {
    "order": ("orders",),
    "state": ("states",),
    "message": ("messages", "orders"),
    "customObject": ("key_value_documents", "orders", "products", "customers"),
    "customerGroup": ("customer_groups", "orders", "customers"),
    "typeDefinition": ("types",),
    "productType": ("products",),
    "product": ("products",),
    "channel": ("products",),
    "zone": ("orders",),
}
"""What the scopes that open each field are named after: GraphQL has none of its own."""
_SINGLE = {
    "order": ("order", "orderNumber"),
    "state": ("state", "key"),
    "message": ("message", "key"),
    "customObject": ("key-value-document", "key"),
    "customerGroup": ("customer-group", "key"),
    "typeDefinition": ("type", "key"),
    "productType": ("product-type", "key"),
    "zone": ("zone", "key"),
}


def resolve_query(call: Call, info: GraphQLResolveInfo[Call], **arguments: Any) -> Resource | None:
    """Any field of the type Query. Nothing found is null; a malformed query raises ApiError InvalidInput."""
    name = info.field_name
    call.demand(*(f"view_{resource}" for resource in RESOURCES[name.removesuffix("s")]))
    if name in _SINGLE:
        return one(call, name, arguments)
    type_id, _ = _SINGLE[name.removesuffix("s")]
    return page(_held(call, type_id, arguments.get("container")), FIELDS.get(type_id), **arguments)


def one(call: Call, name: str, arguments: dict[str, Any]) -> Resource | None:
    """The resource that `id`, or else the unique name, stands for; null if there is none.

    Raises ApiError InvalidInput unless one of them is given.
    """
    type_id, unique = _SINGLE[name]
    by_id, by_name = arguments.get("id"), arguments.get(unique)
    if by_name is not None and name == "customObject":
        container = arguments.get("container")
        if container is None:
            raise invalid_input("A custom object is found by its id or by container and key.")
        by_name = f"{container}/{by_name}"
    if by_id is not None and by_name is None:
        hidden = type_id == "message" and not messages_enabled(call.store)
        return None if hidden else call.store.get(type_id, by_id)
    if by_name is not None and by_id is None:
        return call.store.by_key(type_id, by_name)
    raise invalid_input(f"Exactly one of 'id' and '{unique}' is needed to find one {name}.")


def page(  # noqa: PLR0913 - the official arguments
    resources: Collection[Resource],
    fields: Shape | None,
    *,
    where: str | None = None,
    sort: Sequence[str] | None = None,
    limit: int | None = None,
    offset: int | None = None,
    container: str | None = None,
) -> Resource:
    """A `*QueryResult`. `exists` says whether anything matches at all."""
    query = build_query(
        where=() if where is None else (where,), sort=sort or (), limit=limit, offset=offset, fields=fields
    )
    found = find(query, resources)
    count = len(found.results)
    return {
        "offset": found.offset,
        "count": count,
        "total": found.total,
        "exists": found.total > 0,
        "results": found.results,
    }


def _held(call: Call, type_id: str, container: str | None) -> Collection[Resource]:
    if type_id == "message":
        return visible(call.store)
    held = call.store.all(type_id)
    return held if container is None else [one for one in held if one["container"] == container]
