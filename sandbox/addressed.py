"""Which resources a request is about, read from its path and body: whom a conflict fault has to touch."""

import re

from sandbox.errors import ApiError
from sandbox.http import read_json
from sandbox.store import Resource, Store

_TYPES = {
    "associate-roles": "associate-role",
    "business-units": "business-unit",
    "carts": "cart",
    "customer-groups": "customer-group",
    "extensions": "extension",
    "orders": "order",
    "orders/edits": "order-edit",
    "states": "state",
    "subscriptions": "subscription",
    "types": "type",
}
_PATH = re.compile(r"^/(?P<of>orders/edits|[a-z-]+)/(?:(?:key|order-number)=(?P<unique>.+)|(?P<id>[^/]+))")
_AS_ASSOCIATE = re.compile(r"^/as-associate/[^/]+/in-business-unit/key=[^/]+")
_UUID = re.compile(rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def addressed(store: Store, path: str, raw: bytes) -> list[tuple[str, Resource]]:
    """`(type id, resource)` of whatever the request names and the store has.

    Custom objects are named in the body, and so are orders in a GraphQL document or its variables.
    """
    if path == "/graphql":
        found = [store.get("order", uuid.decode()) for uuid in dict.fromkeys(_UUID.findall(raw))]
        return [("order", order) for order in found if order is not None]
    if path == "/custom-objects":
        named = _custom_object(store, raw)
        return [] if named is None else [("key-value-document", named)]
    match = _PATH.match(_AS_ASSOCIATE.sub("", path))
    type_id = _TYPES.get(match["of"]) if match else None
    if match is None or type_id is None:
        return []
    one = store.by_key(type_id, match["unique"]) if match["unique"] else store.get(type_id, match["id"])
    return [] if one is None else [(type_id, one)]


def _custom_object(store: Store, raw: bytes) -> Resource | None:
    try:
        draft = read_json(raw)
    except ApiError:
        return None
    if not isinstance(draft, dict):
        return None
    return store.by_key("key-value-document", f"{draft.get('container')}/{draft.get('key')}")
