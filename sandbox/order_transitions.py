"""Order actions that move along state machines: the order's own, and those of its line items."""

from sandbox.custom_fields import FIELD, TYPE, custom_of, set_field
from sandbox.drafts import Check, Fields, boolean, list_of, moment, quantity, resource_identifier, text
from sandbox.errors import invalid_operation
from sandbox.order_lines import checked_states, find_line
from sandbox.store import Resource, Transaction
from sandbox.transitions import check_transition, state_of_type
from sandbox.updates import Action, Apply, Effect, action, set_or_remove
from sandbox.values import item_state


def _transition_state(tx: Transaction, order: Resource, given: Fields) -> Effect:
    """Move the order; a move to where it is already, where that is allowed, changes nothing."""
    old, force = order.get("state"), given.get("force", False)
    new = state_of_type(tx, given["state"], "OrderState")
    if not force:
        check_transition(tx, old, new)
    if old == new:
        return None
    order["state"] = new
    before = {} if old is None else {"oldState": old}
    return [("OrderStateTransition", {"state": new, **before, "force": force})]


def _transition_line(kind: str) -> Apply:
    message = "LineItemStateTransition" if kind == "lineItem" else "CustomLineItemStateTransition"

    def apply(tx: Transaction, order: Resource, given: Fields) -> Effect:
        line = find_line(order, given, kind)
        source = state_of_type(tx, given["fromState"], "LineItemState")
        target = state_of_type(tx, given["toState"], "LineItemState")
        check_transition(tx, source, target)
        line["state"] = moved(line["state"], source, target, given["quantity"])
        payload = {
            f"{kind}Id": line["id"],
            **({f"{kind}Key": line["key"]} if "key" in line else {}),
            "transitionDate": given.get("actualTransitionDate", tx.now),
            "quantity": given["quantity"],
            "fromState": source,
            "toState": target,
        }
        return [(message, payload)]

    return apply


def moved(buckets: list[Resource], source: Fields, target: Fields, amount: int) -> list[Resource]:
    """Item states after moving some units; equal states are merged, empty ones dropped.

    ApiError InvalidOperation if the source does not hold that many.
    """
    held = {bucket["state"]["id"]: 0 for bucket in buckets} | {target["id"]: 0}
    for bucket in buckets:
        held[bucket["state"]["id"]] += bucket["quantity"]
    if held.get(source["id"], 0) < amount:
        raise invalid_operation(f"There are not {amount} units in state '{source['id']}'.")
    held[source["id"]] -= amount
    held[target["id"]] += amount
    return [{"quantity": n, "state": {"typeId": "state", "id": key}} for key, n in held.items() if n > 0]


def _import_line(kind: str) -> Apply:
    def apply(tx: Transaction, order: Resource, given: Fields) -> Effect:
        line = find_line(order, given, kind)
        states = checked_states(tx, given["state"], line["quantity"])
        return [] if set_or_remove(line, "state", states) else None

    return apply


def _line_custom_type(kind: str, resource_type: str) -> Apply:
    def apply(tx: Transaction, order: Resource, given: Fields) -> Effect:
        line = find_line(order, given, kind)
        custom = custom_of(tx, given, resource_type) if "type" in given else None
        return [] if set_or_remove(line, "custom", custom) else None

    return apply


def _line_custom_field(kind: str) -> Apply:
    def apply(tx: Transaction, order: Resource, given: Fields) -> Effect:
        line = find_line(order, given, kind)
        return None if set_field(tx, line, given["name"], given.get("value")) is None else []

    return apply


def line_named(kind: str) -> dict[str, Check]:
    """The two fields by which an action names a line."""
    return {f"{kind}Id": text(), f"{kind}Key": text()}


def _line_actions(kind: str, resource_type: str) -> dict[str, Action]:
    title = kind[0].upper() + kind[1:]
    by = line_named(kind)
    states = {"fromState": resource_identifier("state"), "toState": resource_identifier("state")}
    return {
        f"transition{title}State": action(
            _transition_line(kind), {"quantity": quantity, **states}, {**by, "actualTransitionDate": moment}
        ),
        f"import{title}State": action(_import_line(kind), {"state": list_of(item_state)}, by),
        f"set{title}CustomType": action(_line_custom_type(kind, resource_type), TYPE[0], {**by, **TYPE[1]}),
        f"set{title}CustomField": action(_line_custom_field(kind), FIELD[0], {**by, **FIELD[1]}),
    }


ACTIONS: dict[str, Action] = {
    "transitionState": action(_transition_state, {"state": resource_identifier("state")}, {"force": boolean}),
    **_line_actions("lineItem", "line-item"),
    **_line_actions("customLineItem", "custom-line-item"),
}
