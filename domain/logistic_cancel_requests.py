"""A request to cancel, spread over what can still be cancelled: what is held goes at once, for the rest providers are asked.

While goods go through a warehouse only their provider knows whether they can be stopped: its answer decides.
"""

from datetime import datetime
from typing import NamedTuple

from domain.fulfillment_event import FulfillmentStatus
from domain.logistic_events import (
    CancelRequested,
    CancelToAsk,
    Effect,
    NotCancellable,
    Noted,
    Outcome,
    ProgressChanged,
)
from domain.logistic_hearing import with_request
from domain.logistic_order import CancelRequest, LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.logistic_standing import standing
from domain.shipment import Quantities, added
from domain.shipment_contents import less, within
from domain.splitting import Held


def cancellable(order: LogisticOrder) -> Quantities:
    """What has neither left, nor is cancelled, nor asked to be."""
    stands = standing(order)
    gone = added((stands.at(FulfillmentStatus.SHIPPED), stands.cancelled, stands.cancel_requested))
    return less(stands.ordered, gone)


class Spread(NamedTuple):
    """Where the units of a request stand, before it is taken in. Every unit of it is in one of them."""

    held: Quantities
    """Nobody has them yet: they go at once."""
    asked: tuple[tuple[LogisticOrder, Quantities], ...]
    """Of whom the provider is to be asked, the last logistic order first."""
    being: Quantities
    """Asked to be cancelled before, with the answer still to come."""
    cancelled: Quantities
    """Cancelled before."""
    gone: Quantities
    """The rest: it has left."""

    @property
    def already(self) -> Quantities:
        """What an earlier request, or the provider itself, has cancelled or is cancelling."""
        return added((self.being, self.cancelled))


def ordered_units(orders: LogisticOrders) -> Quantities:
    """All units that were approved, by line, wherever they are by now; none while they are still to be split."""
    return added((orders.held_units, orders.let_go, *(standing(one).ordered for one in orders.orders)))


def spread(orders: LogisticOrders, event: CancelRequested) -> Spread:
    """Where the units that somebody wants cancelled stand; what can be cancelled counts first."""
    touched = [one for one in reversed(orders.orders) if event.ref in {None, one.ref}]
    available = [cancellable(one) for one in touched]
    held, let_go = (orders.held_units, orders.let_go) if event.ref is None else ({}, {})
    left = event.items or added((held, *available))
    freed = within(left, held)
    left = less(left, freed)
    asked = []
    for order, units in zip(touched, available, strict=True):
        items = within(left, units)
        if items:
            left = less(left, items)
            asked.append((order, items))
    being = within(left, added(standing(one).cancel_requested for one in touched))
    left = less(left, being)
    cancelled = within(left, added((let_go, *(standing(one).cancelled for one in touched))))
    return Spread(freed, tuple(asked), being, cancelled, gone=less(left, cancelled))


def requested(
    orders: LogisticOrders, event: CancelRequested, now: datetime
) -> tuple[LogisticOrders, tuple[Effect, ...]]:
    """The request in every logistic order that it touches, and whom to ask."""
    if event.request_id in orders.cancel_ids:
        return orders, (_noted(event, Outcome.DUPLICATE),)
    if event.ref is not None and orders.of(event.ref) is None:
        return orders, (_noted(event, Outcome.UNKNOWN_REF),)
    found = spread(orders, event)
    orders = orders.model_copy(update={"cancel_ids": (*orders.cancel_ids, event.request_id)})
    effects: list[Effect] = []
    if found.held:
        orders = _let_go(orders, found.held)
        effects.append(ProgressChanged(ref=event.ref or ""))
    for order, items in found.asked:
        changed = _with(order, event, items, now)
        orders = orders.with_order(changed)
        effects += _whom_to_ask(changed, event)
    left = added((found.already, found.gone))
    if left:
        effects.append(NotCancellable(request_id=event.request_id, items=left, already=found.already))
    outcome = Outcome.APPLIED if found.held or found.asked else Outcome.UNCHANGED
    return orders, (_noted(event, outcome), *effects)


def _with(order: LogisticOrder, event: CancelRequested, items: Quantities, now: datetime) -> LogisticOrder:
    request = CancelRequest(
        id=event.request_id,
        items=dict(sorted(items.items())),
        reason_code=event.reason_code,
        requested_at=now,
    )
    return with_request(order, request)


def _whom_to_ask(order: LogisticOrder, event: CancelRequested) -> list[Effect]:
    """Its provider, once that has it; before, the hand-over brings the question."""
    if not order.handed_over:
        return []
    stands = standing(order)
    return [
        CancelToAsk(
            ref=order.ref,
            provider=order.provider,
            request_id=event.request_id,
            altogether=added((stands.cancelled, stands.cancel_requested)),
            reason_code=event.reason_code,
        )
    ]


def _let_go(orders: LogisticOrders, units: Quantities) -> LogisticOrders:
    """Without so many of the held units, the first of each line first."""
    left, kept = dict(units), []
    for held in orders.held:
        taken = min(held.quantity, left.get(held.line_item_id, 0))
        left[held.line_item_id] = left.get(held.line_item_id, 0) - taken
        if held.quantity > taken:
            kept.append(Held(**{**dict(held), "quantity": held.quantity - taken}))
    update = {"held": tuple(kept), "let_go": dict(sorted(added((orders.let_go, units)).items()))}
    return orders.model_copy(update=update)


def _noted(event: CancelRequested, outcome: Outcome) -> Noted:
    return Noted(kind="cancelRequested", ref=event.ref, outcome=outcome)
