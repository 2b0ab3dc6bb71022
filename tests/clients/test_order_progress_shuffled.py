"""Whatever the order and number in which a shipment's events come, and however often it is written in between: one final order."""

from random import Random
from typing import Any

import pytest

from clients.order_progress import ProgressWriter
from domain.fulfillment_event import FulfillmentEvent
from domain.progress_actions import WrittenOrder
from tests.clients.sandboxed import Sandboxed
from tests.clients.test_order_progress import LINE_STATES, placed, progressed, provision_line_states, story
from tests.domain.logistics import event


def settled(written: WrittenOrder, *, lines: bool) -> dict[str, Any]:
    """What does not depend on what was written first; the states of lines only if they are asked for."""
    return {
        "deliveries": {
            one.key: (one.items, {parcel.key: parcel for parcel in one.parcels}) for one in written.deliveries
        },
        "returns": {one.key: one for one in written.return_items},
        "lines": written.line_states if lines else {},
        "shipment": written.shipment_state,
    }


def events(valves: str, pumps: str, *, by_shipment: bool) -> list[FulfillmentEvent]:
    """The story; the arrival told of each shipment with its quantities, or of everything at once."""
    told = [one for one in story(valves, pumps) if isinstance(one, FulfillmentEvent)]
    if not by_shipment:
        return told
    arrived = [
        event(f"d-{ref}", "delivered", items, shipment_ref=ref, hours=9)
        for ref, items in (("s1", {valves: 3}), ("s2", {pumps: 1}))
    ]
    return [*(one for one in told if one.event_id != "e5"), *arrived]


@pytest.mark.parametrize("by_shipment", [True, False])
@pytest.mark.parametrize("seed", range(5))
async def test_the_same_final_order(here: Sandboxed, seed: int, *, by_shipment: bool) -> None:
    """Repeats, stragglers and the first parcel last, written after each of them, against what is written at once.

    Units that were said to have arrived with all others, and only later to be cancelled, stay in the state of those that
    left: units move forward only. The shipment state and the deliveries are put right.
    """
    await provision_line_states(here)
    order, valves, pumps = await placed(here)
    writer, told = ProgressWriter(here.ours), events(valves, pumps, by_shipment=by_shipment)
    chance = Random(seed)
    shuffled = [*told, *chance.choices(told, k=4)]
    chance.shuffle(shuffled)
    for n in range(1, len(shuffled) + 1):
        await writer.apply(order.id, progressed(order, *shuffled[:n]), line_states=LINE_STATES)
    other, *_ = await placed(here, number="ON-2")
    renamed = {old.id: new.id for old, new in zip(order.content.lines, other.content.lines, strict=True)}
    at_once = events(*renamed.values(), by_shipment=by_shipment)
    await writer.apply(other.id, progressed(other, *at_once), line_states=LINE_STATES)
    found = [await writer.read(one, line_states=True) for one in (order.id, other.id)]
    stepwise, whole = (one.written.model_dump_json() for one in found if one is not None)
    for old, new in renamed.items():
        stepwise = stepwise.replace(old, new)
    assert settled(WrittenOrder.model_validate_json(stepwise), lines=by_shipment) == settled(
        WrittenOrder.model_validate_json(whole), lines=by_shipment
    )
