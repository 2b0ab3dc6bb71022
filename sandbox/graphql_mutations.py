"""The root mutation fields. Each runs REST's own code in a transaction of its own, one after the other."""

from collections.abc import Awaitable, Callable
from typing import Any

from graphql import GraphQLResolveInfo

from sandbox import channels, custom_objects, products
from sandbox.endpoints import Kind
from sandbox.errors import concurrent_modification, not_found
from sandbox.graphql_actions import (
    channel_draft,
    custom_object_draft,
    product_draft,
    rest_actions,
    state_draft,
    zone_draft,
)
from sandbox.graphql_queries import RESOURCES, one
from sandbox.orders import ORDERS
from sandbox.requests import Call
from sandbox.states import STATES
from sandbox.store import Resource
from sandbox.updates import check_version

_KINDS = {
    "Order": "order",
    "State": "state",
    "CustomObject": "customObject",
    "ProductType": "productType",
    "Product": "product",
    "Channel": "channel",
    "Zone": "zone",
}
Mutation = Callable[[Call, dict[str, Any]], Resource | Awaitable[Resource]]


def resolve_mutation(
    call: Call, info: GraphQLResolveInfo[Call], **arguments: Any
) -> Resource | Awaitable[Resource]:
    """Any field of the type Mutation. Raises ApiError like the REST endpoint of the same purpose."""
    resources = next(RESOURCES[kind] for suffix, kind in _KINDS.items() if info.field_name.endswith(suffix))
    call.demand(*(f"manage_{resource}" for resource in resources))
    return _MUTATIONS[info.field_name](call, arguments)


def _updating(name: str, kind: Kind) -> Mutation:
    async def update(call: Call, arguments: dict[str, Any]) -> Resource:
        found = _existing(call, name, arguments)
        body = {"version": arguments["version"], "actions": rest_actions(arguments["actions"])}
        return await kind.update(call, found, body)

    return update


def _deleting(name: str, kind: Kind) -> Mutation:
    def delete(call: Call, arguments: dict[str, Any]) -> Resource:
        found = _existing(call, name, arguments)
        with call.store.transaction(call.actor) as tx:
            check_version(found, arguments["version"])
            kind.before_delete(tx, found)
            tx.delete(kind.type_id, found["id"])
        return found

    return delete


def _create_state(call: Call, arguments: dict[str, Any]) -> Resource:
    with call.store.transaction(call.actor) as tx:
        return STATES.create(tx, state_draft(arguments["draft"]))


def _create_product_type(call: Call, arguments: dict[str, Any]) -> Resource:
    with call.store.transaction(call.actor) as tx:
        return products.create_product_type(tx, arguments["draft"])


def _create_product(call: Call, arguments: dict[str, Any]) -> Resource:
    with call.store.transaction(call.actor) as tx:
        return products.create_product(tx, product_draft(arguments["draft"]))


def _create_channel(call: Call, arguments: dict[str, Any]) -> Resource:
    with call.store.transaction(call.actor) as tx:
        return channels.create_channel(tx, channel_draft(arguments["draft"]))


def _create_zone(call: Call, arguments: dict[str, Any]) -> Resource:
    with call.store.transaction(call.actor) as tx:
        return channels.create_zone(tx, zone_draft(arguments["draft"]))


def _upsert_custom_object(call: Call, arguments: dict[str, Any]) -> Resource:
    _, stored = custom_objects.upsert(call.store, call.actor, custom_object_draft(arguments["draft"]))
    return stored


def _delete_custom_object(call: Call, arguments: dict[str, Any]) -> Resource:
    found, version = _existing(call, "customObject", arguments), arguments.get("version")
    if version is not None and version != found["version"]:
        raise concurrent_modification(found["id"], version, found["version"])
    with call.store.transaction(call.actor) as tx:
        return tx.delete(custom_objects.TYPE_ID, found["id"])


def _existing(call: Call, name: str, arguments: dict[str, Any]) -> Resource:
    """The resource to change. ApiError ResourceNotFound, or InvalidInput as for the query of one."""
    found = one(call, name, arguments)
    if found is None:
        named = arguments.get("id") or arguments.get("orderNumber") or arguments.get("key")
        raise not_found(str(named))
    return found


_MUTATIONS: dict[str, Mutation] = {
    "updateOrder": _updating("order", ORDERS),
    "deleteOrder": _deleting("order", ORDERS),
    "createProductType": _create_product_type,
    "createProduct": _create_product,
    "createChannel": _create_channel,
    "createZone": _create_zone,
    "createState": _create_state,
    "updateState": _updating("state", STATES),
    "deleteState": _deleting("state", STATES),
    "createOrUpdateCustomObject": _upsert_custom_object,
    "deleteCustomObject": _delete_custom_object,
}
