"""The edge's log: one line of JSON for each thing that happened, for machines and for people with grep."""

import json
import logging

_log = logging.getLogger("placet.edge")
_OPAQUE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
_LONGEST_ID = 64

Fact = str | int | bool | None


def note(event: str, **facts: Fact) -> None:
    """Log what happened. Facts are ids and words of closed lists: never a token, an e-mail, an address, a comment."""
    _log.info(_line(event, facts))


def warn(event: str, **facts: Fact) -> None:
    """Log what somebody should look at."""
    _log.warning(_line(event, facts))


def opaque(person: str) -> str:
    """A person's id if it is an opaque one of the directory; whatever else was given may be personal."""
    return person if len(person) <= _LONGEST_ID and _OPAQUE.issuperset(person) else "(not an id)"


def _line(event: str, facts: dict[str, Fact]) -> str:
    return json.dumps({"event": event, **{name: fact for name, fact in facts.items() if fact is not None}})
