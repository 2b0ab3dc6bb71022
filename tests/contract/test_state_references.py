"""What States refer to and what refers to them: targets of transitions, and who holds a state (sections 2.2, 2.5, 2.6)."""

from uuid import uuid4

import pytest

from tests.contract.drafts import by_key, create_state, custom_item, import_order, reference, state_draft
from tests.contract.project import Json, Project, answered, refused


def set_transitions(*targets: Json) -> Json:
    """The action that lets these states follow."""
    return {"action": "setTransitions", "transitions": list(targets)}


async def test_targets_may_be_named_by_id_and_by_key_together(project: Project) -> None:
    """In a draft and in an update; answers refer by id."""
    one, two = await create_state(project), await create_state(project)
    targets = [reference("state", one), by_key("state", two)]
    ids = [reference("state", one), reference("state", two)]
    assert (await create_state(project, transitions=targets))["transitions"] == ids
    state = await create_state(project)
    assert (await project.update("/states", state, set_transitions(*targets)))["transitions"] == ids


@pytest.mark.parametrize("how", ["id", "key"])
async def test_an_update_cannot_lead_to_an_unknown_state(project: Project, how: str) -> None:
    """ReferencedResourceNotFound that names it, and the transitions stay."""
    known = await create_state(project)
    state = await create_state(project, transitions=[])
    unknown = {"typeId": "state", how: str(uuid4())}
    answer = await project.attempt("/states", state, set_transitions(reference("state", known), unknown))
    error = refused(answer, 400, "ReferencedResourceNotFound")
    assert error.items() >= unknown.items()
    assert await project.read(f"/states/{state['id']}") == state


async def test_a_target_is_named_by_id_or_key_and_not_both(project: Project) -> None:
    """Even where both name the same state: InvalidJsonInput, by draft and by update (section 1.8)."""
    target, state = await create_state(project), await create_state(project)
    both = reference("state", target) | by_key("state", target)
    draft = state_draft(project, transitions=[both])
    refused(await project.post("/states", draft), 400, "InvalidJsonInput")
    refused(await project.attempt("/states", state, set_transitions(both)), 400, "InvalidJsonInput")
    refused(await project.get(f"/states/key={draft['key']}"), 404, "ResourceNotFound")


async def test_a_new_key_of_a_target_is_no_change_of_the_way(project: Project) -> None:
    """Transitions are by id: a target that is called otherwise is still the target."""
    target = await create_state(project)
    state = await create_state(project, transitions=[by_key("state", target)])
    await project.update("/states", target, {"action": "changeKey", "key": project.unique("state")})
    assert await project.read(f"/states/{state['id']}") == state


async def test_a_target_is_free_once_nothing_leads_to_it(project: Project) -> None:
    """ReferenceExists by id and by key, until the transitions are taken away."""
    target = await create_state(project)
    state = await create_state(project, transitions=[reference("state", target)])
    for path in (f"/states/{target['id']}", f"/states/key={target['key']}"):
        error = refused(await project.delete(path, target["version"]), 400, "ReferenceExists")
        assert error.get("referencedBy", "state") == "state"
    await project.update("/states", state, {"action": "setTransitions"})
    answered(await project.delete(f"/states/{target['id']}", target["version"]), 200)


async def test_assumed_a_state_does_not_hold_itself(project: Project) -> None:
    """A way from a state to itself does not keep it from being deleted [infer]."""
    state = await create_state(project)
    state = await project.update("/states", state, set_transitions(reference("state", state)))
    answered(await project.delete(f"/states/{state['id']}", state["version"]), 200)


async def test_a_state_that_a_line_is_in_cannot_be_deleted(project: Project) -> None:
    """Part of an order's quantity holds its state: ReferenceExists."""
    state = await create_state(project, type="LineItemState")
    bucket = [{"quantity": 2, "state": reference("state", state)}]
    order = await import_order(project, customLineItems=[custom_item(project, state=bucket)])
    answer = await project.delete(f"/states/{state['id']}", state["version"])
    assert refused(answer, 400, "ReferenceExists").get("referencedBy", "order") == "order"
    answered(await project.delete(f"/orders/{order['id']}", order["version"]), 200)
    answered(await project.delete(f"/states/{state['id']}", state["version"]), 200)


async def test_a_state_in_use_changes_all_but_its_type(project: Project) -> None:
    """Key, name, `initial` and transitions of a state change while an order is in it."""
    state, target = await create_state(project), await create_state(project)
    order = await import_order(project, state=reference("state", state))
    key = project.unique("state")
    changed = await project.update(
        "/states",
        state,
        {"action": "changeKey", "key": key},
        {"action": "setName", "name": {"en": "In use"}},
        {"action": "changeInitial", "initial": False},
        set_transitions(reference("state", target)),
    )
    assert (changed["key"], changed["name"], changed["initial"]) == (key, {"en": "In use"}, False)
    assert changed["transitions"] == [reference("state", target)]
    assert await project.read(f"/orders/{order['id']}") == order


async def test_assumed_the_type_of_a_state_in_use_cannot_change(project: Project) -> None:
    """An order would be in a state of another type: 400 ReferenceExists ([DOC] states best practices; code [infer])."""
    state = await create_state(project)
    await import_order(project, state=reference("state", state))
    action = {"action": "changeType", "type": "PaymentState"}
    refused(await project.attempt("/states", state, action), 400, "ReferenceExists")
    assert await project.read(f"/states/{state['id']}") == state
