"""The body of an update: `{"version": 5, "actions": [{"action": "...", ...}]}`."""

from typing import Any

from sandbox.errors import invalid_field, invalid_input, invalid_json, required_field

_MOST_ACTIONS = 500


def read_update(body: dict[str, Any], known: list[str]) -> tuple[int, list[dict[str, Any]]]:
    """Version and actions, each of them an object with a known name; what it holds is the action's business.

    Raises ApiError (400): RequiredField, InvalidJsonInput, InvalidField, and InvalidInput beyond 500 actions.
    """
    version, actions = body.get("version"), body.get("actions")
    if version is None:
        raise required_field("version")
    if isinstance(version, bool) or not isinstance(version, int | float) or version != int(version):
        raise invalid_json("version: expected a whole number.")
    if actions is None:
        raise required_field("actions")
    if not isinstance(actions, list) or not all(isinstance(action, dict) for action in actions):
        raise invalid_json("actions: expected an array of objects.")
    if len(actions) > _MOST_ACTIONS:
        raise invalid_input(f"An update may have at most {_MOST_ACTIONS} actions.")
    for action in actions:
        name = action.get("action")
        if name is None:
            raise required_field("action")
        if not isinstance(name, str) or name not in known:
            raise invalid_field("action", name, known)
    return int(version), actions
