"""Shipments as providers report them, late, twice and out of order; what commercetools has of them in the end."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from clients.drafts import state_draft
from domain.audit import AuditKind
from domain.phases import Phase
from domain.progress import LineStage
from domain.states import DeclaredStates, State, StateType
from tests.workflows.drafts import shipped
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from tests.workflows.warehouses import report, two_places

LINE_STATES = {"line-shipped": ["line-back"], "line-back": [], "line-off": []}


def with_line_states() -> Any:
    """The shipped example, with states for lines that are shipped, came back or are cancelled."""
    loaded = shipped()
    lines = tuple(
        State(key=key, type=StateType.LINE_ITEM, transitions=targets) for key, targets in LINE_STATES.items()
    )
    declared = DeclaredStates(
        states=(*loaded.states.states, *lines),
        phases=loaded.states.phases,
        line_item_states={
            LineStage.SHIPPED: "line-shipped",
            LineStage.RETURNED: "line-back",
            LineStage.CANCELLED: "line-off",
        },
    )
    return replace(loaded, states=declared)


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """One logistic order for each order, and line items that have states."""
    async with scene(environment, configuration=with_line_states()) as set_up:
        yield set_up


async def placed(here: Scene) -> tuple[Placed, str, str]:
    """An order of three pumps and two hoses, handed over."""
    order = await here.place(5_000, **two_places())
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.at_rest()
    pumps, hoses = await order.lines()
    return order, pumps, hoses


async def goods(here: Scene, order: Placed) -> dict[str, Any]:
    """What commercetools has of the order's goods."""
    there = await order.there()
    keys = {one["id"]: one["key"] for one in (await here.shop.get("/states?limit=500")).json()["results"]}
    return {
        "state": there["state"],
        "shipmentState": there.get("shipmentState"),
        "deliveries": {
            delivery["key"].removeprefix(order.number): (
                {item["id"]: item["quantity"] for item in delivery["items"]},
                {
                    parcel["key"].removeprefix(order.number): parcel.get("trackingData", {}).get("trackingId")
                    for parcel in delivery["parcels"]
                },
            )
            for delivery in there["shippingInfo"]["deliveries"]
        },
        "lines": {
            line["id"]: {keys[one["state"]["id"]]: one["quantity"] for one in line["state"]}
            for line in there["lineItems"]
        },
        "returns": [
            (info["returnTrackingId"], item["lineItemId"], item["quantity"], item["shipmentState"])
            for info in there["returnInfo"]
            for item in info["items"]
        ],
    }


@pytest.mark.parametrize("turn", range(4))
async def test_the_second_parcel_first(here: Scene, turn: int) -> None:
    """In whichever order, and twice, the reports of two parcels make one delivery with both of them."""
    order, pumps, hoses = await placed(here)
    shipment: dict[str, Any] = {"shipment_ref": "S1"}
    said = [
        {"status": "packed", "items": {pumps: 3}, "minutes": 1, **shipment},
        {
            "status": "shipped",
            "items": {pumps: 2},
            "parcel_ref": "P1",
            "tracking": "T1",
            "minutes": 2,
            **shipment,
        },
        {
            "status": "shipped",
            "items": {pumps: 1},
            "parcel_ref": "P2",
            "tracking": "T2",
            "minutes": 3,
            **shipment,
        },
        {"status": "picking", "items": {hoses: 2}, "minutes": 4},
    ]
    sequence = list(permutations(enumerate(said)))[turn * 7]
    for n, one in (*sequence, sequence[0]):
        fields = dict(one)
        await report(order, 1, fields.pop("status"), fields.pop("items"), event_id=f"e-{n}", **fields)
        await order.at_rest()
    assert await goods(here, order) == {
        "state": "InFulfillment",
        "shipmentState": "Partial",
        "deliveries": {"-1_S1": ({pumps: 3}, {"-1_S1_P1": "T1", "-1_S1_P2": "T2"})},
        "lines": {pumps: {"line-shipped": 3}, hoses: {"Initial": 2}},
        "returns": [],
    }
    assert len(await order.details(AuditKind.FULFILLMENT)) == 4


