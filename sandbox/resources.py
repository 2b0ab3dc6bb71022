"""The small vocabulary of the store: a resource, who changes it, and what a commit was."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

Resource = dict[str, Any]
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Actor:
    """On whose behalf a request writes; `client_id=None` is the platform itself (no createdBy).

    `associate_id` is the customer as whom it is done in a business unit; `method` and `path` are the request line,
    for the journal.
    """

    client_id: str | None = None
    external_user_id: str | None = None
    correlation_id: str | None = None
    method: str = ""
    path: str = ""
    associate_id: str | None = None

    def initiator(self) -> Resource | None:
        """The official CreatedBy / LastModifiedBy (`isPlatformClient` is not part of that schema)."""
        if self.client_id is None:
            return None
        user = {} if self.external_user_id is None else {"externalUserId": self.external_user_id}
        customer = {"typeId": "customer", "id": self.associate_id}
        associate = {} if self.associate_id is None else {"associate": customer}
        return {"clientId": self.client_id, **user, **associate}


PLATFORM = Actor()


@dataclass(frozen=True)
class Change:
    """One resource that a commit created, updated or deleted; `before` / `after` are None where it did not exist.

    `notify` is False for what commercetools does not announce to change subscriptions (an applied Order Edit).
    """

    kind: Literal["ResourceCreated", "ResourceUpdated", "ResourceDeleted"]
    type_id: str
    id: str
    before: Resource | None
    after: Resource | None
    notify: bool = True


@dataclass(frozen=True)
class Commit:
    """What listeners are told after a commit: its changes, then its messages (complete Message resources)."""

    at: str
    actor: Actor
    changes: list[Change]
    messages: list[Resource]


Listener = Callable[[Commit], None]


def timestamp(at: datetime) -> str:
    """A moment as on the wire: UTC, ISO 8601, milliseconds, `Z`."""
    moment = at.astimezone(UTC).replace(
        tzinfo=None
    )  # not strftime: it drops the zeros before a year like 0689
    return moment.isoformat(timespec="milliseconds") + "Z"


def copied(value: Any) -> Any:
    """A deep copy of JSON data (dicts and lists are copied, everything else is immutable)."""
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    if isinstance(value, list):
        return [copied(member) for member in value]
    return value


def unique_name(type_id: str, resource: Resource) -> tuple[str, str] | None:
    """The field that must be unique within a type, and its value: what `by_key` finds a resource by.

    `orderNumber` for an order, `{container}/{key}` for a custom object, `key` for all others.
    """
    if type_id == "key-value-document":
        return "key", f"{resource['container']}/{resource['key']}"
    name = "orderNumber" if type_id == "order" else "key"
    value = resource.get(name)
    return None if value is None else (name, value)
