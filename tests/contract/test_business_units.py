"""Business units: companies, their divisions, and their associates (section 8.1).

Where associates are named this is the sandbox only: it takes customers at their id, and a real project has to have them.
"""

from typing import Any
from uuid import uuid4

import pytest

from tests.contract.drafts import cart_draft, order_draft
from tests.contract.project import Json, Project, answered, refused
from tests.contract.test_associate_roles import ROLES, role

UNITS = "/business-units"
ANA, BEN = str(uuid4()), str(uuid4())


def associate(customer: str, *roles: Json, inheritance: str = "Disabled") -> Json:
    """An AssociateDraft."""
    return {
        "customer": {"typeId": "customer", "id": customer},
        "associateRoleAssignments": [
            {"associateRole": {"typeId": "associate-role", "key": one["key"]}, "inheritance": inheritance}
            for one in roles
        ],
    }


async def company(project: Project, **fields: Any) -> Json:
    """A Company."""
    key = project.unique("acme")
    return await project.create(UNITS, {"key": key, "name": "Acme", "unitType": "Company", **fields})


async def division(project: Project, parent: Json, **fields: Any) -> Json:
    """A Division of a unit."""
    key = project.unique("north")
    above = {"parentUnit": {"typeId": "business-unit", "key": parent["key"]}}
    return await project.create(
        UNITS, {"key": key, "name": "North", "unitType": "Division", **above, **fields}
    )


async def associates_of(project: Project, unit: Json) -> tuple[list[Json], list[Json]]:
    """The unit's own associates and those whom it inherits."""
    found = await project.read(f"{UNITS}/{unit['id']}")
    return found["associates"], found["inheritedAssociates"]


async def test_a_company_is_its_own_top(project: Project) -> None:
    """Active, explicit in everything, without a parent; found by id, key and query."""
    made = await company(project, contactEmail="office@acme.example")
    assert made["topLevelUnit"] == {"typeId": "business-unit", "key": made["key"]}
    modes = (made["status"], made["storeMode"], made["associateMode"], made["approvalRuleMode"])
    assert modes == ("Active", "Explicit", "Explicit", "Explicit")
    assert made["associates"] == []
    assert "parentUnit" not in made
    assert await project.read(f"{UNITS}/key={made['key']}") == made
    assert await project.query(UNITS, f'key = "{made["key"]}" and unitType = "Company"') == [made]


async def test_a_division_of_a_division(project: Project) -> None:
    """Its parent is the division, its top the company; it inherits unless it says otherwise."""
    top = await company(project)
    middle = await division(project, top)
    below = await division(project, middle, associateMode="Explicit")
    assert below["parentUnit"]["key"] == middle["key"]
    assert below["topLevelUnit"] == middle["topLevelUnit"] == top["topLevelUnit"]
    assert (middle["associateMode"], below["associateMode"]) == ("ExplicitAndFromParent", "Explicit")


async def test_what_is_no_unit(project: Project) -> None:
    """No parent, one that is not there, a key that is taken."""
    draft = {"key": project.unique("unit"), "name": "North", "unitType": "Division"}
    error = refused(await project.post(UNITS, draft, off_definition=True), 400, "RequiredField")
    assert error["field"] == "parentUnit"
    nowhere = {"parentUnit": {"typeId": "business-unit", "key": "nowhere-at-all"}}
    refused(await project.post(UNITS, draft | nowhere), 400, "ReferencedResourceNotFound")
    made = await company(project)
    again = {"key": made["key"], "name": "Acme", "unitType": "Company"}
    refused(await project.post(UNITS, again), 400, "DuplicateField")


async def test_a_role_that_is_not_there(sandbox_project: Project) -> None:
    """Cannot be given, neither at first nor later; the answer says which."""
    project, nothing = sandbox_project, {"key": "no-such-role"}
    draft = {"key": project.unique("acme"), "name": "Acme", "unitType": "Company"}
    answer = await project.post(UNITS, draft | {"associates": [associate(ANA, nothing)]})
    error = refused(answer, 400, "ReferencedResourceNotFound")
    assert (error["typeId"], error["key"]) == ("associate-role", "no-such-role")
    made = await company(project)
    add = {"action": "addAssociate", "associate": associate(ANA, nothing)}
    refused(await project.attempt(UNITS, made, add), 400, "ReferencedResourceNotFound")
    assert (await project.read(f"{UNITS}/{made['id']}"))["version"] == 1


async def test_associates_come_change_and_go(sandbox_project: Project) -> None:
    """Each action is one version; a customer is there once, and has to be there to be changed or removed."""
    project = sandbox_project
    buyer, approver = await role(project), await role(project)
    unit = await company(project)
    add = {"action": "addAssociate", "associate": associate(ANA, buyer)}
    change = {"action": "changeAssociate", "associate": associate(ANA, buyer, approver)}
    unit = await project.update(UNITS, unit, add, change)
    (ana,) = unit["associates"]
    keys = [one["associateRole"]["key"] for one in ana["associateRoleAssignments"]]
    assert (unit["version"], keys) == (3, [buyer["key"], approver["key"]])
    assert await project.update(UNITS, unit, change) == unit
    refused(await project.attempt(UNITS, unit, add), 400, "InvalidOperation")
    remove = {"action": "removeAssociate", "customer": {"typeId": "customer", "id": ANA}}
    unit = await project.update(UNITS, unit, remove)
    refused(await project.attempt(UNITS, unit, remove), 400, "InvalidOperation")
    unit = await project.update(UNITS, unit, {"action": "setAssociates", "associates": [associate(BEN)]})
    assert [one["customer"]["id"] for one in unit["associates"]] == [BEN]


