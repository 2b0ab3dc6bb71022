"""Order, payment and shipment state and simple fields of orders, with their messages (sections 3.6 and 4.2)."""

import pytest

from tests.contract.drafts import create_state, import_order, reference
from tests.contract.messages import messages_after
from tests.contract.project import Json, Project, refused

pytestmark = pytest.mark.usefixtures("messages_enabled")

ADDRESS = {"country": "FR", "city": "Lyon", "firstName": "Ana"}

# draft's fields, action, the fields of the order afterwards, type of the message, the message's own fields
CHANGES: dict[str, tuple[Json, Json, Json, str, Json]] = {
    "order state": (
        {},
        {"action": "changeOrderState", "orderState": "Confirmed"},
        {"orderState": "Confirmed"},
        "OrderStateChanged",
        {"orderState": "Confirmed", "oldOrderState": "Open"},
    ),
    "order state straight to complete": (
        {},
        {"action": "changeOrderState", "orderState": "Complete"},
        {"orderState": "Complete"},
        "OrderStateChanged",
        {"orderState": "Complete", "oldOrderState": "Open"},
    ),
    "first payment state": (
        {},
        {"action": "changePaymentState", "paymentState": "Pending"},
        {"paymentState": "Pending"},
        "OrderPaymentStateChanged",
        {"paymentState": "Pending"},
    ),
    "payment state": (
        {"paymentState": "Pending"},
        {"action": "changePaymentState", "paymentState": "Paid"},
        {"paymentState": "Paid"},
        "OrderPaymentStateChanged",
        {"paymentState": "Paid", "oldPaymentState": "Pending"},
    ),
    "first shipment state": (
        {},
        {"action": "changeShipmentState", "shipmentState": "Ready"},
        {"shipmentState": "Ready"},
        "OrderShipmentStateChanged",
        {"shipmentState": "Ready"},
    ),
    "shipment state": (
        {"shipmentState": "Ready"},
        {"action": "changeShipmentState", "shipmentState": "Canceled"},
        {"shipmentState": "Canceled"},
        "OrderShipmentStateChanged",
        {"shipmentState": "Canceled", "oldShipmentState": "Ready"},
    ),
    "purchase order number": (
        {"purchaseOrderNumber": "PO-1"},
        {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "PO-2"},
        {"purchaseOrderNumber": "PO-2"},
        "OrderPurchaseOrderNumberSet",
        {"purchaseOrderNumber": "PO-2", "oldPurchaseOrderNumber": "PO-1"},
    ),
    "customer email": (
        {"customerEmail": "old@acme.example"},
        {"action": "setCustomerEmail", "email": "new@acme.example"},
        {"customerEmail": "new@acme.example"},
        "OrderCustomerEmailSet",
        {"email": "new@acme.example", "oldEmail": "old@acme.example"},
    ),
    "shipping address": (
        {},
        {"action": "setShippingAddress", "address": ADDRESS},
        {"shippingAddress": ADDRESS},
        "OrderShippingAddressSet",
        {"address": ADDRESS},
    ),
    "billing address": (
        {},
        {"action": "setBillingAddress", "address": ADDRESS},
        {"billingAddress": ADDRESS},
        "OrderBillingAddressSet",
        {"address": ADDRESS},
    ),
}
ENVELOPE = {
    *(
        "id",
        "version",
        "createdAt",
        "lastModifiedAt",
        "createdBy",
        "lastModifiedBy",
        "sequenceNumber",
        "resource",
    ),
    *("resourceVersion", "type", "resourceUserProvidedIdentifiers"),
}


@pytest.mark.parametrize("case", CHANGES.values(), ids=CHANGES.keys())
async def test_a_change_sets_its_field_and_says_so(
    project: Project, case: tuple[Json, Json, Json, str, Json]
) -> None:
    """The action sets the field and produces exactly one message with the new and the old value."""
    fields, action, after, type_, payload = case
    order = await import_order(project, **fields)
    changed = await project.update("/orders", order, action)
    assert changed.items() >= after.items()
    (message,) = await messages_after(project, order, changed, 1)
    assert message["type"] == type_
    own = {name: value for name, value in message.items() if name not in ENVELOPE}
    assert own.items() >= payload.items()
    assert set(own) - set(payload) <= {"oldAddress"}


