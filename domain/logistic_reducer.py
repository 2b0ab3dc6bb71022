"""The logistic orders of an approved order as one pure reducer: `(orders, event, now) -> (orders, effects)`.

Events of providers may come in any order and any number of times: the same events end in the same logistic orders.
"""

from datetime import datetime

from domain.fulfillment_event import FulfillmentEvent
from domain.logistic_cancel_requests import requested
from domain.logistic_events import (
    CancelAnswered,
    CancelRequested,
    CancelToAsk,
    Effect,
    HandedOver,
    LogisticEvent,
    Noted,
    Outcome,
    ProgressChanged,
    Raised,
    ReturnAdvised,
    ReturnSettled,
)
from domain.logistic_hearing import heard, status_of, with_request, with_return
from domain.logistic_order import CancelAnswer, CancelRequest, LogisticOrder, Return
from domain.logistic_orders import LogisticOrders
from domain.logistic_standing import standing
from domain.shipment import added, most
from domain.shipment_contents import within

_OfOne = FulfillmentEvent | CancelAnswered | ReturnAdvised | ReturnSettled
Step = tuple[LogisticOrders, tuple[Effect, ...]]


def reduce_logistics(orders: LogisticOrders, event: LogisticEvent, now: datetime) -> Step:
    """What an event makes of them, and what follows from it; `now` dates what is ours to date."""
    if isinstance(event, CancelRequested):
        return requested(orders, event, now)
    order = orders.of(event.ref)
    if order is None:
        return orders, (_noted(event, Outcome.UNKNOWN_REF),)
    if isinstance(event, HandedOver):
        return _handed_over(orders, order, event)
    if isinstance(event, FulfillmentEvent) and event.event_id in order.events:
        return orders, (_noted(event, Outcome.DUPLICATE),)
    changed = _changed(order, event, now)
    if changed is None:
        return orders, (_noted(event, Outcome.UNKNOWN),)
    return _with(orders, order, changed, event)


def _changed(order: LogisticOrder, event: _OfOne, now: datetime) -> LogisticOrder | None:
    """The order with the event in it; None where it is about something that there is not."""
    match event:
        case FulfillmentEvent():
            return heard(order, event)
        case CancelAnswered():
            return _answered(order, event)
        case ReturnAdvised():
            return _advised(order, event, now)
        case ReturnSettled():
            return _settled(order, event)


def _with(orders: LogisticOrders, before: LogisticOrder, after: LogisticOrder, event: LogisticEvent) -> Step:
    """The changed order in its place; what is new about it, and what is wrong with it that was not."""
    stood, stands = standing(before), standing(after)
    status = status_of(after, stands)
    if status is not after.status:  # else it stays the value of which it is known how it stands
        after = after.model_copy(update={"status": status})
    same = stood == stands and (before.waits_for, before.status) == (after.waits_for, after.status)
    effects: list[Effect] = [_noted(event, Outcome.UNCHANGED if same else Outcome.APPLIED)]
    reason = event.reason if isinstance(event, FulfillmentEvent) else None
    effects += [
        Raised(finding=found, reason=reason) for found in stands.findings if found not in stood.findings
    ]
    if not same:
        effects.append(ProgressChanged(ref=after.ref))
    return orders.with_order(after), tuple(effects)


def _handed_over(orders: LogisticOrders, order: LogisticOrder, event: HandedOver) -> Step:
    """From now on the provider can be asked; what was requested before is asked now."""
    if order.handed_over:
        return orders, (_noted(event, Outcome.DUPLICATE),)
    after = order.model_copy(update={"handed_over": True, "provider_id": event.provider_id})
    effects: list[Effect] = [_noted(event, Outcome.APPLIED)]
    stands = standing(after)
    open_requests = [one for one in after.requests if one.answer is None]
    if open_requests and stands.cancel_requested:
        effects.append(
            CancelToAsk(
                ref=order.ref,
                provider=order.provider,
                request_id=open_requests[-1].id,
                altogether=added((stands.cancelled, stands.cancel_requested)),
                reason_code=open_requests[-1].reason_code,
            )
        )
    return orders.with_order(after), tuple(effects)


def _answered(order: LogisticOrder, event: CancelAnswered) -> LogisticOrder | None:
    """The provider's answer decides; once it has confirmed, a refusal of the same request is old news."""
    asked = next((one for one in order.requests if one.id == event.request_id), None)
    if asked is None:
        return None
    if event.answer is CancelAnswer.CONFIRMED:
        return with_request(order, _confirmed(asked, event))
    if asked.answer is CancelAnswer.CONFIRMED:
        return order
    update = {"answer": CancelAnswer.REFUSED, "why": event.why}
    return with_request(order, asked.model_copy(update=update))


def _confirmed(asked: CancelRequest, event: CancelAnswered) -> CancelRequest:
    confirmed = most((asked.confirmed, within(event.confirmed or asked.items, asked.items)))
    update = {"answer": CancelAnswer.CONFIRMED, "confirmed": dict(sorted(confirmed.items()))}
    return asked.model_copy(update={**update, "why": event.why})


def _advised(order: LogisticOrder, event: ReturnAdvised, now: datetime) -> LogisticOrder:
    known = next((one for one in order.returns if one.ref == event.return_ref), None)
    one = known or Return(ref=event.return_ref, at=now)
    update = {
        "advised": dict(sorted(most((one.advised, event.items)).items())),
        "reason_code": one.reason_code or event.reason_code,
        "reason_at": one.reason_at or (now if event.reason_code else None),
    }
    return with_return(order, one.model_copy(update=update))


def _settled(order: LogisticOrder, event: ReturnSettled) -> LogisticOrder | None:
    known = next((one for one in order.returns if one.ref == event.return_ref), None)
    if known is None:
        return None
    update = {"refund": event.refund or known.refund, "condition": event.condition or known.condition}
    return with_return(order, known.model_copy(update=update))


def _noted(event: LogisticEvent, outcome: Outcome) -> Noted:
    if isinstance(event, FulfillmentEvent):
        return Noted(
            kind="fulfillment",
            ref=event.ref,
            outcome=outcome,
            event_id=event.event_id,
            status=event.status,
            occurred_at=event.occurred_at,
        )
    kind = type(event).__name__
    return Noted(kind=kind[0].lower() + kind[1:], ref=event.ref, outcome=outcome)
