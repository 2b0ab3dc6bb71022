"""How declared states are written as `states.yaml`: each field only where it says something, so that a person can read it."""

from typing import Any

import yaml

from domain.phases import Phase
from domain.states import DeclaredStates, State, StateType

_HEAD = """\
# States and the transitions between them, as custom states in commercetools (docs/states.md).
# A transition is Placet's alone unless it says `by: operator` or `by: anyone`; `final` is the end, `any` no validation.
"""
_WANTED = """\
# phases: which state an order has in which phase of its approval, once it is decided; one for each of
# {phases}.
"""
_WIDTH = 110
_FIELDS = ("key", "type", "initial", "previousKeys", "roles", "name", "description", "transitions")


class _Short(dict[str, Any]):
    """A mapping that goes on one line."""


class _Writer(yaml.SafeDumper):
    """YAML as people write it: lists under their key are indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Never without indentation."""
        super().increase_indent(flow, False)


def _short(writer: yaml.SafeDumper, mapping: _Short) -> yaml.Node:
    return writer.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style=True)


_Writer.add_representer(_Short, _short)


def file_text(declared: DeclaredStates) -> str:
    """The whole file. Where an order's states stand for no phases yet, a comment asks for them."""
    blocks = [_written([_document(state)]) for state in declared.states]
    states = "states:\n" + "\n".join(_indented(block) for block in blocks) if blocks else "states: []\n"
    parts = [_HEAD + states]
    if declared.several_initial:
        parts.append(_written({"severalInitial": [type_.value for type_ in declared.several_initial]}))
    if declared.line_item_states:
        stages = {stage.value: key for stage, key in declared.line_item_states.items()}
        parts.append(_written({"lineItemStates": stages}))
    if declared.phases:
        parts.append(_written({"phases": {phase.value: key for phase, key in declared.phases.items()}}))
    elif declared.of(StateType.ORDER):
        parts.append(_WANTED.format(phases=", ".join(phase.value for phase in Phase)))
    return "\n".join(parts)


def _document(state: State) -> dict[str, Any]:
    written = state.model_dump(mode="json", by_alias=True)
    told = {field: written[field] for field in _FIELDS if written[field] or field == "transitions"}
    if state.type is StateType.ORDER:
        del told["type"]
    if isinstance(told["transitions"], list):
        told["transitions"] = [
            _Short(edge) if isinstance(edge, dict) else edge for edge in told["transitions"]
        ]
    for field in ("name", "description"):
        if field in told and len(str(told[field])) < _WIDTH // 2:
            told[field] = _Short(told[field])
    return told


def _written(document: Any) -> str:
    return yaml.dump(
        document, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False
    )


def _indented(block: str) -> str:
    return "\n".join(f"  {line}" if line.strip() else line for line in block.split("\n"))
