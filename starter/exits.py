"""How a command ends: the exit codes, and the errors that stand for them."""

from enum import IntEnum


class Exit(IntEnum):
    """What the exit code of every command means."""

    DONE = 0
    REFUSED = 1
    """Refused, not found, not as it should be: the answer was no."""
    USAGE = 2
    OUTSIDE = 3
    """A system outside of this command failed or could not be reached."""


class CommandError(Exception):
    """A command cannot do what it was asked for. The message is one readable line; no traceback is shown."""

    code = Exit.REFUSED


class RefusedError(CommandError):
    """The answer was no."""


class UnknownOrderError(RefusedError):
    """There is no such order, or not yet."""


class UsageError(CommandError):
    """The command was called in a way that cannot be meant."""

    code = Exit.USAGE


class OutsideError(CommandError):
    """A process, server or outside system did not do its part."""

    code = Exit.OUTSIDE
