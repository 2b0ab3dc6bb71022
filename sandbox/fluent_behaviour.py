"""How orders go: what `POST /sandbox/fluent/behaviour` was told, of one order (`orderRef`) or of every order.

    {"orderRef"?, "delayMs"?, "startStatuses"?: ["BOOKED"], "fulfilmentStatuses"?: [...], "endStatuses"?: ["COMPLETE"],
     "fulfilments"?: [{"ref"?, "location"?, "type"?, "deliveryType"?, "carrier"?, "service"?, "parcels"?: 1,
                       "statuses"?, "delayMs"?, "startAfterMs"?: 0, "reason"? (of what it rejects),
                       "items"?: [{"ref" | "productRef" | "index", "quantity"?, "rejected"?: 0}]}],
     "pauseAt"?: [status], "cancel"?: "untilPicking" | "always" | "never", "cancelDelayMs"?: 0,
     "events"?: {eventName: action},
     "returns"?: [{"afterMs"?: 0, "delayMs"?, "statuses"?, "ref"?, "reason"?, "reasonComment"?, "condition"?,
                   "items"?: [{"ref" | "productRef" | "index", "quantity"?}]}]}

A fulfilment without `items` takes whatever is left, and so does a part without `quantity`; what nobody takes is not
sourced. Told of one order goes before told of every order, field by field.
"""

from typing import Any

from sandbox.drafts import Check, Fields, list_of, one_of, record, text, whole, wrong_type
from sandbox.fluent_entities import Entity

Behaviour = dict[str, Any]
ACTIONS = ("cancel", "cancelItems", "amend", "address", "deliveryType", "note")
_DAY_MS = 86_400_000
_MOST = 1_000_000

_ms = whole(0, _DAY_MS)
_statuses = list_of(text())
_part = record(
    {},
    {
        "ref": text(),
        "productRef": text(),
        "index": whole(0, _MOST),
        "quantity": whole(0, _MOST),
        "rejected": whole(0, _MOST),
    },
)
_fulfilment = record(
    {},
    {
        "ref": text(),
        "location": text(),
        "type": text(),
        "deliveryType": text(),
        "carrier": text(),
        "service": text(),
        "reason": text(),
        "parcels": whole(1, 100),
        "statuses": _statuses,
        "delayMs": _ms,
        "startAfterMs": _ms,
        "items": list_of(_part),
    },
)
_return = record(
    {},
    {
        "afterMs": _ms,
        "delayMs": _ms,
        "statuses": _statuses,
        "ref": text(),
        "reason": text(),
        "reasonComment": text(),
        "condition": text(),
        "items": list_of(_part),
    },
)


def strings_by_name(value: Any, field: str) -> Fields:
    """An object of strings. ApiError 400."""
    found: Fields = _by_name(text())(value, field)
    return found


def _by_name(member: Check) -> Check:
    def check(value: Any, field: str) -> Fields:
        if not isinstance(value, dict):
            raise wrong_type(field, "Object")
        return {name: member(one, f"{field}.{name}") for name, one in value.items()}

    return check


_behaviour = record(
    {},
    {
        "orderRef": text(),
        "delayMs": _ms,
        "startStatuses": _statuses,
        "fulfilmentStatuses": _statuses,
        "endStatuses": _statuses,
        "fulfilments": list_of(_fulfilment),
        "pauseAt": _statuses,
        "cancel": one_of("untilPicking", "always", "never"),
        "cancelDelayMs": _ms,
        "events": _by_name(one_of(*ACTIONS)),
        "returns": list_of(_return),
    },
)
EVENTS = {
    "CancelOrder": "cancel",
    "OrderCancel": "cancel",
    "CancelOrderItems": "cancelItems",
    "AmendOrder": "amend",
    "AmendOrderItems": "amend",
    "ChangeDeliveryAddress": "address",
    "UpdateDeliveryAddress": "address",
    "ChangeDeliveryType": "deliveryType",
    "PaymentReceived": "note",
    "PaymentStatusUpdate": "note",
}
"""Which event starts what. CancelOrder stands in Fluent's documents; the other names are a retailer's own to choose."""
USUAL: Behaviour = {
    "startStatuses": ["BOOKED"],
    "fulfilmentStatuses": ["ASSIGNED", "PICK_PACK", "AWAITING_COURIER_COLLECTION", "SHIPPED"],
    "endStatuses": ["COMPLETE"],
    "fulfilments": [{}],
    "pauseAt": [],
    "cancel": "untilPicking",
    "cancelDelayMs": 0,
    "events": {},
    "returns": [],
}


class Behaviours:
    """What was told, by order ref; None is every order."""

    def __init__(self, step_ms: int) -> None:
        self._usual = {**USUAL, "delayMs": step_ms}
        self.told: dict[str | None, Behaviour] = {}

    def tell(self, given: Any) -> Behaviour:
        """Take a behaviour, in place of what was told of the same order before. ApiError 400."""
        told: Behaviour = _behaviour(given, "")
        self.told[told.get("orderRef")] = told
        return told

    def of(self, order: Entity) -> Behaviour:
        """How this order goes, complete."""
        return self._usual | self.told.get(None, {}) | self.told.get(order["ref"], {})

    def action(self, order: Entity, event: str) -> str | None:
        """What an event starts; None if no ruleset listens to it."""
        listening: dict[str, str] = EVENTS | self.of(order)["events"]
        return listening.get(event)


def named(items: list[Entity], part: dict[str, Any]) -> Entity | None:
    """The order item that a part names by ref, product or position."""
    if "ref" in part:
        return next((item for item in items if item["ref"] == part["ref"]), None)
    if "productRef" in part:
        return next((item for item in items if item["productRef"] == part["productRef"]), None)
    index = part.get("index", 0)
    return items[index] if index < len(items) else None
