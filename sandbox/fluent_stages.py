"""How far a fulfilment has got, by its status, and what that makes of its order."""

from typing import Any

from sandbox.fluent_entities import Entity

WAITING, PICKING, PACKED, SHIPPED, ENDED = range(5)
STAGES = {
    "CREATED": WAITING,
    "AWAITING_WAVE": WAITING,
    "ASSIGNED": WAITING,
    "PICK": PICKING,
    "PICK_PACK": PICKING,
    "PACK": PICKING,
    "AWAITING_COURIER_COLLECTION": PACKED,
    "AWAITING_CUSTOMER_COLLECTION": PACKED,
    "SHIPPED": SHIPPED,
    "FULFILLED": SHIPPED,
    "PARTIALLY_FULFILLED": SHIPPED,
    "DELIVERED": SHIPPED,
    "COMPLETE": SHIPPED,
    "REJECTED": ENDED,
    "CANCELLED": ENDED,
}
PICKED = ("PACK", "AWAITING_COURIER_COLLECTION", "AWAITING_CUSTOMER_COLLECTION")
CLOSED = ("COMPLETE", "CANCELLED")


def stage(fulfilment: Entity) -> int:
    """How far it has got; a status that nobody knows leaves it where it was."""
    found: int = fulfilment["stage"]
    return found


def order_status(order: Entity) -> str | None:
    """What the order's status should be while its fulfilments run; None leaves it as it is."""
    live = [stage(one) for one in order["fulfilments"] if stage(one) != ENDED]
    if live and min(live) >= PACKED:
        return "AWAITING_COURIER_COLLECTION" if min(live) == PACKED else None
    return "PICK_PACK" if any(PICKING <= one < ENDED for one in live) else None


def sent_anything(order: Entity) -> bool:
    """Whether any unit has left."""
    shipped = [one for one in order["fulfilments"] if stage(one) == SHIPPED]
    return any(item["filledQuantity"] for one in shipped for item in one["items"])


def settled(order: Entity) -> bool:
    """Whether no fulfilment has anything left to do."""
    return all(stage(one) >= SHIPPED for one in order["fulfilments"])


def sourced(order: Entity, plans: list[dict[str, Any]], named: Any) -> list[tuple[dict[str, Any], list[Any]]]:
    """Who sends what: each plan with its `(order item, quantity, rejected)`, plans without anything left out."""
    left = {item["id"]: item["quantity"] for item in order["items"]}
    found = []
    for plan in plans:
        parts = []
        for part in plan.get("items", [{"index": number} for number in range(len(order["items"]))]):
            item = named(order["items"], part)
            if item is None:
                continue
            quantity = min(part.get("quantity", left[item["id"]]), left[item["id"]])
            left[item["id"]] -= quantity
            if quantity:
                parts.append((item, quantity, part.get("rejected", 0)))
        if parts:
            found.append((plan, parts))
    return found
