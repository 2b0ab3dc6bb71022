"""What status, record and the Temporal UI tell of an order that is on its way in several parts."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata

from domain.phases import Phase
from domain.status import OrderStatus
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from tests.workflows.warehouses import (
    Warehouse,
    report,
    two_places,
)


@pytest.fixture(scope="module")
def shipped_example(two_warehouses: Scene) -> Scene:
    """Two providers."""
    return two_warehouses


@pytest.fixture(autouse=True)
def _open(north: Warehouse, south: Warehouse) -> None:
    north.clear()
    south.clear()


async def split(here: Scene, south: Warehouse) -> Placed:
    """An order for two places of which the south has its part."""
    order = await here.place(5_000, **two_places())
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.until(lambda _: bool(south.orders))
    return order


async def parts_on_record(order: Placed) -> list[dict[str, Any]]:
    """The logistic orders in `placet-audit`."""
    record = await order.custom_object("placet-audit")
    assert record is not None
    shown: list[dict[str, Any]] = record["status"].get("logisticOrders", [])
    return shown


async def story(order: Placed) -> str:
    """What the Temporal UI shows."""
    await order.settled()
    metadata: WorkflowMetadata = await order.handle.query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    return metadata.current_details


async def test_status_and_record_tell_of_both_parts(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """From the hand-over to the end, and after it: the same in both."""
    order = await split(here, south)
    pumps, hoses = await order.lines()
    await order.until(lambda _: bool(north.orders))
    await order.at_rest()
    assert [part["stage"] for part in await parts_on_record(order)] == ["handedOver", "handedOver"]
    await report(order, 2, "shipped", {pumps: 1, hoses: 1}, shipment_ref="S1", tracking="T-1")
    await order.at_rest()
    status = await order.status()
    first, second = await parts_on_record(order)
    assert [one.to_json_dict() for one in status.logistic_orders] == [first, second]
    assert first == {
        "ref": f"{order.number}-1",
        "provider": "north",
        "providerId": f"north-{order.number}-1",
        "stage": "handedOver",
        "ordered": 2,
    }
    assert (second["stage"], second["ordered"], second["shipped"]) == ("shipped", 3, 2)
    assert second["parcels"] == [{"shipment": "S1", "carrier": "DHL", "trackingId": "T-1"}]
    for n in (1, 2):
        await report(order, n, "delivered", minutes=5)
    await order.until_phase(Phase.COMPLETED)
    await order.at_rest()
    assert [(part["ordered"], part["delivered"]) for part in await parts_on_record(order)] == [(2, 2), (3, 3)]


async def test_a_refused_export_is_told_where_it_is_asked_for(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """Which part, by whom, in the provider's words; status and the Temporal UI alike, with what to do."""
    north.unable = "an address without a street"
    order = await split(here, south)
    status: OrderStatus = await order.until_alarm("exportRefused")
    why = f"north does not take {order.number}-1: an address without a street"
    assert status.alarm_why == why
    assert [one.stage.value for one in status.logistic_orders] == ["refused", "handedOver"]
    told = await story(order)
    assert f"**Alarm** exportRefused: {why}" in told
    assert "**What to do**\n\n- mend it at the provider that refuses" in told
    assert f"- {order.number}-1 (north): refused; 2 units" in told
    assert f"- {order.number}-2 (south, there south-{order.number}-2): handedOver; 3 units" in told


async def test_the_ui_tells_that_a_provider_is_being_asked(here: Scene, north: Warehouse) -> None:
    """Also where nothing else happens to the order meanwhile."""
    north.down = True
    order = await here.place(5_000)
    await order.until(lambda _: bool(north.exports))
    assert [one.stage.value for one in (await order.status()).logistic_orders] == ["asked"]
    assert f"- {order.number}-1 (north): asked; " in await story(order)


@pytest.mark.slow
async def test_a_provider_out_of_reach_is_told_of_its_part_alone(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """While it is asked that is seen at once; after a quarter of an hour a person is called, with its name."""
    north.down = True
    order = await split(here, south)
    assert [one.stage.value for one in (await order.status()).logistic_orders] == ["asked", "handedOver"]
    for _ in range(60):
        status = await order.until(lambda _: True)
        if status.alarm is not None:
            break
        await order.pass_time(timedelta(minutes=1))
    assert [one.out_of_reach for one in status.logistic_orders] == [True, False]
    assert status.alarm_why is not None
    assert status.alarm_why.startswith("north: ")
    told = await story(order)
    assert f"**Alarm** outOfReach: {status.alarm_why}" in told
    assert f"- {order.number}-1 (north): asked, its provider is out of reach; 2 units" in told
