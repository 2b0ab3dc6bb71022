"""A request to cancel, spread over what can still be cancelled: what is held goes at once, for the rest providers are asked.

While goods go through a warehouse only their provider knows whether they can be stopped: its answer decides.
"""

from datetime import datetime

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


def requested(
    orders: LogisticOrders, event: CancelRequested, now: datetime
) -> tuple[LogisticOrders, tuple[Effect, ...]]:
    """The request in every logistic order that it touches, and whom to ask."""
    if event.request_id in orders.cancel_ids:
        return orders, (_noted(event, Outcome.DUPLICATE),)
    asked = [one for one in reversed(orders.orders) if event.ref in {None, one.ref}]
    if event.ref is not None and not asked:
        return orders, (_noted(event, Outcome.UNKNOWN_REF),)
    available = [cancellable(one) for one in asked]
    held = orders.held_units if event.ref is None else {}
    wanted = event.items or added((held, *available))
    orders = orders.model_copy(update={"cancel_ids": (*orders.cancel_ids, event.request_id)})
    let_go = within(wanted, held)
    left = less(wanted, let_go)
    effects: list[Effect] = []
    if let_go:
        orders = _let_go(orders, let_go)
        effects.append(ProgressChanged(ref=event.ref or ""))
    for order, units in zip(asked, available, strict=True):
        items = within(left, units)
        if items:
            left = less(left, items)
            changed = _with(order, event, items, now)
            orders = orders.with_order(changed)
            effects += _whom_to_ask(changed, event)
    if left:
        effects.append(NotCancellable(request_id=event.request_id, items=left))
    outcome = Outcome.UNCHANGED if left == wanted else Outcome.APPLIED
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
