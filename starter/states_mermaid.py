"""States as Mermaid's `stateDiagram-v2`, which GitHub and many others draw. Source: mermaid.js.org/syntax/stateDiagram.html."""

import re
from collections.abc import Iterator, Sequence

from domain.states import DeclaredStates, State, StateType

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = frozenset({"as", "choice", "class", "classdef", "click", "default", "direction", "end", "fork"}) | {
    "hide", "join", "left", "note", "of", "over", "right", "root", "scale", "state", "style", "title",
}  # fmt: skip


def mermaid(declared: DeclaredStates, types: Sequence[StateType]) -> str:
    """One type as a diagram by itself; several as a Markdown page with a diagram for each."""
    if len(types) == 1:
        return _diagram(declared.of(types[0]))
    return "\n".join(f"## {type_}\n\n```mermaid\n{_diagram(declared.of(type_))}```\n" for type_ in types)


def _diagram(states: Sequence[State]) -> str:
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in _lines(states, _names(states)))]) + "\n"


def _lines(states: Sequence[State], names: dict[str, str]) -> Iterator[str]:
    for state in states:
        if names[state.key] != state.key:
            yield f'state "{_escaped(state.key)}" as {names[state.key]}'
    yield from (f"[*] --> {names[state.key]}" for state in states if state.initial)
    for state in states:
        here = names[state.key]
        if state.transitions is None:
            yield f"note right of {here}: any state may follow"
        elif not state.transitions:
            yield f"{here} --> [*]"
        for edge in state.transitions or ():
            # Who may move something is the guard's to ask, and it asks for orders only.
            by = f": {edge.by}" if state.type is StateType.ORDER else ""
            yield f"{here} --> {names[edge.to]}{by}"


def _names(states: Sequence[State]) -> dict[str, str]:
    """A name for each state that Mermaid takes: its key, where that is one."""
    plain = {state.key for state in states if _is_plain(state.key)}
    names: dict[str, str] = {}
    for n, state in enumerate(states, 1):
        candidate = state.key
        if state.key not in plain:
            candidate = f"s{n}"
            while candidate in plain:
                candidate += "_"
        names[state.key] = candidate
    return names


def _is_plain(key: str) -> bool:
    return _PLAIN.fullmatch(key) is not None and key.lower() not in _RESERVED


def _escaped(text: str) -> str:
    """Mermaid's own character entities, for whatever could mean something to it."""
    return "".join(c if c.isalnum() or c in " _-." else f"#{ord(c)};" for c in text)
