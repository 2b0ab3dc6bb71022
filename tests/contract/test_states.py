"""States: defaults, keys, the three meanings of `transitions`, built-in states (sections 2.1 to 2.4, 2.6)."""

from uuid import uuid4

import pytest

from tests.contract.drafts import by_key, create_state, import_order, reference, state_draft
from tests.contract.project import Project, answered, refused

TYPES = (
    "OrderState RecurringOrderState LineItemState ProductState ReviewState PaymentState "
    "QuoteRequestState StagedQuoteState QuoteState"
).split()


async def test_a_state_is_initial_unless_said_otherwise(project: Project) -> None:
    """The default of `initial` is true; `builtIn` is false for what a client makes."""
    state = await create_state(project)
    assert state["initial"] is True
    assert state["builtIn"] is False
    assert (await create_state(project, initial=False))["initial"] is False


@pytest.mark.parametrize("type_", TYPES)
async def test_a_state_has_its_type(project: Project, type_: str) -> None:
    """All types of the enum can be made."""
    assert (await create_state(project, type=type_))["type"] == type_


async def test_transitions_stay_absent_empty_or_listed(project: Project) -> None:
    """Absent, `[]` and a list are three different things, and each stays what it is."""
    target = await create_state(project)
    absent = await create_state(project)
    empty = await create_state(project, transitions=[])
    listed = await create_state(project, transitions=[reference("state", target)])
    assert "transitions" not in absent
    assert empty["transitions"] == []
    assert listed["transitions"] == [reference("state", target)]
    for state in (absent, empty, listed):
        assert await project.read(f"/states/{state['id']}") == state


async def test_transitions_given_by_key_become_ids(project: Project) -> None:
    """A draft may name target states by key; answers refer by id."""
    target = await create_state(project)
    state = await create_state(project, transitions=[by_key("state", target)])
    assert state["transitions"] == [reference("state", target)]


async def test_a_target_state_must_exist(project: Project) -> None:
    """An unknown target, by id or by key, is a ReferencedResourceNotFound."""
    for identifier in ({"id": str(uuid4())}, {"key": project.unique("nobody")}):
        draft = state_draft(project, transitions=[{"typeId": "state", **identifier}])
        error = refused(await project.post("/states", draft), 400, "ReferencedResourceNotFound")
        assert error["typeId"] == "state"
        assert error.items() >= identifier.items()


async def test_a_key_is_unique_across_types(project: Project) -> None:
    """The same key for another type of state is a DuplicateField."""
    state = await create_state(project)
    draft = {"key": state["key"], "type": "PaymentState"}
    error = refused(await project.post("/states", draft), 400, "DuplicateField")
    assert error["field"] == "key"
    assert error["duplicateValue"] == state["key"]


async def test_an_empty_key_is_refused(project: Project) -> None:
    """An empty key is an InvalidOperation."""
    refused(await project.post("/states", {"key": "", "type": "OrderState"}), 400, "InvalidOperation")


async def test_name_description_and_roles_are_kept(project: Project) -> None:
    """What the draft says is what the state says."""
    fields = {
        "name": {"en": "Returned"},
        "description": {"en": "Came back", "de-DE": "Retoure"},
        "roles": ["Return"],
    }
    state = await create_state(project, type="LineItemState", **fields)
    assert state.items() >= fields.items()


async def test_the_built_in_state_is_there(project: Project) -> None:
    """Every project has one built-in state: `Initial` for line items."""
    state = await project.read("/states/key=Initial")
    assert (state["type"], state["builtIn"], state["initial"]) == ("LineItemState", True, True)


async def test_the_built_in_state_cannot_be_deleted(sandbox_project: Project) -> None:
    """Built-in states stay."""
    state = await sandbox_project.read("/states/key=Initial")
    answer = await sandbox_project.delete("/states/key=Initial", state["version"])
    assert answer.status_code == 400
    assert await sandbox_project.read("/states/key=Initial") == state


async def test_the_key_of_the_built_in_state_cannot_change(sandbox_project: Project) -> None:
    """A built-in state keeps its key."""
    state = await sandbox_project.read("/states/key=Initial")
    action = {"action": "changeKey", "key": sandbox_project.unique("state")}
    assert (await sandbox_project.attempt("/states", state, action)).status_code == 400


async def test_a_state_in_use_cannot_be_deleted(project: Project) -> None:
    """An order in the state holds it: ReferenceExists, until the order is gone."""
    state = await create_state(project)
    order = await import_order(project, state=reference("state", state))
    answer = await project.delete(f"/states/{state['id']}", state["version"])
    assert refused(answer, 400, "ReferenceExists").get("referencedBy", "order") == "order"
    answered(await project.delete(f"/orders/{order['id']}", order["version"]), 200)
    answered(await project.delete(f"/states/{state['id']}", state["version"]), 200)


async def test_assumed_a_transition_holds_its_target(project: Project) -> None:
    """A state that another one leads to cannot be deleted [memory]."""
    target = await create_state(project)
    await create_state(project, transitions=[reference("state", target)])
    answer = await project.delete(f"/states/{target['id']}", target["version"])
    refused(answer, 400, "ReferenceExists")
