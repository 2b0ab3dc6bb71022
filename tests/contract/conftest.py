"""The project under test, one for the whole run."""

from collections.abc import AsyncIterator

import pytest

from tests.contract.project import Project
from tests.contract.targets import Target, open_target


@pytest.fixture(scope="session")
async def target() -> AsyncIterator[Target]:
    """Where the project is: the sandbox in-process, or a real project when CTP_* says so."""
    async with open_target() as target:
        yield target


@pytest.fixture(scope="session")
async def project(target: Target) -> AsyncIterator[Project]:
    """The project under test; what the run made is removed at its end."""
    async with target.project() as project:
        yield project
        left = await project.remove_what_was_made()
        assert not left, "could not be removed: " + "; ".join(left)


@pytest.fixture
def sandbox_project(project: Project) -> Project:
    """The project under test if it is a sandbox; skips on a real project."""
    if not project.is_sandbox:
        pytest.skip("only the sandbox can be made to do this")
    return project


@pytest.fixture(scope="session")
async def messages_enabled(project: Project) -> None:
    """Messages can be queried: switched on in a sandbox, demanded of a real project, whose settings stay untouched."""
    settings = await project.read("")
    if settings["messages"]["enabled"]:
        return
    if not project.is_sandbox:
        pytest.skip("the project's messages are not enabled (Project.messages.enabled)")
    configuration = {"enabled": True, "deleteDaysAfterCreation": 15}
    action = {"action": "changeMessagesConfiguration", "messagesConfiguration": configuration}
    answer = await project.post("", {"version": settings["version"], "actions": [action]})
    assert answer.status_code == 200, answer.text
