"""The roles of States: which type may have which, and how they are set, added and removed (sections 2.1, 2.5)."""

import pytest

from tests.contract.drafts import create_state, state_draft
from tests.contract.project import Json, Project, refused

TYPE_OF = {"ReviewIncludedInStatistics": "ReviewState", "Return": "LineItemState"}
OTHERS = {
    "ReviewIncludedInStatistics": ("LineItemState", "OrderState", "ProductState", "PaymentState"),
    "Return": ("ReviewState", "OrderState", "ProductState", "QuoteState"),
}
UNFIT = [(role, type_) for role, types in OTHERS.items() for type_ in types]


def roles_action(name: str, *roles: str) -> Json:
    """`setRoles`, `addRoles` or `removeRoles`."""
    return {"action": name, "roles": list(roles)}


@pytest.mark.parametrize(("role", "type_"), TYPE_OF.items())
async def test_a_role_goes_with_its_type(project: Project, role: str, type_: str) -> None:
    """By draft, `setRoles` and `addRoles` alike; each change raises the version."""
    assert (await create_state(project, type=type_, roles=[role]))["roles"] == [role]
    for name in ("setRoles", "addRoles"):
        state = await create_state(project, type=type_)
        assert state.get("roles", []) == []
        changed = await project.update("/states", state, roles_action(name, role))
        assert changed["roles"] == [role]
        assert changed["version"] > state["version"]


@pytest.mark.parametrize(("role", "type_"), UNFIT)
async def test_a_role_does_not_go_with_another_type(project: Project, role: str, type_: str) -> None:
    """InvalidOperation by update, and the state stays as it is."""
    state = await create_state(project, type=type_)
    for name in ("setRoles", "addRoles"):
        refused(await project.attempt("/states", state, roles_action(name, role)), 400, "InvalidOperation")
    assert await project.read(f"/states/{state['id']}") == state


@pytest.mark.parametrize(("role", "type_"), UNFIT)
async def test_assumed_a_draft_with_a_role_of_another_type_is_refused(
    project: Project, role: str, type_: str
) -> None:
    """InvalidOperation as by update, and nothing is made [infer]."""
    draft = state_draft(project, type=type_, roles=[role])
    refused(await project.post("/states", draft), 400, "InvalidOperation")
    refused(await project.get(f"/states/key={draft['key']}"), 404, "ResourceNotFound")


@pytest.mark.parametrize(("role", "type_"), TYPE_OF.items())
async def test_a_role_is_removed(project: Project, role: str, type_: str) -> None:
    """`removeRoles` and `setRoles []` leave no role, and raise the version."""
    for action in (roles_action("removeRoles", role), roles_action("setRoles")):
        state = await create_state(project, type=type_, roles=[role])
        changed = await project.update("/states", state, action)
        assert changed.get("roles", []) == []
        assert changed["version"] > state["version"]


NO_CHANGE: dict[str, tuple[list[str], Json]] = {
    "set what is there": (["Return"], roles_action("setRoles", "Return")),
    "set none where there are none": ([], roles_action("setRoles")),
    "add what is there": (["Return"], roles_action("addRoles", "Return")),
    "remove what is not there": ([], roles_action("removeRoles", "Return")),
}


@pytest.mark.parametrize(("roles", "action"), NO_CHANGE.values(), ids=NO_CHANGE.keys())
async def test_roles_that_change_nothing_are_refused(
    project: Project, roles: list[str], action: Json
) -> None:
    """InvalidOperation, and the version stays."""
    state = await create_state(project, type="LineItemState", roles=roles)
    refused(await project.attempt("/states", state, action), 400, "InvalidOperation")
    assert await project.read(f"/states/{state['id']}") == state


@pytest.mark.parametrize("name", ["addRoles", "removeRoles"])
async def test_assumed_no_roles_at_all_change_nothing(project: Project, name: str) -> None:
    """To add or remove none is an InvalidOperation [infer]."""
    state = await create_state(project, type="LineItemState", roles=["Return"])
    refused(await project.attempt("/states", state, roles_action(name)), 400, "InvalidOperation")


async def test_a_role_that_does_not_exist_is_refused(project: Project) -> None:
    """400, by draft and by update."""
    draft = state_draft(project, type="LineItemState", roles=["Retrun"])
    assert (await project.post("/states", draft, off_definition=True)).status_code == 400
    state = await create_state(project, type="LineItemState")
    body = {"version": state["version"], "actions": [roles_action("addRoles", "Retrun")]}
    answer = await project.post(f"/states/{state['id']}", body, off_definition=True)
    assert answer.status_code == 400


async def test_assumed_a_type_cannot_change_away_from_its_role(project: Project) -> None:
    """A role must go with the type, so the role goes first: InvalidOperation until then [infer]."""
    state = await create_state(project, type="LineItemState", roles=["Return"])
    change = {"action": "changeType", "type": "OrderState"}
    refused(await project.attempt("/states", state, change), 400, "InvalidOperation")
    changed = await project.update("/states", state, roles_action("removeRoles", "Return"), change)
    assert changed["type"] == "OrderState"
