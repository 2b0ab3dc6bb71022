"""What one order costs in Temporal: history events, bytes and billable actions, by phase, next to the least there is."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from benchmarks.actions import billable_actions
from benchmarks.load import closed, every, whole_story
from benchmarks.measured import Measured, Sizes, rounded
from benchmarks.sides import BareFloor, Product, Side
from benchmarks.stack import FLOOR_NAMESPACE, PRODUCT_NAMESPACE, Stack
from benchmarks.watch import Watch

_FLUSHED_AFTER = 3.0
"""Seconds. The server adds to its `action` metric about one second late."""
_HOW = (
    "{orders} orders on each side, one after the other: events and bytes by DescribeWorkflowExecution, actions from the events "
    "(benchmarks/actions.py), in whole runs checked against the server's own `action` counter; medians. Phases end with the update and the signal. "
    "actionsPerOrder is held against the packed floor, which makes the same outside effects in as many activities"
)
_PHASES = ("until the decision", "until the event", "to the end")
_ACTION = re.compile(r"^action\{(?P<labels>[^}]*)\} (?P<count>\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Cost:
    """What one order of a side costs."""

    events: int
    size: int
    actions: Counter[str]
    by_phase: tuple[dict[str, int], ...]


async def cost(sizes: Sizes) -> Measured:
    """Product, plain floor and packed floor."""
    async with Stack(sizes.settings) as stack:
        await asyncio.gather(stack.product_worker(), stack.floor_worker())
        bare = await stack.client(FLOOR_NAMESPACE)
        sides: list[Side] = [Product(await stack.client()), BareFloor(bare), BareFloor(bare, packed=True)]
        async with Watch(stack.sink) as watch:
            found = {side.name: [await _one(side, watch, n) for n in range(sizes.costed)] for side in sides}
        counted = None
        if sizes.thorough:
            await asyncio.sleep(_FLUSHED_AFTER)
            counted = await _counted_by_server(stack)
    typical = {name: sorted(costs, key=lambda c: c.events)[len(costs) // 2] for name, costs in found.items()}
    return _told(typical, _side_by_side(found, counted) if counted else {}, sizes)


async def _one(side: Side, watch: Watch, number: int) -> Cost:
    order_id = f"{side.name.replace(' ', '-')}-cost-{number}"
    await every([order_id], 1, lambda one: _driven(side, watch, one))
    await closed(side, [order_id])
    handle = side.client.get_workflow_handle(side.workflow_id(order_id))
    info = (await handle.describe()).raw_description.workflow_execution_info
    events = [event async for event in handle.fetch_history_events()]
    return Cost(info.history_length, info.history_size_bytes, billable_actions(events), _by_phase(events))


async def _driven(side: Side, watch: Watch, order_id: str) -> None:
    await whole_story(side, watch, order_id)


def _by_phase(events: Sequence[HistoryEvent]) -> tuple[dict[str, int], ...]:
    """Events and actions of the three parts that the update and the signal make."""
    kinds = [event.event_type for event in events]
    cuts = (
        0,
        kinds.index(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED),
        kinds.index(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED),
        len(events),
    )
    parts = [events[start:end] for start, end in pairwise(cuts)]
    return tuple({"events": len(part), "actions": billable_actions(part).total()} for part in parts)


async def _counted_by_server(stack: Stack) -> dict[str, float]:
    """Actions by namespace, as the server's own metric has them."""
    async with httpx.AsyncClient() as http:
        text = (await http.get(f"http://127.0.0.1:{stack.metrics_port}/metrics")).text
    counted: Counter[str] = Counter()
    for line in _ACTION.finditer(text):
        labels = dict(re.findall(r'(\w+)="([^"]*)"', line["labels"]))
        counted[labels.get("namespace", "")] += int(float(line["count"]))
    return dict(counted)


def _side_by_side(found: dict[str, list[Cost]], counted: dict[str, float]) -> dict[str, Any]:
    """What the server counted next to what the events say, by namespace."""
    ours = sum(one.actions.total() for one in found["product"])
    floors = sum(one.actions.total() for name in ("floor", "packed floor") for one in found[name])
    return {
        "product": {"byEvents": ours, "byServer": counted.get(PRODUCT_NAMESPACE)},
        "floors": {"byEvents": floors, "byServer": counted.get(FLOOR_NAMESPACE)},
    }


def _told(typical: dict[str, Cost], checked: dict[str, Any], sizes: Sizes) -> Measured:
    product, packed = typical["product"], typical["packed floor"]
    return Measured(
        name="cost",
        how=_HOW.format(orders=sizes.costed),
        figures={
            "actionsPerOrder": product.actions.total(),
            "actionsRatio": rounded(product.actions.total() / packed.actions.total()),
            "eventsPerOrder": product.events,
            "eventsRatio": rounded(product.events / packed.events),
            "historyBytesPerOrder": product.size,
        },
        detail={
            "actionsCheckedAgainstServer": checked,
            "sides": {
                name: {
                    "events": one.events,
                    "bytes": one.size,
                    "actions": dict(one.actions) | {"total": one.actions.total()},
                    "byPhase": dict(zip(_PHASES, one.by_phase, strict=True)),
                }
                for name, one in typical.items()
            },
        },
        rows=[
            ("side", "events", "bytes", "actions", *(f"{phase}: events/actions" for phase in _PHASES)),
            *(
                (
                    name,
                    str(one.events),
                    str(one.size),
                    str(one.actions.total()),
                    *(f"{part['events']}/{part['actions']}" for part in one.by_phase),
                )
                for name, one in typical.items()
            ),
        ],
    )
