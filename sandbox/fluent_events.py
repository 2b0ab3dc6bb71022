"""The Event API: `POST /fluent/api/v4.1/event/async` and `/sync`, `GET /fluent/api/v4.1/event/{eventId}`.

`{"name", "retailerId", "entityType", "entityId" | "entityRef", "attributes"?}`. Sync answers
`{"eventId", "entityId", "eventStatus": "COMPLETE"}` (docs.fluentcommerce.com, manual event with run-once workflow), and
404 "No workflow rule matched" where no ruleset listens in the entity's status. Async answers 200 with the event's id
whatever happens; only the event itself, read by its id, says `COMPLETE` or `NO_MATCH` (same site, orchestration and
audit events).
"""

from collections import deque
from typing import Any
from uuid import uuid4

from sandbox.drafts import anything, record, text
from sandbox.errors import invalid_field, invalid_json, required_field
from sandbox.fluent_behaviour import Behaviours
from sandbox.fluent_changes import Changes
from sandbox.fluent_entities import ORDER, Entities, Entity, by_id, root_of
from sandbox.fluent_refusals import FluentError

_REMEMBERED = 1000


def _identifier(value: Any, field: str) -> str:
    """Ids come as texts and as numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise invalid_field(field, value)
    return str(value)


_event = record(
    {"name": text(), "retailerId": _identifier, "entityType": text()},
    {
        "accountId": text(),
        "entityId": _identifier,
        "entityRef": text(),
        "entitySubtype": text(),
        "attributes": anything,
    },
)


class Events:
    """Takes events; `taken` is what came, oldest first, with what became of it."""

    def __init__(self, account: str, entities: Entities, behaviours: Behaviours, changes: Changes) -> None:
        self.taken: deque[Entity] = deque(maxlen=_REMEMBERED)
        self._account = account
        self._entities = entities
        self._behaviours = behaviours
        self._changes = changes

    def take(self, given: Any) -> Entity:
        """Run an event; the answer says what became of it. ApiError 400 if it is malformed."""
        told = _event(given, "")
        if "entityId" not in told and "entityRef" not in told:
            raise required_field("entityRef")
        if told.get("accountId", self._account) != self._account:
            raise invalid_field("accountId", told["accountId"])
        attributes = told.get("attributes", {})
        if not isinstance(attributes, dict):
            raise invalid_json("attributes: JSON Object expected.")
        entity = self._entity(told)
        event: Entity = {
            "id": str(uuid4()),
            **told,
            "attributes": attributes,
            "entityId": None if entity is None else entity["id"],
            "eventStatus": "NO_MATCH",
        }
        if entity is not None and self._run(entity, told["name"], attributes):
            event["eventStatus"] = "COMPLETE"
        self.taken.append(event)
        return event

    def get(self, event_id: str) -> Entity:
        """An event by its id. FluentError 404."""
        found = by_id(self.taken, event_id)
        if found is None:
            raise FluentError(404, {"errors": [{"message": "No such event"}]})
        return found

    def _run(self, entity: Entity, name: str, attributes: dict[str, Any]) -> bool:
        order = root_of(entity)
        if order["kind"] != ORDER:
            return False
        action = self._behaviours.action(order, name)
        return action is not None and self._changes.apply(order, action, attributes)

    def _entity(self, told: Entity) -> Entity | None:
        for one in self._entities.of_kind(told["entityType"]):
            if root_of(one)["retailer"]["id"] != told["retailerId"]:
                continue
            if (
                told.get("entityId", one["id"]) == one["id"]
                and told.get("entityRef", one["ref"]) == one["ref"]
            ):
                return one
        return None
