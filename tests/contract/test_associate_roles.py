"""Associate roles: what they are made of, and how they change (section 8.2)."""

import pytest

from tests.contract.project import Json, Project, answered, refused

ROLES = "/associate-roles"


async def role(project: Project, *permissions: str, **fields: object) -> Json:
    """An AssociateRole with these permissions."""
    draft = {"key": project.unique("role"), "permissions": list(permissions), **fields}
    return await project.create(ROLES, draft)


async def test_a_role_has_its_permissions(project: Project) -> None:
    """As they were given, each once; whoever buys may assign it unless it says otherwise."""
    made = await role(project, "ViewMyOrders", "UpdateApprovalFlows", "ViewMyOrders", name="Approver")
    assert made["permissions"] == ["ViewMyOrders", "UpdateApprovalFlows"]
    assert (made["version"], made["name"], made["buyerAssignable"]) == (1, "Approver", True)
    assert await project.read(f"{ROLES}/key={made['key']}") == made
    assert await project.query(ROLES, f'key = "{made["key"]}" and buyerAssignable = true') == [made]


async def test_permissions_change(project: Project) -> None:
    """Added, removed, set; what changes nothing is no new version."""
    made = await role(project, "ViewMyOrders")
    add = {"action": "addPermission", "permission": "ViewOthersOrders"}
    remove = {"action": "removePermission", "permission": "ViewMyOrders"}
    changed = await project.update(ROLES, made, add, remove)
    assert (changed["permissions"], changed["version"]) == (["ViewOthersOrders"], 3)
    assert await project.update(ROLES, changed, add) == changed
    emptied = await project.update(ROLES, changed, {"action": "setPermissions", "permissions": []})
    assert emptied["permissions"] == []


async def test_a_stale_version_changes_nothing(project: Project) -> None:
    """409 with the current version."""
    made = await role(project)
    await project.update(ROLES, made, {"action": "setName", "name": "Buyer"})
    stale = await project.attempt(ROLES, made, {"action": "setName", "name": "Other"})
    assert refused(stale, 409, "ConcurrentModification")["currentVersion"] == 2


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({"key": "a-role", "permissions": ["Everything"]}, "InvalidField"),
        ({"permissions": []}, "RequiredField"),
    ],
)
async def test_what_is_no_role(project: Project, draft: Json, code: str) -> None:
    """A permission that there is not; a role without its key."""
    refused(await project.post(ROLES, draft, off_definition=True), 400, code)


async def test_a_key_is_taken_once_and_an_action_has_to_be_known(project: Project) -> None:
    """A second role of the key is a duplicate; the key itself cannot be changed."""
    made = await role(project)
    taken = refused(await project.post(ROLES, {"key": made["key"]}), 400, "DuplicateField")
    assert (taken["field"], taken["duplicateValue"]) == ("key", made["key"])
    body = {"version": 1, "actions": [{"action": "setKey", "key": "another"}]}
    refused(await project.post(f"{ROLES}/{made['id']}", body, off_definition=True), 400, "InvalidJsonInput")


async def test_a_role_goes_with_its_version(project: Project) -> None:
    """Deleted, it is answered once more, and then not found."""
    made = await role(project)
    assert answered(await project.delete(f"{ROLES}/{made['id']}", 1), 200) == made
    refused(await project.get(f"{ROLES}/{made['id']}"), 404, "ResourceNotFound")
