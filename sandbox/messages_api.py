"""Reading messages: query, get by id, HEAD. The writes themselves emit them, in their own transaction.

The query feature works only while the project's `messages.enabled` is true; subscriptions deliver either way.
What a project with the feature off answers is not documented: here a query finds nothing and a get finds
nothing (404). Switched on again, the sandbox shows all it has, also what was emitted meanwhile.
"""

from collections.abc import Collection

from starlette.routing import Route

from sandbox.endpoints import answered
from sandbox.errors import not_found
from sandbox.expansion import expanded
from sandbox.project import messages_enabled
from sandbox.query import query_page
from sandbox.requests import Answer, Call, api_route, reading
from sandbox.store import Resource, Store

TYPE_ID = "message"
# view_orders is a deprecated scope for messages that still works.
_SCOPES = ("messages", "orders")


def routes() -> list[Route]:
    """The endpoints."""
    return [
        api_route("/messages", get=reading(_query, *_SCOPES)),
        api_route("/messages/{id}", get=reading(_get, *_SCOPES)),
    ]


def visible(store: Store) -> Collection[Resource]:
    """The messages that can be queried now, in order of commit."""
    return store.all(TYPE_ID) if messages_enabled(store) else []


def _query(call: Call) -> Answer:
    return 200, query_page(
        call.query.multi_items(),
        visible(call.store),
        lambda message, paths: expanded(call.store, message, paths),
    )


def _get(call: Call) -> Answer:
    message = call.store.get(TYPE_ID, call.path["id"])
    if message is None or not messages_enabled(call.store):
        raise not_found(call.path["id"])
    return 200, answered(call, message)
