"""Customer groups, for orders and carts to refer to. Source: `resources/customer-groups.raml`.

The draft says `groupName`, the resource `name`.
"""

from typing import Any

from starlette.routing import Route

from sandbox.custom_fields import custom_draft, custom_of, silent_actions
from sandbox.drafts import Fields, key, record, text
from sandbox.endpoints import Kind
from sandbox.references import refuse_if_referenced
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Effect, action, set_or_remove

_draft = record({"groupName": text()}, {"key": key, "custom": custom_draft})


def create(tx: Transaction, body: Any) -> Resource:
    """A CustomerGroup from a CustomerGroupDraft."""
    draft: Fields = _draft(body, "")
    group: Resource = {"name": draft["groupName"]}
    if "key" in draft:
        group["key"] = draft["key"]
    if "custom" in draft:
        group["custom"] = custom_of(tx, draft["custom"], "customer-group")
    return tx.create("customer-group", group)


def _change_name(_tx: Transaction, group: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(group, "name", given["name"]) else None


def _set_key(_tx: Transaction, group: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(group, "key", given.get("key")) else None


def _before_delete(tx: Transaction, group: Resource) -> None:
    refuse_if_referenced(tx.store, "customer-group", group["id"], "customer-group")


ACTIONS: dict[str, Action] = {
    "changeName": action(_change_name, {"name": text()}),
    "setKey": action(_set_key, {}, {"key": key}),
    **silent_actions("customer-group"),
}

CUSTOMER_GROUPS = Kind(
    "customer-group", "/customer-groups", "customer_groups", create, ACTIONS, before_delete=_before_delete
)


def routes() -> list[Route]:
    """The endpoints of CustomerGroups."""
    return CUSTOMER_GROUPS.routes()
