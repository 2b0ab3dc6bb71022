"""What subscriptions deliver, over real HTTP (sections 5.5 to 5.7)."""

from collections.abc import AsyncIterator

import pytest

from sandbox.options import Options
from tests.contract.drafts import create_state, import_order, reference
from tests.contract.messages import messages_of
from tests.contract.receiver import Receiver, is_news, is_test
from tests.contract.sandbox_only.conftest import Sandbox, start, subscribe
from tests.official.notifications import notification_problems
from tests.official.transport import shared_official_api

CONFIRM = {"action": "changeOrderState", "orderState": "Confirmed"}
COMPLETE = {"action": "changeOrderState", "orderState": "Complete"}


@pytest.fixture
async def speechless() -> AsyncIterator[Sandbox]:
    """A sandbox whose queue takes no more than 1,000 bytes."""
    async for sandbox in start(Options(notification_limit=1_000)):
        yield sandbox


async def test_a_message_is_delivered_as_it_is_queried(sandbox: Sandbox, receiver: Receiver) -> None:
    """The message stands at the top level, beside the notification's type and the project's key."""
    await subscribe(sandbox, receiver)
    order = await import_order(sandbox.project)
    (notification,) = await receiver.until(1, is_news)
    (message,) = await messages_of(sandbox.project, order)
    assert notification == message | {"notificationType": "Message", "projectKey": "placet-demo"}
    official = shared_official_api()
    assert official is None or notification_problems(official, notification) == []


async def test_only_the_types_that_were_asked_for_come(sandbox: Sandbox, receiver: Receiver) -> None:
    """Filtered by type, so that gaps in the sequence are normal."""
    await subscribe(sandbox, receiver, messages=[{"resourceTypeId": "order", "types": ["OrderStateChanged"]}])
    order = await import_order(sandbox.project)
    order = await sandbox.project.update(
        "/orders", order, {"action": "setCustomerEmail", "email": "a@b.example"}
    )
    await sandbox.project.update("/orders", order, CONFIRM, COMPLETE)
    notifications = await receiver.until(2, is_news)
    assert [(n["type"], n["sequenceNumber"]) for n in notifications] == [
        ("OrderStateChanged", 3),
        ("OrderStateChanged", 4),
    ]


async def test_nothing_from_before_the_subscription_comes(sandbox: Sandbox, receiver: Receiver) -> None:
    """There is no replay; what was refused is not delivered either."""
    order = await import_order(sandbox.project)
    await subscribe(sandbox, receiver)
    await sandbox.project.attempt(
        "/orders", order, CONFIRM, {"action": "removeDelivery", "deliveryId": "none"}
    )
    await sandbox.project.update("/orders", order, COMPLETE)
    (notification,) = await receiver.until(1, is_news)
    assert (notification["orderState"], notification["sequenceNumber"]) == ("Complete", 2)


async def test_what_is_not_acknowledged_comes_again(sandbox: Sandbox, receiver: Receiver) -> None:
    """At least once: refused posts are repeated until they are answered with 2xx, with the same id."""
    await subscribe(sandbox, receiver)
    receiver.answers += [500, 503]
    await import_order(sandbox.project)
    (taken,) = await receiver.until(1, is_news)
    tries = [each.body["id"] for each in receiver.deliveries if is_news(each.body)]
    assert tries == [taken["id"]] * 3


async def test_changes_tell_created_updated_and_deleted(sandbox: Sandbox, receiver: Receiver) -> None:
    """Changes of states and custom objects: versions before and after, and the names people gave."""
    types = [{"resourceTypeId": type_id} for type_id in ("state", "key-value-document")]
    await subscribe(sandbox, receiver, messages=[], changes=types)
    project = sandbox.project
    state = await create_state(project)
    state = await project.update("/states", state, {"action": "setName", "name": {"en": "Named"}})
    await project.delete(f"/states/{state['id']}", state["version"])
    await project.post("/custom-objects", {"container": "c", "key": "k", "value": 1})
    created, updated, deleted, custom = await receiver.until(4, is_news)
    assert [n["notificationType"] for n in (created, updated, deleted)] == [
        "ResourceCreated",
        "ResourceUpdated",
        "ResourceDeleted",
    ]
    assert created["resource"] == reference("state", state)
    assert (created["version"], updated["oldVersion"], updated["version"]) == (1, 1, state["version"])
    assert created["resourceUserProvidedIdentifiers"] == {"key": state["key"]}
    assert custom["resourceUserProvidedIdentifiers"] == {"containerAndKey": {"container": "c", "key": "k"}}
    official = shared_official_api()
    problems = (
        [notification_problems(official, n) for n in (created, updated, deleted, custom)] if official else []
    )
    assert not any(problems)


