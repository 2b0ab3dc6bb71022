"""Subscriptions: drafts, the test notification, update actions, secrets, health."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.official.transport import OFF_DEFINITION
from tests.sandbox.surroundings import URL, Surroundings, confluent, event_grid, surroundings

ORDERS = [{"resourceTypeId": "order", "types": ["OrderCreated", "OrderImported"]}]


@pytest.fixture
async def here() -> AsyncIterator[Surroundings]:
    async with surroundings() as running:
        yield running


async def test_created_after_its_test_notification(here: Surroundings) -> None:
    """A subscription is created once its destination took a ResourceCreated about the subscription itself."""
    created = await here.subscribe(key="orders", messages=ORDERS)
    [test] = here.receiver.received
    assert test["notificationType"] == "ResourceCreated"
    assert test["resource"] == {"typeId": "subscription", "id": created["id"]}
    assert test["resourceUserProvidedIdentifiers"] == {"key": "orders"}
    assert (created["version"], created["status"], created["events"]) == (1, "Healthy", [])
    assert created["format"] == {"type": "Platform"}
    assert (await here.http.get(f"/subscriptions/{created['id']}")).json() == created
    assert (await here.http.get("/subscriptions/key=orders")).json() == created


@pytest.mark.parametrize("answer", [404, 500])
async def test_undeliverable_destination_creates_nothing(here: Surroundings, answer: int) -> None:
    """A destination that does not take the test notification is a 400 InvalidInput, and nothing is created."""
    here.receiver.answers = [answer]
    refused = await here.http.post("/subscriptions", json={"destination": confluent(), "messages": ORDERS})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "InvalidInput")
    assert "test message could not be delivered" in refused.json()["message"]
    assert (await here.http.get("/subscriptions")).json()["total"] == 0


async def test_nobody_listens() -> None:
    """A destination where nobody listens is refused like one that answers badly."""
    async with surroundings(push_transport=None) as here:
        destination = confluent("http://127.0.0.1:1/inbox")
        refused = await here.http.post(
            "/subscriptions", json={"destination": destination, "messages": ORDERS}
        )
        assert refused.status_code == 400
        assert "ConnectError" in refused.json()["message"]


@pytest.mark.parametrize(
    "destination",
    [
        {"type": "SQS", "queueUrl": "https://sqs.test/1/q", "region": "eu-central-1"},
        {"type": "GoogleCloudPubSub", "projectId": "p", "topic": "t"},
        event_grid("not a url"),
        event_grid("ftp://receiver.test/inbox"),
        event_grid("http://receiver.test:port/inbox"),
        event_grid() | {"accessKey": "line\nbreak"},
    ],
)
async def test_destinations_without_a_stand_in(here: Surroundings, destination: dict[str, Any]) -> None:
    """Cloud queues and URLs that are none are well-formed drafts whose test notification fails."""
    cloud_events = {"type": "CloudEvents", "cloudEventsVersion": "1.0"}
    draft = {"destination": destination, "messages": ORDERS, "format": cloud_events}
    refused = await here.http.post("/subscriptions", json=draft)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "InvalidInput")
    assert here.receiver.received == []


async def test_event_grid_speaks_cloud_events_only(here: Surroundings) -> None:
    """EventGrid with the Platform format is refused, as on the real API."""
    refused = await here.http.post("/subscriptions", json={"destination": event_grid(), "messages": ORDERS})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "InvalidInput")


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({"messages": ORDERS}, "RequiredField"),
        ({"destination": {"type": "Pigeon"}, "messages": ORDERS}, "InvalidField"),
        ({"destination": {"type": "EventGrid", "uri": URL}, "messages": ORDERS}, "RequiredField"),
        ({"destination": confluent() | {"acks": "some"}, "messages": ORDERS}, "InvalidField"),
        ({"destination": confluent(), "messages": [{"resourceTypeId": "cart"}]}, "InvalidField"),
        ({"destination": confluent(), "changes": [{}]}, "RequiredField"),
        (
            {"destination": confluent(), "messages": ORDERS, "format": {"type": "CloudEvents"}},
            "RequiredField",
        ),
        ({"destination": confluent(), "messages": "all"}, "InvalidJsonInput"),
    ],
)
async def test_malformed_drafts(here: Surroundings, draft: dict[str, Any], code: str) -> None:
    """A draft that the official types do not allow is a 400 with the field's code; nothing is sent."""
    extensions = {} if draft.get("destination", {}).get("acks") == "some" else OFF_DEFINITION
    refused = await here.http.post("/subscriptions", json=draft, extensions=extensions)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, code)
    assert here.receiver.received == []


async def test_must_want_something(here: Surroundings) -> None:
    """A draft without messages, changes or events is refused."""
    refused = await here.http.post("/subscriptions", json={"destination": confluent()})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "InvalidInput")


async def test_keys_are_unique(here: Surroundings) -> None:
    """A second subscription of the same key is a DuplicateField; its destination is not bothered."""
    await here.subscribe(key="orders")
    draft = {"key": "orders", "destination": confluent(), "messages": ORDERS}
    refused = await here.http.post("/subscriptions", json=draft)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "DuplicateField")
    assert len(here.receiver.received) == 1


