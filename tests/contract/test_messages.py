"""Messages: what they carry, in which order, and how they are queried (section 4)."""

from itertools import pairwise

import pytest

from tests.contract.drafts import by_key, cart_draft, create_state, import_order, reference
from tests.contract.messages import messages_of
from tests.contract.project import Json, Project, answered, refused

pytestmark = pytest.mark.usefixtures("messages_enabled")

STATES = ("Confirmed", "Open", "Complete")


async def with_history(project: Project) -> Json:
    """An order with seven messages, some from one request."""
    order = await import_order(project)
    for state in STATES:
        change = {"action": "changeOrderState", "orderState": state}
        number = {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": state}
        order = await project.update("/orders", order, change, number)
    return order


async def test_sequence_numbers_have_no_gaps(project: Project) -> None:
    """They count 1, 2, 3 ... per resource, whatever happens to other resources and whichever requests fail."""
    order = await import_order(project)
    for state in STATES:
        await import_order(project)
        assert (await project.attempt("/orders", order | {"version": 99})).status_code == 409
        order = await project.update("/orders", order, {"action": "changeOrderState", "orderState": state})
    messages = await messages_of(project, order, at_least=4)
    assert [message["sequenceNumber"] for message in messages] == [1, 2, 3, 4]
    assert len({message["id"] for message in messages}) == 4


async def test_a_message_has_its_envelope(project: Project) -> None:
    """Version 1 for ever, the resource, its number for people, who did it."""
    order = await with_history(project)
    for message in await messages_of(project, order, at_least=7):
        assert message["version"] == 1
        assert message["createdAt"] == message["lastModifiedAt"]
        assert message["resource"] == reference("order", order)
        assert message["resourceUserProvidedIdentifiers"] == {"orderNumber": order["orderNumber"]}
        assert message["createdBy"]["clientId"] == project.client_id


async def test_resource_versions_never_fall(project: Project) -> None:
    """Each message names the version that its change produced; the last one is not beyond the order's."""
    order = await with_history(project)
    versions = [message["resourceVersion"] for message in await messages_of(project, order, at_least=7)]
    assert versions[0] == 1
    assert all(earlier <= later for earlier, later in pairwise(versions))
    assert versions[-1] == order["version"]


async def test_the_order_knows_its_last_message(project: Project) -> None:
    """`lastMessageSequenceNumber` follows, where the API shows it."""
    order = await with_history(project)
    assert order.get("lastMessageSequenceNumber", 7) == 7


async def test_an_import_carries_the_whole_order(project: Project) -> None:
    """OrderImported is the first message and holds the order as it was made."""
    order = await import_order(project)
    (message,) = await messages_of(project, order)
    assert (message["type"], message["sequenceNumber"], message["resourceVersion"]) == ("OrderImported", 1, 1)
    assert (
        message["order"].items()
        >= {n: order[n] for n in ("id", "orderNumber", "totalPrice", "orderState")}.items()
    )


async def test_an_order_from_a_cart_carries_the_whole_order(project: Project) -> None:
    """OrderCreated holds the order, its first state included; there is no transition for that."""
    state = await create_state(project)
    cart = await project.create("/carts", cart_draft(project))
    draft = {"cart": reference("cart", cart), "version": cart["version"], "state": by_key("state", state)}
    order = await project.create("/orders", draft)
    (message,) = await messages_of(project, order)
    assert message["type"] == "OrderCreated"
    assert message["order"]["id"] == order["id"]
    assert message["order"]["state"] == reference("state", state)
    assert message.get("resourceUserProvidedIdentifiers", {}) == {}


async def test_who_stands_behind_a_change_is_told(project: Project) -> None:
    """The external user of the request is in the message."""
    order = await import_order(project)
    body = {"version": 1, "actions": [{"action": "changeOrderState", "orderState": "Confirmed"}]}
    answered(
        await project.request(
            "POST", f"/orders/{order['id']}", body=body, headers={"X-External-User-ID": "ana"}
        ),
        200,
    )
    *_, message = await messages_of(project, order, at_least=2)
    assert message["createdBy"]["externalUserId"] == "ana"


async def test_a_refused_request_leaves_no_message(project: Project) -> None:
    """All or nothing: the message of the first action goes with the failure of the second."""
    order = await import_order(project)
    confirm = {"action": "changeOrderState", "orderState": "Confirmed"}
    removal = {"action": "removeDelivery", "deliveryId": order["id"]}
    assert (await project.attempt("/orders", order, confirm, removal)).status_code == 400
    await project.update("/orders", order, {"action": "changeOrderState", "orderState": "Complete"})
    messages = await messages_of(project, order, at_least=2)
    assert [message.get("orderState") for message in messages[1:]] == ["Complete"]


async def test_a_message_is_read_by_its_id(project: Project) -> None:
    """By id it is the same message; there is no other way to write one."""
    (message,) = await messages_of(project, await import_order(project))
    assert await project.read(f"/messages/{message['id']}") == message
    assert (await project.request("HEAD", f"/messages/{message['id']}")).status_code == 200
    unknown = "00000000-0000-4000-8000-000000000000"
    refused(await project.get(f"/messages/{unknown}"), 404, "ResourceNotFound")


async def test_messages_are_caught_up_with(project: Project) -> None:
    """From a sequence number on, by type, and since a moment."""
    order = await with_history(project)
    messages = await messages_of(project, order, at_least=7)
    resource = f'resource(typeId = "order" and id = "{order["id"]}")'
    for where, expected in {
        f"{resource} and sequenceNumber > 4": [5, 6, 7],
        f'{resource} and type = "OrderStateChanged"': [2, 4, 6],
        f'{resource} and type in ("OrderImported", "OrderCreated")': [1],
        f'{resource} and createdAt > "{messages[-1]["createdAt"]}"': [],
        f"{resource} and resourceVersion = 1": [1],
    }.items():
        found = await project.query("/messages", where, sort="sequenceNumber asc")
        assert [message["sequenceNumber"] for message in found] == expected
    latest = await project.query("/messages", resource, sort="sequenceNumber desc", limit=2)
    assert [message["sequenceNumber"] for message in latest] == [7, 6]


async def test_the_resource_of_a_message_can_be_expanded(project: Project) -> None:
    """`expand=resource` puts the order into the reference."""
    order = await import_order(project)
    await messages_of(project, order)
    (message,) = await project.query("/messages", f'resource(id = "{order["id"]}")', expand="resource")
    assert message["resource"]["obj"]["orderNumber"] == order["orderNumber"]


async def test_states_have_no_messages(project: Project) -> None:
    """Only changes of states are told, by subscriptions to changes."""
    state = await create_state(project)
    await messages_of(project, await import_order(project))
    assert await project.query("/messages", f'resource(id = "{state["id"]}")') == []