async def test_messages_and_changes_of_one_order_both_come(sandbox: Sandbox, receiver: Receiver) -> None:
    """One subscription may have both; one request with two actions is one change and two messages."""
    await subscribe(sandbox, receiver, changes=[{"resourceTypeId": "order"}])
    order = await import_order(sandbox.project)
    changed = await sandbox.project.update("/orders", order, CONFIRM, COMPLETE)
    news = await receiver.until(5, is_news)
    kinds = sorted(n["notificationType"] for n in news)
    assert kinds == ["Message", "Message", "Message", "ResourceCreated", "ResourceUpdated"]
    (update,) = (n for n in news if n["notificationType"] == "ResourceUpdated")
    assert (update["oldVersion"], update["version"]) == (1, changed["version"])


async def test_a_payload_that_is_too_large_is_left_out(speechless: Sandbox, receiver: Receiver) -> None:
    """Type and fields of the message are missing; what is left leads to the message."""
    await subscribe(speechless, receiver)
    order = await import_order(speechless.project)
    (notification,) = await receiver.until(1, is_news)
    assert notification["payloadNotIncluded"] == {
        "reason": "Payload too large.",
        "payloadType": "OrderImported",
    }
    assert "type" not in notification
    assert "order" not in notification
    message = await speechless.project.read(f"/messages/{notification['id']}")
    assert message["order"]["id"] == order["id"]
    official = shared_official_api()
    assert official is None or notification_problems(official, notification) == []


async def test_messages_come_although_they_cannot_be_queried(receiver: Receiver) -> None:
    """Subscriptions deliver even where the project's messages are disabled."""
    async for sandbox in start(Options(messages_enabled=False)):
        await subscribe(sandbox, receiver)
        await import_order(sandbox.project)
        (notification,) = await receiver.until(1, is_news)
        assert notification["type"] == "OrderImported"


async def test_a_deleted_subscription_is_silent(sandbox: Sandbox, receiver: Receiver) -> None:
    """Nothing comes after it is gone, while another one still gets everything."""
    gone = await subscribe(sandbox, receiver)
    other = await subscribe(sandbox, receiver, changes=[{"resourceTypeId": "order"}])
    await sandbox.project.delete(f"/subscriptions/{gone['id']}", gone["version"])
    await import_order(sandbox.project)
    await receiver.until(2, is_news)
    assert len(receiver.bodies(is_test)) == 2
    await sandbox.project.delete(f"/subscriptions/{other['id']}", other["version"])
    assert sorted(n["notificationType"] for n in receiver.bodies(is_news)) == ["Message", "ResourceCreated"]


async def test_order_edits_make_no_change_notification(sandbox: Sandbox, receiver: Receiver) -> None:
    """Modifying an order by an edit triggers messages, and no change of the order (section 5.4)."""
    project = sandbox.project
    order = await import_order(project)
    await subscribe(sandbox, receiver, changes=[{"resourceTypeId": "order"}])
    quantity = {"customLineItemId": order["customLineItems"][0]["id"], "quantity": 9}
    draft = {
        "resource": reference("order", order),
        "stagedActions": [{"action": "changeCustomLineItemQuantity", **quantity}],
    }
    edit = await project.create("/orders/edits", draft)
    body = {"editVersion": edit["version"], "resourceVersion": order["version"]}
    assert (await project.post(f"/orders/edits/{edit['id']}/apply", body)).status_code == 200
    changed = await project.read(f"/orders/{order['id']}")
    await project.update("/orders", changed, CONFIRM)
    await receiver.until(1, lambda n: n.get("type") == "OrderStateChanged")
    changes = await receiver.until(1, lambda n: n["notificationType"] == "ResourceUpdated")
    assert [change["oldVersion"] for change in changes] == [changed["version"]]
    assert "OrderEditApplied" in [n.get("type") for n in receiver.bodies(is_news)]