async def test_secrets_are_masked_and_sent_as_bearer_token(here: Surroundings) -> None:
    """Secrets come back partly hidden, are kept nowhere in the store, and go out as the push's bearer token."""
    created = await here.subscribe()
    assert created["destination"]["apiSecret"] == "sec*****"
    assert created["destination"]["apiKey"] == "key*****"
    assert here.receiver.headers[0]["authorization"] == "Bearer secret-of-the-queue"
    change = {
        "action": "changeDestination",
        "destination": confluent() | {"apiSecret": "another-long-secret"},
    }
    path = f"/subscriptions/{created['id']}"
    await here.http.post(path, json={"version": 1, "actions": [change]})
    assert here.receiver.headers[1]["authorization"] == "Bearer another-long-secret"
    stored = repr([*here.sandbox.store.all("subscription"), here.sandbox.store.journal])
    assert "of-the-queue" not in stored
    assert "another-long-secret" not in stored


async def test_update_actions(here: Surroundings) -> None:
    """Key and wishes are replaced, one version each; an absent value empties, an absent key removes it."""
    created = await here.subscribe(key="orders", messages=ORDERS)
    actions = [
        {"action": "setKey", "key": "renamed"},
        {"action": "setMessages"},
        {"action": "setChanges", "changes": [{"resourceTypeId": "order"}, {"resourceTypeId": "state"}]},
        {"action": "setEvents", "events": [{"resourceTypeId": "checkout"}]},
    ]
    changed = (
        await here.http.post("/subscriptions/key=orders", json={"version": 1, "actions": actions})
    ).json()
    assert (changed["version"], changed["key"], changed["messages"]) == (5, "renamed", [])
    assert changed["changes"] == [{"resourceTypeId": "order"}, {"resourceTypeId": "state"}]
    assert changed["events"] == [{"resourceTypeId": "checkout", "types": []}]
    unset = {"version": 5, "actions": [{"action": "setKey"}]}
    assert "key" not in (await here.http.post(f"/subscriptions/{created['id']}", json=unset)).json()


async def test_last_wish_cannot_be_unset(here: Surroundings) -> None:
    """The last remaining wish stays: unsetting it is refused and changes nothing."""
    await here.subscribe(key="orders")
    actions = [{"action": "setKey", "key": "renamed"}, {"action": "setChanges", "changes": []}]
    refused = await here.http.post("/subscriptions/key=orders", json={"version": 1, "actions": actions})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "InvalidInput")
    assert (await here.http.get("/subscriptions/key=orders")).json()["version"] == 1


async def test_changed_destination_is_tested_first(here: Surroundings) -> None:
    """A new destination gets a test notification; if it does not take it, the old one stays."""
    await here.subscribe(key="orders")
    change = {"action": "changeDestination", "destination": confluent("http://receiver.test/other")}
    here.receiver.answers = [503]
    update = {"version": 1, "actions": [change]}
    assert (await here.http.post("/subscriptions/key=orders", json=update)).status_code == 400
    await here.put("a")
    await here.dispatcher.idle()
    assert here.receiver.paths == ["/inbox", "/other", "/inbox"]
    moved = (await here.http.post("/subscriptions/key=orders", json=update)).json()
    assert (moved["version"], moved["destination"]["bootstrapServer"]) == (2, "http://receiver.test/other")
    await here.put("b")
    await here.dispatcher.idle()
    assert here.receiver.paths[3:] == ["/other", "/other"]


async def test_stale_version_sends_no_test(here: Surroundings) -> None:
    """The version is checked before anything is sent: 409 for an update and a delete that come too late."""
    await here.subscribe(key="orders")
    change = {"action": "changeDestination", "destination": confluent()}
    stale = await here.http.post("/subscriptions/key=orders", json={"version": 7, "actions": [change]})
    assert stale.status_code == 409
    assert (await here.http.delete("/subscriptions/key=orders", params={"version": 7})).status_code == 409
    assert len(here.receiver.received) == 1


async def test_deleted_subscription_is_told_nothing(here: Surroundings) -> None:
    """After its deletion a subscription is gone and receives nothing more."""
    await here.subscribe(key="orders")
    assert (await here.http.delete("/subscriptions/key=orders", params={"version": 1})).status_code == 200
    assert (await here.http.get("/subscriptions/key=orders")).status_code == 404
    await here.put("a")
    await here.dispatcher.idle()
    assert here.receiver.bodies() == []


async def test_health_needs_no_token(here: Surroundings) -> None:
    """The health is an HTTP status without a body, open to everybody: 200, 503 or 400 with the last attempt."""
    created = await here.subscribe()
    path = f"/subscriptions/{created['id']}/health"
    anonymous = {"Authorization": ""}
    assert (await here.http.get(path, headers=anonymous)).status_code == 200
    here.receiver.answers = [500] * 1000
    await here.put("a")
    await here.attempted(2)
    assert (await here.http.get(path, headers=anonymous)).status_code == 503
    assert (await here.http.get(f"/subscriptions/{created['id']}")).json()["status"] == "TemporaryError"
    here.receiver.answers = [401] * 1000
    await here.attempted(4)
    assert (await here.http.get(path, headers=anonymous)).status_code == 400
    page = await here.http.get("/subscriptions", params={"where": 'status="ConfigurationError"'})
    assert page.json()["count"] == 1
    here.receiver.answers = []
    await here.dispatcher.idle()
    assert (await here.http.get(path)).status_code == 200


async def test_other_clients_need_the_scope(here: Surroundings) -> None:
    """Without a token subscriptions are closed: 401."""
    assert (await here.http.get("/subscriptions", headers={"Authorization": ""})).status_code == 401
