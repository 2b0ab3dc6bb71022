"""Which moves a state machine allows. Source: State.raml, OrderTransitionStateAction.raml.

The wire text of a refusal is not documented; the code, InvalidOperation, is (tests of the official JVM SDK).
"""

from sandbox.drafts import Fields
from sandbox.errors import invalid_operation
from sandbox.references import resolve
from sandbox.store import Resource, Transaction


def state_of_type(tx: Transaction, identifier: Fields, state_type: str) -> Fields:
    """The reference to a State, which must be of this type: not even `force` lifts that.

    ApiError: ReferencedResourceNotFound, InvalidOperation.
    """
    found = resolve(tx, identifier)
    if found["type"] != state_type:
        raise invalid_operation(f"The state '{found['key']}' is a {found['type']}, not a {state_type}.")
    return {"typeId": "state", "id": found["id"]}


def check_transition(tx: Transaction, current: Fields | None, target: Fields) -> None:
    """ApiError InvalidOperation unless the machine allows the move from `current` (None: no state yet).

    From no state only to an initial one; from a state without `transitions` anywhere; with a list only along it.
    """
    if current is None:
        if not _state(tx, target)["initial"]:
            raise invalid_operation(f"The state '{target['id']}' is not an initial state.")
        return
    allowed = _state(tx, current).get("transitions")
    if allowed is not None and target not in allowed:
        message = f"The transition from state '{current['id']}' to state '{target['id']}' is not allowed."
        raise invalid_operation(message)


def _state(tx: Transaction, reference: Fields) -> Resource:
    found = tx.get("state", reference["id"])
    assert found is not None, "a State that is referred to cannot be deleted"
    return found
