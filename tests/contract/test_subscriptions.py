"""Subscriptions as resources (sections 5.1 to 5.4). A real project needs a cloud queue for them: sandbox only.

What they deliver is shown in `sandbox_only/test_delivery.py`.
"""

from collections.abc import AsyncIterator

import pytest

from tests.contract.project import Json, Project, answered, refused
from tests.contract.receiver import Receiver, listening, push_to
from tests.contract.targets import Target
from tests.official.notifications import notification_problems
from tests.official.transport import shared_official_api

ORDER_MESSAGES = [{"resourceTypeId": "order", "types": ["OrderCreated", "OrderImported"]}]
NOWHERE = "http://127.0.0.1:9/nobody-listens"


@pytest.fixture
async def receiver(sandbox_project: Project) -> AsyncIterator[Receiver]:
    """Somebody who listens."""
    async with listening() as receiver:
        yield receiver


def draft_to(receiver: Receiver, project: Project, **fields: object) -> Json:
    """A SubscriptionDraft for messages of orders."""
    return {
        "key": project.unique("sub"),
        "destination": push_to(receiver),
        "messages": ORDER_MESSAGES,
        **fields,
    }


async def test_a_subscription_is_healthy_and_complete(sandbox_project: Project, receiver: Receiver) -> None:
    """All three lists are there, the format is Platform by default, secrets do not come back in full."""
    draft = draft_to(receiver, sandbox_project)
    made = await sandbox_project.create("/subscriptions", draft)
    assert (made["version"], made["status"], made["format"]) == (1, "Healthy", {"type": "Platform"})
    assert (made["messages"], made["changes"], made["events"]) == (ORDER_MESSAGES, [], [])
    assert made["destination"]["bootstrapServer"] == receiver.url
    assert made["destination"]["apiSecret"] != "contract-secret"
    assert await sandbox_project.read(f"/subscriptions/{made['id']}") == made
    assert await sandbox_project.read(f"/subscriptions/key={draft['key']}") == made


async def test_a_new_subscription_is_tested(sandbox_project: Project, receiver: Receiver) -> None:
    """The destination gets a ResourceCreated about a subscription before the creation is answered."""
    await sandbox_project.create("/subscriptions", draft_to(receiver, sandbox_project))
    (test,) = receiver.bodies()
    assert (test["notificationType"], test["resource"]["typeId"]) == ("ResourceCreated", "subscription")
    official = shared_official_api()
    assert official is None or notification_problems(official, test) == []


async def test_an_undeliverable_test_makes_no_subscription(sandbox_project: Project) -> None:
    """Nobody listens, or the destination refuses: 400 InvalidInput, and there is no subscription."""
    draft = draft_to(Receiver(NOWHERE), sandbox_project)
    error = refused(await sandbox_project.post("/subscriptions", draft), 400, "InvalidInput")
    assert error["message"].startswith("A test message could not be delivered to this destination")
    refused(await sandbox_project.get(f"/subscriptions/key={draft['key']}"), 404, "ResourceNotFound")


async def test_a_destination_that_refuses_the_test_is_refused(
    sandbox_project: Project, receiver: Receiver
) -> None:
    """The test must be answered with 2xx."""
    receiver.answers.append(401)
    answer = await sandbox_project.post("/subscriptions", draft_to(receiver, sandbox_project))
    refused(answer, 400, "InvalidInput")


async def test_a_key_is_unique(sandbox_project: Project, receiver: Receiver) -> None:
    """DuplicateField, and no test is sent for it."""
    draft = draft_to(receiver, sandbox_project)
    await sandbox_project.create("/subscriptions", draft)
    error = refused(await sandbox_project.post("/subscriptions", draft), 400, "DuplicateField")
    assert error["field"] == "key"


async def test_something_must_be_subscribed_to(sandbox_project: Project, receiver: Receiver) -> None:
    """Messages, changes or events: at least one."""
    draft = draft_to(receiver, sandbox_project, messages=[])
    assert (await sandbox_project.post("/subscriptions", draft)).status_code == 400
    del draft["messages"]
    assert (await sandbox_project.post("/subscriptions", draft)).status_code == 400
    assert (
        await sandbox_project.create("/subscriptions", draft | {"changes": [{"resourceTypeId": "order"}]})
    )["id"]


