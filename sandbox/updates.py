"""The update pattern: `{"version", "actions"}`, the version checked first, the list all or nothing.

One version more per action that changes something; a list that changes nothing leaves the version as it is.
An action's handler mutates its private copy of the resource and tells what that means: None if nothing has changed,
else the messages `(type, payload)` to send about it, possibly none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.drafts import Check, Fields, anything, list_of, record, text, whole
from sandbox.errors import concurrent_modification, invalid_input, invalid_json
from sandbox.store import Resource, Transaction

Effect = list[tuple[str, Resource]] | None
Apply = Callable[[Transaction, Resource, Fields], Effect]

MAX_ACTIONS = 500

_update = record({"version": whole(), "actions": list_of(record({"action": text()}))})
_VERSION = record({"version": whole()}, {"actions": anything})


@dataclass(frozen=True)
class Action:
    """An update action: the check of its fields and what it does."""

    check: Check
    apply: Apply


Actions = Mapping[str, Action]


def action(
    apply: Apply, required: dict[str, Check] | None = None, optional: dict[str, Check] | None = None
) -> Action:
    """An update action with these fields."""
    return Action(record(required or {}, optional), apply)


def check_version(resource: Resource, expected: int) -> None:
    """ApiError ConcurrentModification (409) unless the resource has the expected version."""
    if resource["version"] != expected:
        raise concurrent_modification(resource["id"], expected, resource["version"])


def perform(tx: Transaction, type_id: str, resource: Resource, update: Any, known: Actions) -> Resource:
    """Apply an update request's body to a resource of this transaction; returns it as it will be stored.

    ApiError: ConcurrentModification before anything else, InvalidJsonInput for an unknown action or malformed
    fields, and whatever an action refuses with.
    """
    check_version(resource, _VERSION(update, "")["version"])
    _update(update, "")
    if len(update["actions"]) > MAX_ACTIONS:
        raise invalid_input(f"At most {MAX_ACTIONS} update actions are allowed.")
    working = tx.edit(type_id, resource["id"])
    for given in update["actions"]:
        perform_one(tx, type_id, working, given, known)
    return tx.save(type_id, working, actions=update["actions"])


def perform_one(tx: Transaction, type_id: str, working: Resource, given: Fields, known: Actions) -> bool:
    """Apply one action to the working copy, raise its version and send its messages; False if nothing changed."""
    named = known.get(given["action"])
    if named is None:
        raise invalid_json(f"actions: '{given['action']}' is not an update action of this resource.")
    messages = named.apply(tx, working, named.check(given, ""))
    if messages is None:
        return False
    working["version"] += 1
    for message_type, payload in messages:
        tx.emit(message_type, type_id, working, payload)
    return True


def set_or_remove(resource: Resource, field: str, value: Any) -> bool:
    """Set an optional field, or remove it for None; False if it was so already."""
    if resource.get(field) == value:
        return False
    if value is None:
        del resource[field]
    else:
        resource[field] = value
    return True
