"""Delivery over HTTP: what arrives, how often, in which order, and what failing does."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.channel import Pace
from tests.sandbox.surroundings import QUICK, Surroundings, emit, surroundings


@pytest.fixture
async def here() -> AsyncIterator[Surroundings]:
    async with surroundings() as running:
        yield running


async def _fault(here: Surroundings, **rule: Any) -> None:
    answer = await here.http.post("http://sandbox.test/sandbox/faults", json=rule)
    assert answer.status_code == 201


def _keys(here: Surroundings) -> list[str]:
    """The keys of the custom objects that the receiver was told of, in order of arrival."""
    named = [body["resourceUserProvidedIdentifiers"] for body in here.receiver.bodies()]
    return [name["containerAndKey"]["key"] for name in named]


async def test_writes_do_not_wait_for_the_receiver() -> None:
    """A write is answered while the receiver still hangs, and its notification arrives later."""
    async with surroundings() as here:
        await here.subscribe()
        here.receiver.gate.clear()
        assert (await asyncio.wait_for(here.put("a"), 1)).status_code == 201
        assert here.dispatcher.pending() == 1
        here.receiver.gate.set()
        await here.dispatcher.idle()
        assert _keys(here) == ["a"]


async def test_notifications_arrive_in_order(here: Surroundings) -> None:
    """Without failures a subscription is told everything once, in the order of the commits."""
    await here.subscribe()
    for number in range(20):
        await here.put(f"k{number}")
    await here.dispatcher.idle()
    assert _keys(here) == [f"k{number}" for number in range(20)]


@pytest.mark.parametrize("answer", [500, 429, 404])
async def test_retried_until_taken(here: Surroundings, answer: int) -> None:
    """A refused notification is sent again until it is taken; the next ones keep behind it meanwhile."""
    await here.subscribe()
    here.receiver.answers = [answer, answer, 202]
    await here.put("a")
    await here.put("b")
    await here.dispatcher.idle()
    assert _keys(here) == ["a", "a", "a", "b"]


async def test_one_poisonous_notification_holds_nobody_for_ever() -> None:
    """A notification that the receiver never takes is overtaken after a while and goes on being retried."""
    async with surroundings() as here:
        await here.subscribe()
        here.receiver.poison = "poison"
        await here.put("poison")
        await here.put("a")
        await here.put("b")
        await here.until(lambda: {"a", "b"} <= set(_keys(here)))
        seen = _keys(here).count("poison")
        await here.until(lambda: _keys(here).count("poison") > seen)
        here.receiver.poison = None
        await here.dispatcher.idle()
        assert here.dispatcher.pending() == 0


async def test_given_up_after_retention() -> None:
    """A notification is given up when its retention is over, and the list of deliveries says so."""
    pace = Pace(first=0.01, longest=0.02, hold=0.02, retention=0.1)
    async with surroundings(pace=pace) as here:
        await here.subscribe()
        here.receiver.answers = [500] * 1000
        await here.put("a")
        await asyncio.wait_for(here.dispatcher.idle(), 5)
        last = (await here.http.get("http://sandbox.test/sandbox/deliveries")).json()["attempts"][-1]
        assert (last["delivered"], last["why"]) == (False, "retention is over")


async def test_failing_subscription_does_not_hold_another(here: Surroundings) -> None:
    """Each subscription has a queue of its own."""
    destination = {"type": "EventGrid", "uri": "http://receiver.test/deaf", "accessKey": "k"}
    cloud_events = {"type": "CloudEvents", "cloudEventsVersion": "1.0"}
    await here.subscribe(key="deaf", destination=destination, format=cloud_events)
    await here.subscribe(key="well")
    here.receiver.deaf_path = "/deaf"
    await here.put("a")
    await here.until(lambda: "/inbox" in here.receiver.paths[2:])
    assert here.dispatcher.pending() == 1


async def test_platform_message(here: Surroundings) -> None:
    """A message travels with its own fields at the top level, as the official types have it."""
    await here.subscribe(messages=[{"resourceTypeId": "order"}], changes=[])
    message = emit(here, "o-1", "Confirmed", oldOrderState="Open")
    await here.dispatcher.idle()
    [body] = here.receiver.bodies()
    assert body == {"notificationType": "Message", "projectKey": "placet-demo", **message}
    assert here.receiver.headers[1]["content-type"] == "application/json"
    here.receiver.hold_to_the_definition()


async def test_cloud_event(here: Surroundings) -> None:
    """The CloudEvents format wraps the whole Platform payload; its sequence is a string, for messages only."""
    destination = {"type": "EventGrid", "uri": "http://receiver.test/inbox", "accessKey": "k"}
    await here.subscribe(
        destination=destination,
        messages=[{"resourceTypeId": "order"}],
        format={"type": "CloudEvents", "cloudEventsVersion": "1.0"},
    )
    message = emit(here, "o-1", "Confirmed")
    await here.put("a")
    await here.dispatcher.idle()
    told, changed = here.receiver.bodies()
    assert told == {
        "specversion": "1.0",
        "id": message["id"],
        "type": "com.commercetools.order.message.OrderStateChanged",
        "source": "/placet-demo/orders",
        "subject": "o-1",
        "time": message["createdAt"],
        "sequence": "1",
        "sequencetype": "Integer",
        "dataref": f"/placet-demo/messages/{message['id']}",
        "data": {"notificationType": "Message", "projectKey": "placet-demo", **message},
    }
    assert changed["type"] == "com.commercetools.key-value-document.change.ResourceCreated"
    assert changed["source"] == "/placet-demo/custom-objects"
    assert not {"sequence", "sequencetype", "dataref"} & set(changed)
    assert here.receiver.headers[1]["content-type"].startswith("application/cloudevents+json")
    here.receiver.hold_to_the_definition()


async def test_changes(here: Surroundings) -> None:
    """A change subscription is told of creation, update and deletion, with versions and what the user called it."""
    await here.subscribe()
    created = (await here.put("a")).json()
    updated = (await here.put("a", 2)).json()
    await here.http.delete("/custom-objects/things/a")
    await here.dispatcher.idle()
    common = {
        "projectKey": "placet-demo",
        "resource": {"typeId": "key-value-document", "id": created["id"]},
        "resourceUserProvidedIdentifiers": {"containerAndKey": {"container": "things", "key": "a"}},
    }
    first, second, third = here.receiver.bodies()
    at = created["lastModifiedAt"]
    assert first == common | {"notificationType": "ResourceCreated", "version": 1, "modifiedAt": at}
    assert second == common | {
        "notificationType": "ResourceUpdated",
        "version": 2,
        "oldVersion": 1,
        "modifiedAt": updated["lastModifiedAt"],
    }
    assert (third["notificationType"], third["version"], third["dataErasure"]) == (
        "ResourceDeleted",
        2,
        False,
    )
    here.receiver.hold_to_the_definition()


async def test_only_what_was_asked_for(here: Surroundings) -> None:
    """Resource types and message types that were not asked for are not sent."""
    wish = {"resourceTypeId": "order", "types": ["OrderCreated", "OrderStateTransition"]}
    await here.subscribe(messages=[wish], changes=[{"resourceTypeId": "state"}])
    emit(here, "o-1", "Confirmed")
    await here.put("a")
    await here.http.post("/states", json={"key": "asked-for", "type": "OrderState"})
    await here.dispatcher.idle()
    [body] = here.receiver.bodies()
    assert body["resourceUserProvidedIdentifiers"] == {"key": "asked-for"}


async def test_large_payloads_are_left_out() -> None:
    """Above the size limit the message's own fields and its type are missing, and payloadNotIncluded says why."""
    async with surroundings(notification_limit=500) as here:
        await here.subscribe(messages=[{"resourceTypeId": "order"}])
        message = emit(here, "o-1", "Confirmed", oldOrderState="Open" * 200)
        await here.dispatcher.idle()
        [body] = here.receiver.bodies()
        assert body["payloadNotIncluded"] == {
            "reason": "Payload too large.",
            "payloadType": "OrderStateChanged",
        }
        assert (body["id"], body["sequenceNumber"]) == (message["id"], 1)
        assert not {"type", "orderState"} & set(body)
        here.receiver.hold_to_the_definition()


