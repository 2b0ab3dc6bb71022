"""What has to change in commercetools so that a state is as it is declared. Pure: nothing is sent here.

Only real differences count: an action that changes nothing fails the whole request (`InvalidOperation`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from clients.resources import StateResource
from clients.state_drafts import (
    StateUpdateAction,
    change_initial,
    change_state_key,
    set_state_description,
    set_state_name,
    set_state_roles,
    set_transitions,
)
from domain.states import ANY_WORD, FINAL_WORD, State

Targets = tuple[str, ...] | None
"""The keys of the states that may follow: None is any, empty is final."""


class Difference(NamedTuple):
    """One field that is not as declared, in words for a person, and the action that mends it."""

    field: str
    words: tuple[str, ...]
    action: StateUpdateAction


def differences(declared: State, found: StateResource) -> list[Difference]:
    """What differs in a state by itself, its moves aside. Languages and roles that are not declared are removed."""
    found_differences: list[Difference] = []
    if declared.key != found.key:
        words = f"key: {_quoted(found.key)} -> {_quoted(declared.key)}"
        found_differences.append(Difference("key", (words,), change_state_key(declared.key)))
    if declared.initial != found.initial:
        words = f"initial: {_yes(found.initial)} -> {_yes(declared.initial)}"
        found_differences.append(Difference("initial", (words,), change_initial(initial=declared.initial)))
    if declared.name != found.name:
        in_words = tuple(_by_language("name", found.name, declared.name))
        found_differences.append(Difference("name", in_words, set_state_name(declared.name)))
    if declared.description != found.description:
        in_words = tuple(_by_language("description", found.description, declared.description))
        action = set_state_description(declared.description)
        found_differences.append(Difference("description", in_words, action))
    if set(declared.roles) != set(found.roles):
        words = f"roles: {_added_and_removed(found.roles, declared.roles)}"
        found_differences.append(Difference("roles", (words,), set_state_roles(declared.roles)))
    return found_differences


def difference_of_transitions(wanted: Targets, present: Targets) -> Difference | None:
    """Whether the moves from a state differ; both by the keys that the states have in the end. Order is no difference."""
    if _as_a_set(wanted) == _as_a_set(present):
        return None
    return Difference("transitions", (f"transitions: {_moves(present, wanted)}",), set_transitions(wanted))


def _moves(present: Targets, wanted: Targets) -> str:
    if present is None or wanted is None:
        return f"{targets_in_words(present)} -> {targets_in_words(wanted)}"
    now_final = "" if wanted else f" ({FINAL_WORD})"
    return _added_and_removed(present, wanted) + now_final


def targets_in_words(targets: Targets) -> str:
    """Where a state leads, as the file says it."""
    if targets is None:
        return ANY_WORD
    return ", ".join(targets) or FINAL_WORD


def _as_a_set(targets: Targets) -> frozenset[str] | None:
    return None if targets is None else frozenset(targets)


def _added_and_removed(before: Iterable[str], after: Iterable[str]) -> str:
    before, after = tuple(before), tuple(after)
    added = [f"+ {one}" for one in after if one not in before]
    return ", ".join([*added, *(f"- {one}" for one in before if one not in after)])


def _by_language(field: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for language in sorted({*before, *after}):
        old, new = before.get(language), after.get(language)
        if old != new:
            yield f"{field}.{language}: {_quoted(old)} -> {_quoted(new)}"


def _quoted(text: str | None) -> str:
    return "none" if text is None else f'"{text}"'


def _yes(value: bool) -> str:
    return "yes" if value else "no"
