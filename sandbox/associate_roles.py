"""Associate roles: what an associate of a business unit may do there. Source: `types/associate-role/AssociateRole.raml`.

A role's key never changes. Its messages are left out, as those of customer groups are. Not documented, and chosen here:
a role that some business unit still gives to somebody cannot be deleted (ReferenceExists).
"""

from typing import Any

from starlette.routing import Route

from sandbox.custom_fields import custom_draft, custom_of, silent_actions
from sandbox.drafts import Fields, boolean, key, one_of, record, some_of, text
from sandbox.endpoints import Kind
from sandbox.references import refuse_if_referenced
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Effect, action, set_or_remove

TYPE_ID = "associate-role"


def _each(verbs: str, things: str) -> tuple[str, ...]:
    """`ViewMyCarts`, `ViewOthersCarts`, ...: each verb on one's own and on others' things."""
    return tuple(f"{verb}{whose}{things}" for verb in verbs.split() for whose in ("My", "Others"))


# Source: `types/associate-role/Permission.raml`.
PERMISSIONS = (
    "AddChildUnits",
    "UpdateAssociates",
    "UpdateBusinessUnitDetails",
    "UpdateParentUnit",
    *_each("View Update Create Delete", "Carts"),
    *_each("View Update", "Orders"),
    "CreateMyOrdersFromMyCarts",
    "CreateMyOrdersFromMyQuotes",
    "CreateOrdersFromOthersCarts",
    "CreateOrdersFromOthersQuotes",
    *_each("View Accept Decline Renegotiate Reassign", "Quotes"),
    *_each("View Update", "QuoteRequests"),
    "CreateMyQuoteRequestsFromMyCarts",
    "CreateQuoteRequestsFromOthersCarts",
    "CreateApprovalRules",
    "UpdateApprovalRules",
    "UpdateApprovalFlows",
    *_each("View Update Create Delete", "ShoppingLists"),
)
_permission = one_of(*PERMISSIONS)
_draft = record(
    {"key": key},
    {
        "name": text(),
        "buyerAssignable": boolean,
        "permissions": some_of(PERMISSIONS),
        "custom": custom_draft,
    },
)


def create(tx: Transaction, body: Any) -> Resource:
    """An AssociateRole from an AssociateRoleDraft. ApiError DuplicateField."""
    draft: Fields = _draft(body, "")
    role: Resource = {"buyerAssignable": True, "permissions": [], **draft}
    if "custom" in draft:
        role["custom"] = custom_of(tx, draft["custom"], TYPE_ID)
    return tx.create(TYPE_ID, role)


def _set_name(_tx: Transaction, role: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(role, "name", given.get("name")) else None


def _change_buyer_assignable(_tx: Transaction, role: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(role, "buyerAssignable", given["buyerAssignable"]) else None


def _set_permissions(_tx: Transaction, role: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(role, "permissions", given.get("permissions", [])) else None


def _add_permission(_tx: Transaction, role: Resource, given: Fields) -> Effect:
    if given["permission"] in role["permissions"]:
        return None
    role["permissions"].append(given["permission"])
    return []


def _remove_permission(_tx: Transaction, role: Resource, given: Fields) -> Effect:
    if given["permission"] not in role["permissions"]:
        return None
    role["permissions"].remove(given["permission"])
    return []


def _before_delete(tx: Transaction, role: Resource) -> None:
    refuse_if_referenced(tx.store, TYPE_ID, role["id"], TYPE_ID, key=role["key"])


ACTIONS: dict[str, Action] = {
    "setName": action(_set_name, {}, {"name": text()}),
    "changeBuyerAssignable": action(_change_buyer_assignable, {"buyerAssignable": boolean}),
    "setPermissions": action(_set_permissions, {}, {"permissions": some_of(PERMISSIONS)}),
    "addPermission": action(_add_permission, {"permission": _permission}),
    "removePermission": action(_remove_permission, {"permission": _permission}),
    **silent_actions(TYPE_ID),
}

ASSOCIATE_ROLES = Kind(
    TYPE_ID, "/associate-roles", "associate_roles", create, ACTIONS, before_delete=_before_delete
)


def routes() -> list[Route]:
    """The endpoints of AssociateRoles."""
    return ASSOCIATE_ROLES.routes()
