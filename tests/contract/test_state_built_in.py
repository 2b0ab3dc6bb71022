"""The built-in State `Initial`: what of it can change and what cannot (section 2.6).

Only on a sandbox where something might change: the state is shared by everybody who uses the project.
"""

from collections.abc import AsyncIterator

import pytest

from tests.contract.drafts import by_key, create_state, reference, state_draft
from tests.contract.graphql import error_of, post
from tests.contract.project import Json, Project, refused

PATH = "/states/key=Initial"


@pytest.fixture
async def initial(sandbox_project: Project) -> AsyncIterator[Json]:
    """The built-in state; its name, description and transitions are put back at the end."""
    before = await sandbox_project.read(PATH)
    yield before
    now = await sandbox_project.read(PATH)
    back: dict[str, Json] = {
        "name": {"action": "setName", "name": before.get("name", {})},
        "description": {"action": "setDescription", "description": before.get("description", {})},
        "transitions": {"action": "setTransitions"},
    }
    if "transitions" in before:
        back["transitions"]["transitions"] = before["transitions"]
    changed = [action for name, action in back.items() if now.get(name) != before.get(name)]
    if changed:
        await sandbox_project.update("/states", now, *changed)


async def test_assumed_it_is_the_only_one(project: Project) -> None:
    """`builtIn = true` finds `Initial`, for line items, and nothing else: no other is known [JIT, R examples]."""
    found = await project.query("/states", "builtIn = true")
    assert [(state["key"], state["type"], state["initial"]) for state in found] == [
        ("Initial", "LineItemState", True)
    ]


async def test_its_key_is_taken(project: Project) -> None:
    """A second `Initial` is a DuplicateField, of whatever type."""
    for type_ in ("LineItemState", "OrderState"):
        draft = state_draft(project, key="Initial", type=type_)
        assert refused(await project.post("/states", draft), 400, "DuplicateField")["field"] == "key"


REFUSED: dict[str, Json] = {
    "changeKey": {"action": "changeKey", "key": "Beginning"},
    "changeType": {"action": "changeType", "type": "OrderState"},
}


@pytest.mark.parametrize("action", REFUSED.values(), ids=REFUSED.keys())
async def test_its_key_and_type_stay(sandbox_project: Project, initial: Json, action: Json) -> None:
    """InvalidOperation, and nothing has changed."""
    refused(await sandbox_project.attempt("/states", initial, action), 400, "InvalidOperation")
    assert await sandbox_project.read(PATH) == initial


async def test_it_cannot_be_deleted(sandbox_project: Project, initial: Json) -> None:
    """InvalidOperation, by key, by id and by GraphQL."""
    for path in (PATH, f"/states/{initial['id']}"):
        refused(await sandbox_project.delete(path, initial["version"]), 400, "InvalidOperation")
    mutation = """mutation($version: Long!) { deleteState(key: "Initial", version: $version) { id } }"""
    error_of(await post(sandbox_project, mutation, version=initial["version"]), "InvalidOperation")
    assert await sandbox_project.read(PATH) == initial


async def test_a_delete_of_it_with_a_stale_version_conflicts(sandbox_project: Project, initial: Json) -> None:
    """The version is looked at first."""
    answer = await sandbox_project.delete(PATH, initial["version"] + 1)
    refused(answer, 409, "ConcurrentModification")


async def test_its_name_and_description_can_be_set(sandbox_project: Project, initial: Json) -> None:
    """A live project calls it `Fulfillment Initial`."""
    name, text = {"en": "Fulfillment Initial"}, {"en": "Where it begins"}
    changed = await sandbox_project.update(
        "/states",
        initial,
        {"action": "setName", "name": name},
        {"action": "setDescription", "description": text},
    )
    assert (changed["name"], changed["description"], changed["key"]) == (name, text, "Initial")
    assert changed["version"] > initial["version"]
    assert changed["builtIn"] is True


async def test_its_transitions_can_be_set(sandbox_project: Project, initial: Json) -> None:
    """Listed and absent again, as the official tests do with it over and over."""
    shipped = await create_state(sandbox_project, type="LineItemState", initial=False)
    action: Json = {"action": "setTransitions", "transitions": [by_key("state", shipped)]}
    changed = await sandbox_project.update("/states", initial, action)
    assert changed["transitions"] == [reference("state", shipped)]
    changed = await sandbox_project.update("/states", changed, {"action": "setTransitions"})
    assert "transitions" not in changed
