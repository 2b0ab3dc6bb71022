"""Who may move an order from where to where: what the guard answers before commercetools saves a change of state.

It sees where an order was and where it would be, not the moves between: one update may make several. So it asks
whether the caller may walk some way from one to the other, each edge of it declared and open to them.
"""

from collections import deque
from collections.abc import Iterable
from enum import StrEnum

from domain.phases import UNDECIDED, Phase
from domain.states import Doubt, Edge, Mover, StateMachine
from domain.value import Value

_GATES = (Phase.APPROVED, Phase.IN_FULFILLMENT)
_ENDED = (Phase.REJECTED, Phase.WITHDRAWN, Phase.CANCELLED)


class Caller(StrEnum):
    """Who wants to move an order."""

    PLACET = "placet"
    OPERATOR = "operator"
    OTHER = "other"
    UNKNOWN = "unknown"
    """commercetools did not say, or not about this very change."""


class Objection(StrEnum):
    """The closed list of what can stand against a change of state."""

    NOT_INITIAL = "notInitial"
    NOT_DECLARED = "notDeclared"
    NOT_ON_THE_MACHINE = "notOnTheMachine"
    NOT_YOURS = "notYours"
    CALLER_UNKNOWN = "callerUnknown"
    NOT_APPROVED = "notApproved"
    NO_VERDICT = "noVerdict"
    UNREADABLE = "unreadable"


class Refusal(Value):
    """Why an order may not be moved, for a person."""

    objection: Objection
    message: str


class Drift(StrEnum):
    """What is wrong with a move that has been made."""

    FORCED = "forced"
    NOT_ALLOWED = "notAllowed"
    """Along an edge that was not its mover's, or that the machine does not have."""


def may_walk(edge: Edge, caller: Caller) -> bool:
    """Whether an edge is open to a caller."""
    if caller is Caller.PLACET or edge.by is Mover.ANYONE:
        return True
    if caller is Caller.UNKNOWN:
        return edge.unknown_caller is Doubt.ALLOW
    return caller is Caller.OPERATOR and edge.by is Mover.OPERATOR


def released_states(machine: StateMachine) -> frozenset[str]:
    """The states of an order that has been let go: approved, in fulfilment, completed, and what follows from these.

    What waits for a decision, what ended without one and what an order may enter in are not among them.
    """
    seeds = {machine.key(phase) for phase in (*_GATES, Phase.COMPLETED)}
    before = {machine.key(phase) for phase in (*UNDECIDED, *_ENDED)} | set(machine.entries)
    found, left = set(seeds), deque(seeds)
    while left:
        for edge in machine.edges(left.popleft()):
            if edge.to not in before and edge.to not in found:
                found.add(edge.to)
                left.append(edge.to)
    return frozenset(found)


def needs_release(machine: StateMachine, source: str | None, target: str) -> bool:
    """Whether a move takes an order through the gate, which needs its workflow's word that it is approved."""
    if target in {machine.key(phase) for phase in _GATES}:
        return True
    released = released_states(machine)
    return target in released and source not in released


def refusal_of_creation(machine: StateMachine, state: str) -> Refusal | None:
    """What stands against an order that is created in a state: nobody can have approved it yet."""
    if machine.state(state) is None:
        return _not_declared(state)
    if state not in machine.entries:
        message = f"An order cannot be created in the state {state}; it enters in {_either(machine.entries)}."
        return Refusal(objection=Objection.NOT_INITIAL, message=message)
    if state in released_states(machine):
        message = f"An order cannot be created in the state {state}, which only an approved order may be in."
        return Refusal(objection=Objection.NOT_APPROVED, message=message)
    return None


def refusal_of_move(
    machine: StateMachine, source: str | None, target: str, caller: Caller, *, released: bool | None
) -> Refusal | None:
    """What stands against a move, None if nothing does.

    `released` is the workflow's word on this content, None if there was none in time; it counts only where the
    move `needs_release`. An order that stays where it is makes no move.
    """
    if source == target:
        return None
    return _not_walkable(machine, source, target, caller) or _not_released(
        machine, source, target, caller, released=released
    )


