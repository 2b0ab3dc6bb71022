"""Small logistic orders and events about them, for the tests of logistics."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.fulfillment_event import FulfillmentEvent, FulfillmentStatus, ShippedItem, Tracking
from domain.logistic_events import Effect, LogisticEvent
from domain.logistic_order import LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.logistic_reducer import reduce_logistics
from domain.logistic_standing import Standing, standing
from tests.domain.cast import MONDAY

REF = "SO-1-1"


def orders_of(**lines: Mapping[str, int]) -> LogisticOrders:
    """One logistic order for each keyword: `a` is `SO-1-1`, the next `SO-1-2` and so on; all are handed over."""
    orders = tuple(
        LogisticOrder(ref=f"SO-1-{n}", lines=dict(quantities), handed_over=True)
        for n, quantities in enumerate(lines.values(), 1)
    )
    return LogisticOrders(orders=orders)


def event(
    name: str,
    status: str,
    items: Mapping[str, int] | None = None,
    *,
    ref: str = REF,
    hours: float = 0,
    tracking: str | None = None,
    carrier: str | None = None,
    **more: Any,
) -> FulfillmentEvent:
    """An event, so many hours after Monday."""
    told = Tracking(tracking_id=tracking, carrier=carrier) if tracking or carrier else None
    return FulfillmentEvent(
        event_id=name,
        ref=ref,
        status=FulfillmentStatus(status),
        occurred_at=MONDAY + timedelta(hours=hours),
        items=tuple(ShippedItem(line_item_id=line, quantity=n) for line, n in (items or {}).items()),
        tracking=told,
        **more,
    )


def after(
    orders: LogisticOrders, *events: LogisticEvent, now: datetime = MONDAY
) -> tuple[LogisticOrders, list[Effect]]:
    """The logistic orders after those events, and all effects."""
    effects: list[Effect] = []
    for one in events:
        orders, more = reduce_logistics(orders, one, now)
        effects += more
    return orders, effects


def stands(orders: LogisticOrders, *events: LogisticEvent, ref: str = REF) -> Standing:
    """How one of them stands after those events."""
    order = after(orders, *events)[0].of(ref)
    assert order is not None
    return standing(order)


def reached(found: Standing) -> dict[str, dict[str, int]]:
    """The units by stage, where there are any."""
    return {stage.value: units for stage, units in found.reached.items() if units}


def kinds(effects: Iterable[Effect]) -> list[str]:
    """The names of effects, in their order."""
    return [type(effect).__name__ for effect in effects]
