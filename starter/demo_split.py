"""The demo's twelfth scenario: one order for two sites, fulfilled by two providers from two places.

Of Vienna's valves one is out of stock, and the webhook of its first parcel comes late. Berlin's second parcel is
heard of before its first. A broken pump comes back. What all of that must have come to is compared with what
commercetools has (`demo_fulfilled`).
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.decision import Verdict
from domain.notification import NoticeKind
from starter.demo_fulfilled import DeliverySeen, Fulfilled, ParcelSeen, ReturnSeen, fulfilled
from starter.demo_telling import Telling, UnexpectedError

PUMP, VALVE, GASKET = "PUMP-9", "VALVE-3", "GASKET-1"
LINES: tuple[tuple[str, int, dict[str, int]], ...] = (
    (PUMP, 40_000, {"wien": 3, "berlin": 2}),
    (VALVE, 15_000, {"wien": 4}),
    (GASKET, 2_000, {"berlin": 6}),
)
"""SKU, price in cents, and how many go where."""
_BERLIN_1 = {PUMP: 2, GASKET: 2}
_BERLIN_2 = {GASKET: 4}
_LATE_MS = 900


async def two_sites(telling: Telling) -> None:
    """Approved, split, and followed to both doors."""
    number = telling.order_number
    vienna, berlin = f"{number}-1", f"{number}-2"
    warehouses = telling.world.warehouses
    await warehouses.berlin_begins_with(number, "accepted", "picking")
    await warehouses.vienna_goes(vienna, *_of_vienna(number))
    await telling.place_for_two_sites(LINES)
    await telling.told(NoticeKind.REQUESTED)
    await telling.decide("ana", Verdict.APPROVE, comment="both sites need them")
    await telling.approved()
    await _part_is_cancelled(telling, vienna)
    await asyncio.gather(_parcels_out_of_order(telling, berlin), _late_parcel(telling, vienna))
    await warehouses.vienna_goes_on(vienna)
    await telling.changed("ReturnInfoAdded", bool)
    telling.say("a broken pump came back to Vienna")
    await warehouses.berlin_reports(
        telling.order_id, {"eventId": f"{berlin}-delivered", "ref": berlin, "status": "delivered"}
    )
    await telling.moved("Completed")
    world = telling.world
    telling.fulfilled = found = await fulfilled(world.shop, telling.order_id, world.state_keys)
    wanted = expected(number)
    if found != wanted:
        raise UnexpectedError(f"commercetools has {found.differences(wanted)}")


def _of_vienna(number: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two fulfilments, the second in two parcels; it waits before it picks, and before it is done."""
    behaviour = {
        "delayMs": 40,
        "pauseAt": ["BOOKED", "SHIPPED"],
        "fulfilments": [
            {
                "ref": f"{number}-V1",
                "location": "loc-vienna",
                "carrier": "Post",
                "items": [{"productRef": PUMP}],
            },
            {
                "ref": f"{number}-V2",
                "location": "loc-vienna",
                "carrier": "Post",
                "parcels": 2,
                "items": [{"productRef": VALVE}],
            },
        ],
        "returns": [
            {"ref": f"{number}-R1", "reason": "BROKEN", "items": [{"productRef": PUMP, "quantity": 1}]}
        ],
    }
    late = {"kind": "lateParcel", "entityRef": f"{number}-V1", "behind": 100, "delayMs": _LATE_MS}
    return behaviour, late


async def _part_is_cancelled(telling: Telling, vienna: str) -> None:
    warehouses = telling.world.warehouses
    items = await telling.within_patience(warehouses.vienna_has(vienna, "BOOKED"), "Fluent to book it")
    telling.say(f"split: {vienna} to Fluent in Vienna, the rest to Berlin")
    await warehouses.vienna_cancels(vienna, items[VALVE], 1)
    telling.say("one valve is out of stock in Vienna")
    await warehouses.vienna_goes_on(vienna)


async def _parcels_out_of_order(telling: Telling, berlin: str) -> None:
    """The second parcel is told of first, and the first with its own earlier instant."""
    now = datetime.now(UTC)
    for n, items, at in ((2, _BERLIN_2, now), (1, _BERLIN_1, now - timedelta(minutes=5))):
        event = {
            "eventId": f"{berlin}-parcel-{n}",
            "ref": berlin,
            "status": "shipped",
            "occurredAt": at.isoformat(),
            "shipmentRef": "B",
            "parcelRef": str(n),
            "sequence": n,
            "items": [
                {"lineItemId": telling.lines[sku], "quantity": quantity} for sku, quantity in items.items()
            ],
            "tracking": {"trackingId": f"BER-{n}", "carrier": "Spree Cargo"},
        }
        await telling.world.warehouses.berlin_reports(telling.order_id, event)
        await telling.changed("ParcelAddedToDelivery", _of("parcel", f"{berlin}_B_{n}"))
        telling.say(f"Berlin's parcel {n} is on its way" + (", told of late" if n == 1 else ""))


async def _late_parcel(telling: Telling, vienna: str) -> None:
    for n, what in ((2, "Vienna's valves are on their way"), (1, "so are its pumps, told of late")):
        key = f"{vienna}_{telling.order_number}-V{n}"
        await telling.changed("DeliveryAdded", _of("delivery", key))
        telling.say(what)


def _of(part: str, key: str) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a message is about the parcel or delivery of that key."""
    return lambda body: body[part].get("key") == key


def expected(number: str) -> Fulfilled:
    """What commercetools must have at the end: of 15 units 14 were delivered, of which one came back; one is cancelled."""
    vienna, berlin = f"{number}-1", f"{number}-2"
    v1, v2 = f"{vienna}_{number}-V1", f"{vienna}_{number}-V2"

    def parcel(delivery: str, ref: str, items: dict[str, int]) -> ParcelSeen:
        return ParcelSeen(key=f"{delivery}_{ref}", tracking_id=f"TRK-{ref}", carrier="Post", items=items)

    return Fulfilled(
        state="Completed",
        order_state="Complete",
        shipment_state="Delivered",
        lines={
            PUMP: {"UnitDelivered": 4, "UnitReturned": 1},
            VALVE: {"UnitDelivered": 3, "UnitCancelled": 1},
            GASKET: {"UnitDelivered": 6},
        },
        deliveries=(
            DeliverySeen(key=v1, items={PUMP: 3}, parcels=(parcel(v1, f"{number}-V1-P1", {PUMP: 3}),)),
            DeliverySeen(
                key=v2,
                items={VALVE: 3},
                parcels=(
                    parcel(v2, f"{number}-V2-P1", {VALVE: 2}),
                    parcel(v2, f"{number}-V2-P2", {VALVE: 1}),
                ),
            ),
            DeliverySeen(
                key=f"{berlin}_B",
                items={PUMP: 2, GASKET: 6},
                parcels=tuple(
                    ParcelSeen(
                        key=f"{berlin}_B_{n}", tracking_id=f"BER-{n}", carrier="Spree Cargo", items=items
                    )
                    for n, items in ((1, _BERLIN_1), (2, _BERLIN_2))
                ),
            ),
        ),
        returns=(
            ReturnSeen(tracking_id=f"{number}-R1", items={PUMP: 1}, state="Returned", reason="damaged"),
        ),
    )
