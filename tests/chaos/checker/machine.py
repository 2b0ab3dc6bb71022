"""The declared machine, read from the YAML document as anybody could read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Machine:
    """States by key: which may come first, which way leads on, and which state each phase has."""

    initial: frozenset[str]
    ways: Mapping[str, frozenset[str]]
    phases: Mapping[str, str]

    def allows(self, source: str | None, target: str) -> bool:
        """Whether an order may move there; from no state only into an initial one."""
        if source is None:
            return target in self.initial
        return target in self.ways.get(source, frozenset())

    def is_final(self, state: str | None) -> bool:
        """Whether no way leads on."""
        return state is not None and state in self.ways and not self.ways[state]


def machine_of(document: Mapping[str, Any]) -> Machine:
    """The machine of a `states.yaml` document.

    Raises:
        KeyError: it is no such document.
    """
    states = document["states"]
    keys = frozenset(state["key"] for state in states)
    return Machine(
        initial=frozenset(state["key"] for state in states if state.get("initial")),
        ways={state["key"]: _targets(state["transitions"], keys) for state in states},
        phases=document["phases"],
    )


def _targets(written: Any, keys: frozenset[str]) -> frozenset[str]:
    if written == "final":
        return frozenset()
    if written == "any":
        return keys
    return frozenset(one["to"] if isinstance(one, dict) else one for one in written)
