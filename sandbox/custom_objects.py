"""Custom Objects: any JSON under container and key. Source: `resources/custom-objects.raml`, `types/custom-object/`.

A POST is an upsert. Without `version` the last write wins; with it, the version must match (409); 0 means create
only, so repeating it is a 409 too: a usable lock. A version above 0 for an object that does not exist is refused
with 400 InvalidOperation; neither RAML nor tests of the real API say so, it is the wording of labd's mock.
"""

from typing import Any

from starlette.routing import Route

from sandbox.drafts import anything, record, text, whole
from sandbox.endpoints import answered
from sandbox.errors import invalid_operation, not_found
from sandbox.query import query_page
from sandbox.requests import Answer, Call, api_route, reading, writing
from sandbox.store import Actor, Resource, Store
from sandbox.updates import check_version

TYPE_ID = "key-value-document"
_name = text(r"[-_~.a-zA-Z0-9]{1,256}")
_draft = record({"container": _name, "key": _name, "value": anything}, {"version": whole()})
# Each of these scopes opens custom objects: the security schemes of the official paths.
_SCOPES = ("key_value_documents", "orders", "products", "customers")


def routes() -> list[Route]:
    """The endpoints, the deprecated query over all containers included."""
    return [
        api_route("/custom-objects", get=reading(_query_all, *_SCOPES), post=writing(_post, *_SCOPES)),
        api_route("/custom-objects/{container}", get=reading(_query_container, *_SCOPES)),
        api_route(
            "/custom-objects/{container}/{key}",
            get=reading(_get, *_SCOPES),
            delete=writing(_delete, *_SCOPES),
        ),
    ]


def find(store: Store, container: str, key: str) -> Resource | None:
    """The custom object, or None."""
    return store.by_key(TYPE_ID, f"{container}/{key}")


def upsert(store: Store, actor: Actor, draft: Resource) -> tuple[int, Resource]:
    """Create (201) or replace (200) the custom object that a CustomObjectDraft describes.

    Raises ApiError: RequiredField, InvalidField or InvalidJsonInput for the draft, ConcurrentModification (409) and
    InvalidOperation for its version.
    """
    given = _draft(draft, "")
    version, value = given.get("version"), _without_nulls(given["value"])
    with store.transaction(actor) as tx:
        before = tx.by_key(TYPE_ID, f"{given['container']}/{given['key']}")
        if before is None:
            if version:
                raise invalid_operation("version on create must be 0")
            created = {"container": given["container"], "key": given["key"], "value": value}
            return 201, tx.create(TYPE_ID, created)
        if version is not None:
            check_version(before, version)
        changed = {**before, "value": value, "version": before["version"] + 1}
        return 200, tx.save(TYPE_ID, changed)


def _post(call: Call) -> Answer:
    return upsert(call.store, call.actor, call.fields())


def _get(call: Call) -> Answer:
    return 200, answered(call, _existing(call))


def _delete(call: Call) -> Answer:
    found = _existing(call)
    if "version" in call.query:
        check_version(found, call.version())
    with call.store.transaction(call.actor) as tx:
        return 200, tx.delete(TYPE_ID, found["id"])


def _query_all(call: Call) -> Answer:
    return 200, query_page(call.query.multi_items(), call.store.all(TYPE_ID))


def _query_container(call: Call) -> Answer:
    container = call.path["container"]
    held = [resource for resource in call.store.all(TYPE_ID) if resource["container"] == container]
    return 200, query_page(call.query.multi_items(), held)


def _existing(call: Call) -> Resource:
    container, key = call.path["container"], call.path["key"]
    found = find(call.store, container, key)
    if found is None:
        raise not_found(f"{container}/{key}", by="container and key")
    return found


def _without_nulls(value: Any) -> Any:
    """ "Fields within `value` that have null values are not saved": at every depth; nulls in arrays stay."""
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_without_nulls(member) for member in value]
    return value
