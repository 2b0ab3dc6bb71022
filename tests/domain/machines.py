"""Machines for tests: the shipped one, grown ones, random ones; and where each leads, told a second time by a matrix."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from configuration import load_machine
from domain.guard import Caller
from domain.phases import UNDECIDED, Phase
from domain.states import Doubt, Edge, Mover, State, StateMachine

SHIPPED = load_machine(Path(__file__).parents[2] / "config" / "states.yaml")

Moves = Mapping[str, Sequence[str | dict[str, str]] | None]
Place = str | None
"""A state's key; None is where an order is that has no state yet."""


def machine(moves: Moves, phases: Mapping[Phase, str], initial: Sequence[str]) -> StateMachine:
    """A machine out of where each state leads; None is anywhere, and every key that leads somewhere is a state."""
    states = (
        State.model_validate(
            {"key": key, "transitions": "any" if to is None else to, "initial": key in initial}
        )
        for key, to in moves.items()
    )
    return StateMachine(states=tuple(states), phases=dict(phases))


def grown(moves: Moves, *, initial: Sequence[str] = ("PendingApproval",), **phases: str) -> StateMachine:
    """The shipped machine with further states, other moves, or other states for its phases."""
    shipped: dict[str, Any] = {state.key: state.transitions for state in SHIPPED.states}
    named = {Phase[phase.upper()]: key for phase, key in phases.items()}
    return machine({**shipped, **moves}, {**SHIPPED.phases, **named}, initial)


def keys(of: StateMachine) -> list[str]:
    """The keys of all states."""
    return [state.key for state in of.states]


@st.composite
def machines(draw: st.DrawFn, silent: tuple[Doubt, ...] = tuple(Doubt)) -> StateMachine:
    """1 to 7 states with random moves, any and final among them, and phases that share states as it comes.

    `silent`: what edges may say about silence.
    """
    named = [f"s{n}" for n in range(draw(st.sampled_from((1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7))))]
    some = st.sampled_from(named)
    edges = st.builds(
        lambda to, by, unknown, quiet: Edge(to=to, by=by, unknown_caller=unknown, no_verdict=quiet),
        some,
        st.sampled_from((Mover.PLACET, *Mover)),
        st.sampled_from(Doubt),
        st.sampled_from(silent),
    )
    lists = st.lists(edges, max_size=4, unique_by=lambda edge: edge.to).map(tuple)
    transitions = st.one_of(lists, lists, lists, lists, st.just(()), st.none())
    initial = draw(st.sets(some, min_size=1, max_size=2))
    states = tuple(State(key=key, initial=key in initial, transitions=draw(transitions)) for key in named)
    # Half of them as somebody would declare them: what is undecided is where an order enters, the rest is not.
    others = [key for key in named if key not in initial] if draw(st.booleans()) else []
    entry, rest = (st.sampled_from(sorted(initial)), st.sampled_from(others)) if others else (some, some)
    phases = {phase: draw(entry if phase in UNDECIDED else rest) for phase in Phase}
    return StateMachine(states=states, phases=phases)


@st.composite
def asked(
    draw: st.DrawFn, of: st.SearchStrategy[StateMachine] | None = None
) -> tuple[StateMachine, Place, str]:
    """A machine, and a move on it that somebody might wish for."""
    found = draw(machines() if of is None else of)
    return found, draw(st.sampled_from([None, *keys(found)])), draw(st.sampled_from(keys(found)))


def open_to(caller: Caller) -> Callable[[Edge], bool]:
    """The table of who may walk which edge, written out."""
    table = {
        Caller.PLACET: {Mover.PLACET, Mover.OPERATOR, Mover.ANYONE},
        Caller.OPERATOR: {Mover.OPERATOR, Mover.ANYONE},
        Caller.OTHER: {Mover.ANYONE},
        Caller.UNKNOWN: {Mover.ANYONE},
    }
    if caller is Caller.UNKNOWN:
        return lambda edge: edge.by in table[caller] or edge.unknown_caller is Doubt.ALLOW
    return lambda edge: edge.by in table[caller]


def leads(of: StateMachine, counts: Callable[[Place, Edge], bool]) -> set[tuple[Place, str]]:
    """Every pair of places with a way from one to the other, of edges that count (Warshall's closure).

    Reads the states as they were declared, and asks nothing of the machine.
    """
    places: list[Place] = [None, *keys(of)]
    pairs: set[tuple[Place, str]] = {
        (None, state.key)
        for state in of.states
        if state.initial and counts(None, Edge(to=state.key, by=Mover.ANYONE))
    }
    for state in of.states:
        free = tuple(Edge(to=key, by=Mover.ANYONE) for key in keys(of))
        edges = free if state.transitions is None else state.transitions
        pairs |= {(state.key, edge.to) for edge in edges if counts(state.key, edge)}
    found = set(pairs)
    for middle in places:
        into = [source for source in places if (source, middle) in found]
        out_of = [target for target in keys(of) if (middle, target) in found]
        found |= {(source, target) for source in into for target in out_of}
    return found


def one_by_one(of: StateMachine, source: Place, targets: Sequence[str]) -> bool:
    """Whether the domain allows each move from where the one before it led."""
    return all(of.allows(here, there) for here, there in zip((source, *targets), targets, strict=False))


def released_by_hand(of: StateMachine) -> set[str]:
    """The states of released orders: a gate, the completed one, or behind these without passing what is before them."""
    seeds = {of.phases[phase] for phase in (Phase.APPROVED, Phase.IN_FULFILLMENT, Phase.COMPLETED)}
    others = set(Phase) - {Phase.APPROVED, Phase.IN_FULFILLMENT, Phase.COMPLETED}
    before = {of.phases[phase] for phase in others} | {state.key for state in of.states if state.initial}
    ways = leads(of, lambda _, edge: edge.to not in before)
    return seeds | {target for source, target in ways if source in seeds}


def taken_back(of: StateMachine, source: Place, target: str, caller: Caller) -> bool:
    """Whether an operator mends: from a released state that has a way on to where orders wait, which is none of those."""
    released = released_by_hand(of)
    is_end = any(state.key == source and state.transitions == () for state in of.states)
    back = target == of.phases[Phase.PENDING] and target not in released
    return caller is Caller.OPERATOR and back and source in released and not is_end
