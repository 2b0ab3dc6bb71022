"""What has to change in commercetools so that its states are the declared ones. Pure: nothing is sent here.

Only real differences count: an action that changes nothing fails the whole request (`InvalidOperation`).
"""

from collections.abc import Mapping, Sequence

from clients.drafts import (
    StateUpdateAction,
    change_initial,
    set_state_description,
    set_state_name,
    set_transitions,
)
from clients.resources import StateResource
from domain.states import State


def changes_of_itself(declared: State, found: StateResource) -> list[tuple[str, StateUpdateAction]]:
    """What differs in a state by itself, each with the action that mends it. Languages not declared are removed."""
    changes: list[tuple[str, StateUpdateAction]] = []
    if declared.initial != found.initial:
        changes.append(("initial", change_initial(initial=declared.initial)))
    if declared.name != found.name:
        changes.append(("name", set_state_name(declared.name)))
    if declared.description != found.description:
        changes.append(("description", set_state_description(declared.description)))
    return changes


def changes_of_transitions(
    declared: State, found: StateResource, keys: Mapping[str, str]
) -> list[tuple[str, StateUpdateAction]]:
    """Whether the moves from a state differ; `keys` maps the ids of all states to their keys. Order is no difference."""
    wanted = None if declared.targets is None else set(declared.targets)
    present = None if found.transitions is None else {keys.get(id_, id_) for id_ in found.transitions}
    if wanted == present:
        return []
    return [("transitions", set_transitions(declared.targets))]


def words(changes: Sequence[tuple[str, StateUpdateAction]]) -> str:
    """What is changed, in words."""
    return ", ".join(what for what, _ in changes)
