"""What it takes to make a project's states those of the file, step by step. Pure: nothing is sent here.

In this order, so that a failure halfway leaves nothing that the next run cannot go on from: states (made as final ones, so
that no order slips through a state whose moves are not there yet), their moves, and what is to be deleted.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from clients.resources import StateResource
from clients.state_drafts import StateDraft, StateUpdateAction, set_transitions, state_draft
from domain.states import DeclaredStates, State
from starter.state_changes import difference_of_transitions, differences
from starter.states_matching import match


class StepKind(StrEnum):
    """What a step does, in the order in which steps are done."""

    CREATE = "create"
    RENAME = "rename"
    """Another key, and whatever else differs in the state by itself."""
    UPDATE = "update"
    TRANSITIONS = "transitions"
    RELEASE = "release"
    """Take from a state that is to go its moves to others that are to go, because they lead in a circle."""
    DELETE = "delete"


@dataclass(frozen=True)
class Step:
    """One request. `key` is the one that the state has afterwards; `state_id` is None for a state of this plan's making."""

    kind: StepKind
    type: str
    key: str
    words: tuple[str, ...] = ()
    state_id: str | None = None
    draft: StateDraft | None = None
    actions: tuple[StateUpdateAction, ...] = ()
    fields: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    """Of a RELEASE: the ids of the states to which it takes the moves away."""

    def to_json_dict(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            "step": self.kind.value,
            "type": self.type,
            "state": self.key,
            "changes": list(self.words),
        }


@dataclass(frozen=True)
class Plan:
    """The steps; what stands against taking any; and the states that the file, speaking of their type, leaves out."""

    steps: tuple[Step, ...]
    refusals: tuple[str, ...]
    unmanaged: tuple[StateResource, ...]


def plan(declared: DeclaredStates, found: Sequence[StateResource], *, prune: bool = False) -> Plan:
    """Compare the file with all states of a project. `prune`: delete those that it leaves out, built-in ones never."""
    matching = match(declared, found)
    present = matching.present
    names = {state.id: name(state) for state in found} | {state.id: key for key, state in present.items()}
    ours = [state for state in declared.states if state.key not in matching.refused]
    left_out = [
        state
        for state in found
        if state.type in declared.types and not state.built_in and state.id not in matching.claimed
    ]
    left_out.sort(key=lambda state: (state.type, name(state)))
    steps = [step for state in ours if (step := _itself(state, present.get(state.key))) is not None]
    steps += [step for state in ours if (step := _moves(state, present.get(state.key), names)) is not None]
    steps += _deletions(left_out, names) if prune else ()
    return Plan(tuple(steps), matching.refusals, () if prune else tuple(left_out))


def name(state: StateResource) -> str:
    """What to call a state: its key, or its id where it has none."""
    return state.key or state.id


def _itself(declared: State, found: StateResource | None) -> Step | None:
    """The first phase: the state is there, and is as declared but for its moves."""
    if found is None:
        draft = state_draft(
            declared.key,
            type_=declared.type,
            initial=declared.initial,
            name=declared.name,
            description=declared.description,
            roles=declared.roles,
            transitions=(),
        )
        words = ("initial",) if declared.initial else ()
        return Step(StepKind.CREATE, declared.type, declared.key, words, draft=draft)
    differing = differences(declared, found)
    if not differing:
        return None
    return Step(
        StepKind.UPDATE if declared.key == found.key else StepKind.RENAME,
        declared.type,
        declared.key,
        tuple(words for one in differing for words in one.words),
        found.id,
        actions=tuple(one.action for one in differing),
        fields=tuple(one.field for one in differing),
    )


def _moves(declared: State, found: StateResource | None, names: Mapping[str, str]) -> Step | None:
    """The second phase: all states are there, and so can be named."""
    present: tuple[str, ...] | None = ()
    if found is not None:
        present = None if found.transitions is None else tuple(names.get(i, i) for i in found.transitions)
    differing = difference_of_transitions(declared.targets, present)
    if differing is None:
        return None
    return Step(
        StepKind.TRANSITIONS,
        declared.type,
        declared.key,
        differing.words,
        found.id if found is not None else None,
        actions=(differing.action,),
        fields=(differing.field,),
    )


def _deletions(doomed: Sequence[StateResource], names: Mapping[str, str]) -> Iterator[Step]:
    """Those first to which none of the others leads. Only where they go in circles are moves taken away before."""
    left = {state.id: state for state in doomed}
    following = {state.id: left.keys() & set(state.transitions or ()) for state in doomed}
    while left:
        free = [i for i in left if not any(i in following[other] for other in left)]
        for i in free:
            state = left.pop(i)
            yield Step(StepKind.DELETE, state.type, name(state), state_id=i)
        if not free:
            circling = next(state for i, state in left.items() if following[i])
            yield _release(circling, following[circling.id], names)
            following[circling.id] = set()


def _release(state: StateResource, doomed: AbstractSet[str], names: Mapping[str, str]) -> Step:
    """Its moves to states that stay are left to it: nobody has to be without them for a deletion."""
    taken = tuple(i for i in state.transitions or () if i in doomed)
    left = [names.get(i, i) for i in state.transitions or () if i not in doomed]
    lost = ", ".join(f"- {names.get(i, i)}" for i in taken)
    return Step(
        StepKind.RELEASE,
        state.type,
        name(state),
        (f"transitions: {lost}",),
        state.id,
        actions=(set_transitions(left),),
        taken=taken,
    )
