"""Order actions that set one thing: numbers, the free states, customer, addresses, store, custom fields, payments.

`orderState`, `paymentState` and `shipmentState` are free: only `state` is a machine. Setting what is already set
changes nothing, and neither the version nor the messages say otherwise.
"""

from typing import Any

from sandbox.custom_fields import FIELD, TYPE, custom_of, set_field
from sandbox.drafts import Fields, locale, moment, one_of, resource_identifier, text
from sandbox.errors import invalid_operation
from sandbox.orders_import import ORDER_STATES, PAYMENT_STATES, SHIPMENT_STATES
from sandbox.references import key_referred, referred
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Apply, Effect, action, set_or_remove
from sandbox.values import address


def present(**members: Any) -> Resource:
    """The members that have a value."""
    return {name: value for name, value in members.items() if value is not None}


def _free_state(field: str, message: str) -> Apply:
    old_field = "old" + field[0].upper() + field[1:]

    def apply(_tx: Transaction, order: Resource, given: Fields) -> Effect:
        old = order.get(field)
        if not set_or_remove(order, field, given[field]):
            return None
        return [(message, present(**{field: given[field], old_field: old}))]

    return apply


def _setter(field: str, message: str | None, new_name: str = "", old_name: str = "") -> Apply:
    """Set or remove an optional field; the message names the new and the old value."""

    def apply(_tx: Transaction, order: Resource, given: Fields) -> Effect:
        old, new = order.get(field), given.get(new_name or field)
        if not set_or_remove(order, field, new):
            return None
        return [] if message is None else [(message, present(**{new_name: new, old_name: old}))]

    return apply


def _set_order_number(_tx: Transaction, order: Resource, given: Fields) -> Effect:
    if order.get("orderNumber") == given.get("orderNumber"):
        return None
    if "orderNumber" in order:
        raise invalid_operation("The order number is already set and cannot be changed.")
    order["orderNumber"] = given["orderNumber"]
    return []


def _customer(customer_id: str | None) -> Resource | None:
    return None if customer_id is None else {"typeId": "customer", "id": customer_id}


def _set_customer_id(_tx: Transaction, order: Resource, given: Fields) -> Effect:
    old = order.get("customerId")
    if not set_or_remove(order, "customerId", given.get("customerId")):
        return None
    group = order.get("customerGroup")
    new = _customer(given.get("customerId"))
    return [("OrderCustomerSet", present(customer=new, customerGroup=group, oldCustomer=_customer(old)))]


def _set_store(tx: Transaction, order: Resource, given: Fields) -> Effect:
    new = key_referred(tx, given["store"]) if "store" in given else None
    if not set_or_remove(order, "store", new):
        raise invalid_operation("The order is in this store already.")
    return [("OrderStoreSet", present(store=new))]


def _set_business_unit(tx: Transaction, order: Resource, given: Fields) -> Effect:
    old = order.get("businessUnit")
    new = key_referred(tx, given["businessUnit"]) if "businessUnit" in given else None
    if not set_or_remove(order, "businessUnit", new):
        return None
    # `oldbusinessUnit`, in small letters, is the official field's name.
    return [("OrderBusinessUnitSet", present(businessUnit=new, oldbusinessUnit=old))]


def _set_custom_type(tx: Transaction, order: Resource, given: Fields) -> Effect:
    old = order.get("custom")
    new = custom_of(tx, given, "order") if "type" in given else None
    if not set_or_remove(order, "custom", new):
        return None
    previous = present(previousTypeId=None if old is None else old["type"]["id"])
    if new is None:
        return [("OrderCustomTypeRemoved", previous)]
    return [("OrderCustomTypeSet", {"customFields": new, **previous})]


def _set_custom_field(tx: Transaction, order: Resource, given: Fields) -> Effect:
    name = given["name"]
    done = set_field(tx, order, name, given.get("value"))
    if done is None:
        return None
    what, previous = done
    payload: Resource = {"name": name}
    if what != "Removed":
        payload["value"] = order["custom"]["fields"][name]
    if what == "Changed":
        payload["previousValue"] = previous
    return [(f"OrderCustomField{what}", payload)]


def _add_payment(tx: Transaction, order: Resource, given: Fields) -> Effect:
    payment = referred(tx, given["payment"])
    info = order.setdefault("paymentInfo", {"payments": []})
    if payment in info["payments"]:
        return None
    info["payments"].append(payment)
    return [("OrderPaymentAdded", {"paymentRef": payment})]


def _remove_payment(tx: Transaction, order: Resource, given: Fields) -> Effect:
    payment = referred(tx, given["payment"])
    payments = order.get("paymentInfo", {}).get("payments", [])
    if payment not in payments:
        raise invalid_operation("The order does not have this payment.")
    payments.remove(payment)
    if not payments:
        del order["paymentInfo"]
    return [("OrderPaymentRemoved", {"paymentRef": payment, "removedPaymentInfo": not payments})]


def _update_sync_info(tx: Transaction, order: Resource, given: Fields) -> Effect:
    info = {"channel": referred(tx, given["channel"]), "syncedAt": given.get("syncedAt", tx.now)}
    kept = [one for one in order["syncInfo"] if one["channel"] != info["channel"]]
    order["syncInfo"] = [*kept, info | present(externalId=given.get("externalId"))]
    return []


_address = {"address": address}

ACTIONS: dict[str, Action] = {
    "changeOrderState": action(
        _free_state("orderState", "OrderStateChanged"), {"orderState": one_of(*ORDER_STATES)}
    ),
    "changePaymentState": action(
        _free_state("paymentState", "OrderPaymentStateChanged"), {"paymentState": one_of(*PAYMENT_STATES)}
    ),
    "changeShipmentState": action(
        _free_state("shipmentState", "OrderShipmentStateChanged"), {"shipmentState": one_of(*SHIPMENT_STATES)}
    ),
    "setOrderNumber": action(_set_order_number, {}, {"orderNumber": text(r".+", 256)}),
    "setPurchaseOrderNumber": action(
        _setter(
            "purchaseOrderNumber",
            "OrderPurchaseOrderNumberSet",
            "purchaseOrderNumber",
            "oldPurchaseOrderNumber",
        ),
        {},
        {"purchaseOrderNumber": text()},
    ),
    "setCustomerEmail": action(
        _setter("customerEmail", "OrderCustomerEmailSet", "email", "oldEmail"), {}, {"email": text()}
    ),
    "setCustomerId": action(_set_customer_id, {}, {"customerId": text()}),
    "setLocale": action(_setter("locale", None), {}, {"locale": locale}),
    "setBillingAddress": action(
        _setter("billingAddress", "OrderBillingAddressSet", "address", "oldAddress"), {}, _address
    ),
    "setShippingAddress": action(
        _setter("shippingAddress", "OrderShippingAddressSet", "address", "oldAddress"), {}, _address
    ),
    "setStore": action(_set_store, {}, {"store": resource_identifier("store")}),
    "setBusinessUnit": action(_set_business_unit, {}, {"businessUnit": resource_identifier("business-unit")}),
    "setCustomType": action(_set_custom_type, *TYPE),
    "setCustomField": action(_set_custom_field, *FIELD),
    "addPayment": action(_add_payment, {"payment": resource_identifier("payment")}),
    "removePayment": action(_remove_payment, {"payment": resource_identifier("payment")}),
    "updateSyncInfo": action(
        _update_sync_info,
        {"channel": resource_identifier("channel")},
        {"externalId": text(), "syncedAt": moment},
    ),
}
