"""What an order's logistic orders mean for commercetools: states, deliveries with their parcels, returns, and the end.

A pure view: the same logistic orders give the same progress. Keys are derived from references, so that what is
written twice is written once.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from domain.fulfillment_event import FulfillmentStatus, Tracking
from domain.logistic_order import BACKORDER, DELAYED, LogisticOrder, RefundState, Return, ReturnCondition
from domain.logistic_orders import LogisticOrders
from domain.logistic_standing import Finding, Standing, standing
from domain.once import worked_out_once
from domain.shipment import Quantities, added
from domain.shipment_contents import Sent, less
from domain.value import Value, digest_of

# commercetools: keys of deliveries, parcels and return items have 2 to 256 of [A-Za-z0-9_-] (reference, section 3.6).
_PLAIN = re.compile(r"[A-Za-z0-9-]+")
_ODD = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST = 240
"""Leaves room for the count of what is written in several goes."""


class ShipmentState(StrEnum):
    """commercetools' ShipmentState."""

    PENDING = "Pending"
    BACKORDER = "Backorder"
    DELAYED = "Delayed"
    READY = "Ready"
    PARTIAL = "Partial"
    SHIPPED = "Shipped"
    DELIVERED = "Delivered"
    CANCELED = "Canceled"


class LineStage(StrEnum):
    """Where a unit of a line is; each unit is in one of them."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    PICKING = "picking"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class End(StrEnum):
    """How the order ends once nothing is to come any more."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"


class WantedParcel(Value):
    """A parcel that commercetools should know."""

    key: str
    items: Quantities = {}
    tracking: Tracking | None = None
    went: datetime | None = None
    location: str | None = None


class WantedDelivery(Value):
    """A delivery that commercetools should know: one for each shipment that has left."""

    key: str
    ref: str
    """The logistic order's reference."""
    shipment_ref: str
    items: Quantities = {}
    parcels: tuple[WantedParcel, ...] = ()
    went: datetime | None = None


class WantedReturn(Value):
    """So many units of a line in one return that commercetools should know."""

    key: str
    return_ref: str
    line_item_id: str
    quantity: int
    shipment_state: str
    """`Advised` or `Returned`: an announcement stays beside what comes back, since no action turns one into the other."""
    at: datetime
    reason_code: str | None = None
    refund: RefundState | None = None
    condition: ReturnCondition | None = None


class Progress(Value):
    """How far an order has come."""

    shipment_state: ShipmentState | None = None
    """None where a logistic order's quantities are not known."""
    lines: dict[str, dict[LineStage, int]] = {}
    deliveries: tuple[WantedDelivery, ...] = ()
    returns: tuple[WantedReturn, ...] = ()
    findings: tuple[Finding, ...] = ()
    end: End | None = None
    """None while something is to come, or held."""


@worked_out_once
def infer(orders: LogisticOrders) -> Progress:
    """The progress of an order."""
    stands = [(order, standing(order)) for order in orders.orders]
    return Progress(
        shipment_state=_shipment_state(orders, stands),
        lines=_lines(orders, [one for _, one in stands]),
        deliveries=tuple(_delivery(order, sent) for order, one in stands for sent in one.sent),
        returns=tuple(
            wanted for order, one in stands for told in one.returns for wanted in _wanted(order, told)
        ),
        findings=tuple(finding for _, one in stands for finding in one.findings),
        end=_end(orders, [one for _, one in stands]),
    )


def wire_key(*parts: str) -> str:
    """A key that commercetools takes: never the same for other parts, and readable where they are plain."""
    named = list(parts)
    while len(named) > 1 and not named[-1]:
        named.pop()
    plain = "_".join(named)
    if all(map(_PLAIN.fullmatch, named)) and 2 <= len(plain) <= _LONGEST:
        return plain
    readable = _ODD.sub("-", "_".join(filter(None, named)))[: _LONGEST - 17]
    return f"{readable}_{digest_of(named)[:16]}"