@pytest.mark.parametrize("type_id", ["cart", "state", "key-value-document"])
async def test_some_resources_have_no_messages(
    sandbox_project: Project, receiver: Receiver, type_id: str
) -> None:
    """Carts, states and custom objects have changes only."""
    draft = draft_to(receiver, sandbox_project, messages=[{"resourceTypeId": type_id}])
    answer = await sandbox_project.post("/subscriptions", draft, off_definition=True)
    assert answer.status_code == 400
    changes = draft_to(receiver, sandbox_project, messages=[], changes=[{"resourceTypeId": type_id}])
    assert (await sandbox_project.create("/subscriptions", changes))["changes"] == changes["changes"]


@pytest.mark.parametrize(
    "destination", [{"type": "HTTP", "url": "http://a.example"}, {"type": "SQS"}, {"queueUrl": "x"}], ids=str
)
async def test_a_destination_must_be_one(sandbox_project: Project, destination: Json) -> None:
    """There is no plain HTTP destination; each type has required fields."""
    draft = {"destination": destination, "messages": ORDER_MESSAGES}
    answer = await sandbox_project.post("/subscriptions", draft, off_definition=True)
    assert answer.status_code == 400


async def test_subscriptions_are_changed(sandbox_project: Project, receiver: Receiver) -> None:
    """Key, messages and changes are set; the last thing subscribed to cannot be taken away."""
    made = await sandbox_project.create("/subscriptions", draft_to(receiver, sandbox_project))
    key = sandbox_project.unique("sub")
    made = await sandbox_project.update(
        "/subscriptions",
        made,
        {"action": "setKey", "key": key},
        {"action": "setChanges", "changes": [{"resourceTypeId": "order"}]},
        {"action": "setMessages"},
    )
    assert (made["key"], made["messages"], made["changes"]) == (key, [], [{"resourceTypeId": "order"}])
    assert (
        await sandbox_project.attempt("/subscriptions", made, {"action": "setChanges"})
    ).status_code == 400


async def test_a_changed_destination_is_tested(sandbox_project: Project, receiver: Receiver) -> None:
    """A destination that does not answer is not taken; one that does gets its test."""
    made = await sandbox_project.create("/subscriptions", draft_to(receiver, sandbox_project))
    nowhere = {"action": "changeDestination", "destination": push_to(Receiver(NOWHERE))}
    refused(await sandbox_project.attempt("/subscriptions", made, nowhere), 400, "InvalidInput")
    async with listening() as other:
        there = {"action": "changeDestination", "destination": push_to(other)}
        changed = await sandbox_project.update("/subscriptions", made, there)
        assert changed["destination"]["bootstrapServer"] == other.url
        assert len(other.bodies()) == 1


async def test_health_is_told_without_a_token(
    target: Target, sandbox_project: Project, receiver: Receiver
) -> None:
    """The health of a subscription is open to everyone."""
    made = await sandbox_project.create("/subscriptions", draft_to(receiver, sandbox_project))
    async with target.anonymous() as http:
        path = f"/{target.project_key}/subscriptions"
        assert (await http.get(f"{path}/{made['id']}/health")).status_code == 200
        assert (await http.get(f"{path}/none/health")).status_code == 404


async def test_a_subscription_is_deleted(sandbox_project: Project, receiver: Receiver) -> None:
    """With its version, like everything."""
    made = await sandbox_project.create("/subscriptions", draft_to(receiver, sandbox_project))
    path = f"/subscriptions/{made['id']}"
    refused(await sandbox_project.delete(path, 9), 409, "ConcurrentModification")
    answered(await sandbox_project.delete(path, made["version"]), 200)
    refused(await sandbox_project.get(path), 404, "ResourceNotFound")


async def test_event_grid_speaks_cloud_events_only(sandbox_project: Project, receiver: Receiver) -> None:
    """EventGrid with the Platform format is refused."""
    destination = {"type": "EventGrid", "uri": receiver.url, "accessKey": "contract-key"}
    draft = draft_to(receiver, sandbox_project, destination=destination)
    assert (await sandbox_project.post("/subscriptions", draft)).status_code == 400
    format_ = {"type": "CloudEvents", "cloudEventsVersion": "1.0"}
    made = await sandbox_project.create("/subscriptions", draft | {"format": format_})
    assert made["format"] == format_
