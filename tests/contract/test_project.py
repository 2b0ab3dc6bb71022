"""The project itself (sections 1.2 and 4.3)."""

import pytest

from tests.contract.project import Project, refused
from tests.contract.targets import Target


async def test_a_project_tells_its_settings(project: Project) -> None:
    """Key, version and whether messages are enabled."""
    settings = await project.read("")
    assert settings["key"] == project.key
    assert settings["version"] >= 1
    assert isinstance(settings["messages"]["enabled"], bool)
    assert (await project.request("HEAD", "")).status_code == 200


async def test_settings_change_under_optimistic_locking(project: Project) -> None:
    """A version that is not the current one conflicts, before anything is changed."""
    settings = await project.read("")
    configuration = {"enabled": not settings["messages"]["enabled"], "deleteDaysAfterCreation": 7}
    action = {"action": "changeMessagesConfiguration", "messagesConfiguration": configuration}
    answer = await project.post("", {"version": settings["version"] + 1, "actions": [action]})
    refused(answer, 409, "ConcurrentModification")
    assert (await project.read(""))["messages"] == settings["messages"]


async def test_messages_are_switched_off_and_on(sandbox_project: Project) -> None:
    """The configuration is kept as it is set; messages live 1 to 90 days."""
    settings = await sandbox_project.read("")
    configuration = {"enabled": True, "deleteDaysAfterCreation": 30}
    action = {"action": "changeMessagesConfiguration", "messagesConfiguration": configuration}
    answer = await sandbox_project.post("", {"version": settings["version"], "actions": [action]})
    changed = answer.json()
    assert changed["messages"] == configuration
    assert changed["version"] > settings["version"]
    action["messagesConfiguration"] = configuration | {"deleteDaysAfterCreation": 91}
    answer = await sandbox_project.post("", {"version": changed["version"], "actions": [action]})
    assert answer.status_code == 400
    assert await sandbox_project.read("") == changed


async def test_an_unknown_action_is_refused(project: Project) -> None:
    """400, and the version stays."""
    settings = await project.read("")
    body = {"version": settings["version"], "actions": [{"action": "bless"}]}
    assert (await project.post("", body, off_definition=True)).status_code == 400
    assert (await project.read(""))["version"] == settings["version"]


async def test_the_project_is_closed_without_a_token(target: Target) -> None:
    """401 for every method."""
    async with target.anonymous() as http:
        http.headers["Authorization"] = "Bearer none-such"
        path = f"/{target.project_key}"
        refused(await http.get(path), 401, "invalid_token")
        refused(await http.post(path, json={"version": 1, "actions": []}), 401, "invalid_token")
        assert (await http.head(path)).status_code == 401


async def test_settings_need_a_scope_of_their_own(target: Target) -> None:
    """Who may view states may neither see nor change the project's settings: 403."""
    async with target.anonymous() as http:
        if (await target.fetch_token(http, f"view_states:{target.project_key}")).status_code == 400:
            pytest.skip("this API client cannot be given view_states alone")
    async with target.project(f"view_states:{target.project_key}") as viewer:
        refused(await viewer.get(""), 403, "insufficient_scope")
        refused(await viewer.post("", {"version": 1, "actions": []}), 403, "insufficient_scope")
