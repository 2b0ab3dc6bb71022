"""The local fulfilment system: takes a hand-over once, reads it, reports how it goes."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.sandbox.surroundings import Surroundings, downstream, surroundings

EVENTS = "http://placet.test"


@pytest.fixture
async def here() -> AsyncIterator[Surroundings]:
    async with surroundings(
        downstream_events_url=EVENTS, downstream_token="fulfil", downstream_delay_ms=1
    ) as running:
        running.receiver.answer = 202
        yield running


async def _hand_over(here: Surroundings, ref: str = "ON-1-1", number: str = "ON-1") -> None:
    draft = {
        "container": "placet-fulfillment",
        "key": ref,
        "value": {"orderId": "o-1", "orderNumber": number},
    }
    assert (await here.http.post("/custom-objects", json=draft)).status_code == 201


async def _announce(here: Surroundings, ref: str = "ON-1-1", **change: Any) -> httpx.Response:
    event = {
        "specversion": "1.0",
        "id": ref,
        "source": "/placet/orders",
        "type": "placet.fulfillment.requested",
    }
    data = {"orderId": "o-1", "ref": ref, "container": "placet-fulfillment", "key": ref}
    headers = {"Content-Type": "application/cloudevents+json; charset=utf-8", "Idempotency-Key": ref}
    return await here.http.post(
        "http://sandbox.test/sandbox/downstream",
        json=change.get("event", event | {"data": change.get("data", data)}),
        headers=headers | change.get("headers", {}),
    )


async def _listed(here: Surroundings) -> Any:
    return (await here.http.get("http://sandbox.test/sandbox/downstream")).json()


async def _behave(here: Surroundings, **told: Any) -> None:
    answer = await here.http.post("http://sandbox.test/sandbox/downstream/behaviour", json=told)
    assert answer.status_code == 200


async def test_reports_accepted_then_completed(here: Surroundings) -> None:
    """A hand-over is answered 202 and reported, in order, to the order's fulfilment events with the bearer token."""
    await _hand_over(here)
    answer = await _announce(here)
    assert (answer.status_code, answer.json()) == (202, {"ref": "ON-1-1", "duplicate": False})
    await downstream(here).reporter.idle()
    assert [event["status"] for event in here.receiver.received] == ["accepted", "completed"]
    assert set(here.receiver.received[0]) == {"eventId", "ref", "status", "occurredAt"}
    assert here.receiver.paths == ["/orders/o-1/fulfillment-events"] * 2
    assert here.receiver.headers[0]["authorization"] == "Bearer fulfil"


async def test_the_same_key_counts_once(here: Surroundings) -> None:
    """A repeated idempotency key is answered 202 too, and reported no second time."""
    await _hand_over(here)
    await _announce(here)
    again = await _announce(here)
    assert (again.status_code, again.json()["duplicate"]) == (202, True)
    await downstream(here).reporter.idle()
    assert len(here.receiver.received) == 2
    [hand_over] = (await _listed(here))["handOvers"]
    assert (hand_over["times"], hand_over["orderNumber"]) == (2, "ON-1")
    assert hand_over["value"] == {"orderId": "o-1", "orderNumber": "ON-1"}


async def test_reads_the_hand_over(here: Surroundings) -> None:
    """Without the custom object the hand-over is refused; once it is there the same key is taken."""
    assert (await _announce(here)).status_code == 422
    await _hand_over(here)
    assert (await _announce(here)).json()["duplicate"] is False


async def test_container_and_key_may_be_left_to_the_ref(here: Surroundings) -> None:
    """An event that names no custom object means the one under its ref."""
    await _hand_over(here)
    assert (await _announce(here, data={"orderId": "o-1", "ref": "ON-1-1"})).status_code == 202


async def test_events_are_retried_until_taken(here: Surroundings) -> None:
    """An event is sent again until it is answered 202, and the next one waits for it; 200 is not enough."""
    here.receiver.answers = [503, 200, 401]
    await _hand_over(here)
    await _announce(here)
    await downstream(here).reporter.idle()
    assert [event["status"] for event in here.receiver.received] == ["accepted"] * 4 + ["completed"]
    assert len({event["eventId"] for event in here.receiver.received}) == 2
    first, second = (await _listed(here))["events"]
    assert [attempt["status"] for attempt in first["attempts"]] == [503, 200, 401, 202]
    assert (first["accepted"], second["accepted"]) == (True, True)


async def test_one_order_behaves_differently(here: Surroundings) -> None:
    """What is told of one order number holds for that order; all others go as before."""
    await _behave(here, orderNumber="ON-2", statuses=["accepted", "failed"], repeat=True)
    await _hand_over(here, "ON-2-1", "ON-2")
    await _announce(here, "ON-2-1")
    await downstream(here).reporter.idle()
    assert [event["status"] for event in here.receiver.received] == [
        "accepted",
        "accepted",
        "failed",
        "failed",
    ]
    assert here.receiver.received[0] == here.receiver.received[1]
    await _hand_over(here)
    await _announce(here)
    await downstream(here).reporter.idle()
    assert [event["status"] for event in here.receiver.received[4:]] == ["accepted", "completed"]


async def test_every_order_behaves_differently(here: Surroundings) -> None:
    """What is told without an order number holds for every order."""
    await _behave(here, statuses=["shipped"], delayMs=0)
    await _hand_over(here)
    await _announce(here)
    await downstream(here).reporter.idle()
    assert [event["status"] for event in here.receiver.received] == ["shipped"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"headers": {"Content-Type": "application/json"}}, 415),
        ({"headers": {"Idempotency-Key": ""}}, 400),
        ({"event": {"specversion": "0.3", "id": "1", "source": "s", "type": "t", "data": {}}}, 400),
        ({"event": []}, 400),
        ({"data": {"ref": "ON-1-1"}}, 400),
        ({"data": "ON-1-1"}, 400),
    ],
)
async def test_malformed_events(here: Surroundings, change: dict[str, Any], status: int) -> None:
    """What is no CloudEvent of a hand-over, or has no idempotency key, is refused and reported by nobody."""
    await _hand_over(here)
    assert (await _announce(here, **change)).status_code == status
    assert (await _listed(here))["handOvers"] == []


async def test_without_a_place_to_report_to() -> None:
    """With no events URL hand-overs are taken and listed, and nothing is reported."""
    async with surroundings() as here:
        await _hand_over(here)
        assert (await _announce(here)).status_code == 202
        assert len((await _listed(here))["handOvers"]) == 1
        assert here.receiver.received == []


async def test_reset_stops_reporting(here: Surroundings) -> None:
    """A reset forgets hand-overs, behaviours and reports that are still on their way."""
    here.receiver.answer = 503
    await _hand_over(here)
    await _announce(here)
    await here.attempted(0)
    await here.http.post("http://sandbox.test/sandbox/reset")
    await downstream(here).reporter.idle()
    assert await _listed(here) == {"handOvers": [], "events": []}
