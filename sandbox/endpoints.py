"""The endpoints that every resource has: query, create, and get, update, delete by id and by key."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import Route

from sandbox.errors import not_found
from sandbox.expansion import expanded
from sandbox.extensions_writes import carry_out
from sandbox.query import query_page
from sandbox.query_fields import FIELDS
from sandbox.requests import Answer, Call, api_route, reading, writing
from sandbox.store import Resource, Store, Transaction
from sandbox.updates import Actions, check_version, perform

Create = Callable[[Transaction, Any], Resource]
Guard = Callable[[Transaction, Resource], None]


View = Callable[[Store, Resource], Resource]


def _as_stored(_store: Store, resource: Resource) -> Resource:
    """The resource itself."""
    return resource


def _allowed(_tx: Transaction, _resource: Resource) -> None:
    """Nothing stands against it."""


@dataclass(frozen=True)
class Kind:
    """A type of resource as the API serves it.

    `scope` is the resource's name in scopes (`orders`), `unique` how its second address is written (`key` or
    `order-number`), `before_delete` refuses a delete or says goodbye with a message, `shown` is what a single
    resource's answer makes of it, and `completed` adds what is worked out on reading, also for a query to find.
    """

    type_id: str
    path: str
    scope: str
    create: Create
    actions: Actions = field(default_factory=dict)
    unique: str = "key"
    before_delete: Guard = _allowed
    shown: View = _as_stored
    completed: View = _as_stored

    def routes(self) -> list[Route]:
        """Collection, by key and by id; a key may hold any character, an id is one path segment."""
        read, write = self._reading, self._writing
        single = {"get": read(self._get), "post": write(self._update), "delete": write(self._delete)}
        return [
            api_route(self.path, get=read(self._query), post=write(self._create)),
            api_route(f"{self.path}/{self.unique}={{unique:path}}", **single),
            api_route(f"{self.path}/{{id}}", **single),
        ]

    async def update(self, call: Call, resource: Resource, body: Any) -> Resource:
        """Carry out an update request (`{"version", "actions"}`); also what GraphQL's mutations call."""
        return await carry_out(
            call,
            self.type_id,
            self.actions,
            lambda tx: perform(tx, self.type_id, resource, body, self.actions),
        )

    def _reading(self, handler: Callable[[Call], Answer]) -> Any:
        return reading(handler, self.scope)

    def _writing(self, handler: Callable[[Call], Answer | Awaitable[Answer]]) -> Any:
        return writing(handler, self.scope)

    def answered(self, call: Call, resource: Resource) -> Resource:
        """The resource as an answer has it."""
        return answered(call, self.shown(call.store, self.completed(call.store, resource)))

    def find(self, call: Call) -> Resource:
        """The resource that the path names. ApiError ResourceNotFound."""
        if "id" in call.path:
            found, named, by = call.store.get(self.type_id, call.path["id"]), call.path["id"], "ID"
        else:
            unique = call.path["unique"]
            found, named, by = call.store.by_key(self.type_id, unique), unique, self.unique
        if found is None:
            raise not_found(named, by=by)
        return found

    def page(self, call: Call, held: Collection[Resource]) -> Resource:
        """The page that a query asks for, of those resources. ApiError InvalidInput."""
        if self.completed is not _as_stored:
            held = [self.completed(call.store, resource) for resource in held]
        return query_page(
            call.query.multi_items(),
            held,
            lambda resource, paths: expanded(call.store, resource, paths),
            fields=FIELDS.get(self.type_id),
        )

    def _query(self, call: Call) -> Answer:
        return 200, self.page(call, call.store.all(self.type_id))

    async def _create(self, call: Call) -> Answer:
        draft = call.fields()
        created = await carry_out(call, self.type_id, self.actions, lambda tx: self.create(tx, draft))
        return 201, self.answered(call, created)

    def _get(self, call: Call) -> Answer:
        return 200, self.answered(call, self.find(call))

    async def _update(self, call: Call) -> Answer:
        updated = await self.update(call, self.find(call), call.fields())
        return 200, self.answered(call, updated)

    def _delete(self, call: Call) -> Answer:
        version = call.version()
        found = self.find(call)
        with call.store.transaction(call.actor) as tx:
            check_version(found, version)
            self.before_delete(tx, found)
            tx.delete(self.type_id, found["id"])
        return 200, self.answered(call, found)


def existing(call: Call, type_id: str) -> Resource:
    """The resource that a path names by `id` or by `key`. ApiError ResourceNotFound."""
    if (key := call.path.get("key")) is not None:
        found, by = call.store.by_key(type_id, key), "key"
    else:
        key = call.path["id"]
        found, by = call.store.get(type_id, key), "ID"
    if found is None:
        raise not_found(key, by=by)
    return found


def answered(call: Call, resource: Resource) -> Resource:
    """The resource as the caller wants it: expanded along the `expand` parameters."""
    paths = call.query.getlist("expand")
    return expanded(call.store, resource, paths) if paths else resource
