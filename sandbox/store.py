"""Resources in memory, changed by transactions: all of one request's effects become visible together or not at all.

    with store.transaction(actor) as tx:
        order = tx.edit("order", order_id)         # a private copy, free to mutate
        order["orderState"] = "Confirmed"
        order["version"] += 1                       # one per effective action; the caller counts
        tx.save("order", order, actions=[...])      # timestamps and lastModifiedBy are set here
        tx.emit("OrderStateChanged", "order", order, {"orderState": "Confirmed", "oldOrderState": "Open"})
    # committed here; an exception inside the block leaves the store untouched

A `Resource` is a dict exactly as on the wire. What has been committed is never mutated again, so reads hand out
the stored dict itself: copy before changing (`tx.edit`, or `{**resource, ...}`). Everything is synchronous and
single-threaded; a transaction must not be held across an `await`.

Type ids are commercetools' reference typeIds: order, cart, state, type, customer-group, key-value-document,
subscription, order-edit, message, customer, ...
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sandbox.resources import (
    PLATFORM,
    Actor,
    Change,
    Clock,
    Commit,
    Listener,
    Resource,
    copied,
    timestamp,
    unique_name,
)
from sandbox.transactions import Transaction

__all__ = [
    "PLATFORM",
    "Actor",
    "Change",
    "Clock",
    "Commit",
    "Listener",
    "Resource",
    "Seed",
    "Store",
    "Transaction",
    "copied",
    "timestamp",
    "unique_name",
]

Seed = Callable[[Transaction], None]


class Store:
    """All resources, messages and the journal of one project.

    `seeds` run in a platform transaction at start and after every `reset()`. `listeners` are called after each
    commit, in order; `on_reset` after each reset. `journal` has one entry per accepted write, oldest first:
    `{"at", "method", "path", "resource": {"typeId", "id"}, "actions", "clientId", "externalUserId",
    "correlationId", "versionBefore", "versionAfter"}`, null where there is nothing to say.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or (lambda: datetime.now(UTC))
        self.listeners: list[Listener] = []
        self.on_reset: list[Callable[[], None]] = []
        self.seeds: list[Seed] = []
        self.journal: list[Resource] = []
        self._resources: dict[str, dict[str, Resource]] = {}
        self._ids: dict[tuple[str, str], str] = {}
        self._sequence: dict[tuple[str, str], int] = {}

    def get(self, type_id: str, resource_id: str) -> Resource | None:
        """The committed resource, or None. Not to be mutated."""
        return self._resources.get(type_id, {}).get(resource_id)

    def by_key(self, type_id: str, key: str) -> Resource | None:
        """The committed resource with this unique name (see `unique_name`), or None. Not to be mutated."""
        found = self._ids.get((type_id, key))
        return None if found is None else self.get(type_id, found)

    def all(self, type_id: str) -> Collection[Resource]:
        """Every committed resource of a type, in order of creation: a live view, no copy."""
        return self._resources.get(type_id, {}).values()

    def types(self) -> list[str]:
        """The type ids that have had a resource."""
        return list(self._resources)

    @contextmanager
    def transaction(self, actor: Actor = PLATFORM) -> Iterator[Transaction]:
        """Collect changes; commit them together at the end of the block, or none of them if it raises."""
        tx = Transaction(self, actor)
        yield tx
        self.commit(tx)

    def commit(self, tx: Transaction) -> None:
        """Commit what a transaction has collected; whoever has held it must know that it still fits."""
        commit = self._apply(tx)
        if commit.changes or commit.messages:
            for listener in self.listeners:
                listener(commit)

    def reset(self) -> None:
        """Forget everything (journal included) and seed afresh."""
        for forgotten in (self._resources, self._ids, self._sequence, self.journal):
            forgotten.clear()
        self.seed()
        for hook in self.on_reset:
            hook()

    def seed(self) -> None:
        """Create what every project has from the start; seeding is not journalled."""
        with self.transaction() as tx:
            for plant in self.seeds:
                plant(tx)
        self.journal.clear()

    def _apply(self, tx: Transaction) -> Commit:
        changes = [change for change in tx.changes() if change.before is not change.after]
        for change in changes:
            self._index(change)
        for message in tx.messages:
            self._resources.setdefault("message", {})[message["id"]] = message
        self._sequence.update(tx.sequence)
        self.journal.extend(tx.journal)
        return Commit(tx.now, tx.actor, changes, tx.messages)

    def _index(self, change: Change) -> None:
        kept = self._resources.setdefault(change.type_id, {})
        old = None if change.before is None else unique_name(change.type_id, change.before)
        if old is not None and self._ids.get((change.type_id, old[1])) == change.id:
            del self._ids[change.type_id, old[1]]
        if change.after is None:
            kept.pop(change.id, None)
            return
        kept[change.id] = change.after
        if new := unique_name(change.type_id, change.after):
            self._ids[change.type_id, new[1]] = change.id

    def last_sequence(self, type_id: str, resource_id: str) -> int:
        """The sequenceNumber of the resource's last message; 0 before its first."""
        return self._sequence.get((type_id, resource_id), 0)
