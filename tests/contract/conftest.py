"""The project under test, one for the whole run."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.contract.project import Project
from tests.contract.targets import Target, is_real, open_target
from tests.official.exceptions import OTHER_BODIES, UNDECLARED_STATUSES
from tests.official.transport import shared_official_api

HERE = Path(__file__).parent


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


@pytest.fixture(autouse=True, scope="session")
def no_exception_is_idle(request: pytest.FixtureRequest) -> Iterator[None]:
    """When all contract tests have passed against the sandbox, each exception to the definition was needed."""
    yield
    official = shared_official_api()
    asked_for = {item.path for item in request.session.items}
    everything = asked_for >= set(HERE.rglob("test_*.py")) and not request.config.getoption("keyword")
    if official is None or is_real() or request.session.testsfailed or not everything:
        return
    idle = set(UNDECLARED_STATUSES + OTHER_BODIES) - official.used_exceptions
    assert not idle, f"exceptions that nothing needs: {idle}"
