"""Every resource's envelope, optimistic locking and atomic updates (sections 1.3 to 1.5), shown on states."""

import re
from uuid import UUID, uuid4

from tests.contract.drafts import create_state, state_draft
from tests.contract.project import Project, answered, refused

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def set_name(text: str) -> dict[str, object]:
    """An action that changes the name, whatever it was."""
    return {"action": "setName", "name": {"en": text}}


async def test_a_new_resource_has_version_one_and_its_envelope(project: Project) -> None:
    """Id, version, moments and the API client that made it."""
    state = await create_state(project)
    assert UUID(state["id"])
    assert state["version"] == 1
    assert TIMESTAMP.fullmatch(state["createdAt"])
    assert TIMESTAMP.fullmatch(state["lastModifiedAt"])
    assert state["createdBy"]["clientId"] == project.client_id
    assert state["lastModifiedBy"]["clientId"] == project.client_id


async def test_what_was_made_is_what_is_read(project: Project) -> None:
    """The answer of a create is the resource as it is read afterwards, by id and by key."""
    state = await create_state(project)
    assert await project.read(f"/states/{state['id']}") == state
    assert await project.read(f"/states/key={state['key']}") == state


async def test_the_external_user_is_recorded(project: Project) -> None:
    """`X-External-User-ID` says who stands behind the client: for the creation and for the last change."""
    draft = state_draft(project)
    headers = {"X-External-User-ID": "ana"}
    answer = await project.request("POST", "/states", body=draft, headers=headers)
    state = answered(answer, 201)
    project.remember("/states", state)
    assert state["createdBy"]["externalUserId"] == "ana"
    body = {"version": state["version"], "actions": [set_name("by ben")]}
    answer = await project.request(
        "POST", f"/states/{state['id']}", body=body, headers={"X-External-User-ID": "ben"}
    )
    changed = answered(answer, 200)
    assert changed["createdBy"]["externalUserId"] == "ana"
    assert changed["lastModifiedBy"]["externalUserId"] == "ben"


async def test_an_update_raises_the_version_and_answers_the_resource(project: Project) -> None:
    """The answer is the full resource with a higher version and a later moment of change."""
    state = await create_state(project)
    changed = await project.update("/states", state, set_name("Named"))
    assert changed["version"] > state["version"]
    assert changed["name"] == {"en": "Named"}
    assert changed["createdAt"] == state["createdAt"]
    assert changed["lastModifiedAt"] >= state["lastModifiedAt"]
    assert await project.read(f"/states/{state['id']}") == changed


async def test_a_stale_version_conflicts(project: Project) -> None:
    """409 tells what was expected, what is, and the current version; nothing changes."""
    state = await create_state(project)
    changed = await project.update("/states", state, set_name("First"))
    error = refused(
        await project.attempt("/states", state, set_name("Second")), 409, "ConcurrentModification"
    )
    assert error["message"] == (
        f"Object {state['id']} has a different version than expected. Expected: 1 - Actual: {changed['version']}."
    )
    assert error["currentVersion"] == changed["version"]
    assert await project.read(f"/states/{state['id']}") == changed


async def test_a_version_from_the_future_conflicts(project: Project) -> None:
    """Any other version than the current one is a conflict."""
    state = await create_state(project)
    ahead = state | {"version": 7}
    error = refused(await project.attempt("/states", ahead, set_name("Ahead")), 409, "ConcurrentModification")
    assert error["currentVersion"] == 1


async def test_a_stale_version_conflicts_even_with_no_actions(project: Project) -> None:
    """The version is checked with an empty list of actions too."""
    state = await create_state(project)
    await project.update("/states", state, set_name("First"))
    refused(await project.attempt("/states", state), 409, "ConcurrentModification")


async def test_the_version_is_checked_before_the_actions(project: Project) -> None:
    """A stale version conflicts although the action could never succeed."""
    state = await create_state(project)
    await project.update("/states", state, set_name("First"))
    impossible = {"action": "setTransitions", "transitions": [{"typeId": "state", "id": str(uuid4())}]}
    refused(await project.attempt("/states", state, impossible), 409, "ConcurrentModification")


async def test_assumed_no_actions_change_nothing(project: Project) -> None:
    """An empty list on the current version answers 200 and the same version [memory]."""
    state = await create_state(project)
    assert await project.update("/states", state) == state


async def test_the_actions_of_a_request_are_atomic(project: Project) -> None:
    """When the second action fails, the first has not happened."""
    state = await create_state(project)
    impossible = {"action": "setTransitions", "transitions": [{"typeId": "state", "id": str(uuid4())}]}
    answer = await project.attempt("/states", state, set_name("Half"), impossible)
    refused(answer, 400, "ReferencedResourceNotFound")
    assert await project.read(f"/states/{state['id']}") == state


async def test_the_actions_of_a_request_apply_in_order(project: Project) -> None:
    """A later action sees what an earlier one did: the second of two same names changes nothing and fails."""
    state = await create_state(project)
    changed = await project.update("/states", state, set_name("One"), set_name("Two"))
    assert changed["name"] == {"en": "Two"}
    answer = await project.attempt("/states", changed, set_name("Three"), set_name("Three"))
    refused(answer, 400, "InvalidOperation")
    assert await project.read(f"/states/{state['id']}") == changed


async def test_assumed_each_effective_action_raises_the_version_by_one(project: Project) -> None:
    """Two changes in one request raise the version by two (section 12, open question 5)."""
    state = await create_state(project)
    changed = await project.update(
        "/states", state, set_name("One"), {"action": "changeInitial", "initial": False}
    )
    assert changed["version"] == state["version"] + 2
