"""The update actions of business units. Source: `types/business-unit/updates/`.

A division stays below its top-level unit. Left out: actions on addresses and on customer groups, `setUnitType`.
"""

from sandbox.business_units_associates import (
    INHERITING,
    TYPE_ID,
    associate,
    associate_draft,
    associate_drafts,
    associates,
    inherited,
    place_of,
)
from sandbox.custom_fields import silent_actions
from sandbox.drafts import Fields, boolean, list_of, one_of, resource_identifier, text
from sandbox.errors import invalid_operation
from sandbox.references import key_referred, referred, resolve
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Apply, Effect, action, set_or_remove

STATUSES = ("Active", "Inactive")
MODES = ("Explicit", INHERITING)
STORE_MODES = ("Explicit", "FromParent")


def _set(field: str) -> Apply:
    """Set the field of the action's own name; an optional one is removed where no value is given."""

    def apply(_tx: Transaction, unit: Resource, given: Fields) -> Effect:
        return [] if set_or_remove(unit, field, given.get(field)) else None

    return apply


def refuse_for_company(unit: Resource) -> None:
    """ApiError InvalidOperation for a company that would inherit: there is nothing above it."""
    of_parent = [unit["associateMode"], unit["approvalRuleMode"], unit["storeMode"]]
    if unit["unitType"] == "Company" and of_parent != ["Explicit"] * 3:
        raise invalid_operation("A company has no parent to inherit from: its modes are Explicit.")


def _mode(field: str) -> Apply:
    def apply(_tx: Transaction, unit: Resource, given: Fields) -> Effect:
        if not set_or_remove(unit, field, given[field]):
            return None
        refuse_for_company(unit)
        return []

    return apply


def _change_associate_mode(tx: Transaction, unit: Resource, given: Fields) -> Effect:
    kept = inherited(tx, unit) if given["makeInheritedAssociatesExplicit"] else []
    if not set_or_remove(unit, "associateMode", given["associateMode"]):
        return None
    refuse_for_company(unit)
    for one in kept:
        place = place_of(unit, one["customer"]["id"])
        if place is None:
            unit["associates"].append({"associateRoleAssignments": [], "customer": one["customer"]})
        own = unit["associates"][-1 if place is None else place]["associateRoleAssignments"]
        had = {assigned["associateRole"]["key"] for assigned in own}
        roles = {a["associateRole"]["key"]: a["associateRole"] for a in one["associateRoleAssignments"]}
        own += [
            {"associateRole": role, "inheritance": "Disabled"}
            for key, role in roles.items()
            if key not in had
        ]
    return []


def _change_parent(tx: Transaction, unit: Resource, given: Fields) -> Effect:
    parent = resolve(tx, given["parentUnit"])
    if "parentUnit" not in unit:
        raise invalid_operation("A company has no parent unit.")
    if parent["topLevelUnit"] != unit["topLevelUnit"]:
        raise invalid_operation("The new parent unit must have the same top-level unit.")
    above: Resource | None = parent
    while above is not None:
        if above["id"] == unit["id"]:
            raise invalid_operation("A business unit cannot be below itself.")
        above = tx.by_key(TYPE_ID, above["parentUnit"]["key"]) if "parentUnit" in above else None
    return [] if set_or_remove(unit, "parentUnit", {"typeId": TYPE_ID, "key": parent["key"]}) else None


def _set_associates(tx: Transaction, unit: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(unit, "associates", associates(tx, given["associates"])) else None


def _add_associate(tx: Transaction, unit: Resource, given: Fields) -> Effect:
    made = associate(tx, given["associate"])
    if place_of(unit, made["customer"]["id"]) is not None:
        raise invalid_operation("The customer is an associate of this business unit already.")
    unit["associates"].append(made)
    return []


def _change_associate(tx: Transaction, unit: Resource, given: Fields) -> Effect:
    made = associate(tx, given["associate"])
    place = _placed(unit, made["customer"]["id"])
    if unit["associates"][place] == made:
        return None
    unit["associates"][place] = made
    return []


def _remove_associate(tx: Transaction, unit: Resource, given: Fields) -> Effect:
    del unit["associates"][_placed(unit, referred(tx, given["customer"])["id"])]
    return []


def _placed(unit: Resource, customer_id: str) -> int:
    place = place_of(unit, customer_id)
    if place is None:
        raise invalid_operation("The customer is no associate of this business unit.")
    return place


def _set_stores(tx: Transaction, unit: Resource, given: Fields) -> Effect:
    stores = [key_referred(tx, one) for one in given["stores"]]
    return [] if set_or_remove(unit, "stores", stores) else None


ACTIONS: dict[str, Action] = {
    "changeName": action(_set("name"), {"name": text()}),
    "changeStatus": action(_set("status"), {"status": one_of(*STATUSES)}),
    "setContactEmail": action(_set("contactEmail"), {}, {"contactEmail": text()}),
    "changeParentUnit": action(_change_parent, {"parentUnit": resource_identifier(TYPE_ID)}),
    "changeApprovalRuleMode": action(_mode("approvalRuleMode"), {"approvalRuleMode": one_of(*MODES)}),
    "changeAssociateMode": action(
        _change_associate_mode,
        {"associateMode": one_of(*MODES), "makeInheritedAssociatesExplicit": boolean},
    ),
    "setAssociates": action(_set_associates, {"associates": associate_drafts}),
    "addAssociate": action(_add_associate, {"associate": associate_draft}),
    "changeAssociate": action(_change_associate, {"associate": associate_draft}),
    "removeAssociate": action(_remove_associate, {"customer": resource_identifier("customer")}),
    "setStores": action(_set_stores, {"stores": list_of(resource_identifier("store"))}),
    **silent_actions(TYPE_ID),
}
