"""Actions that change what is bought: of carts directly, of orders only through Order Edits.

There is no product catalogue: a line item is named by `sku` or `productId` and must bring its own `externalPrice` or
`externalTotalPrice` (else MatchingPriceNotFound). Totals are worked out anew; taxes are not, so a tax total that came
with an import is dropped as stale.
"""

from sandbox.deliveries import shipping_info, shipping_rate_draft
from sandbox.drafts import Check, Fields, resource_identifier, text, whole
from sandbox.errors import invalid_operation
from sandbox.line_drafts import (
    CUSTOM_LINE_ITEM,
    CUSTOM_LINE_ITEM_EXTRA,
    LINE_ITEM,
    custom_line_item,
    external_total,
    line_item,
    priced,
)
from sandbox.order_fields import present
from sandbox.order_lines import find_line, reprice, total_price
from sandbox.order_transitions import line_named
from sandbox.references import referred
from sandbox.states import line_item_initial
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Effect, action, set_or_remove
from sandbox.values import money


def recalculate(holder: Resource) -> None:
    """The holder's total (and a cart's number of units) from its lines."""
    holder.pop("taxedPrice", None)
    holder["totalPrice"] = total_price(holder)
    if "cartState" in holder:
        holder["totalLineItemQuantity"] = sum(line["quantity"] for line in holder["lineItems"])


def _same_item(line: Resource, other: Resource) -> bool:
    """Whether adding `other` is only more of `line`: same variant, price and custom fields, and no key of its own."""
    alike = all(line.get(name) == other.get(name) for name in ("productId", "custom", "priceMode", "key"))
    values_alike = line["price"]["value"] == other["price"]["value"]
    return (
        alike
        and values_alike
        and line["variant"] == other["variant"]
        and line["priceMode"] != "ExternalTotal"
    )


def _add_line_item(tx: Transaction, holder: Resource, given: Fields) -> Effect:
    added = line_item(tx, given, holder["totalPrice"]["currencyCode"])
    known = next((line for line in holder["lineItems"] if _same_item(line, added)), None)
    if known is None:
        holder["lineItems"].append(added)
    else:
        _resize(tx, known, known["quantity"] + added["quantity"])
    recalculate(holder)
    return [("OrderLineItemAdded", {"lineItem": known or added, "addedQuantity": added["quantity"]})]


def _resize(tx: Transaction, line: Resource, quantity: int) -> None:
    """Another quantity: more units start in the Initial state, fewer leave from there first."""
    initial = line_item_initial(tx)
    held = {bucket["state"]["id"]: bucket["quantity"] for bucket in line["state"]}
    order = [initial["id"], *[state for state in held if state != initial["id"]]]
    change = quantity - line["quantity"]
    if change > 0:
        held[initial["id"]] = held.get(initial["id"], 0) + change
    for state in order:
        taken = min(held.get(state, 0), -change) if change < 0 else 0
        held[state] = held.get(state, 0) - taken
        change += taken
    line["state"] = [
        {"quantity": n, "state": {"typeId": "state", "id": key}} for key, n in held.items() if n > 0
    ]
    line["quantity"] = quantity
    if "shippingDetails" in line:
        targets = line["shippingDetails"]["targets"]
        line["shippingDetails"]["valid"] = sum(target["quantity"] for target in targets) == quantity
    reprice(line)


def _change_quantity(tx: Transaction, holder: Resource, given: Fields) -> Effect:
    line = find_line(holder, given)
    old, new = line["quantity"], given["quantity"]
    priced(line, given, holder["totalPrice"]["currencyCode"])
    if line["priceMode"] == "ExternalTotal" and "externalTotalPrice" not in given and new not in (0, old):
        raise invalid_operation("A line item with an external total needs a new one with its new quantity.")
    if new == 0:
        holder["lineItems"].remove(line)
    _resize(tx, line, new)
    recalculate(holder)
    if new > old:
        return [("OrderLineItemAdded", {"lineItem": line, "addedQuantity": new - old})]
    return [_removed(line, old - new)] if new < old else []


def _removed(line: Resource, quantity: int) -> tuple[str, Resource]:
    payload = {
        "lineItemId": line["id"],
        **present(lineItemKey=line.get("key")),
        "removedQuantity": quantity,
        "newQuantity": line["quantity"],
        "newState": line["state"],
        "newTotalPrice": line["totalPrice"],
        "newPrice": line["price"],
    }
    return "OrderLineItemRemoved", payload


def _remove_line_item(tx: Transaction, holder: Resource, given: Fields) -> Effect:
    line = find_line(holder, given)
    left = max(0, line["quantity"] - given.get("quantity", line["quantity"]))
    return _change_quantity(tx, holder, {**given, "quantity": left})


