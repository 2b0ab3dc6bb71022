"""Update actions on states: what changes nothing is an InvalidOperation (section 2.5)."""

from typing import Any

import pytest

from tests.contract.drafts import by_key, create_state, reference
from tests.contract.project import Json, Project, refused


async def test_a_key_changes(project: Project) -> None:
    """The state is found by its new key and no longer by the old one."""
    state = await create_state(project)
    key = project.unique("state")
    changed = await project.update("/states", state, {"action": "changeKey", "key": key})
    assert await project.read(f"/states/key={key}") == changed
    refused(await project.get(f"/states/key={state['key']}"), 404, "ResourceNotFound")


async def test_a_key_cannot_change_to_one_that_is_taken(project: Project) -> None:
    """Another state's key is a DuplicateField, an empty one an InvalidOperation."""
    state, other = await create_state(project), await create_state(project)
    answer = await project.attempt("/states", state, {"action": "changeKey", "key": other["key"]})
    assert refused(answer, 400, "DuplicateField")["field"] == "key"
    answer = await project.attempt("/states", state, {"action": "changeKey", "key": ""})
    refused(answer, 400, "InvalidOperation")


async def test_transitions_are_set_emptied_and_removed(project: Project) -> None:
    """A list, `[]` (final) and nothing (validation off) are set by the same action."""
    target, state = await create_state(project), await create_state(project)
    action: Json = {"action": "setTransitions", "transitions": [by_key("state", target)]}
    state = await project.update("/states", state, action)
    assert state["transitions"] == [reference("state", target)]
    state = await project.update("/states", state, {"action": "setTransitions", "transitions": []})
    assert state["transitions"] == []
    state = await project.update("/states", state, {"action": "setTransitions"})
    assert "transitions" not in state


async def test_states_may_lead_to_each_other_and_to_themselves(project: Project) -> None:
    """Cycles are set after the states are there."""
    one, two = await create_state(project), await create_state(project)
    both = [reference("state", one), reference("state", two)]
    one = await project.update("/states", one, {"action": "setTransitions", "transitions": both})
    two = await project.update("/states", two, {"action": "setTransitions", "transitions": both})
    assert one["transitions"] == two["transitions"] == both


NAMED = {"en": "Named"}
NO_CHANGE: dict[str, tuple[Json, Json]] = {
    "setName": ({"name": NAMED}, {"action": "setName", "name": NAMED}),
    "setDescription": ({"description": NAMED}, {"action": "setDescription", "description": NAMED}),
    "changeType": ({}, {"action": "changeType", "type": "LineItemState"}),
    "changeInitial": ({}, {"action": "changeInitial", "initial": True}),
    "setTransitions to final": ({"transitions": []}, {"action": "setTransitions", "transitions": []}),
    "setTransitions to off": ({}, {"action": "setTransitions"}),
    "setRoles": ({"roles": ["Return"]}, {"action": "setRoles", "roles": ["Return"]}),
    "addRoles": ({"roles": ["Return"]}, {"action": "addRoles", "roles": ["Return"]}),
    "removeRoles": ({}, {"action": "removeRoles", "roles": ["Return"]}),
}


@pytest.mark.parametrize(("fields", "action"), NO_CHANGE.values(), ids=NO_CHANGE.keys())
async def test_an_action_that_changes_nothing_is_refused(
    project: Project, fields: Json, action: Json
) -> None:
    """States are strict: the same value again is an InvalidOperation, and the version stays."""
    state = await create_state(project, type="LineItemState", **fields)
    refused(await project.attempt("/states", state, action), 400, "InvalidOperation")
    assert await project.read(f"/states/{state['id']}") == state


async def test_the_same_transitions_again_are_refused(project: Project) -> None:
    """The same list, even by key instead of id, changes nothing: InvalidOperation."""
    target = await create_state(project)
    state = await create_state(project, transitions=[reference("state", target)])
    action = {"action": "setTransitions", "transitions": [by_key("state", target)]}
    refused(await project.attempt("/states", state, action), 400, "InvalidOperation")


CHANGES: dict[str, tuple[Json, Json, str, Any]] = {
    "setName": ({}, {"action": "setName", "name": NAMED}, "name", NAMED),
    "setName removes": ({"name": NAMED}, {"action": "setName", "name": {}}, "name", None),
    "setDescription": ({}, {"action": "setDescription", "description": NAMED}, "description", NAMED),
    "setDescription removes": (
        {"description": NAMED},
        {"action": "setDescription", "description": {}},
        "description",
        None,
    ),
    "changeType": ({}, {"action": "changeType", "type": "PaymentState"}, "type", "PaymentState"),
    "changeInitial": ({}, {"action": "changeInitial", "initial": False}, "initial", False),
    "setRoles": ({}, {"action": "setRoles", "roles": ["Return"]}, "roles", ["Return"]),
    "addRoles": ({}, {"action": "addRoles", "roles": ["Return"]}, "roles", ["Return"]),
}


@pytest.mark.parametrize(("fields", "action", "name", "value"), CHANGES.values(), ids=CHANGES.keys())
async def test_an_action_changes_its_field(
    project: Project, fields: Json, action: Json, name: str, value: object
) -> None:
    """Each action sets its field; an empty LocalizedString removes it."""
    state = await create_state(project, type="LineItemState", **fields)
    changed = await project.update("/states", state, action)
    assert changed.get(name) in ((None, {}) if value is None else (value,))


async def test_roles_are_removed(project: Project) -> None:
    """`removeRoles` and `setRoles []` leave no role."""
    for action in ({"action": "removeRoles", "roles": ["Return"]}, {"action": "setRoles", "roles": []}):
        state = await create_state(project, type="LineItemState", roles=["Return"])
        assert (await project.update("/states", state, action)).get("roles", []) == []


async def test_a_role_must_fit_the_type(project: Project) -> None:
    """`Return` is for line items: on an order state it is an InvalidOperation."""
    state = await create_state(project)
    for name in ("setRoles", "addRoles"):
        answer = await project.attempt("/states", state, {"action": name, "roles": ["Return"]})
        refused(answer, 400, "InvalidOperation")