async def test_several_changes_are_one_write(here: Scene) -> None:
    """What came while nobody worked is written in one update."""
    order, pumps, hoses = await placed(here)
    before = len(await here.writes(order.id))
    await here.stop_workers()
    await report(order, 1, "shipped", {pumps: 1}, shipment_ref="S1")
    await report(order, 1, "shipped", {hoses: 1}, shipment_ref="S2", minutes=1)
    await report(order, 1, "shipped", {hoses: 1}, shipment_ref="S3", minutes=2)
    await here.start_workers()
    await order.until(lambda _: True)
    await order.at_rest()
    (write,) = (await here.writes(order.id))[before:]
    made = [action["action"] for action in write["actions"]]
    assert made.count("addDelivery") == 3
    assert made[-1] == "changeShipmentState"


@pytest.mark.parametrize("times", [2, 4])
async def test_a_storm_of_conflicts_writes_once(here: Scene, times: int) -> None:
    """Somebody else writes each time in between: read and compared again, and written once."""
    order, pumps, _ = await placed(here)
    await here.fault("conflict", times=times, method="POST", path="^/graphql")
    await report(order, 1, "shipped", {pumps: 1}, shipment_ref="S1", tracking="T1", parcel_ref="P1")
    await order.until(lambda _: True)
    await order.at_rest()
    assert await here.faults_left() == []
    assert (await goods(here, order))["deliveries"] == {"-1_S1": ({pumps: 1}, {"-1_S1_P1": "T1"})}


async def test_a_lost_reply_writes_no_second_parcel(here: Scene) -> None:
    """What was written is found by its key."""
    order, pumps, _ = await placed(here)
    await here.fault("errorAfterCommit", method="POST", path="^/graphql")
    await report(order, 1, "shipped", {pumps: 1}, shipment_ref="S1", tracking="T1", parcel_ref="P1")
    await order.until(lambda _: True)
    await order.at_rest()
    assert await here.faults_left() == []
    found = await goods(here, order)
    assert found["deliveries"] == {"-1_S1": ({pumps: 1}, {"-1_S1_P1": "T1"})}
    assert found["lines"][pumps] == {"Initial": 2, "line-shipped": 1}


async def test_a_part_is_cancelled_and_the_rest_arrives(here: Scene) -> None:
    """Cancelled units count neither as missing nor as shipped; what comes back is a return of the completed order."""
    order, pumps, hoses = await placed(here)
    await report(order, 1, "cancelled", {pumps: 1}, reason_code="outOfStock")
    await report(order, 1, "shipped", {pumps: 2, hoses: 2}, shipment_ref="S1", minutes=1)
    await order.at_rest()
    assert (await goods(here, order))["shipmentState"] == "Shipped"
    await report(order, 1, "delivered", shipment_ref="S1", minutes=2)
    await order.until_phase(Phase.COMPLETED)
    await report(order, 1, "returned", {hoses: 1}, minutes=3, return_ref="R1", reason_code="damaged")
    await order.until(lambda _: True)
    await order.at_rest()
    assert await goods(here, order) == {
        "state": "Completed",
        "shipmentState": "Delivered",
        "deliveries": {"-1_S1": ({pumps: 2, hoses: 2}, {})},
        "lines": {
            pumps: {"line-shipped": 2, "line-off": 1},
            hoses: {"line-shipped": 1, "line-back": 1},
        },
        "returns": [("R1", hoses, 1, "Returned")],
    }


async def test_what_commercetools_does_not_take_holds_up_nothing(here: Scene) -> None:
    """A person is called, once; once the state is there again and the order was looked at, all of it is written."""
    order, pumps, hoses = await placed(here)
    state = await here.commercetools.state("line-shipped")
    assert state is not None
    gone = await here.shop.delete(f"/states/{state.id}?version={state.version}")
    assert gone.status_code == 200, gone.text
    await report(order, 1, "shipped", {pumps: 1}, shipment_ref="S1")
    await order.until_alarm("progressRefused")
    await report(order, 1, "picking", {hoses: 2}, minutes=1)
    await order.at_rest()
    assert (await goods(here, order))["deliveries"] == {}
    assert here.inboxes.of("operators") == ["alarm"]
    await here.commercetools.create_state(
        state_draft("line-shipped", type_=StateType.LINE_ITEM, initial=False)
    )
    await order.changed()
    await order.until(lambda status: status.alarm is None)
    assert (await goods(here, order))["deliveries"] == {"-1_S1": ({pumps: 1}, {})}


