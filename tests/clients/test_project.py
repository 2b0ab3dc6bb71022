"""A project's types, subscriptions, extensions, settings and groups are read and set up."""

from typing import Any

from clients import drafts
from tests.clients.peer import Peer, ok, refused

_SUBSCRIPTION: dict[str, Any] = {
    "id": "sub",
    "version": 1,
    "key": "placet",
    "status": "Healthy",
    "destination": {"type": "GoogleCloudPubSub", "projectId": "p", "topic": "t"},
    "messages": [{"resourceTypeId": "order", "types": ["OrderCreated"]}],
    "changes": [],
    "events": [],
}
_TYPE = {
    "id": "ty",
    "version": 1,
    "key": "placet",
    "name": {"en": "Placet"},
    "resourceTypeIds": ["order"],
    "fieldDefinitions": [{"name": "approver", "type": {"name": "String"}, "label": {}, "required": False}],
}
_EXTENSION = {
    "id": "ext",
    "version": 1,
    "key": "guard",
    "destination": {"type": "HTTP", "url": "https://x", "authentication": {"headerValue": "Bear*****"}},
    "triggers": [{"resourceTypeId": "order", "actions": ["Create", "Update"], "condition": "x"}],
    "timeoutInMs": 500,
}


async def test_messages_are_switched_on() -> None:
    """The project's own path, with days."""
    settings = {"key": "a-project", "version": 4, "messages": {"enabled": False}}
    switched = {**settings, "version": 5, "messages": {"enabled": True, "deleteDaysAfterCreation": 30}}
    peer = Peer(ok(settings), ok(switched))
    client = peer.commercetools()
    before = await client.project()
    after = await client.configure_messages(before.version, enabled=True, delete_days=30)
    assert (before.messages.enabled, after.messages.enabled, after.messages.delete_days_after_creation) == (
        False,
        True,
        30,
    )
    assert [str(request.url) for request in peer.requests] == ["https://api.example/a-project"] * 2
    configuration = {"enabled": True, "deleteDaysAfterCreation": 30}
    action = {"action": "changeMessagesConfiguration", "messagesConfiguration": configuration}
    assert peer.sent == {"version": 4, "actions": [action]}


async def test_subscriptions_are_read_created_and_changed() -> None:
    """Key, selection and status are known; secrets of the destination are not printed."""
    destination = {"type": "SQS", "queueUrl": "q", "region": "r", "accessSecret": "sec*****"}
    peer = Peer(ok({**_SUBSCRIPTION, "destination": destination}), ok(_SUBSCRIPTION, 201), ok(_SUBSCRIPTION))
    client = peer.commercetools()
    read = await client.subscription("placet")
    assert read is not None
    assert (read.status, read.messages[0].types) == ("Healthy", ("OrderCreated",))
    assert "sec*" not in repr(read)
    draft = drafts.subscription_draft("placet", _SUBSCRIPTION["destination"], ["OrderCreated"])
    assert (await client.create_subscription(draft)).key == "placet"
    await client.update_subscription("sub", 1, [drafts.set_subscribed_messages(["OrderImported"])])
    assert [request.url.path.removeprefix("/a-project/") for request in peer.requests] == [
        "subscriptions/key=placet",
        "subscriptions",
        "subscriptions/sub",
    ]


async def test_types_are_read_created_and_changed() -> None:
    """Which fields a type has is what we look at."""
    peer = Peer(ok(_TYPE), ok(_TYPE, 201), ok(_TYPE))
    client = peer.commercetools()
    read = await client.type_("placet")
    assert read is not None
    assert (read.resource_type_ids, read.fields) == (("order",), ("approver",))
    named = {"key": "placet", "name": {"en": "Placet"}, "resourceTypeIds": ["order"]}
    assert (await client.create_type(drafts.type_draft(named))).key == "placet"
    await client.update_type("ty", 1, [])
    assert [request.url.path.removeprefix("/a-project/") for request in peer.requests] == [
        "types/key=placet",
        "types",
        "types/ty",
    ]


async def test_extensions_are_read_created_and_changed() -> None:
    """When it is asked is known; what it authorises with is not printed."""
    peer = Peer(ok(_EXTENSION), ok(_EXTENSION, 201), ok(_EXTENSION))
    client = peer.commercetools()
    read = await client.extension("guard")
    assert read is not None
    assert (read.triggers[0].actions, read.timeout_in_ms) == (("Create", "Update"), 500)
    assert "Bear" not in repr(read)
    created = await client.create_extension(drafts.extension_draft("guard", "https://x", "Bearer t"))
    assert created.key == "guard"
    await client.update_extension("ext", 1, [])
    assert [request.url.path.removeprefix("/a-project/") for request in peer.requests] == [
        "extensions/key=guard",
        "extensions",
        "extensions/ext",
    ]


async def test_a_group_is_its_key_or_none() -> None:
    """A group without a key, and no group at all, cannot be resolved."""
    group = {"id": "g1", "version": 1, "name": "New"}
    peer = Peer(ok({**group, "key": "new"}), ok(group), refused(404, "ResourceNotFound"))
    client = peer.commercetools()
    assert [await client.customer_group("g1") for _ in range(3)] == ["new", None, None]
    assert peer.requests[0].url.path == "/a-project/customer-groups/g1"
