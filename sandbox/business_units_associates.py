"""The associates of business units: who has which role there, by assignment and by inheritance.

Sources: `types/business-unit/AssociateDraft.raml`, `InheritedAssociate.raml`. Customers are taken at their id, as
everywhere here; roles must be there. A role that is assigned with `inheritance: Enabled` is had in the divisions below as
well, down to the first whose `associateMode` is `Explicit`. On the real API this is eventually consistent; here it holds
at once. Not documented, and chosen here: whom the unit has already cannot be added, whom it has not cannot be changed or
removed (InvalidOperation).
"""

from collections.abc import Iterator
from typing import Any, Protocol

from sandbox.associate_roles import PERMISSIONS
from sandbox.associate_roles import TYPE_ID as ROLE
from sandbox.drafts import Fields, list_of, one_of, record, resource_identifier
from sandbox.errors import invalid_operation
from sandbox.references import referred, resolve
from sandbox.store import Resource, Transaction

TYPE_ID = "business-unit"
INHERITING = "ExplicitAndFromParent"
_MOST_ASSOCIATES = 2000
_MOST_ROLES = 5

associate_draft = record(
    {
        "customer": resource_identifier("customer"),
        "associateRoleAssignments": list_of(
            record(
                {"associateRole": resource_identifier(ROLE)}, {"inheritance": one_of("Enabled", "Disabled")}
            )
        ),
    }
)
associate_drafts = list_of(associate_draft)


class Units(Protocol):
    """What is asked for a unit by its key: a store, or a transaction upon one."""

    def by_key(self, type_id: str, key: str) -> Resource | None:
        """The resource with this unique name, or None."""


def associate(tx: Transaction, draft: Fields) -> Fields:
    """An Associate from an AssociateDraft. ApiError: ReferencedResourceNotFound; InvalidOperation for too many roles."""
    given = draft["associateRoleAssignments"]
    if len(given) > _MOST_ROLES:
        raise invalid_operation(f"An associate has at most {_MOST_ROLES} roles.")
    assignments = {
        role["key"]: {"associateRole": role, "inheritance": one.get("inheritance", "Disabled")}
        for one in given
        for role in [_role(tx, one["associateRole"])]
    }
    return {
        "associateRoleAssignments": list(assignments.values()),
        "customer": referred(tx, draft["customer"]),
    }


def associates(tx: Transaction, drafts: list[Fields]) -> list[Fields]:
    """Several of them, each customer once. ApiError InvalidOperation otherwise."""
    made = [associate(tx, one) for one in drafts]
    if len({one["customer"]["id"] for one in made}) < len(made):
        raise invalid_operation("A customer is an associate of a business unit once.")
    if len(made) > _MOST_ASSOCIATES:
        raise invalid_operation(f"A business unit has at most {_MOST_ASSOCIATES} associates.")
    return made


def place_of(unit: Resource, customer_id: str) -> int | None:
    """Where in the unit's own associates the customer stands, or None."""
    ids = [one["customer"]["id"] for one in unit["associates"]]
    return ids.index(customer_id) if customer_id in ids else None


def inherited(units: Units, unit: Resource) -> list[Resource]:
    """The unit's InheritedAssociates: of each customer, the roles had from units above, and from which."""
    found: dict[str, Resource] = {}
    for above in _inherited_from(units, unit):
        for one in above["associates"]:
            roles = [
                {
                    "associateRole": assigned["associateRole"],
                    "source": {"typeId": TYPE_ID, "key": above["key"]},
                }
                for assigned in one["associateRoleAssignments"]
                if assigned["inheritance"] == "Enabled"
            ]
            if roles:
                empty = {"associateRoleAssignments": [], "customer": one["customer"]}
                found.setdefault(one["customer"]["id"], empty)["associateRoleAssignments"] += roles
    return list(found.values())


def roles_of(units: Units, unit: Resource, customer_id: str) -> tuple[list[Resource], list[Resource]] | None:
    """The AssociateRoles that a customer has in the unit, own and inherited; None for no associate of it."""
    own = _keys(unit["associates"], customer_id)
    above = _keys(inherited(units, unit), customer_id)
    if own is None and above is None:
        return None
    return _roles(units, own or []), _roles(units, above or [])


def permissions_of(units: Units, unit: Resource, customer_id: str) -> list[str] | None:
    """What a customer may do in the unit, by all roles there; None for no associate of it."""
    roles = roles_of(units, unit, customer_id)
    if roles is None:
        return None
    held = {permission for role in (*roles[0], *roles[1]) for permission in role["permissions"]}
    return [permission for permission in PERMISSIONS if permission in held]


def refuse_stranger(tx: Transaction, holder: Resource) -> None:
    """ApiError InvalidOperation for a cart or order whose customer is no associate of its business unit, if there is one."""
    unit = tx.by_key(TYPE_ID, holder["businessUnit"]["key"]) if "businessUnit" in holder else None
    customer = holder.get("customerId")
    if unit is not None and customer is not None and permissions_of(tx, unit, customer) is None:
        raise invalid_operation(f"The customer is no associate of the business unit '{unit['key']}'.")


def _inherited_from(units: Units, unit: Resource) -> Iterator[Resource]:
    """The units above that this one inherits from, the nearest first."""
    while unit["associateMode"] == INHERITING and "parentUnit" in unit:
        parent = units.by_key(TYPE_ID, unit["parentUnit"]["key"])
        assert parent is not None, "a unit with divisions is not deleted"
        yield parent
        unit = parent


def _role(tx: Transaction, identifier: Fields) -> Fields:
    return {"typeId": ROLE, "key": resolve(tx, identifier)["key"]}


def _keys(of: list[Any], customer_id: str) -> list[str] | None:
    """The keys of a customer's roles, each once, or None where the customer is not among them."""
    mine = [one for one in of if one["customer"]["id"] == customer_id]
    keys = (assigned["associateRole"]["key"] for one in mine for assigned in one["associateRoleAssignments"])
    return list(dict.fromkeys(keys)) if mine else None


def _roles(units: Units, keys: list[str]) -> list[Resource]:
    found = (units.by_key(ROLE, key) for key in keys)
    return [role for role in found if role is not None]