def _set_price(_tx: Transaction, holder: Resource, given: Fields) -> Effect:
    line = find_line(holder, given)
    if "externalPrice" not in given:
        raise invalid_operation("There is no catalogue price to go back to.")
    priced(line, given, holder["totalPrice"]["currencyCode"])
    recalculate(holder)
    return []


def _set_total_price(_tx: Transaction, holder: Resource, given: Fields) -> Effect:
    line = find_line(holder, given)
    if "externalTotalPrice" not in given:
        raise invalid_operation("There is no catalogue price to go back to.")
    priced(line, given, holder["totalPrice"]["currencyCode"])
    recalculate(holder)
    return []


def _add_custom(tx: Transaction, holder: Resource, given: Fields) -> Effect:
    added = custom_line_item(tx, given, holder["totalPrice"]["currencyCode"])
    if any(line["slug"] == added["slug"] for line in holder["customLineItems"]):
        raise invalid_operation(f"The slug '{added['slug']}' is taken by another custom line item.")
    holder["customLineItems"].append(added)
    recalculate(holder)
    return [("OrderCustomLineItemAdded", {"customLineItem": added})]


def _change_custom_quantity(tx: Transaction, holder: Resource, given: Fields) -> Effect:
    line = find_line(holder, given, "customLineItem")
    old, new = line["quantity"], given["quantity"]
    if new == old:
        return None
    if new == 0:
        return _remove_custom(tx, holder, given)
    _resize(tx, line, new)
    recalculate(holder)
    ids = {"customLineItemId": line["id"], **present(customLineItemKey=line.get("key"))}
    return [("OrderCustomLineItemQuantityChanged", {**ids, "quantity": new, "oldQuantity": old})]


def _change_custom_money(_tx: Transaction, holder: Resource, given: Fields) -> Effect:
    line = find_line(holder, given, "customLineItem")
    if not set_or_remove(line, "money", given["money"]):
        return None
    if given["money"]["currencyCode"] != holder["totalPrice"]["currencyCode"]:
        raise invalid_operation("The currency differs from that of the whole.")
    reprice(line)
    recalculate(holder)
    return []


def _remove_custom(_tx: Transaction, holder: Resource, given: Fields) -> Effect:
    line = find_line(holder, given, "customLineItem")
    holder["customLineItems"].remove(line)
    recalculate(holder)
    ids = {"customLineItemId": line["id"], **present(customLineItemKey=line.get("key"))}
    return [("OrderCustomLineItemRemoved", {**ids, "customLineItem": line})]


def _set_custom_shipping(tx: Transaction, holder: Resource, given: Fields) -> Effect:
    old = holder.get("shippingInfo")
    new = shipping_info(tx, {**given, "price": given["shippingRate"]["price"]})
    new["deliveries"] = [] if old is None else old.get("deliveries", [])
    if not set_or_remove(holder, "shippingInfo", new):
        return None
    recalculate(holder)
    return [("OrderShippingInfoSet", present(shippingInfo=new, oldShippingInfo=old))]


def _set_customer_group(tx: Transaction, holder: Resource, given: Fields) -> Effect:
    old = holder.get("customerGroup")
    new = referred(tx, given["customerGroup"]) if "customerGroup" in given else None
    if not set_or_remove(holder, "customerGroup", new):
        return None
    return [("OrderCustomerGroupSet", present(customerGroup=new, oldCustomerGroup=old))]


_line = line_named("lineItem")
_custom = line_named("customLineItem")
_prices: dict[str, Check] = {"externalPrice": money, "externalTotalPrice": external_total}

ACTIONS: dict[str, Action] = {
    "addLineItem": action(_add_line_item, {}, LINE_ITEM),
    "changeLineItemQuantity": action(_change_quantity, {"quantity": whole(lowest=0)}, {**_line, **_prices}),
    "removeLineItem": action(_remove_line_item, {}, {**_line, "quantity": whole(lowest=1), **_prices}),
    "setLineItemPrice": action(_set_price, {}, {**_line, "externalPrice": money}),
    "setLineItemTotalPrice": action(_set_total_price, {}, {**_line, "externalTotalPrice": external_total}),
    "addCustomLineItem": action(_add_custom, CUSTOM_LINE_ITEM, CUSTOM_LINE_ITEM_EXTRA),
    "changeCustomLineItemQuantity": action(_change_custom_quantity, {"quantity": whole(lowest=0)}, _custom),
    "changeCustomLineItemMoney": action(_change_custom_money, {"money": money}, _custom),
    "removeCustomLineItem": action(_remove_custom, {}, _custom),
    "setCustomShippingMethod": action(
        _set_custom_shipping,
        {"shippingMethodName": text(), "shippingRate": shipping_rate_draft},
        {"taxCategory": resource_identifier("tax-category")},
    ),
    "setCustomerGroup": action(
        _set_customer_group, {}, {"customerGroup": resource_identifier("customer-group")}
    ),
}
