"""One request's pending effects: reads that see them, writes that keep the envelope, messages, journal entries."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from uuid import uuid4

from sandbox.errors import duplicate_field
from sandbox.resources import Actor, Change, Clock, Resource, copied, timestamp, unique_name


class Committed(Protocol):
    """What a transaction reads of the store beneath it."""

    clock: Clock

    def get(self, type_id: str, resource_id: str) -> Resource | None:
        """The committed resource, or None."""

    def by_key(self, type_id: str, key: str) -> Resource | None:
        """The committed resource with this unique name, or None."""

    def all(self, type_id: str) -> Collection[Resource]:
        """Every committed resource of a type."""

    def types(self) -> list[str]:
        """The type ids that have had a resource."""

    def last_sequence(self, type_id: str, resource_id: str) -> int:
        """The sequenceNumber of the resource's last message; 0 before its first."""


@dataclass
class Transaction:
    """The pending effects of one request. Reads see its own writes."""

    store: Committed
    actor: Actor
    messages: list[Resource] = field(default_factory=list)
    journal: list[Resource] = field(default_factory=list)
    sequence: dict[tuple[str, str], int] = field(default_factory=dict)
    pending: dict[tuple[str, str], Resource | None] = field(default_factory=dict)
    silent: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.now = timestamp(self.store.clock())

    def get(self, type_id: str, resource_id: str) -> Resource | None:
        """The resource as this transaction sees it. Not to be mutated."""
        if (type_id, resource_id) in self.pending:
            return self.pending[type_id, resource_id]
        return self.store.get(type_id, resource_id)

    def by_key(self, type_id: str, key: str) -> Resource | None:
        """The resource with this unique name as this transaction sees it. Not to be mutated."""
        for (pending_type, _), resource in self.pending.items():
            if pending_type == type_id and resource is not None:
                named = unique_name(type_id, resource)
                if named is not None and named[1] == key:
                    return resource
        found = self.store.by_key(type_id, key)
        return None if found is None or (type_id, found["id"]) in self.pending else found

    def edit(self, type_id: str, resource_id: str) -> Resource:
        """A private deep copy to mutate and `save`. KeyError if it does not exist."""
        resource = self.get(type_id, resource_id)
        if resource is None:
            raise KeyError(resource_id)
        copy: Resource = copied(resource)
        return copy

    def create(self, type_id: str, resource: Resource) -> Resource:
        """Add a resource: gives it `id` (unless it has one), version 1, timestamps and createdBy.

        Returns it as it will be stored. DuplicateField if its unique name is taken.
        """
        initiator = self.actor.initiator()
        by = {} if initiator is None else {"lastModifiedBy": initiator, "createdBy": initiator}
        envelope = {"id": str(uuid4()), "version": 1, "createdAt": self.now, "lastModifiedAt": self.now, **by}
        created: Resource = {**envelope, **resource}
        self._check_unique(type_id, created)
        self.pending[type_id, created["id"]] = created
        self._record(type_id, created["id"], [], None, created["version"])
        return created

    def save(
        self, type_id: str, resource: Resource, *, actions: list[Any] | None = None, notify: bool = True
    ) -> Resource:
        """Replace a resource by its next version, which the caller has raised; sets lastModifiedAt and -By.

        A resource whose version has not been raised is not written at all. `actions` go into the journal.
        DuplicateField if its unique name is taken. Returns the resource as it will be stored.
        """
        before = self.get(type_id, resource["id"])
        if before is None:
            raise KeyError(resource["id"])
        if resource["version"] == before["version"]:
            return before
        self._check_unique(type_id, resource)
        saved = {**resource, "lastModifiedAt": self.now}
        if (initiator := self.actor.initiator()) is not None:
            saved["lastModifiedBy"] = initiator
        self.pending[type_id, saved["id"]] = saved
        if not notify:
            self.silent.add((type_id, saved["id"]))
        self._record(type_id, saved["id"], actions or [], before["version"], saved["version"])
        return saved

    def delete(self, type_id: str, resource_id: str) -> Resource:
        """Remove a resource and return it as it was. KeyError if it does not exist."""
        before = self.get(type_id, resource_id)
        if before is None:
            raise KeyError(resource_id)
        self.pending[type_id, resource_id] = None
        self._record(type_id, resource_id, [], before["version"], None)
        return before

    def emit(self, message_type: str, type_id: str, resource: Resource, payload: Resource) -> Resource:
        """Add a message about `resource` (its id, version and unique name are read here); returns the message.

        `sequenceNumber` counts per resource from 1, without gaps: a number is used up only by a commit.
        """
        place = (type_id, resource["id"])
        number = self.sequence.get(place, self.store.last_sequence(*place)) + 1
        self.sequence[place] = number
        initiator = self.actor.initiator()
        by = {} if initiator is None else {"lastModifiedBy": initiator, "createdBy": initiator}
        named = unique_name(type_id, resource)
        known = {} if named is None else {"resourceUserProvidedIdentifiers": {named[0]: named[1]}}
        message = {
            "id": str(uuid4()),
            "version": 1,
            "sequenceNumber": number,
            "resource": {"typeId": type_id, "id": resource["id"]},
            "resourceVersion": resource["version"],
            **known,
            "type": message_type,
            **copied(payload),
            "createdAt": self.now,
            "lastModifiedAt": self.now,
            **by,
        }
        self.messages.append(message)
        return message

    def changes(self) -> list[Change]:
        """What would be committed now, one entry per resource."""
        return [self._change(type_id, key, after) for (type_id, key), after in self.pending.items()]

    def _change(self, type_id: str, resource_id: str, after: Resource | None) -> Change:
        before = self.store.get(type_id, resource_id)
        notify = (type_id, resource_id) not in self.silent
        if after is None:
            return Change("ResourceDeleted", type_id, resource_id, before, None, notify)
        kind: Literal["ResourceCreated", "ResourceUpdated"]
        kind = "ResourceCreated" if before is None else "ResourceUpdated"
        return Change(kind, type_id, resource_id, before, after, notify)

    def _check_unique(self, type_id: str, resource: Resource) -> None:
        named = unique_name(type_id, resource)
        if named is None:
            return
        other = self.by_key(type_id, named[1])
        if other is not None and other["id"] != resource["id"]:
            raise duplicate_field(named[0], resource[named[0]])

    def _record(
        self, type_id: str, resource_id: str, actions: list[Any], before: int | None, after: int | None
    ) -> None:
        self.journal.append(
            {
                "at": self.now,
                "method": self.actor.method,
                "path": self.actor.path,
                "resource": {"typeId": type_id, "id": resource_id},
                "actions": actions,
                "clientId": self.actor.client_id,
                "externalUserId": self.actor.external_user_id,
                "correlationId": self.actor.correlation_id,
                "versionBefore": before,
                "versionAfter": after,
            }
        )
