"""What the tests of the clients share."""

import traceback
from collections.abc import AsyncIterator, Callable

import pytest

from tests.clients.sandboxed import Sandboxed, sandboxed


@pytest.fixture
def told() -> Callable[[BaseException], str]:
    """Everything that an error can say to a log: its text, its repr, and the texts of what it came from."""

    def say(error: BaseException) -> str:
        said = f"{error!r} {''.join(traceback.format_exception_only(error))}"
        hidden = None if error.__suppress_context__ else error.__context__
        earlier = error.__cause__ or hidden
        return f"{said} {say(earlier)}" if earlier else said

    return say


@pytest.fixture
async def here() -> AsyncIterator[Sandboxed]:
    """A sandbox with the shipped kind of states."""
    async with sandboxed() as sandbox:
        await sandbox.provision()
        yield sandbox