async def test_an_order_ends_also_if_its_progress_is_refused(here: Scene) -> None:
    """The last move is made without it; a person is called for the rest."""
    order, *_ = await placed(here)
    state = await here.commercetools.state("line-shipped")
    assert state is not None
    await here.shop.delete(f"/states/{state.id}?version={state.version}")
    await report(order, 1, "completed")
    await order.until_phase(Phase.COMPLETED)
    await order.until_alarm("progressRefused")
    assert (await order.there())["orderState"] == "Complete"


async def test_quantities_that_cannot_be_call_a_person(here: Scene) -> None:
    """More shipped than ordered: what can be is written, and the rest is for a person."""
    order, pumps, _ = await placed(here)
    await report(order, 1, "shipped", {pumps: 5}, shipment_ref="S1")
    await order.until_alarm("reportsDisagree")
    await order.at_rest()
    assert (await goods(here, order))["deliveries"] == {"-1_S1": ({pumps: 3}, {})}


async def test_a_provider_says_that_it_is_paid(here: Scene) -> None:
    """A provider's own status, mapped to a state of the payment, is set; an older one takes nothing back."""
    order, *_ = await placed(here)
    await report(order, 1, "accepted", minutes=2, targets={"payment": "Paid", "order": "Complete"})
    await report(order, 1, "created", minutes=1, targets={"payment": "Pending"})
    await order.until(lambda _: True)
    await order.at_rest()
    there = await order.there()
    assert (there["paymentState"], there["orderState"]) == ("Paid", "Confirmed")


async def test_a_return_that_a_portal_wrote_is_on_record(here: Scene) -> None:
    """Somebody else's return stands as it is, once in the trail; ours is not taken for theirs."""
    order, pumps, hoses = await placed(here)
    await report(order, 1, "completed")
    await order.until_phase(Phase.COMPLETED)
    await report(order, 1, "returned", {hoses: 1}, minutes=1, return_ref="R1")
    await order.until(lambda _: True)
    await order.at_rest()
    item = {"quantity": 1, "lineItemId": pumps, "shipmentState": "Advised"}
    await order.update({"action": "addReturnInfo", "returnTrackingId": "RMA-7", "items": [item]})
    for _ in range(2):
        await order.changed()
        await order.at_rest()
    told = [d for d in await order.details(AuditKind.CHANGED_OUTSIDE) if "return" in d]
    assert told == [
        {"return": "RMA-7", "state": "Advised", "items": [f"1 of line {pumps}"], "client": "shop"}
    ]
    returns = (await goods(here, order))["returns"]
    assert returns == [("R1", hoses, 1, "Returned"), ("RMA-7", pumps, 1, "Advised")]


async def asked_for(order: Placed) -> list[str]:
    """The activities of its history, in order."""
    return [
        event.activity_task_scheduled_event_attributes.activity_type.name
        async for event in order.handle.fetch_history_events()
        if event.HasField("activity_task_scheduled_event_attributes")
    ]


async def test_what_a_report_costs(here: Scene) -> None:
    """One activity for however many reports came together: the record's, or the progress with the record in it."""
    order, pumps, hoses = await placed(here)
    before = len(await asked_for(order))
    await report(order, 1, "accepted")
    await order.at_rest()
    assert (await asked_for(order))[before:] == ["record_order"]
    await here.stop_workers()
    for n, items in enumerate(({pumps: 1}, {pumps: 2}, {hoses: 2})):
        await report(order, 1, "shipped", items, shipment_ref=f"S{n}", minutes=1 + n)
    await here.start_workers()
    await order.until(lambda _: True)
    await order.at_rest()
    assert (await asked_for(order))[before + 1 :] == ["apply_progress"]
    await report(order, 1, "completed", minutes=9)
    await order.until_phase(Phase.COMPLETED)
    await order.at_rest()
    assert (await asked_for(order))[before + 2 :] == ["close_order"]
