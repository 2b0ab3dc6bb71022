"""The correlation id under which a call can be found in the logs of both sides."""

import re
from contextvars import ContextVar
from uuid import uuid4

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
"""Set by whoever makes the call; an activity sets workflow id, run id and activity id."""

_SHORTEST, _LONGEST = 8, 256
_OTHER = re.compile(r"[^A-Za-z0-9_/-]")
_LONGEST_USER = 128
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")


def header_value(raw: str | None = None) -> str:
    """`X-Correlation-ID` for `raw`, or for the context's id: 8 to 256 of `A-Za-z0-9_/-` (reference, section 1.3).

    Other characters become `-`; what is too long is cut, what is too short gets a prefix, nothing gets a new id.
    """
    given = _OTHER.sub("-", correlation_id.get() if raw is None else raw)
    if not given:
        return f"placet-{uuid4()}"
    return (given if len(given) >= _SHORTEST else f"placet-{given}")[:_LONGEST]


def external_user_value(user: str) -> str:
    """`X-External-User-ID` for a user: at most 128 characters, none that a header cannot carry."""
    return _UNPRINTABLE.sub("-", user)[:_LONGEST_USER]
