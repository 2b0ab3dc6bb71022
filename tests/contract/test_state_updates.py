"""Update actions on states, by id and by key: each changes its field, and refuses to change nothing (section 2.5)."""

from typing import Any

import pytest

from tests.contract.drafts import by_key, create_state, reference
from tests.contract.project import Json, Project, refused
from tests.contract.test_states import TYPES


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
    "setName to none": ({}, {"action": "setName", "name": {}}),
    "setDescription to none": ({}, {"action": "setDescription", "description": {}}),
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
    """Each action sets its field and raises the version; an empty LocalizedString removes the text."""
    state = await create_state(project, type="LineItemState", **fields)
    changed = await project.update("/states", state, action)
    assert changed.get(name) in ((None, {}) if value is None else (value,))
    assert changed["version"] > state["version"]
    left = {"version", "lastModifiedAt", "lastModifiedBy", name}
    assert {one: changed[one] for one in changed.keys() - left} == {
        one: state[one] for one in state.keys() - left
    }


@pytest.mark.parametrize("type_", TYPES)
async def test_the_type_changes_to_any_other(project: Project, type_: str) -> None:
    """Every type of the enum; the version rises."""
    state = await create_state(project, type="QuoteState" if type_ == "OrderState" else "OrderState")
    changed = await project.update("/states", state, {"action": "changeType", "type": type_})
    assert changed["type"] == type_
    assert changed["version"] > state["version"]


async def test_assumed_the_same_key_again_is_refused(project: Project) -> None:
    """As for every other action of states: InvalidOperation [infer]."""
    state = await create_state(project)
    answer = await project.attempt("/states", state, {"action": "changeKey", "key": state["key"]})
    refused(answer, 400, "InvalidOperation")


async def test_a_request_with_one_action_that_changes_nothing_is_refused_whole(project: Project) -> None:
    """All or nothing: the actions before and after it do not happen either."""
    state = await create_state(project, transitions=[])
    name = {"action": "setName", "name": NAMED}
    nothing = {"action": "changeInitial", "initial": True}
    final = {"action": "setTransitions"}
    for actions in ((name, nothing, final), (nothing, name), (name, nothing)):
        refused(await project.attempt("/states", state, *actions), 400, "InvalidOperation")
    assert await project.read(f"/states/{state['id']}") == state


async def test_actions_follow_each_other(project: Project) -> None:
    """One request there and back again: each action sees what the one before has done."""
    state = await create_state(project)
    there, back = ({"action": "changeInitial", "initial": value} for value in (False, True))
    changed = await project.update("/states", state, there, back)
    assert changed["initial"] is True
    changed = await project.update("/states", changed, there)
    refused(await project.attempt("/states", changed, back, back), 400, "InvalidOperation")


@pytest.mark.parametrize("how", ["id", "key"])
async def test_a_stale_version_conflicts_by_id_and_by_key(project: Project, how: str) -> None:
    """409 with the current version, whatever the actions are, and with none."""
    state = await create_state(project)
    path = f"/states/{state['id']}" if how == "id" else f"/states/key={state['key']}"
    changed = await project.update("/states", state, {"action": "setName", "name": NAMED})
    for actions in (
        [],
        [{"action": "setName", "name": NAMED}],
        [{"action": "changeInitial", "initial": False}],
    ):
        answer = await project.post(path, {"version": state["version"], "actions": actions})
        error = refused(answer, 409, "ConcurrentModification")
        assert error["currentVersion"] == changed["version"]
    assert await project.read(path) == changed


async def test_an_unknown_action_is_refused(project: Project) -> None:
    """400, and nothing has changed."""
    state = await create_state(project)
    body = {"version": state["version"], "actions": [{"action": "setColour", "colour": "red"}]}
    answer = await project.post(f"/states/{state['id']}", body, off_definition=True)
    assert answer.status_code == 400
    assert await project.read(f"/states/{state['id']}") == state
