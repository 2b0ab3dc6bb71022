"""Carts and orders as an associate of a business unit makes and sees them: `/as-associate/{id}/in-business-unit/key={key}/...`.

The API client has to have the usual scopes, and the associate the permission that is for it: on what is theirs
(`ViewMyOrders`) or on what is others' (`ViewOthersOrders`). What is made carries the unit, and the associate as
`createdBy.associate`. Sources: `resources/as-associate.raml`, `types/error/AssociateMissingPermissionError.raml`,
`types/associate-role/Permission.raml`. Left out: all but carts and orders, GraphQL's `asAssociate`. Not documented, and
chosen here: what names no customer is theirs who made it; a cart whose draft names none is the associate's own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from starlette.routing import Route

from sandbox.business_units_associates import TYPE_ID, permissions_of
from sandbox.carts import CARTS
from sandbox.drafts import Fields
from sandbox.endpoints import Kind
from sandbox.errors import ApiError, invalid_operation, not_found
from sandbox.extensions_writes import carry_out
from sandbox.orders import ORDERS
from sandbox.requests import Answer, Call, api_route, reading, writing
from sandbox.store import Resource

PREFIX = "/as-associate/{associateId}/in-business-unit/key={unitKey}"


@dataclass(frozen=True)
class _Associate:
    """Who asks, in which unit, and what their roles permit them there."""

    id: str
    unit: Resource
    permissions: frozenset[str]

    def is_theirs(self, resource: Resource) -> bool:
        """Whether a cart or order is the associate's own."""
        by: str | None = resource.get("createdBy", {}).get("associate", {}).get("id")
        customer: str | None = resource.get("customerId", by)
        return self.id == customer

    def named(self, resource: Resource) -> bool:
        """Whether it is of this business unit."""
        key: str = self.unit["key"]
        of: str | None = resource.get("businessUnit", {}).get("key")
        return of == key

    def need(self, action: str, *permissions: str) -> None:
        """Insist on one of the permissions. ApiError AssociateMissingPermission."""
        if self.permissions.isdisjoint(permissions):
            message = (
                f"Associate '{self.id}' has no rights to {action} in business-unit '{self.unit['key']}'."
                f" Needs '{' or '.join(permissions)}'."
            )
            raise ApiError(
                403,
                "AssociateMissingPermission",
                message,
                associate={"typeId": "customer", "id": self.id},
                businessUnit={"typeId": TYPE_ID, "key": self.unit["key"]},
                permissions=list(permissions),
            )


def _associate(call: Call) -> _Associate:
    """ApiError ResourceNotFound for a unit that is not there; who is none of its associates has no permission."""
    unit = call.store.by_key(TYPE_ID, call.path["unitKey"])
    if unit is None:
        raise not_found(call.path["unitKey"], by="key")
    who = call.path["associateId"]
    return _Associate(who, unit, frozenset(permissions_of(call.store, unit, who) or ()))


def _order_draft(draft: Fields, _: _Associate) -> Fields:
    return draft


def _cart_draft(draft: Fields, associate: _Associate) -> Fields:
    unit = {"typeId": TYPE_ID, "key": associate.unit["key"]}
    said = {name: value for name, value in draft.items() if value is not None}
    return {"customerId": associate.id, "businessUnit": unit, **said}


@dataclass(frozen=True)
class _OfUnit:
    """The endpoints of one kind: `things` is its name in permissions, `create` names what making one needs."""

    kind: Kind
    things: str
    create_mine: str
    create_others: str
    draft: Callable[[Fields, _Associate], Fields]

    def routes(self) -> list[Route]:
        """Collection, by id and by its unique name; nothing is deleted here."""
        read, write, path = self._reading, self._writing, f"{PREFIX}{self.kind.path}"
        single = {"get": read(self._get), "post": write(self._update)}
        return [
            api_route(path, get=read(self._query), post=write(self._create)),
            api_route(f"{path}/{self.kind.unique}={{unique:path}}", **single),
            api_route(f"{path}/{{id}}", **single),
        ]

    def _reading(self, handler: Any) -> Any:
        return reading(handler, self.kind.scope)

    def _writing(self, handler: Any) -> Any:
        return writing(handler, self.kind.scope)

    def _query(self, call: Call) -> Answer:
        associate = _associate(call)
        mine, others = f"ViewMy{self.things}", f"ViewOthers{self.things}"
        associate.need(f"view {self.kind.type_id}s", mine, others)
        seen = {True: mine in associate.permissions, False: others in associate.permissions}
        held = [
            one
            for one in call.store.all(self.kind.type_id)
            if associate.named(one) and seen[associate.is_theirs(one)]
        ]
        return 200, self.kind.page(call, held)

    def _get(self, call: Call) -> Answer:
        return 200, self.kind.answered(call, self._found(call, _associate(call), "View"))

    async def _update(self, call: Call) -> Answer:
        associate = _associate(call)
        found = self._found(call, associate, "Update")
        updated = await self.kind.update(_by(call, associate), found, call.fields())
        return 200, self.kind.answered(call, updated)

    async def _create(self, call: Call) -> Answer:
        associate = _associate(call)
        if associate.unit["status"] == "Inactive":
            raise invalid_operation(f"The business unit '{associate.unit['key']}' is inactive.")
        draft = self.draft(call.fields(), associate)

        def work(tx: Any) -> Resource:
            made = self.kind.create(tx, draft)  # and unmade with the transaction, if it may not be
            self._refuse_elsewhere(associate, made)
            needed = self.create_mine if associate.is_theirs(made) else self.create_others
            associate.need(f"create {self.kind.type_id}s", needed)
            return made

        created = await carry_out(_by(call, associate), self.kind.type_id, self.kind.actions, work)
        return 201, self.kind.answered(call, created)

    def _found(self, call: Call, associate: _Associate, verb: str) -> Resource:
        """The resource that the path names, if the associate may do that to it."""
        found = self.kind.find(call)
        self._refuse_elsewhere(associate, found)
        whose = "My" if associate.is_theirs(found) else "Others"
        associate.need(f"{verb.lower()} {self.kind.type_id}s", f"{verb}{whose}{self.things}")
        return found

    def _refuse_elsewhere(self, associate: _Associate, resource: Resource) -> None:
        if not associate.named(resource):
            named = associate.unit["key"]
            raise invalid_operation(f"The {self.kind.type_id} is not of the business unit '{named}'.")


def _by(call: Call, associate: _Associate) -> Call:
    """The same request, written on the associate's behalf."""
    return replace(call, actor=replace(call.actor, associate_id=associate.id))


OF_UNIT = (
    _OfUnit(ORDERS, "Orders", "CreateMyOrdersFromMyCarts", "CreateOrdersFromOthersCarts", _order_draft),
    _OfUnit(CARTS, "Carts", "CreateMyCarts", "CreateOthersCarts", _cart_draft),
)


def routes() -> list[Route]:
    """The endpoints as an associate."""
    return [route for kind in OF_UNIT for route in kind.routes()]