def _shipment_state(
    orders: LogisticOrders, stands: list[tuple[LogisticOrder, Standing]]
) -> ShipmentState | None:
    if not stands or any(not order.lines for order in orders.orders):
        return None
    held = sum(orders.held_units.values())
    live = held + sum(sum(less(one.ordered, one.cancelled).values()) for _, one in stands)
    shipped = _units(stands, FulfillmentStatus.SHIPPED)
    if live == 0:
        return ShipmentState.CANCELED
    if shipped == 0:
        return _before_any_leaves(stands, live)
    if shipped < live:
        return ShipmentState.PARTIAL
    arrived = _units(stands, FulfillmentStatus.DELIVERED) == live
    return ShipmentState.DELIVERED if arrived else ShipmentState.SHIPPED


def _before_any_leaves(stands: list[tuple[LogisticOrder, Standing]], live: int) -> ShipmentState:
    late = {order.waits_for for order, one in stands if not one.settled}
    if BACKORDER in late:
        return ShipmentState.BACKORDER
    if DELAYED in late:
        return ShipmentState.DELAYED
    packed = _units(stands, FulfillmentStatus.PACKED) == live
    return ShipmentState.READY if packed else ShipmentState.PENDING


def _units(stands: list[tuple[LogisticOrder, Standing]], stage: FulfillmentStatus) -> int:
    return sum(sum(one.at(stage).values()) for _, one in stands)


_BUCKETS = (
    (LineStage.DELIVERED, FulfillmentStatus.DELIVERED),
    (LineStage.SHIPPED, FulfillmentStatus.SHIPPED),
    (LineStage.PACKED, FulfillmentStatus.PACKED),
    (LineStage.PICKING, FulfillmentStatus.PICKING),
    (LineStage.ACCEPTED, FulfillmentStatus.ACCEPTED),
)
_LINE_STAGES = tuple(LineStage)


def _lines(orders: LogisticOrders, stands: list[Standing]) -> dict[str, dict[LineStage, int]]:
    """The units of each line by where they are."""
    ordered = added((orders.held_units, orders.let_go, *(one.ordered for one in stands)))
    cancelled = added((orders.let_go, *(one.cancelled for one in stands)))
    returned = added(one.returned for one in stands)
    come = {stage: added(one.at(status) for one in stands) for stage, status in _BUCKETS}
    lines = {}
    for line, quantity in sorted(ordered.items()):
        buckets = {LineStage.CANCELLED: cancelled.get(line, 0), LineStage.RETURNED: returned.get(line, 0)}
        counted = buckets[LineStage.RETURNED]
        for stage, _ in _BUCKETS:
            # What came back was delivered, or else on its way.
            buckets[stage] = max(0, come[stage].get(line, 0) - counted)
            counted += buckets[stage]
        buckets[LineStage.PENDING] = quantity - counted - buckets[LineStage.CANCELLED]
        lines[line] = {stage: buckets[stage] for stage in _LINE_STAGES if buckets[stage]}
    return lines


def _delivery(order: LogisticOrder, sent: Sent) -> WantedDelivery:
    return WantedDelivery(
        key=wire_key(order.ref, sent.ref),
        ref=order.ref,
        shipment_ref=sent.ref,
        items=sent.items,
        parcels=tuple(
            WantedParcel(
                key=wire_key(order.ref, sent.ref, parcel.ref),
                items=parcel.items,
                tracking=parcel.tracking,
                went=parcel.went,
                location=parcel.location,
            )
            for parcel in sent.parcels
        ),
        went=sent.went,
    )


def _wanted(order: LogisticOrder, told: Return) -> list[WantedReturn]:
    """What was announced, and what came back: each line of it with a key of its own."""

    def units(quantities: Mapping[str, int], state: str, *suffix: str) -> list[WantedReturn]:
        came = state == "Returned"
        return [
            WantedReturn(
                key=wire_key(order.ref, told.ref, line, *suffix),
                return_ref=told.ref,
                line_item_id=line,
                quantity=quantity,
                shipment_state=state,
                at=told.at,
                reason_code=told.reason_code,
                refund=told.refund if came else None,
                condition=told.condition if came else None,
            )
            for line, quantity in sorted(quantities.items())
        ]

    return [*units(told.advised, "Advised", "advised"), *units(told.returned, "Returned")]


def _end(orders: LogisticOrders, stands: list[Standing]) -> End | None:
    if orders.held or not all(one.settled for one in stands):
        return None
    if not stands and not orders.let_go:
        return None
    return End.CANCELLED if all(one.entirely_cancelled for one in stands) else End.COMPLETED
