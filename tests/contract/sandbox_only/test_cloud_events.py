"""Notifications as CloudEvents 1.0 (section 5.6)."""

from tests.contract.drafts import create_state, import_order
from tests.contract.messages import messages_of
from tests.contract.receiver import Receiver, is_news, is_test
from tests.contract.sandbox_only.conftest import Sandbox, subscribe
from tests.official.notifications import cloud_event_problems
from tests.official.transport import shared_official_api

CLOUD_EVENTS = {"type": "CloudEvents", "cloudEventsVersion": "1.0"}


async def test_a_cloud_event_wraps_the_message(sandbox: Sandbox, receiver: Receiver) -> None:
    """CloudEvents 1.0: the type names resource and message, `sequence` is a text, `data` the whole notification."""
    await subscribe(sandbox, receiver, format=CLOUD_EVENTS)
    order = await import_order(sandbox.project)
    (event,) = await receiver.until(1, is_news)
    (message,) = await messages_of(sandbox.project, order)
    data = event.pop("data")
    assert data == message | {"notificationType": "Message", "projectKey": "placet-demo"}
    assert event == {
        "specversion": "1.0",
        "id": message["id"],
        "type": "com.commercetools.order.message.OrderImported",
        "source": "/placet-demo/orders",
        "subject": order["id"],
        "time": message["createdAt"],
        "dataref": f"/placet-demo/messages/{message['id']}",
        "sequence": "1",
        "sequencetype": "Integer",
    }
    official = shared_official_api()
    assert official is None or cloud_event_problems(official, event | {"data": data}) == []


async def test_a_change_is_an_event_without_a_sequence(sandbox: Sandbox, receiver: Receiver) -> None:
    """The type names resource and change; there is no message to refer to, and no sequence."""
    changes = [{"resourceTypeId": "state"}]
    await subscribe(sandbox, receiver, messages=[], changes=changes, format=CLOUD_EVENTS)
    state = await create_state(sandbox.project)
    state = await sandbox.project.update("/states", state, {"action": "changeInitial", "initial": False})
    created, updated = await receiver.until(2, is_news)
    types = [event["type"].removeprefix("com.commercetools.state.change.") for event in (created, updated)]
    assert types == ["ResourceCreated", "ResourceUpdated"]
    assert updated["source"] == "/placet-demo/states"
    assert updated["subject"] == state["id"]
    assert not {"sequence", "sequencetype", "dataref"} & updated.keys()
    assert (updated["data"]["oldVersion"], updated["data"]["version"]) == (1, state["version"])
    official = shared_official_api()
    assert official is None or cloud_event_problems(official, updated) == []


async def test_the_test_notification_is_an_event_too(sandbox: Sandbox, receiver: Receiver) -> None:
    """The first thing that comes is about the subscription itself."""
    made = await subscribe(sandbox, receiver, format=CLOUD_EVENTS)
    (event,) = receiver.bodies(is_test)
    assert event["type"] == "com.commercetools.subscription.change.ResourceCreated"
    assert made["format"] == CLOUD_EVENTS
    official = shared_official_api()
    assert official is None or cloud_event_problems(official, event) == []
