"""Get, head and delete by id and by key, and correlation ids (sections 1.3 to 1.5), shown on states."""

from uuid import uuid4

from tests.contract.drafts import create_state
from tests.contract.project import Project, answered, refused


async def test_an_unknown_id_is_not_found(project: Project) -> None:
    """404 names the id."""
    unknown = str(uuid4())
    error = refused(await project.get(f"/states/{unknown}"), 404, "ResourceNotFound")
    assert error["message"] == f"The Resource with ID '{unknown}' was not found."


async def test_an_unknown_key_is_not_found(project: Project) -> None:
    """404 by key as well, for reads, updates and deletes."""
    path = f"/states/key={project.unique('nobody')}"
    refused(await project.get(path), 404, "ResourceNotFound")
    refused(await project.post(path, {"version": 1, "actions": []}), 404, "ResourceNotFound")
    refused(await project.delete(path, 1), 404, "ResourceNotFound")


async def test_an_update_of_an_unknown_id_is_not_found(project: Project) -> None:
    """There is nothing to conflict with: 404, not 409."""
    answer = await project.post(f"/states/{uuid4()}", {"version": 3, "actions": []})
    refused(answer, 404, "ResourceNotFound")


async def test_head_tells_whether_a_resource_is_there(project: Project) -> None:
    """200 or 404 and no body, by id, by key and for a query."""
    state = await create_state(project)
    for path in (f"/states/{state['id']}", f"/states/key={state['key']}", "/states"):
        answer = await project.request("HEAD", path)
        assert (answer.status_code, answer.content) == (200, b"")
    for path in (f"/states/{uuid4()}", f"/states/key={project.unique('nobody')}"):
        answer = await project.request("HEAD", path)
        assert (answer.status_code, answer.content) == (404, b"")


async def test_head_tells_whether_a_query_finds_anything(project: Project) -> None:
    """A predicate that nothing matches is a 404."""
    params = {"where": f'key = "{project.unique("nobody")}"'}
    assert (await project.request("HEAD", "/states", params=params)).status_code == 404


async def test_an_update_by_key_is_an_update(project: Project) -> None:
    """Versions and conflicts are the same by key as by id."""
    state = await create_state(project)
    action = {"action": "setName", "name": {"en": "By key"}}
    path = f"/states/key={state['key']}"
    changed = answered(await project.post(path, {"version": 1, "actions": [action]}), 200)
    assert changed["id"] == state["id"]
    assert changed["name"] == {"en": "By key"}
    refused(await project.post(path, {"version": 1, "actions": [action]}), 409, "ConcurrentModification")


async def test_a_delete_answers_what_was_deleted(project: Project) -> None:
    """The resource comes back once more, and is gone."""
    state = await create_state(project)
    deleted = answered(await project.delete(f"/states/{state['id']}", state["version"]), 200)
    assert deleted["id"] == state["id"]
    assert deleted["key"] == state["key"]
    refused(await project.get(f"/states/{state['id']}"), 404, "ResourceNotFound")
    refused(await project.delete(f"/states/{state['id']}", state["version"]), 404, "ResourceNotFound")


async def test_a_delete_by_key_is_a_delete(project: Project) -> None:
    """The key is free again afterwards."""
    state = await create_state(project)
    answered(await project.delete(f"/states/key={state['key']}", state["version"]), 200)
    again = await project.create("/states", {"key": state["key"], "type": "OrderState"})
    assert again["id"] != state["id"]


async def test_a_delete_with_a_stale_version_conflicts(project: Project) -> None:
    """A delete is checked like an update."""
    state = await create_state(project)
    changed = await project.update("/states", state, {"action": "setName", "name": {"en": "Newer"}})
    error = refused(await project.delete(f"/states/{state['id']}", 1), 409, "ConcurrentModification")
    assert error["currentVersion"] == changed["version"]
    assert await project.read(f"/states/{state['id']}") == changed


async def test_a_delete_without_a_version_is_refused(project: Project) -> None:
    """The version of a delete is required."""
    state = await create_state(project)
    answer = await project.request("DELETE", f"/states/{state['id']}", off_definition=True)
    assert answer.status_code == 400
    assert await project.read(f"/states/{state['id']}") == state


async def test_the_correlation_id_comes_back(project: Project) -> None:
    """The client's own is echoed, on success and on errors."""
    for path, status in (("/states", 200), (f"/states/{uuid4()}", 404)):
        answer = await project.request("GET", path, headers={"X-Correlation-ID": "contract-12345678"})
        assert answer.status_code == status
        assert answer.headers["X-Correlation-ID"] == "contract-12345678"


async def test_a_correlation_id_is_made_where_none_was_sent(project: Project) -> None:
    """Every answer carries one, each its own."""
    first, second = await project.get("/states"), await project.get("/states")
    assert first.headers["X-Correlation-ID"]
    assert first.headers["X-Correlation-ID"] != second.headers["X-Correlation-ID"]
