"""States by GraphQL: the three mutations and the query (section 6), which do what REST does."""

from typing import Any
from uuid import uuid4

import pytest

from tests.contract.drafts import create_state, import_order, reference, state_draft
from tests.contract.graphql import data, error_of, post
from tests.contract.project import Json, Project
from tests.contract.test_states import TYPES

CREATE = """mutation($draft: StateDraft!) { createState(draft: $draft) {
  id version key type initial builtIn roles nameAllLocales { locale value } transitionsRef { typeId id } } }"""
UPDATE = """mutation($id: String, $key: String, $version: Long!, $actions: [StateUpdateAction!]!) {
  updateState(id: $id, key: $key, version: $version, actions: $actions) {
    id version key type initial roles nameAllLocales { locale value }
    descriptionAllLocales { locale value } transitionsRef { id } } }"""
DELETE = """mutation($id: String, $key: String, $version: Long!) {
  deleteState(id: $id, key: $key, version: $version) { id key version } }"""
QUERY = """query($where: String, $sort: [String!], $limit: Int, $offset: Int) {
  states(where: $where, sort: $sort, limit: $limit, offset: $offset) {
    total count offset exists results { id key type } } }"""
ENGLISH = [{"locale": "en", "value": "Named"}]


async def created(project: Project, **fields: Any) -> Json:
    """A state made by `createState`, which is removed when the run ends."""
    made: Json = (await data(project, CREATE, draft=state_draft(project, **fields)))["createState"]
    project.remember("/states", made)
    return made


@pytest.mark.parametrize("type_", TYPES)
async def test_a_state_of_every_type_is_created(project: Project, type_: str) -> None:
    """Version 1, initial by default, without transitions; REST reads the same state."""
    made = await created(project, type=type_)
    assert (made["version"], made["type"], made["initial"], made["builtIn"]) == (1, type_, True, False)
    assert made["transitionsRef"] is None
    rest = await project.read(f"/states/{made['id']}")
    assert (rest["key"], rest["type"], rest["version"]) == (made["key"], type_, 1)


async def test_a_state_is_created_with_all_that_it_can_have(project: Project) -> None:
    """Texts are lists by locale; a draft names targets by id only (ReferenceInput), unlike REST's."""
    target = await create_state(project)
    made = await created(
        project,
        type="LineItemState",
        initial=False,
        name=ENGLISH,
        roles=["Return"],
        transitions=[reference("state", target)],
    )
    assert (made["initial"], made["roles"], made["nameAllLocales"]) == (False, ["Return"], ENGLISH)
    targets = [reference("state", target)]
    assert made["transitionsRef"] == targets
    rest = await project.read(f"/states/{made['id']}")
    assert (rest["name"], rest["transitions"]) == ({"en": "Named"}, targets)


async def test_a_final_state_is_created(project: Project) -> None:
    """`transitions: []` is not the same as none given."""
    assert (await created(project, transitions=[]))["transitionsRef"] == []


async def test_what_createState_refuses(project: Project) -> None:  # noqa: N802 - the mutation's name
    """A taken key, an empty one, an unknown target, as REST refuses them; nothing is made."""
    state = await create_state(project)
    unknown = {"typeId": "state", "id": str(uuid4())}
    for code, fields in (
        ("DuplicateField", {"key": state["key"]}),
        ("InvalidOperation", {"key": ""}),
        ("ReferencedResourceNotFound", {"transitions": [unknown]}),
    ):
        answer = await post(project, CREATE, draft=state_draft(project, **fields))
        error_of(answer, code)
        assert answer.json()["data"] == {"createState": None}


UPDATES: dict[str, tuple[Json, str, Any]] = {
    "setName": ({"name": ENGLISH}, "nameAllLocales", ENGLISH),
    "setDescription": ({"description": ENGLISH}, "descriptionAllLocales", ENGLISH),
    "changeType": ({"type": "PaymentState"}, "type", "PaymentState"),
    "changeInitial": ({"initial": False}, "initial", False),
    "setTransitions": ({"transitions": []}, "transitionsRef", []),
    "setRoles": ({"roles": ["Return"]}, "roles", ["Return"]),
    "addRoles": ({"roles": ["Return"]}, "roles", ["Return"]),
}


