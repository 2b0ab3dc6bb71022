"""API Extensions: who is asked before a cart, an order or a customer group is saved.

Source: `resources/extensions.raml`, `types/extension/`. When and how they are called is in `sandbox.extensions_writes`.
On the real API a change of an extension takes up to a minute to have an effect; here it has it at once. Secrets are
never stored in the resource: it holds them masked.
"""

from uuid import uuid4

from starlette.routing import Route

from sandbox.endpoints import existing
from sandbox.extensions_destinations import destination, endpoint_of, masked
from sandbox.extensions_drafts import ACTIONS, MAX_EXTENSIONS, check_chains, read_draft
from sandbox.extensions_errors import dependency_exists, too_many
from sandbox.extensions_triggers import EXTENSION
from sandbox.query import query_page
from sandbox.query_fields import FIELDS
from sandbox.requests import Answer, Call, Handler, Operation, Sandbox, api_route, writing
from sandbox.store import Transaction
from sandbox.updates import check_version, perform


def attach(sandbox: Sandbox) -> None:
    """Forget the endpoints with the extensions, and close the HTTP client with the server."""
    sandbox.store.on_reset.append(sandbox.extensions.endpoints.clear)
    sandbox.closers.append(sandbox.extensions.aclose)


def routes() -> list[Route]:
    """The endpoints; all of them need `manage_extensions`."""
    one = {"get": _manage(_get), "post": _manage(_update), "delete": _manage(_delete)}
    return [
        api_route("/extensions", get=_manage(_query), post=_manage(_create)),
        api_route("/extensions/key={key:path}", **one),
        api_route("/extensions/{id}", **one),
    ]


def _query(call: Call) -> Answer:
    extensions = call.store.all(EXTENSION)
    return 200, query_page(call.query.multi_items(), extensions, fields=FIELDS[EXTENSION])


def _get(call: Call) -> Answer:
    return 200, existing(call, EXTENSION)


def _create(call: Call) -> Answer:
    with call.store.transaction(call.actor) as tx:
        draft = read_draft(tx, call.fields())
        endpoint = endpoint_of(draft["destination"])
        if len(call.store.all(EXTENSION)) >= MAX_EXTENSIONS:
            raise too_many(MAX_EXTENSIONS)
        stored = {"id": str(uuid4()), **draft, "destination": masked(draft["destination"])}
        check_chains(tx, stored)
        created = tx.create(EXTENSION, stored)
        call.sandbox.extensions.endpoints[created["id"]] = endpoint
    return 201, created


def _update(call: Call) -> Answer:
    found, update = existing(call, EXTENSION), call.fields()
    # A transaction that is never committed refuses what must be refused before any secret is looked at.
    perform(Transaction(call.store, call.actor), EXTENSION, found, update, ACTIONS)
    endpoint, actions = None, []
    for given in update["actions"]:
        if given["action"] == "changeDestination":
            checked = destination(given["destination"], "destination")
            endpoint = endpoint_of(checked)
            actions.append({**given, "destination": masked(checked)})
        else:
            actions.append(given)
    with call.store.transaction(call.actor) as tx:
        saved = perform(tx, EXTENSION, found, {**update, "actions": actions}, ACTIONS)
    if endpoint is not None:
        call.sandbox.extensions.endpoints[saved["id"]] = endpoint
    return 200, saved


def _delete(call: Call) -> Answer:
    version, found = call.version(), existing(call, EXTENSION)
    check_version(found, version)
    for other in call.store.all(EXTENSION):
        if any(dependency["id"] == found["id"] for dependency in other.get("dependencies", ())):
            raise dependency_exists()
    with call.store.transaction(call.actor) as tx:
        tx.delete(EXTENSION, found["id"])
    del call.sandbox.extensions.endpoints[found["id"]]
    return 200, found


def _manage(handler: Handler) -> Operation:
    return writing(handler, "extensions")