async def test_a_transition_says_where_from(project: Project) -> None:
    """OrderStateTransition has both states; the first one has no old state; `force` is always there."""
    first, second = await create_state(project), await create_state(project, transitions=[])
    order = await import_order(project)
    moves = [{"action": "transitionState", "state": reference("state", state)} for state in (first, second)]
    back = moves[0] | {"force": True}
    changed = await project.update("/orders", order, *moves, back)
    entered, moved, forced = await messages_after(project, order, changed, 3)
    assert {message["type"] for message in (entered, moved, forced)} == {"OrderStateTransition"}
    assert entered["state"] == reference("state", first)
    assert "oldState" not in entered
    assert (moved["state"], moved["oldState"]) == (reference("state", second), reference("state", first))
    assert [message["force"] for message in (entered, moved, forced)] == [False, False, True]


@pytest.mark.parametrize(
    ("fields", "action", "name"),
    [
        ({"purchaseOrderNumber": "PO-1"}, {"action": "setPurchaseOrderNumber"}, "purchaseOrderNumber"),
        ({"customerEmail": "old@acme.example"}, {"action": "setCustomerEmail"}, "customerEmail"),
        ({"billingAddress": ADDRESS}, {"action": "setBillingAddress"}, "billingAddress"),
    ],
    ids=["purchase order number", "customer email", "billing address"],
)
async def test_leaving_the_value_out_removes_the_field(
    project: Project, fields: Json, action: Json, name: str
) -> None:
    """A set action without its value takes the field away."""
    order = await import_order(project, **fields)
    assert name in order
    assert name not in await project.update("/orders", order, action)


@pytest.mark.parametrize(
    "action",
    [
        {"action": "changeOrderState", "orderState": "Canceled"},
        {"action": "changeOrderState"},
        {"action": "changeShipmentState", "shipmentState": "Cancelled"},
        {"action": "changePaymentState"},
        {"action": "transitionState"},
        {"action": "approve"},
        {"orderState": "Confirmed"},
    ],
    ids=str,
)
async def test_an_action_off_the_definition_is_refused(project: Project, action: Json) -> None:
    """A value off the enum (mind the l's), a missing value, an unknown action or none: 400, nothing changes."""
    order = await import_order(project)
    body = {"version": order["version"], "actions": [action]}
    answer = await project.post(f"/orders/{order['id']}", body, off_definition=True)
    assert answer.status_code == 400
    assert await project.read(f"/orders/{order['id']}") == order


async def test_assumed_the_same_state_again_changes_nothing(project: Project) -> None:
    """Orders are not strict: a change to the same value answers 200, same version, no message [memory]."""
    order = await import_order(project, orderState="Confirmed")
    same = await project.update("/orders", order, {"action": "changeOrderState", "orderState": "Confirmed"})
    assert same["version"] == order["version"]
    confirm_then_complete = await project.update(
        "/orders", same, {"action": "changeOrderState", "orderState": "Open"}
    )
    (message,) = await messages_after(project, order, confirm_then_complete, 1)
    assert message["orderState"] == "Open"


async def test_a_deleted_order_says_so(project: Project) -> None:
    """OrderDeleted carries the order and is the last of its messages."""
    order = await import_order(project)
    answer = await project.delete(f"/orders/{order['id']}", order["version"])
    assert answer.status_code == 200
    (message,) = await messages_after(project, order, order, 1)
    assert message["type"] == "OrderDeleted"
    assert message["order"]["id"] == order["id"]
    refused(await project.get(f"/orders/{order['id']}"), 404, "ResourceNotFound")
