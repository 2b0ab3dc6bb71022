"""What a file of states may say, and yet cannot mean: each a finding with the state that it is about."""

from collections.abc import Iterator
from typing import NamedTuple

from domain.guard import released_states
from domain.phases import UNDECIDED, Phase
from domain.progress import LineStage
from domain.states import DeclaredStates, State, StateMachine, StateType

NEEDED = (
    (Phase.PENDING, Phase.APPROVED),
    (Phase.PENDING, Phase.REJECTED),
    (Phase.PENDING, Phase.WITHDRAWN),
    (Phase.PENDING, Phase.CANCELLED),
    (Phase.APPROVED, Phase.IN_FULFILLMENT),
    (Phase.APPROVED, Phase.PENDING),
    (Phase.IN_FULFILLMENT, Phase.COMPLETED),
    (Phase.IN_FULFILLMENT, Phase.CANCELLED),
)
"""The moves that an order's workflow makes. To cancelled: where only the order's `orderState` was, or fulfilment gave up."""

ENDED_WITHOUT = frozenset({Phase.REJECTED, Phase.WITHDRAWN, Phase.CANCELLED})
"""Ends of orders that were never approved, or are not any more."""


class Finding(NamedTuple):
    """Something that somebody should look at. `place` is the field in the state, or in the file without one."""

    state: str | None
    place: tuple[str, ...]
    message: str


def findings(declared: DeclaredStates) -> tuple[Finding, ...]:
    """Everything found, type by type."""
    found: list[Finding] = []
    for type_ in declared.types:
        states = declared.of(type_)
        found += _entries(declared, type_, states)
        if any(state.initial for state in states):
            found += _unreachable(states)
        found += _dead_ends(states)
    if declared.phases:
        found += _of_the_workflow(declared.machine)
    elif declared.of(StateType.ORDER):
        found.append(Finding(None, ("phases",), "no phase of the workflow has a state"))
    found += _of_line_items(declared)
    return tuple(found)


def reachable(states: tuple[State, ...]) -> frozenset[str]:
    """The states that can be come to from an initial one, without force."""
    following = {state.key: state.targets for state in states}
    everything = tuple(following)
    found = {state.key for state in states if state.initial}
    left = list(found)
    while left:
        targets = following.get(left.pop(), ())
        for target in everything if targets is None else targets or ():
            if target not in found:
                found.add(target)
                left.append(target)
    return frozenset(found)


def _of_line_items(declared: DeclaredStates) -> Iterator[Finding]:
    """Stages of fulfilment to which no unit could get, since each begins in the first of them."""
    states = declared.line_states
    if states is None:
        return
    begins = states.keys[LineStage.PENDING]
    for stage, key in declared.line_item_states.items():
        if not states.way(begins, key):
            message = f"no way leads from {begins} to {key}: units stay where they are"
            yield Finding(None, ("lineItemStates", stage.value), message)


_BUILT_IN = "Initial"


def _entries(declared: DeclaredStates, type_: StateType, states: tuple[State, ...]) -> Iterator[Finding]:
    initial = [state.key for state in states if state.initial]
    # Line items begin in commercetools' built-in state, which leads anywhere unless the file declares it.
    built_in = type_ is StateType.LINE_ITEM and all(state.key != _BUILT_IN for state in states)
    if not initial and not built_in:
        yield Finding(states[0].key, (), f"no {type_} is initial, so nothing can enter one")
    if len(initial) > 1 and type_ not in declared.several_initial:
        several = f"several states of type {type_} are initial: {', '.join(initial)}"
        yield Finding(initial[1], ("initial",), f"{several}; if that is meant, say severalInitial: [{type_}]")


def _unreachable(states: tuple[State, ...]) -> Iterator[Finding]:
    found = reachable(states)
    for state in states:
        if state.key not in found:
            message = f"{state.key} cannot be reached from an initial state: only force leads there"
            yield Finding(state.key, (), message)


def _dead_ends(states: tuple[State, ...]) -> Iterator[Finding]:
    """States from which no end can be come to, although they are none themselves."""
    ends = {state.key for state in states if state.targets is None or not state.targets}
    before = None
    while before != ends:
        before = set(ends)
        ends |= {state.key for state in states if before.intersection(state.targets or ())}
    for state in states:
        if state.key not in ends:
            message = f"{state.key} leads in a circle and to no end; declare a final state"
            yield Finding(state.key, ("transitions",), message)


def _of_the_workflow(machine: StateMachine) -> Iterator[Finding]:
    for state in machine.states:
        if state.transitions is None:
            message = f"'any' switches validation off: an order could leave {state.key} past its approval"
            yield Finding(state.key, ("transitions",), message)
    yield from _missing(machine)
    known = frozenset(machine.phases.values())
    found = reachable(machine.states)
    for state in machine.states:
        if state.key in found and state.key not in known:
            silent = "an order in it raises the alarm unknownState, and nobody is asked"
            yield Finding(state.key, (), f"no phase names {state.key}: {silent}")
    yield from _of_the_guard(machine)


def _missing(machine: StateMachine) -> Iterator[Finding]:
    """Each edge once, with every phase that it is needed for."""
    missed: dict[tuple[str, str], list[tuple[Phase, Phase]]] = {}
    for first, then in NEEDED:
        source, target = machine.key(first), machine.key(then)
        if source != target and not machine.allows(source, target):
            missed.setdefault((source, target), []).append((first, then))
    for (source, target), moves in missed.items():
        here, there = (", ".join(dict.fromkeys(phases)) for phases in zip(*moves, strict=True))
        message = (
            f"the workflow moves orders from {source} ({here}) to {target} ({there}): the edge is missing"
        )
        yield Finding(source, ("transitions",), message)


def _of_the_guard(machine: StateMachine) -> Iterator[Finding]:
    """Where the guard could not tell an approved order from another, and so lets nobody through."""
    released = released_states(machine)
    for phase in sorted(UNDECIDED | ENDED_WITHOUT):
        if machine.key(phase) in released:
            message = f"{machine.key(phase)} would be both {phase} and approved"
            yield Finding(None, ("phases", phase.value), message)
    for key in machine.entries:
        if key in released:
            yield Finding(
                key, ("initial",), f"an order could enter in {key}, which only an approved one may be in"
            )
        elif any(edge.to == key for one in released for edge in machine.edges(one)) and not _waits(
            machine, key
        ):
            message = (
                f"approved orders come to {key}, in which any order may be created; it should not be initial"
            )
            yield Finding(key, ("initial",), message)
    yield from _closed(machine, released)


def _closed(machine: StateMachine, released: frozenset[str]) -> Iterator[Finding]:
    """Edges over which no order gets: behind the gate without passing it, or after an end that has no approval."""
    gates = {machine.key(phase) for phase in (Phase.APPROVED, Phase.IN_FULFILLMENT)}
    ended = {machine.key(phase) for phase in ENDED_WITHOUT}
    for state in machine.states:
        for target in state.targets or () if state.key not in released else ():
            if target in released and (state.key in ended or target not in gates):
                undecided = "" if state.key in ended else " that is not approved"
                message = (
                    f"approved orders come to {target} too, so the guard lets no order go there "
                    f"from {state.key}{undecided}"
                )
                yield Finding(state.key, ("transitions",), message)


def _waits(machine: StateMachine, key: str) -> bool:
    """Whether a state stands for an order that waits: an approved one that was edited comes back to it."""
    return key in {machine.key(phase) for phase in UNDECIDED}
