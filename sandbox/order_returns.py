"""Order actions on returns. The payment state of a return item follows from its shipment state."""

from uuid import uuid4

from sandbox.custom_fields import custom_draft, custom_of
from sandbox.drafts import Check, Fields, key, list_of, moment, one_of, quantity, record, text
from sandbox.errors import invalid_json, invalid_operation
from sandbox.order_lines import find_line
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Effect, action

# Source: ReturnItemDraft.raml and the update actions' texts.
_PAYMENT_STATE = {"Advised": "NonRefundable", "Returned": "Initial"}
_NEXT = {"Advised": ("Returned",), "Returned": ("BackInStock", "Unusable")}
_PAYMENT_STATES = ("NonRefundable", "Initial", "Refunded", "NotRefunded")

_item_draft: Check = record(
    {"quantity": quantity, "shipmentState": one_of("Advised", "Returned")},
    {"key": key, "lineItemId": text(), "customLineItemId": text(), "comment": text(), "custom": custom_draft},
)
_info: dict[str, Check] = {"items": list_of(_item_draft, fewest=1)}
_info_extra: dict[str, Check] = {"returnTrackingId": text(), "returnDate": moment}


def _item(tx: Transaction, order: Resource, draft: Fields) -> Resource:
    named = [kind for kind in ("lineItem", "customLineItem") if f"{kind}Id" in draft]
    if len(named) != 1:
        raise invalid_json("items: exactly one of 'lineItemId' and 'customLineItemId' is expected.")
    kind = named[0]
    line = find_line(order, draft, kind)
    plain: Fields = {
        name: draft[name] for name in ("key", "quantity", "comment", "shipmentState") if name in draft
    }
    item: Resource = {
        "id": str(uuid4()),
        "type": f"{kind[0].upper()}{kind[1:]}ReturnItem",
        f"{kind}Id": line["id"],
        **plain,
        "paymentState": _PAYMENT_STATE[draft["shipmentState"]],
        "createdAt": tx.now,
        "lastModifiedAt": tx.now,
    }
    if "custom" in draft:
        item["custom"] = custom_of(tx, draft["custom"], "order-return-item")
    return item


def _return_info(tx: Transaction, order: Resource, draft: Fields, date: str | None) -> Resource:
    info: Resource = {"items": [_item(tx, order, one) for one in draft["items"]]}
    if "returnTrackingId" in draft:
        info["returnTrackingId"] = draft["returnTrackingId"]
    if (returned := draft.get("returnDate", date)) is not None:
        info["returnDate"] = returned
    return info


def _add_return_info(tx: Transaction, order: Resource, given: Fields) -> Effect:
    info = _return_info(tx, order, given, tx.now)
    order["returnInfo"].append(info)
    return [("ReturnInfoAdded", {"returnInfo": info})]


def _set_return_info(tx: Transaction, order: Resource, given: Fields) -> Effect:
    order["returnInfo"] = [_return_info(tx, order, one, None) for one in given.get("items", [])]
    return [("ReturnInfoSet", {"returnInfo": order["returnInfo"]} if "items" in given else {})]


def _find_item(order: Resource, given: Fields) -> Resource:
    wanted, name = given.get("returnItemId"), given.get("returnItemKey")
    for info in order["returnInfo"]:
        for item in info["items"]:
            if item["id"] == wanted or (wanted is None and name is not None and item.get("key") == name):
                found: Resource = item
                return found
    raise invalid_operation(f"The return item '{wanted or name}' was not found.")


def _set_shipment_state(tx: Transaction, order: Resource, given: Fields) -> Effect:
    item, new = _find_item(order, given), given["shipmentState"]
    if item["shipmentState"] == new:
        return None
    if new not in _NEXT.get(item["shipmentState"], ()):
        raise invalid_operation(f"A return item cannot go from '{item['shipmentState']}' to '{new}'.")
    item |= {"shipmentState": new, "lastModifiedAt": tx.now}
    if new in _PAYMENT_STATE:
        item["paymentState"] = _PAYMENT_STATE[new]
    payload = {"returnItemId": item["id"], "returnShipmentState": new}
    return [("OrderReturnShipmentStateChanged", payload)]


def _set_payment_state(tx: Transaction, order: Resource, given: Fields) -> Effect:
    item = _find_item(order, given)
    if item["paymentState"] == given["paymentState"]:
        return None
    item |= {"paymentState": given["paymentState"], "lastModifiedAt": tx.now}
    return []


_item_named: dict[str, Check] = {"returnItemId": text(), "returnItemKey": text()}

ACTIONS: dict[str, Action] = {
    "addReturnInfo": action(_add_return_info, _info, _info_extra),
    "setReturnInfo": action(_set_return_info, {}, {"items": list_of(record(_info, _info_extra))}),
    "setReturnShipmentState": action(
        _set_shipment_state,
        {"shipmentState": one_of("Advised", "Returned", "BackInStock", "Unusable")},
        _item_named,
    ),
    "setReturnPaymentState": action(
        _set_payment_state, {"paymentState": one_of(*_PAYMENT_STATES)}, _item_named
    ),
}
