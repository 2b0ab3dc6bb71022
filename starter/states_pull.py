"""`placet states pull`: the file that a project's states would come from.

commercetools does not know who may move along an edge, nor which state stands for which phase: both are kept from the file
that there is. An edge that is not in it gets the safe default, which is Placet alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from clients.resources import StateResource
from domain.states import INITIAL, DeclaredStates, Edge, State, StateRole, StateType
from starter.exits import RefusedError
from starter.states_plan import name

_NOTHING = DeclaredStates(states=())


@dataclass(frozen=True)
class Pulled:
    """The states to be written, and what a person has to know about them."""

    declared: DeclaredStates
    notes: tuple[str, ...]


def pull(found: Sequence[StateResource], existing: DeclaredStates | None) -> Pulled:
    """Turn the states of a project into declared ones, in the order of the existing file, new ones after them.

    Raises:
        RefusedError: a state without a key is in the way, because another one leads to it.
    """
    known = existing or _NOTHING
    keys = {state.id: state.key for state in found if state.key is not None}
    types = {type_.value: n for n, type_ in enumerate(StateType)}
    written = [
        state
        for state in found
        if state.key is not None and state.type in types and _is_worth_it(state, found, known)
    ]
    before = {state.key: state for state in known.states}
    place = {key: n for n, key in enumerate(before)}
    written.sort(
        key=lambda state: (
            place.get(keys[state.id], len(place)),
            types[state.type],
            not state.initial,
            keys[state.id],
        )
    )
    declared = tuple(_state(state, before.get(keys[state.id]), keys) for state in written)
    notes = [
        f"the {state.type} {state.id} has no key, and is left out" for state in found if state.key is None
    ]
    unknown = sorted({state.type for state in found} - types.keys())
    notes += [f"states of type {type_} are not known here, and are left out" for type_ in unknown]
    return Pulled(_with_the_rest(declared, known), tuple(notes))


def _is_worth_it(state: StateResource, found: Sequence[StateResource], known: DeclaredStates) -> bool:
    """All but a built-in state that is as it always is, and with which nobody has anything to do."""
    if not state.built_in or any(state.key == one.key for one in known.states):
        return True
    return (
        any(not other.built_in and other.type == state.type for other in found)
        or state.transitions is not None
    )


def _state(found: StateResource, before: State | None, keys: Mapping[str, str]) -> State:
    edges = _edges(found, before, keys)
    try:
        return State(
            key=found.key or "",
            type=StateType(found.type),
            name=found.name,
            description=found.description,
            initial=found.initial,
            roles=tuple(StateRole(role) for role in found.roles),
            transitions=edges,
            previous_keys=tuple(key for key in _previous(before) if key not in keys.values()),
        )
    except ValueError as error:  # pydantic's own are among them
        raise RefusedError(f"state {name(found)} cannot be written in a file: {_in_words(error)}") from error


def _in_words(error: ValueError) -> str:
    """What is wrong, of pydantic's several lines too."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
    return str(error)


def _edges(found: StateResource, before: State | None, keys: Mapping[str, str]) -> tuple[Edge, ...] | None:
    """The moves, those of the existing file first and as they are there."""
    if found.transitions is None:
        return None
    nameless = [target for target in found.transitions if target not in keys]
    if nameless:
        what = f"state {name(found)} leads to {nameless[0]}, which has no key"
        raise RefusedError(f"{what}; give it one first, so that a file can name it")
    present = list(dict.fromkeys(keys[target] for target in found.transitions))
    known = [edge for edge in (before.transitions or () if before else ()) if edge.to in present]
    new = [Edge(to=key) for key in present if key not in {edge.to for edge in known}]
    return (*known, *new)


def _previous(before: State | None) -> Iterator[str]:
    yield from before.previous_keys if before is not None else ()


def _with_the_rest(states: tuple[State, ...], known: DeclaredStates) -> DeclaredStates:
    """The phases, if the states still make up a machine with them, and which types are meant to have several initial ones."""
    initial = [state.type for state in states if state.initial]
    several = tuple(type_ for type_ in known.several_initial if initial.count(type_) > 1)
    there = {INITIAL, *(state.key for state in states if state.type is StateType.LINE_ITEM)}
    stages = {stage: key for stage, key in known.line_item_states.items() if key in there}
    pulled = DeclaredStates(states=states, several_initial=several, line_item_states=stages)
    with_phases = pulled.model_copy(update={"phases": known.phases})
    return with_phases if known.phases and _has_machine(with_phases) else pulled


def _has_machine(declared: DeclaredStates) -> bool:
    try:
        _ = declared.machine
    except ValidationError:
        return False
    return True
