"""What the tests of the clients share."""

import traceback
from collections.abc import Callable

import pytest


@pytest.fixture
def told() -> Callable[[BaseException], str]:
    """Everything that an error can say to a log: its text, its repr and its traceback with causes."""

    def say(error: BaseException) -> str:
        return f"{error} {error!r} {''.join(traceback.format_exception(error))}"

    return say
