"""Which state of a project is the one that the file declares: by its key, or by one that it had before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from clients.resources import StateResource
from domain.states import DeclaredStates, State, StateType

BUILT_IN = ("Initial", StateType.LINE_ITEM)
"""The state that every project has, in which line items begin. It can be named and given moves, and nothing else."""


@dataclass
class Matching:
    """`present` are the states of the project by the keys that the file gives them; `refusals` what cannot be."""

    present: dict[str, StateResource] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def refusals(self) -> tuple[str, ...]:
        """A line for each state that cannot be as it is declared, with the way out."""
        return tuple(self.refused.values())

    @property
    def claimed(self) -> frozenset[str]:
        """The ids of the states that the file means."""
        return frozenset(state.id for state in self.present.values())


def match(declared: DeclaredStates, found: Sequence[StateResource]) -> Matching:
    """Find each declared state. One with its key is it; else one with a previous key, the first that there is."""
    by_key = {state.key: state for state in found if state.key is not None}
    matching = Matching()
    for state in declared.states:
        candidates = (by_key[key] for key in (state.key, *state.previous_keys) if key in by_key)
        candidate = next(candidates, None)
        objection = next(_objections(state, candidate), None)
        if objection is not None:
            matching.refused[state.key] = f"state {state.key}: {objection}"
        elif candidate is not None:
            matching.present[state.key] = candidate
    return matching


def _objections(declared: State, found: StateResource | None) -> Iterator[str]:
    if found is None:
        if (declared.key, declared.type) == BUILT_IN:
            yield "it is built in and never created, and the project does not show it; is view_states granted?"
        return
    if found.type != declared.type and found.key == declared.key:
        yield (
            f"the key is taken by a state of type {found.type}, and a type is never changed here; "
            f"declare type: {found.type}, or choose another key"
        )
    elif found.type != declared.type:
        yield (
            f"its previous key {found.key} is that of a state of type {found.type}; "
            f"take {found.key} out of previousKeys"
        )
    elif found.built_in and found.key != declared.key:
        yield f"{found.key} is built in and keeps its key; declare it as {found.key}"