def mends(machine: StateMachine, source: str | None, target: str, caller: Caller) -> bool:
    """Whether an operator takes an order back that slipped past its approval, or out of the machine: to where it waits.

    It makes nothing more approved than it was. commercetools wants it forced where no edge leads there.
    """
    if (
        caller is not Caller.OPERATOR
        or target != machine.key(Phase.PENDING)
        or target in released_states(machine)
    ):
        return False
    held = machine.state(source) if source is not None else None
    if held is None:
        return source is not None
    return held.transitions != () and held.key in released_states(machine)


def _not_walkable(machine: StateMachine, source: str | None, target: str, caller: Caller) -> Refusal | None:
    undeclared = [key for key in (source, target) if key is not None and machine.state(key) is None]
    if len(undeclared) == 2 or mends(machine, source, target, caller):
        return None  # an order of another machine, or one that is taken back
    if undeclared:
        return _not_declared(undeclared[0])
    if way(machine, source, target) is None:
        leads = _either(edge.to for edge in machine.edges(source))
        message = f"The machine does not lead from {source or 'no state'} to {target}; from there it goes on to {leads}."
        return Refusal(objection=Objection.NOT_ON_THE_MACHINE, message=message)
    return (
        _not_open(machine, source, target, caller) if way(machine, source, target, caller) is None else None
    )


def _not_released(
    machine: StateMachine, source: str | None, target: str, caller: Caller, *, released: bool | None
) -> Refusal | None:
    if released or not needs_release(machine, source, target):
        return None
    if released is not None:
        message = f"The order is not approved with its present content, so it cannot be moved to {target}."
        return Refusal(objection=Objection.NOT_APPROVED, message=message)
    if way(machine, source, target, caller, without_verdict=True) is not None:
        return None
    message = (
        "Whether the order is approved could not be found out in time, so it stays where it is. Try again."
    )
    return Refusal(objection=Objection.NO_VERDICT, message=message)


def way(
    machine: StateMachine,
    source: str | None,
    target: str,
    caller: Caller = Caller.PLACET,
    *,
    without_verdict: bool = False,
) -> tuple[Edge, ...] | None:
    """The shortest way from one state to another along edges that are open to a caller; None if there is none.

    `without_verdict`: only by edges that can do without the workflow's word.
    """
    ways: dict[str | None, tuple[Edge, ...]] = {source: ()}
    left = deque([source])
    while left:
        here = left.popleft()
        for edge in machine.edges(here):
            insists = edge.no_verdict is Doubt.REFUSE and needs_release(machine, here, edge.to)
            if edge.to in ways or not may_walk(edge, caller) or (without_verdict and insists):
                continue
            ways[edge.to] = (*ways[here], edge)
            if edge.to == target:
                return ways[edge.to]
            left.append(edge.to)
    return None


def drift(
    machine: StateMachine, source: str | None, target: str, caller: Caller, *, forced: bool
) -> Drift | None:
    """What is wrong with a single move that a message tells of; None if it was its mover's to make."""
    if mends(machine, source, target, caller):
        return None
    if forced:
        return Drift.FORCED
    if source is not None and machine.state(source) is None and machine.state(target) is None:
        return None  # an order of another machine
    made = (edge for edge in machine.edges(source) if edge.to == target)
    return None if any(may_walk(edge, caller) for edge in made) else Drift.NOT_ALLOWED


def _not_declared(key: str) -> Refusal:
    message = f"The state {key} is not one of the declared order states; declare it in states.yaml first."
    return Refusal(objection=Objection.NOT_DECLARED, message=message)


def _not_open(machine: StateMachine, source: str | None, target: str, caller: Caller) -> Refusal:
    move = f"from {source or 'no state'} to {target}"
    if caller is Caller.UNKNOWN:
        message = f"Who wants to move the order {move} is not known, and not everybody may."
        return Refusal(objection=Objection.CALLER_UNKNOWN, message=message)
    operators = way(machine, source, target, Caller.OPERATOR) is not None
    who = "operators may" if operators else "Placet does so once it is decided"
    return Refusal(
        objection=Objection.NOT_YOURS, message=f"This API client may not move an order {move}; {who}."
    )


def _either(keys: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(keys)) or "nowhere"
