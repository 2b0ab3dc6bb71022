"""What events change of an order that runs: cancelled, in part or whole, amended, or sent elsewhere.

What has not been picked can be taken back (`untilPicking`), or what has not left (`always`), or nothing (`never`):
the order's behaviour decides. A change that cannot be made whole is not made.

`cancelItems` counts from what was ordered, `amend` says what is wanted from now on: both can be asked for again.
"""

from typing import Any

from sandbox.fluent_behaviour import Behaviours
from sandbox.fluent_entities import Entity, attribute, set_attributes
from sandbox.fluent_lifecycle import Lifecycle
from sandbox.fluent_moves import REASON, Moves
from sandbox.fluent_stages import CLOSED, PICKING, SHIPPED, stage

_LIMITS = {"untilPicking": PICKING, "always": SHIPPED, "never": 0}


class Changes:
    """Carries out what an event asks for; each method says whether the order's state allows it."""

    def __init__(self, behaviours: Behaviours, moves: Moves, lifecycle: Lifecycle) -> None:
        self._behaviours = behaviours
        self._moves = moves
        self._lifecycle = lifecycle

    def apply(self, order: Entity, action: str, attributes: dict[str, Any]) -> bool:
        """Whether the action was taken; nothing has changed if not."""
        if order["status"] in CLOSED and action != "note":
            return False
        if action == "cancel":
            return self._cancel(order, attributes)
        if action in ("cancelItems", "amend"):
            return self._amend(order, attributes, altogether=action == "cancelItems")
        if action in ("address", "deliveryType"):
            return self._deliver(order, attributes)
        self._moves.note(order, [attribute(name, value) for name, value in attributes.items()])
        return True

    def may_take_back(self, fulfilment: Entity) -> bool:
        """Whether a fulfilment's goods can still be taken back."""
        limit = _LIMITS[self._behaviours.of(fulfilment["order"])["cancel"]]
        return stage(fulfilment) < limit

    def _cancel(self, order: Entity, attributes: dict[str, Any]) -> bool:
        behaviour = self._behaviours.of(order)
        live = [one for one in order["fulfilments"] if stage(one) <= SHIPPED]
        if behaviour["cancel"] == "never" or not all(self.may_take_back(one) for one in live):
            return False
        self._give_reason(order, attributes)
        if delay := behaviour["cancelDelayMs"]:
            self._lifecycle.later(order, delay, lambda: self._cancel_if_still_there(order))
        else:
            self._lifecycle.cancel(order)
        return True

    def _cancel_if_still_there(self, order: Entity) -> None:
        """The workflow took the event and gets round to it now: too late, if something has left meanwhile."""
        if order["status"] not in CLOSED and not any(stage(one) == SHIPPED for one in order["fulfilments"]):
            self._lifecycle.cancel(order)

    def _amend(self, order: Entity, attributes: dict[str, Any], *, altogether: bool) -> bool:
        quantities = _quantities(attributes)
        items = {item["ref"]: item for item in order["items"]}
        if not quantities or not quantities.keys() <= items.keys():
            return False
        if altogether:
            # So many in all, counted from what was ordered: the same event again takes nothing more.
            quantities = {ref: items[ref]["ordered"] - given for ref, given in quantities.items()}
            quantities = {ref: min(left, items[ref]["quantity"]) for ref, left in quantities.items()}
        takes = {ref: items[ref]["quantity"] - left for ref, left in quantities.items()}
        if any(left < 0 or takes[ref] > self._free(order, items[ref]) for ref, left in quantities.items()):
            return False
        # More than was ordered can only be had before the locations have been asked.
        if order["fulfilments"] and any(take < 0 for take in takes.values()):
            return False
        self._give_reason(order, attributes)
        for ref, take in takes.items():
            self._take(order, items[ref], take)
        self._moves.entities.touch(order)
        self._settle(order)
        return True

    def _give_reason(self, order: Entity, attributes: dict[str, Any]) -> None:
        if isinstance(reason := attributes.get(REASON), str):
            set_attributes(order, [attribute(REASON, reason)])

    def _free(self, order: Entity, item: Entity) -> int:
        """How many units of an order item can still be taken back."""
        if not order["fulfilments"]:
            return 0 if self._behaviours.of(order)["cancel"] == "never" else int(item["quantity"])
        return sum(line["requestedQuantity"] for line in self._lines(order, item))

    def _lines(self, order: Entity, item: Entity) -> list[Entity]:
        open_ones = [one for one in order["fulfilments"] if self.may_take_back(one)]
        return [line for one in open_ones for line in one["items"] if line["orderItem"] is item]

    def _take(self, order: Entity, item: Entity, quantity: int) -> None:
        item["quantity"] -= quantity
        for line in self._lines(order, item):
            taken = min(quantity, line["requestedQuantity"])
            line["requestedQuantity"] -= taken
            line["filledQuantity"] = min(line["filledQuantity"], line["requestedQuantity"])
            quantity -= taken

    def _settle(self, order: Entity) -> None:
        """Whatever has nothing left to send is CANCELLED; the others are told of."""
        if not any(item["quantity"] for item in order["items"]):
            self._lifecycle.cancel(order)
            return
        for one in order["fulfilments"]:
            if stage(one) < SHIPPED and not any(line["requestedQuantity"] for line in one["items"]):
                self._moves.to(one, "CANCELLED")
        self._moves.told(order)

    def _deliver(self, order: Entity, attributes: dict[str, Any]) -> bool:
        choice = order["fulfilmentChoice"]
        if choice is None or not all(self.may_take_back(one) for one in order["fulfilments"]):
            return False
        if isinstance(address := attributes.get("deliveryAddress"), dict):
            choice["deliveryAddress"] = {**(choice.get("deliveryAddress") or {}), **address}
        if isinstance(kind := attributes.get("deliveryType"), str):
            choice["deliveryType"] = kind
        for one in order["fulfilments"]:
            one["toAddress"], one["deliveryType"] = choice.get("deliveryAddress"), choice["deliveryType"]
        self._moves.entities.touch(order)
        self._moves.told(order)
        return True


def _quantities(attributes: dict[str, Any]) -> dict[str, int] | None:
    """`items: [{"ref", "quantity"}]` of an event; None if it is of another form."""
    listed = attributes.get("items")
    if not isinstance(listed, list):
        return None
    found: dict[str, int] = {}
    for one in listed:
        ref, quantity = (one.get("ref"), one.get("quantity")) if isinstance(one, dict) else (None, None)
        if not isinstance(ref, str) or type(quantity) is not int or quantity < 0:
            return None
        found[ref] = quantity
    return found