@pytest.mark.parametrize(("name", "case"), UPDATES.items(), ids=UPDATES.keys())
async def test_an_action_changes_its_field(
    project: Project, name: str, case: tuple[Json, str, object]
) -> None:
    """An action is a field of its own in GraphQL; the version rises."""
    fields, shown, expected = case
    state = await create_state(project, type="LineItemState")
    variables = {"id": state["id"], "version": state["version"], "actions": [{name: fields}]}
    changed = (await data(project, UPDATE, **variables))["updateState"]
    assert changed[shown] == expected
    assert changed["version"] > state["version"]
    answer = await post(project, UPDATE, **variables | {"version": changed["version"]})
    error_of(answer, "InvalidOperation")


async def test_a_state_is_updated_by_its_key(project: Project) -> None:
    """Several actions in one request: roles removed, validation off and on again by key, another key."""
    target = await create_state(project)
    state = await create_state(project, type="LineItemState", roles=["Return"], transitions=[])
    key = project.unique("state")
    actions = [
        {"removeRoles": {"roles": ["Return"]}},
        {"setTransitions": {}},
        {"setTransitions": {"transitions": [{"key": target["key"]}]}},
        {"changeKey": {"key": key}},
    ]
    found = await data(project, UPDATE, key=state["key"], version=state["version"], actions=actions)
    changed = found["updateState"]
    assert (changed["id"], changed["key"], changed["roles"]) == (state["id"], key, [])
    assert changed["transitionsRef"] == [{"id": target["id"]}]


async def test_validation_is_turned_off(project: Project) -> None:
    """`setTransitions` without `transitions`: null afterwards, and not `[]`."""
    state = await create_state(project, transitions=[])
    actions: list[Json] = [{"setTransitions": {}}]
    found = await data(project, UPDATE, id=state["id"], version=state["version"], actions=actions)
    assert found["updateState"]["transitionsRef"] is None


async def test_a_stale_version_conflicts_even_with_no_actions(project: Project) -> None:
    """ConcurrentModification with the current version."""
    state = await create_state(project)
    answer = await post(project, UPDATE, id=state["id"], version=state["version"] + 1, actions=[])
    assert error_of(answer, "ConcurrentModification")["extensions"]["currentVersion"] == state["version"]


@pytest.mark.parametrize("how", ["id", "key"])
async def test_a_state_is_deleted(project: Project, how: str) -> None:
    """The answer is the state as it was; afterwards there is none to delete."""
    state = await create_state(project)
    variables = {how: state[how], "version": state["version"]}
    error_of(await post(project, DELETE, **variables | {"version": 7}), "ConcurrentModification")
    deleted = (await data(project, DELETE, **variables))["deleteState"]
    assert deleted == {name: state[name] for name in ("id", "key", "version")}
    error_of(await post(project, DELETE, **variables), "ResourceNotFound")


async def test_a_state_in_use_cannot_be_deleted(project: Project) -> None:
    """ReferenceExists, for an order and for another state's transitions."""
    used, target = await create_state(project), await create_state(project)
    await import_order(project, state=reference("state", used))
    await create_state(project, transitions=[reference("state", target)])
    for state in (used, target):
        answer = await post(project, DELETE, id=state["id"], version=state["version"])
        error_of(answer, "ReferenceExists")
        assert await project.read(f"/states/{state['id']}") == state


async def test_states_are_queried(project: Project) -> None:
    """Predicate, sort and page as by REST; `total` counts all that match."""
    states = [await create_state(project, type="QuoteState") for _ in range(3)]
    keys = sorted(state["key"] for state in states)
    quoted = ", ".join(f'"{key}"' for key in keys)
    where = f'type = "QuoteState" and key in ({quoted})'
    await project.eventually(lambda: project.query("/states", where), lambda found: len(found) == 3)
    found = (await data(project, QUERY, where=where, sort=["key desc"], limit=2, offset=1))["states"]
    assert [state["key"] for state in found["results"]] == keys[::-1][1:]
    assert (found["total"], found["count"], found["offset"], found["exists"]) == (3, 2, 1, True)
    nothing = f'type = "OrderState" and key in ({quoted})'
    assert (await data(project, QUERY, where=nothing))["states"]["results"] == []
    error_of(await post(project, QUERY, where="key ="), "InvalidInput", 400)
