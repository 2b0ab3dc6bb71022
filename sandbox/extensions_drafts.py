"""What an API Extension may be, checked, and its update actions. Source: `types/extension/` of the official RAML.

Limits: 25 extensions in a project, 10,000 ms, 5 dependencies, chains of 3, 3 expansion paths (docs.commercetools.com,
api/limits, and the RAML). How a chain is counted is not documented: here it is the number of extensions in it.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.drafts import Check, Fields, boolean, list_of, one_of, record, resource_identifier, text, whole
from sandbox.drafts import key as key_of
from sandbox.errors import invalid_input
from sandbox.extensions_calling import MAX_TIMEOUT_MS
from sandbox.extensions_destinations import destination
from sandbox.extensions_errors import chain_too_deep, chain_too_wide, circular_dependency
from sandbox.extensions_triggers import EXTENDABLE, EXTENSION, condition_of
from sandbox.predicates import PredicateError
from sandbox.references import referred
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Apply, Effect, action, set_or_remove

MAX_EXTENSIONS = 25
MAX_EXPANSION_PATHS = 3
MAX_DEPENDENCIES = 5
MAX_CHAIN = 3

_trigger = record(
    {
        "resourceTypeId": one_of(*EXTENDABLE),
        "actions": list_of(one_of("Create", "Update"), fewest=1),
    },
    {"condition": text()},
)


def _trigger_of(value: Any, field: str) -> Fields:
    read: Fields = _trigger(value, field)
    try:
        condition_of(read)
    except PredicateError as problem:
        raise invalid_input(f"Malformed parameter: {field}.condition: {problem}") from None
    return {**read, "actions": list(dict.fromkeys(read["actions"]))}


def _paths(value: Any, field: str) -> list[str]:
    read: list[str] = list_of(text())(value, field)
    if len(read) > MAX_EXPANSION_PATHS:
        raise invalid_input(f"At most {MAX_EXPANSION_PATHS} expansion paths are allowed.")
    return read


def _context(value: Any, field: str) -> Fields:
    read: Fields = record({}, {"includeOldResource": boolean})(value, field)
    return {"includeOldResource": False, **read}


_CHECKS: dict[str, Check] = {
    "key": key_of,
    "destination": destination,
    "triggers": list_of(_trigger_of),
    "timeoutInMs": whole(1, MAX_TIMEOUT_MS),
    "dependencies": list_of(resource_identifier(EXTENSION)),
    "expansionPaths": _paths,
    "additionalContext": _context,
}
_NEEDED = ("destination", "triggers")
_draft = record(
    {name: _CHECKS[name] for name in _NEEDED},
    {name: check for name, check in _CHECKS.items() if name not in _NEEDED},
)


def read_draft(tx: Transaction, draft: Any) -> Fields:
    """An ExtensionDraft, its secrets still in it and its dependencies resolved.

    ApiError: RequiredField, InvalidField, InvalidJsonInput, InvalidInput (condition, expansion paths),
    ReferencedResourceNotFound and ExtensionChainToo... (dependencies).
    """
    read: Fields = _draft(draft, "")
    if "dependencies" in read:
        read["dependencies"] = _resolved(tx, read["dependencies"])
    return read


def check_chains(tx: Transaction, changed: Resource) -> None:
    """Refuse an extension whose dependencies, or whose dependants', make a circle or too long a chain.

    ApiError CircularDependency or ExtensionChainTooDeep.
    """
    known = {each["id"]: each for each in tx.store.all(EXTENSION)} | {changed["id"]: changed}
    for extension in known.values():
        _follow(known, extension, ())


def _follow(known: Mapping[str, Resource], extension: Resource, behind: tuple[str, ...]) -> None:
    if extension["id"] in behind:
        raise circular_dependency()
    if len(behind) >= MAX_CHAIN:
        raise chain_too_deep(MAX_CHAIN)
    for dependency in extension.get("dependencies", ()):
        _follow(known, known[dependency["id"]], (*behind, extension["id"]))


def _resolved(tx: Transaction, identifiers: list[Fields]) -> list[Fields]:
    if len(identifiers) > MAX_DEPENDENCIES:
        raise chain_too_wide(MAX_DEPENDENCIES)
    return [referred(tx, identifier) for identifier in identifiers]


def _set(field: str) -> Apply:
    def apply(_tx: Transaction, extension: Resource, given: Fields) -> Effect:
        return [] if set_or_remove(extension, field, given.get(field)) else None

    return apply


def _change_destination(_tx: Transaction, extension: Resource, given: Fields) -> Effect:
    """Always a change: what is compared is masked, and another secret may look the same."""
    extension["destination"] = given["destination"]
    return []


def _set_dependencies(tx: Transaction, extension: Resource, given: Fields) -> Effect:
    changed = set_or_remove(extension, "dependencies", _resolved(tx, given["dependencies"]))
    check_chains(tx, extension)
    return [] if changed else None


def _action(apply: Apply, field: str, *, needed: bool) -> Action:
    fields = {field: _CHECKS[field]}
    return action(apply, fields) if needed else action(apply, {}, fields)


ACTIONS: dict[str, Action] = {
    "setKey": _action(_set("key"), "key", needed=False),
    "changeTriggers": _action(_set("triggers"), "triggers", needed=True),
    "changeDestination": _action(_change_destination, "destination", needed=True),
    "setTimeoutInMs": _action(_set("timeoutInMs"), "timeoutInMs", needed=False),
    "setAdditionalContext": _action(_set("additionalContext"), "additionalContext", needed=True),
    "setExpansionPaths": _action(_set("expansionPaths"), "expansionPaths", needed=True),
    "setDependencies": _action(_set_dependencies, "dependencies", needed=True),
}