async def test_dropped(here: Surroundings) -> None:
    """A dropped notification is never sent, the ones after it are; the list of deliveries knows of both."""
    await here.subscribe()
    await _fault(here, kind="dropNotification", times=2)
    for key in ("a", "b", "c"):
        await here.put(key)
    await here.dispatcher.idle()
    assert _keys(here) == ["c"]
    listed = (await here.http.get("http://sandbox.test/sandbox/deliveries")).json()
    assert [attempt["why"] for attempt in listed["attempts"][1:]] == [
        "dropped by fault",
        "dropped by fault",
        None,
    ]
    assert listed["pending"] == 0


async def test_repeated(here: Surroundings) -> None:
    """A repeated notification arrives `copies` times more, the same each time."""
    await here.subscribe()
    await _fault(here, kind="repeatNotification", copies=2)
    await here.put("a")
    await here.put("b")
    await here.dispatcher.idle()
    assert _keys(here) == ["a", "a", "a", "b"]
    assert here.receiver.bodies()[0] == here.receiver.bodies()[2]


async def test_reordered(here: Surroundings) -> None:
    """A window of notifications is held and sent in reverse; those after it follow in order."""
    await here.subscribe()
    await _fault(here, kind="reorderNotifications", window=3)
    for key in ("a", "b", "c", "d"):
        await here.put(key)
    await here.dispatcher.idle()
    assert _keys(here) == ["c", "b", "a", "d"]


async def test_window_that_does_not_fill(here: Surroundings) -> None:
    """A reordering window that does not fill is sent after a short while all the same."""
    await here.subscribe()
    await _fault(here, kind="reorderNotifications", window=9)
    await here.put("a")
    await here.put("b")
    assert here.dispatcher.pending() == 2
    await here.dispatcher.idle()
    assert _keys(here) == ["b", "a"]


async def test_reset_forgets_subscriptions(here: Surroundings) -> None:
    """After a reset nothing pending is sent any more and nobody is subscribed."""
    await here.subscribe()
    here.receiver.answers = [500] * 1000
    await here.put("a")
    await here.attempted(2)
    await here.http.post("http://sandbox.test/sandbox/reset")
    sent = len(here.receiver.received)
    await here.put("b")
    await asyncio.sleep(QUICK.longest * 4)
    assert len(here.receiver.received) == sent
    assert here.dispatcher.pending() == 0


async def test_stops_with_the_server() -> None:
    """When the server stops, deliveries stop with it: no task is left behind."""
    before = asyncio.all_tasks()
    async with surroundings() as here:
        await here.subscribe()
        here.receiver.answers = [500] * 1000
        await here.put("a")
        await here.attempted(1)
        assert asyncio.all_tasks() - before
    assert not asyncio.all_tasks() - before
