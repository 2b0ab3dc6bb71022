"""The update actions of States. One that would change nothing is refused: InvalidOperation, unlike elsewhere."""

from typing import Any

from sandbox.drafts import Fields, boolean, list_of, localized, one_of, resource_identifier, some_of, text
from sandbox.errors import invalid_operation
from sandbox.references import referred, refuse_if_referenced
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Effect, action, set_or_remove

TYPES = (
    "OrderState",
    "RecurringOrderState",
    "LineItemState",
    "ProductState",
    "ReviewState",
    "PaymentState",
    "QuoteRequestState",
    "StagedQuoteState",
    "QuoteState",
)
ROLES = ("ReviewIncludedInStatistics", "Return")
_TYPE_OF_ROLE = {"ReviewIncludedInStatistics": "ReviewState", "Return": "LineItemState"}


def check_roles(state_type: str, roles: list[str]) -> None:
    """ApiError InvalidOperation for a role that the State's type cannot have."""
    for role in roles:
        if _TYPE_OF_ROLE[role] != state_type:
            raise invalid_operation(f"The role '{role}' is not applicable to a State of type '{state_type}'.")


def _set(state: Resource, field: str, value: Any) -> Effect:
    if not set_or_remove(state, field, value):
        raise invalid_operation(f"'{field}' has no changes.")
    return []


def _change_key(_tx: Transaction, state: Resource, given: Fields) -> Effect:
    if not given["key"]:
        raise invalid_operation("The key of a State must not be empty.")
    if state["builtIn"]:
        raise invalid_operation("The key of a built-in State cannot be changed.")
    return _set(state, "key", given["key"])


def _change_type(tx: Transaction, state: Resource, given: Fields) -> Effect:
    if state["builtIn"]:
        raise invalid_operation("The type of a built-in State cannot be changed.")
    check_roles(given["type"], state["roles"])
    effect = _set(state, "type", given["type"])
    refuse_if_referenced(tx.store, "state", state["id"], "state")
    return effect


def _change_initial(_tx: Transaction, state: Resource, given: Fields) -> Effect:
    return _set(state, "initial", given["initial"])


def _set_name(_tx: Transaction, state: Resource, given: Fields) -> Effect:
    return _set(state, "name", given["name"] or None)


def _set_description(_tx: Transaction, state: Resource, given: Fields) -> Effect:
    return _set(state, "description", given["description"] or None)


def _set_transitions(tx: Transaction, state: Resource, given: Fields) -> Effect:
    targets = given.get("transitions")
    return _set(
        state, "transitions", None if targets is None else [referred(tx, target) for target in targets]
    )


def _set_roles(_tx: Transaction, state: Resource, given: Fields) -> Effect:
    check_roles(state["type"], given["roles"])
    if set(given["roles"]) == set(state["roles"]):
        raise invalid_operation("'roles' has no changes.")
    state["roles"] = given["roles"]
    return []


def _add_roles(_tx: Transaction, state: Resource, given: Fields) -> Effect:
    check_roles(state["type"], given["roles"])
    present = [role for role in given["roles"] if role in state["roles"]]
    if present or not given["roles"]:
        raise invalid_operation("The roles are already present, or none are given.")
    state["roles"] = [*state["roles"], *given["roles"]]
    return []


def _remove_roles(_tx: Transaction, state: Resource, given: Fields) -> Effect:
    left = [role for role in state["roles"] if role not in given["roles"]]
    if left == state["roles"]:
        raise invalid_operation("None of the roles is present.")
    state["roles"] = left
    return []


_roles = some_of(ROLES)

ACTIONS: dict[str, Action] = {
    "changeKey": action(_change_key, {"key": text()}),
    "changeType": action(_change_type, {"type": one_of(*TYPES)}),
    "changeInitial": action(_change_initial, {"initial": boolean}),
    "setName": action(_set_name, {"name": localized}),
    "setDescription": action(_set_description, {"description": localized}),
    "setTransitions": action(_set_transitions, {}, {"transitions": list_of(resource_identifier("state"))}),
    "setRoles": action(_set_roles, {"roles": _roles}),
    "addRoles": action(_add_roles, {"roles": _roles}),
    "removeRoles": action(_remove_roles, {"roles": _roles}),
}
