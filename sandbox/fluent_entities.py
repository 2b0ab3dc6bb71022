"""Fluent's records: orders, fulfilments, returns and customers as dicts with the schema's own field names.

Records point at each other directly (an item at its order and back), so that GraphQL can follow them. `kind` is the
entity type as events and webhooks name it.
"""

from collections.abc import Iterable
from typing import Any

from sandbox.resources import Clock, timestamp

Entity = dict[str, Any]

ORDER, FULFILMENT, RETURN_ORDER = "ORDER", "FULFILMENT", "RETURN_ORDER"
_FIRST_ID = 1000


class Entities:
    """Everything in the account. Ids are numbers written as text, as Fluent's are, and never used twice."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_id = _FIRST_ID
        self.orders: list[Entity] = []
        self.fulfilments: list[Entity] = []
        self.returns: list[Entity] = []
        self.customers: list[Entity] = []

    def now(self) -> str:
        """This moment as on the wire."""
        return timestamp(self._clock())

    def record(self, **fields: Any) -> Entity:
        """A record with an id of its own and the moment of its creation; it belongs to nothing yet."""
        self._last_id += 1
        now = self.now()
        return {"id": str(self._last_id), "createdOn": now, "updatedOn": now, "attributes": []} | fields

    def workflow(self, name: str) -> Entity:
        """The fields of what a workflow drives."""
        return {"workflowRef": name, "workflowVersion": 1}

    def touch(self, entity: Entity) -> None:
        """The record has changed; so has the order that it belongs to."""
        entity["updatedOn"] = self.now()
        if entity.get("kind") == FULFILMENT:
            entity["order"]["updatedOn"] = entity["updatedOn"]

    def order(self, ref: str, retailer: str) -> Entity | None:
        """The order with this ref: refs are unique within a retailer."""
        return _first(one for one in self.orders if (one["ref"], one["retailer"]["id"]) == (ref, retailer))

    def return_order(self, ref: str, retailer: str) -> Entity | None:
        """The return order with this ref."""
        return _first(one for one in self.returns if (one["ref"], one["retailer"]["id"]) == (ref, retailer))

    def of_kind(self, kind: str) -> list[Entity]:
        """All records of an entity type; none of a type that is not kept here."""
        return {ORDER: self.orders, FULFILMENT: self.fulfilments, RETURN_ORDER: self.returns}.get(kind, [])

    def clear(self) -> None:
        """Forget everything but the ids that have been given out."""
        for kept in (self.orders, self.fulfilments, self.returns, self.customers):
            kept.clear()


def by_id(entities: Iterable[Entity], wanted: str) -> Entity | None:
    """The record with this id."""
    return _first(one for one in entities if one["id"] == wanted)


def root_of(entity: Entity) -> Entity:
    """The entity whose workflow drives this one: an order drives its fulfilments, all others themselves."""
    found: Entity = entity["order"] if entity["kind"] == FULFILMENT else entity
    return found


def set_attributes(entity: Entity, given: Iterable[Entity]) -> None:
    """Add attributes; one of the same name is replaced."""
    named = {one["name"]: one for one in (*entity["attributes"], *given)}
    entity["attributes"] = list(named.values())


def attribute(name: str, value: Any, kind: str = "STRING") -> Entity:
    """An attribute as the schema has it."""
    return {"name": name, "type": kind, "value": value}


def _first(found: Iterable[Entity]) -> Entity | None:
    return next(iter(found), None)
