"""Events into the local Fluent's workflows: cancelled, amended, sent elsewhere, or not, as the order's state allows."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.sandbox.fluent_surroundings import Here, fluent_here


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    """An order that waits to be picked, in two fulfilments, of which the second is ahead when it goes on."""
    async with fluent_here() as running:
        parts = [{"items": [{"index": 0}]}, {"items": [{"index": 1}]}]
        await running.steer("behaviour", {"fulfilments": parts, "pauseAt": ["ASSIGNED", "PICK_PACK"]})
        await running.create()
        await running.reached("ASSIGNED")
        yield running


def _refused(answer: httpx.Response) -> bool:
    return answer.status_code == 404 and "No workflow rule matched" in answer.text


async def test_an_order_is_cancelled_before_it_is_picked(here: Here) -> None:
    """It and its fulfilments end CANCELLED, with the reason, and go nowhere any more."""
    answer = await here.event("CancelOrder", cancelReason="CUSTOMER_REQUEST")
    assert (answer.status_code, answer.json()["eventStatus"]) == (200, "COMPLETE")
    await here.steer("resume", {"orderRef": "ON-1-1"})
    await here.fluent.idle()
    order = await here.order()
    assert (order["status"], {one["status"] for one in order["fulfilments"]}) == ("CANCELLED", {"CANCELLED"})
    assert here.inbox.bodies[-1]["attributes"] == {"cancelReason": "CUSTOMER_REQUEST"}
    assert _refused(await here.event("CancelOrder"))


@pytest.mark.parametrize(("told", "refused"), [("untilPicking", True), ("always", False), ("never", True)])
async def test_while_it_is_picked_the_behaviour_decides(here: Here, told: str, refused: bool) -> None:
    """Refused unless it may always be cancelled."""
    await here.steer("behaviour", {"orderRef": "ON-1-1", "cancel": told})
    await here.steer("resume", {"orderRef": "ON-1-1"})
    await here.reached("PICK_PACK")
    assert _refused(await here.event("CancelOrder")) is refused
    assert ((await here.order())["status"] == "CANCELLED") is not refused


async def test_nothing_that_has_left_is_cancelled(here: Here) -> None:
    """Not even by who may always."""
    await here.steer("behaviour", {"cancel": "always", "pauseAt": []})
    await here.create("ON-2-1")
    await here.reached("COMPLETE", "ON-2-1")
    assert _refused(await here.event("CancelOrder", ref="ON-2-1"))
    assert (await here.order("ON-2-1"))["status"] == "COMPLETE"


async def test_a_cancellation_may_take_its_time(here: Here) -> None:
    """The event is taken at once; the order ends later."""
    await here.steer("behaviour", {"orderRef": "ON-1-1", "cancelDelayMs": 30})
    assert (await here.event("CancelOrder")).status_code == 200
    assert (await here.order())["status"] != "CANCELLED"
    await here.reached("CANCELLED")


async def test_a_cancellation_may_come_too_late(here: Here) -> None:
    """The event was taken, but the goods have left before the workflow got round to it."""
    await here.steer(
        "behaviour", {"cancelDelayMs": 100, "pauseAt": [], "startStatuses": [], "endStatuses": ["COMPLETE"]}
    )
    await here.create("ON-2-1")
    assert (await here.event("CancelOrder", ref="ON-2-1")).status_code == 200
    await here.reached("COMPLETE", "ON-2-1")
    await here.fluent.webhooks.idle()
    assert "CANCELLED" not in here.inbox.told("ORDER")


async def test_some_units_are_cancelled(here: Here) -> None:
    """Counted from what was ordered, so the same event twice is once; a fulfilment of nothing is CANCELLED."""
    items = [{"ref": "line-1", "quantity": 1}, {"ref": "line-2", "quantity": 2}]
    for _ in range(2):
        assert (await here.event("CancelOrderItems", items=items)).status_code == 200
    order = await here.order()
    assert [one["quantity"] for one in order["items"]] == [2, 0]
    assert [one["status"] for one in order["fulfilments"]] == ["ASSIGNED", "CANCELLED"]
    await here.steer("behaviour", {"pauseAt": []})
    await here.steer("resume", {"orderRef": "ON-1-1"})
    await here.reached("COMPLETE")
    sent = [
        one["filledQuantity"]
        for fulfilment in (await here.order())["fulfilments"]
        for one in fulfilment["items"]
    ]
    assert sent == [2, 0]


async def test_all_units_cancelled_is_the_order_cancelled(here: Here) -> None:
    """Line by line to the last."""
    for ref, quantity in (("line-1", 3), ("line-2", 2)):
        await here.event("CancelOrderItems", items=[{"ref": ref, "quantity": quantity}])
    assert (await here.order())["status"] == "CANCELLED"


@pytest.mark.parametrize(
    "items",
    [
        [{"ref": "line-1", "quantity": 4}],
        [{"ref": "line-9", "quantity": 1}],
        [{"ref": "line-1", "quantity": -1}],
        [{"ref": "line-1"}],
        [{"ref": "line-2", "quantity": 1}, {"ref": "line-1", "quantity": 4}],
        "all",
        [],
    ],
)
async def test_a_change_is_made_whole_or_not_at_all(here: Here, items: Any) -> None:
    """More than there is, unknown lines, and what is no list of quantities change nothing."""
    assert _refused(await here.event("CancelOrderItems", items=items))
    assert [one["quantity"] for one in (await here.order())["items"]] == [3, 2]


async def test_quantities_are_amended(here: Here) -> None:
    """What is wanted from now on; more only before the locations have been asked."""
    assert (await here.event("AmendOrder", items=[{"ref": "line-1", "quantity": 1}])).status_code == 200
    assert [one["quantity"] for one in (await here.order())["items"]] == [1, 2]
    assert _refused(await here.event("AmendOrder", items=[{"ref": "line-1", "quantity": 2}]))
    await here.steer("behaviour", {"pauseAt": ["CREATED"]})
    await here.create("ON-2-1")
    assert (
        await here.event("AmendOrder", ref="ON-2-1", items=[{"ref": "line-1", "quantity": 5}])
    ).status_code == 200
    assert (await here.order("ON-2-1"))["items"][0]["quantity"] == 5


async def test_an_order_goes_elsewhere(here: Here) -> None:
    """Address and delivery type, on the fulfilments too."""
    assert (await here.event("ChangeDeliveryAddress", deliveryAddress={"city": "Bonn"})).status_code == 200
    assert (await here.event("ChangeDeliveryType", deliveryType="EXPRESS")).status_code == 200
    [fulfilment, _] = (await here.order())["fulfilments"]
    assert (fulfilment["toAddress"], fulfilment["deliveryType"]) == ({"city": "Bonn"}, "EXPRESS")


async def test_a_payment_is_noted(here: Here) -> None:
    """As an attribute of the order, in any status."""
    assert (await here.event("PaymentStatusUpdate", paymentState="Paid")).status_code == 200
    assert {"name": "paymentState", "value": "Paid"} in (await here.order())["attributes"]


async def test_a_retailer_has_names_of_its_own(here: Here) -> None:
    """An event that nobody listens to has no rule, until somebody does."""
    assert _refused(await here.event("StopEverything"))
    await here.steer("behaviour", {"orderRef": "ON-1-1", "events": {"StopEverything": "cancel"}})
    assert (await here.event("StopEverything")).status_code == 200
    assert (await here.order())["status"] == "CANCELLED"


async def test_async_hides_what_became_of_it(here: Here) -> None:
    """200 with an id for anything; the event itself says NO_MATCH."""
    for name, ref, status in (
        ("Nothing", "ON-1-1", "NO_MATCH"),
        ("CancelOrder", "ON-9", "NO_MATCH"),
        ("CancelOrder", "ON-1-1", "COMPLETE"),
    ):
        answer = await here.event(name, "async", ref)
        assert (answer.status_code, answer.json().keys()) == (200, {"id"})
        event = (await here.http.get(f"/api/v4.1/event/{answer.json()['id']}")).json()
        assert event["eventStatus"] == status
    assert (await here.http.get("/api/v4.1/event/none")).status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"name": None}, {"entityType": None}, {"entityRef": None}, {"attributes": []}, {"accountId": "OTHER"}],
)
async def test_a_malformed_event_is_400(here: Here, change: dict[str, Any]) -> None:
    """In both modes, and nothing has happened."""
    body = {"name": "CancelOrder", "retailerId": 1, "entityType": "ORDER", "entityRef": "ON-1-1"} | change
    for mode in ("sync", "async"):
        assert (await here.http.post(f"/api/v4.1/event/{mode}", json=body)).status_code == 400
    assert (await here.order())["status"] != "CANCELLED"


async def test_another_retailer_has_no_say(here: Here) -> None:
    """The order's ref and another retailer's id lead nowhere."""
    body = {"name": "CancelOrder", "retailerId": "2", "entityType": "ORDER", "entityRef": "ON-1-1"}
    assert _refused(await here.http.post("/api/v4.1/event/sync", json=body))
