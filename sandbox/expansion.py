"""Reference expansion: `expand=state`, `expand=lineItems[*].state[*].state`, `expand=cart`.

The answer is a copy along the path; what is stored never carries an `obj`. A path that leads nowhere is ignored.
"""

import re
from collections.abc import Sequence
from typing import Any

from sandbox.store import Resource, Store

_STEP = re.compile(r"([^.\[\]]+)(?:\[(\*|\d+)\])?")


def expanded(store: Store, resource: Resource, paths: Sequence[str]) -> Resource:
    """The resource with `obj` in the references that the paths name."""
    for path in paths:
        steps = [name for step in _STEP.findall(path) for name in step if name]
        resource = _along(store, resource, steps)
    return resource


def _along(store: Store, value: Any, steps: list[str]) -> Any:
    if isinstance(value, dict):
        if "typeId" in value and "id" in value:
            return _reference(store, value, steps)
        if steps and steps[0] in value:
            return {**value, steps[0]: _along(store, value[steps[0]], steps[1:])}
    elif isinstance(value, list) and steps:
        return _members(store, value, steps[0], steps[1:])
    return value


def _reference(store: Store, value: Resource, steps: list[str]) -> Resource:
    found = value.get("obj") or store.get(value["typeId"], value["id"])
    return value if found is None else {**value, "obj": _along(store, found, steps)}


def _members(store: Store, values: list[Any], which: str, steps: list[str]) -> list[Any]:
    if which == "*":
        return [_along(store, value, steps) for value in values]
    return [_along(store, value, steps) if which == str(at) else value for at, value in enumerate(values)]
