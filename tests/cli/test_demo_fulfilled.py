"""What the demo reads back of an order's goods, and that it would see any difference."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from sandbox.app import create_app
from starter.demo_fulfilled import DeliverySeen, Fulfilled, ParcelSeen, ReturnSeen, fulfilled
from starter.demo_shop import Json, Shop
from starter.demo_split import LINES, expected
from tests.contract.serving import serving

NUMBER = "DEMO-7"


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """A shop of a project with nothing in it but the waiting state."""
    async with serving(create_app()) as url, httpx.AsyncClient() as http:
        found = Shop(url, "placet-demo", http)
        await found.sign_in()
        await found.post("states", {"key": "Waiting", "type": "OrderState", "initial": True})
        yield found


async def with_goods(shop: Shop) -> Json:
    """An order for two sites of which one parcel has left, and one pump has come back."""
    order = await shop.order_for_two_sites(NUMBER, LINES, "rita@example.com", "Waiting")
    pumps = order["lineItems"][0]["id"]
    items = [{"id": pumps, "quantity": 3}]
    tracking = {"trackingId": "T1", "carrier": "Post"}
    returned = {"lineItemId": pumps, "quantity": 1, "shipmentState": "Returned", "comment": "damaged"}
    actions = [
        {
            "action": "addDelivery",
            "deliveryKey": "D1",
            "items": items,
            "parcels": [{"key": "P1", "items": items, "trackingData": tracking}],
        },
        {"action": "addReturnInfo", "returnTrackingId": "R1", "items": [returned]},
        {"action": "changeShipmentState", "shipmentState": "Partial"},
    ]
    return await shop.post(f"orders/{order['id']}", {"version": order["version"], "actions": actions})


async def test_reads_what_commercetools_has(shop: Shop) -> None:
    """By SKU: states, units, deliveries with their parcels, and returns."""
    order = await with_goods(shop)
    assert await fulfilled(shop, order["id"], await shop.state_keys()) == Fulfilled(
        state="Waiting",
        order_state="Open",
        shipment_state="Partial",
        lines={sku: {"Initial": sum(targets.values())} for sku, _, targets in LINES},
        deliveries=(
            DeliverySeen(
                key="D1",
                items={"PUMP-9": 3},
                parcels=(ParcelSeen(key="P1", tracking_id="T1", carrier="Post", items={"PUMP-9": 3}),),
            ),
        ),
        returns=(ReturnSeen(tracking_id="R1", items={"PUMP-9": 1}, state="Returned", reason="damaged"),),
    )


def _without_last_parcel(found: Fulfilled) -> Fulfilled:
    *before, last = found.deliveries
    return found.model_copy(
        update={"deliveries": (*before, last.model_copy(update={"parcels": last.parcels[:-1]}))}
    )


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (
            lambda found: found.model_copy(update={"shipment_state": "Shipped"}),
            "shipmentState Shipped and not Delivered",
        ),
        (lambda found: found.model_copy(update={"returns": ()}), "returns"),
        (lambda found: found.model_copy(update={"returns": found.returns * 2}), "returns"),
        (lambda found: found.model_copy(update={"lines": {}}), "lines"),
        (_without_last_parcel, "deliveries"),
    ],
)
def test_any_difference_is_seen_and_named(spoil: Callable[[Fulfilled], Fulfilled], named: str) -> None:
    """A parcel too few, a return too many, another state: each by its field."""
    wanted = expected(NUMBER)
    spoilt = spoil(wanted)
    assert spoilt != wanted
    assert named in spoilt.differences(wanted)
    assert wanted.differences(wanted) == ""


def test_every_unit_of_the_order_is_accounted_for() -> None:
    """What is delivered, returned and cancelled comes to what was ordered; deliveries hold all but what is cancelled."""
    wanted = expected(NUMBER)
    for sku, _, targets in LINES:
        ordered, units = sum(targets.values()), wanted.lines[sku]
        assert sum(units.values()) == ordered
        sent = sum(one.items.get(sku, 0) for one in wanted.deliveries)
        assert sent == ordered - units.get("UnitCancelled", 0)
        assert sent == sum(parcel.items.get(sku, 0) for one in wanted.deliveries for parcel in one.parcels)
