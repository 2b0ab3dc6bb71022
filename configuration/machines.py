"""`states.yaml`: the states of every type, and the order's own machine among them."""

from pydantic import ValidationError

from configuration.document import ANY, Document, Place
from domain.states import (
    ANY_WORD,
    FINAL_WORD,
    INITIAL,
    ROLE_BELONGS_TO,
    DeclaredStates,
    StateMachine,
    StateType,
)
from domain.states_lint import findings

_EDGES = ("states", ANY, "transitions")


def read_states(document: Document) -> DeclaredStates | None:
    """The states; None with problems noted."""
    keys = document.names("states", ANY, "key")
    document.declared_once("states", ANY, "key")
    for pattern in ((*_EDGES, ANY), (*_EDGES, ANY, "to")):
        document.refers(pattern, keys, "state")
    document.refers(("phases", ANY), keys, "state")
    document.refers(("lineItemStates", ANY), _of_line_items(document), "state of type LineItemState")
    _every_state_says_where_it_leads(document)
    _each_move_is_there_once(document)
    _names_are_used_once(document, keys)
    declared = document.model(DeclaredStates)
    if declared is not None:
        _fits_its_type(document, declared)
    return declared


def read_machine(document: Document, declared: DeclaredStates) -> StateMachine | None:
    """The order's machine; None with problems noted."""
    if document.problems:
        return None  # what is wrong with the machine as a whole would repeat them
    try:
        return declared.machine
    except ValidationError as error:
        for detail in error.errors():
            message = detail["msg"].removeprefix("Value error, ")
            document.say(("phases",) if "phase" in message else ("states",), message)
        return None


def lint(document: Document, declared: DeclaredStates) -> None:
    """Note what is allowed, and yet cannot be meant."""
    places = {state.key: n for n, state in enumerate(declared.states)}
    for finding in findings(declared):
        place: Place = ("states", places[finding.state]) if finding.state is not None else finding.place
        document.say((*place, *finding.place) if finding.state is not None else place, finding.message)


def _of_line_items(document: Document) -> list[str]:
    """What a line item can be in: the declared states of its type, and the one that is built in."""
    states = [state for _, state in document.found("states", ANY) if isinstance(state, dict)]
    keys = [state.get("key") for state in states if state.get("type") == StateType.LINE_ITEM]
    return [INITIAL, *(key for key in keys if isinstance(key, str))]


def _every_state_says_where_it_leads(document: Document) -> None:
    """Absent means `any` in commercetools, which nobody should have by leaving something out."""
    for place, state in document.found("states", ANY):
        if isinstance(state, dict) and state.get("transitions") in (None, []):
            wanted = f"say where it leads: a list of states, '{FINAL_WORD}' or '{ANY_WORD}'"
            document.say((*place, "transitions"), wanted)


def _each_move_is_there_once(document: Document) -> None:
    """Two edges to one state could say two things about who may walk them."""
    for place, _ in document.found(*_EDGES):
        first: dict[str, Place] = {}
        for pattern in ((*place, ANY), (*place, ANY, "to")):
            for there, target in document.found(*pattern):
                if isinstance(target, str) and first.setdefault(target, there) != there:
                    line = document.lines[first[target]]
                    document.say(there, f"'{target}' is there twice, first in line {line}")


def _names_are_used_once(document: Document, keys: list[str]) -> None:
    document.declared_once("states", ANY, "previousKeys", ANY)
    for place, former in document.found("states", ANY, "previousKeys", ANY):
        if former in keys:
            document.say(place, f"'{former}' is the key of a state that is declared now")


def _fits_its_type(document: Document, declared: DeclaredStates) -> None:
    """Moves stay within a type, and a role belongs to one (commercetools refuses both)."""
    types = {state.key: state.type for state in declared.states}
    for n, state in enumerate(declared.states):
        for m, target in enumerate(state.targets or ()):
            if types.get(target, state.type) is not state.type:
                what = (
                    f"{state.key} is of type {state.type}, {target} of {types[target]}: no move leads there"
                )
                document.say(("states", n, "transitions", m), what)
        for m, role in enumerate(state.roles):
            if ROLE_BELONGS_TO[role] is not state.type:
                document.say(("states", n, "roles", m), f"{role} is a role of {ROLE_BELONGS_TO[role]} only")
    for phase, key in declared.phases.items():
        if types.get(key, StateType.ORDER) is not StateType.ORDER:
            document.say(
                ("phases", phase.value), f"{key} is a {types[key]}, and an order is in an OrderState"
            )