async def test_a_division_inherits_what_is_meant_to_be(sandbox_project: Project) -> None:
    """Roles with inheritance, from all units above, until a unit that is explicit; a query finds by them."""
    project = sandbox_project
    approver, buyer = await role(project), await role(project)
    top = await company(
        project,
        associates=[associate(ANA, approver, inheritance="Enabled"), associate(BEN, buyer)],
    )
    middle = await division(project, top, associates=[associate(BEN, buyer, inheritance="Enabled")])
    below = await division(project, middle)

    def inherited(customer: str, of: Json, source: Json) -> Json:
        named = {"typeId": "associate-role", "key": of["key"]}
        above = {"typeId": "business-unit", "key": source["key"]}
        return {
            "customer": {"typeId": "customer", "id": customer},
            "associateRoleAssignments": [{"associateRole": named, "source": above}],
        }

    of_top = inherited(ANA, approver, top)
    assert await associates_of(project, middle) == (middle["associates"], [of_top])
    assert await associates_of(project, below) == ([], [inherited(BEN, buyer, middle), of_top])
    whose = f'inheritedAssociates(customer(id = "{ANA}"))'
    assert [one["id"] for one in await project.query(UNITS, whose)] == [middle["id"], below["id"]]
    explicit = {
        "action": "changeAssociateMode",
        "associateMode": "Explicit",
        "makeInheritedAssociatesExplicit": True,
    }
    made = await project.update(UNITS, middle, explicit)
    assert [one["customer"]["id"] for one in made["associates"]] == [BEN, ANA]
    assert made["inheritedAssociates"] == []
    assert await associates_of(project, below) == ([], [inherited(BEN, buyer, middle)])


async def test_what_an_associate_may_do(sandbox_project: Project) -> None:
    """All permissions of all roles, given or inherited; who is no associate is not found."""
    project = sandbox_project
    approver = await role(project, "UpdateApprovalFlows", "ViewOthersOrders")
    buyer = await role(project, "ViewOthersOrders", "ViewMyOrders")
    top = await company(project, associates=[associate(ANA, approver, inheritance="Enabled")])
    below = await division(project, top, associates=[associate(ANA, buyer)])
    for path in (f"{UNITS}/{below['id']}", f"{UNITS}/key={below['key']}"):
        found = await project.read(f"{path}/associates/{ANA}")
        assert found["associateRoles"] == [buyer]
        assert found["inheritedAssociateRoles"] == [approver]
        assert sorted(found["permissions"]) == ["UpdateApprovalFlows", "ViewMyOrders", "ViewOthersOrders"]
    refused(await project.get(f"{UNITS}/{below['id']}/associates/{BEN}"), 404, "ResourceNotFound")


async def test_an_inactive_unit_takes_no_carts_and_orders(project: Project) -> None:
    """Neither is made in its name until it is active again."""
    unit = await company(project)
    named = {"businessUnit": {"typeId": "business-unit", "key": unit["key"]}}
    unit = await project.update(UNITS, unit, {"action": "changeStatus", "status": "Inactive"})
    refused(await project.post("/carts", cart_draft(project, **named)), 400, "InvalidOperation")
    refused(await project.post("/orders/import", order_draft(project, **named)), 400, "InvalidOperation")


async def test_units_and_roles_that_are_needed_stay(sandbox_project: Project) -> None:
    """A company with a division, and a role that somebody has, cannot be deleted; afterwards they can."""
    project = sandbox_project
    buyer = await role(project)
    top = await company(project, associates=[associate(ANA, buyer)])
    below = await division(project, top)
    refused(await project.delete(f"{UNITS}/{top['id']}", 1), 400, "ReferenceExists")
    refused(await project.delete(f"{ROLES}/{buyer['id']}", 1), 400, "ReferenceExists")
    for path in (f"{UNITS}/{below['id']}", f"{UNITS}/{top['id']}", f"{ROLES}/{buyer['id']}"):
        answered(await project.delete(path, 1), 200)


async def test_a_division_moves_below_its_top(project: Project) -> None:
    """To another unit of the same company; never below itself, nor to another company."""
    top, other = await company(project), await company(project)
    two, one = await division(project, top), await division(project, top)

    def parent(unit: Json) -> Json:
        named = {"typeId": "business-unit", "id": unit["id"]}
        return {"action": "changeParentUnit", "parentUnit": named}

    one = await project.update(UNITS, one, parent(two))
    assert one["parentUnit"]["key"] == two["key"]
    for unit, wrong in ((two, one), (two, two), (two, other), (top, two)):
        refused(await project.attempt(UNITS, unit, parent(wrong)), 400, "InvalidOperation")


@pytest.mark.parametrize("mode", ["associateMode", "approvalRuleMode"])
async def test_a_company_inherits_from_nobody(project: Project, mode: str) -> None:
    """There is nothing above it."""
    draft = {"key": project.unique("acme"), "name": "Acme", "unitType": "Company"}
    refused(await project.post(UNITS, draft | {mode: "ExplicitAndFromParent"}), 400, "InvalidOperation")


async def test_addresses_are_named_by_their_place(project: Project) -> None:
    """The draft's numbers become ids."""
    made = await company(
        project,
        addresses=[{"country": "DE", "key": "works"}, {"country": "FR", "key": "office"}],
        shippingAddresses=[0],
        defaultBillingAddress=1,
    )
    works, office = (one["id"] for one in made["addresses"])
    assert (made["shippingAddressIds"], made["billingAddressIds"]) == ([works], [office])
    assert made["defaultBillingAddressId"] == office
