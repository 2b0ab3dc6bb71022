"""The transition that a message tells of. Source: `types/message/OrderStateTransitionMessage.raml`."""

from typing import Any

from domain.value import Value


class ToldMove(Value):
    """From which state to which, by their ids, and whether validation was switched off for it."""

    source_id: str | None = None
    target_id: str
    forced: bool = False


def told_move(body: dict[str, Any]) -> ToldMove | None:
    """The move of an `OrderStateTransition`; None if the message does not say to which state."""
    target, source = _id(body.get("state")), _id(body.get("oldState"))
    if target is None:
        return None
    return ToldMove(source_id=source, target_id=target, forced=body.get("force") is True)


def _id(reference: object) -> str | None:
    found = reference.get("id") if isinstance(reference, dict) else None
    return found if isinstance(found, str) else None
