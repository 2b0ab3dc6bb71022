"""States: the machines that orders and line items move in. Source: `resources/states.raml`, `types/state/`.

`transitions` has three meanings: absent (validation off), `[]` (final) and a list (only these). `initial` is true
unless the draft says otherwise. Every project has one built-in State: key `Initial`, type LineItemState.
"""

from typing import Any

from starlette.routing import Route

from sandbox.drafts import (
    Fields,
    boolean,
    list_of,
    localized,
    one_of,
    record,
    resource_identifier,
    some_of,
    text,
)
from sandbox.endpoints import Kind
from sandbox.errors import invalid_operation
from sandbox.references import referred, refuse_if_referenced
from sandbox.requests import Sandbox
from sandbox.state_actions import ACTIONS, ROLES, TYPES, check_roles
from sandbox.store import Resource, Transaction

INITIAL_KEY = "Initial"

_draft = record(
    {"key": text(), "type": one_of(*TYPES)},
    {
        "name": localized,
        "description": localized,
        "initial": boolean,
        "roles": some_of(ROLES),
        "transitions": list_of(resource_identifier("state")),
    },
)


def create(tx: Transaction, body: Any) -> Resource:
    """A State from a StateDraft. ApiError: InvalidOperation for an empty key or roles of another type."""
    draft: Fields = _draft(body, "")
    if not draft["key"]:
        raise invalid_operation("The key of a State must not be empty.")
    check_roles(draft["type"], draft.get("roles", []))
    targets = draft.pop("transitions", None)
    state = {"roles": [], "initial": True, "builtIn": False, **draft}
    if targets is not None:
        state["transitions"] = [referred(tx, target) for target in targets]
    return tx.create("state", {name: value for name, value in state.items() if value != {}})


def _before_delete(tx: Transaction, state: Resource) -> None:
    if state["builtIn"]:
        raise invalid_operation("A built-in State cannot be deleted.")
    refuse_if_referenced(tx.store, "state", state["id"], "state")


STATES = Kind("state", "/states", "states", create, ACTIONS, before_delete=_before_delete)


def line_item_initial(tx: Transaction) -> Fields:
    """The reference to the built-in State that every line item starts in."""
    found = tx.by_key("state", INITIAL_KEY)
    assert found is not None, "the built-in State cannot be deleted or renamed"
    return {"typeId": "state", "id": found["id"]}


def _seed(tx: Transaction) -> None:
    state = {"key": INITIAL_KEY, "type": "LineItemState", "roles": [], "initial": True, "builtIn": True}
    tx.create("state", {**state, "name": {"en": "Initial"}})


def attach(sandbox: Sandbox) -> None:
    """Plant the built-in State in every fresh project."""
    sandbox.store.seeds.append(_seed)


def routes() -> list[Route]:
    """The endpoints of States."""
    return STATES.routes()
