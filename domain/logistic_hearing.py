"""A provider's event, taken in by the logistic order that it is about: merged, so that its place in the order of
arrival leaves no trace."""

from domain.fulfillment_event import GAVE_UP, FulfillmentEvent, FulfillmentStatus
from domain.logistic_order import (
    CancelAnswer,
    Cancelled,
    CancelRequest,
    LogisticOrder,
    Return,
    Stated,
    Waiting,
)
from domain.logistic_standing import Standing
from domain.shipment import STAGES, Shipment, items_of, most
from domain.shipment_contents import says
from domain.status_mapping import Kind

_BEFORE_IT_LEAVES = STAGES[: STAGES.index(FulfillmentStatus.SHIPPED)]


def heard(order: LogisticOrder, event: FulfillmentEvent) -> LogisticOrder:
    """The order with an event that it has not heard before."""
    order = order.model_copy(
        update={
            "heard_of": max(event.occurred_at, order.heard_of or event.occurred_at),
            "events": tuple(sorted({*order.events, event.event_id})),
            "stated": _stated(order, event),
        }
    )
    if event.status in GAVE_UP:
        return _cancelled(order, event)
    if event.status is FulfillmentStatus.RETURNED:
        return _returned(order, event)
    if event.status is FulfillmentStatus.COMPLETED:
        return _completed(order, event)
    return _on_its_way(order, event, event.status)


def status_of(order: LogisticOrder, stands: Standing) -> FulfillmentStatus | None:
    """The furthest that any of it has come."""
    if order.completed_at is not None:
        return FulfillmentStatus.COMPLETED
    if stands.entirely_cancelled:
        failed = any(one.failed for one in order.cancelled)
        return FulfillmentStatus.FAILED if failed else FulfillmentStatus.CANCELLED
    if stands.returned and stands.returned == stands.at(FulfillmentStatus.SHIPPED):
        return FulfillmentStatus.RETURNED
    said = [
        stage
        for stage in STAGES
        if order.as_whole.says(stage) or any(says(one, stage) for one in order.shipments)
    ]
    if not order.lines and order.status in STAGES:
        # What an earlier version noted, which kept no reports.
        said = sorted((*said, order.status), key=STAGES.index)
    return said[-1] if said else None


def _stated(order: LogisticOrder, event: FulfillmentEvent) -> dict[Kind, Stated]:
    """The newest of each kind; a status that means nothing takes nothing back."""
    stated = dict(order.stated)
    for kind in Kind:
        target = getattr(event.targets, kind.value, None)
        if target is not None:
            word = Stated(target=target, at=event.occurred_at, event_id=event.event_id)
            stated[kind] = max(stated.get(kind, word), word, key=lambda one: (one.at, one.event_id))
    return {kind: stated[kind] for kind in Kind if kind in stated}


def _on_its_way(order: LogisticOrder, event: FulfillmentEvent, stage: FulfillmentStatus) -> LogisticOrder:
    waiting = order.waiting
    if stage in _BEFORE_IT_LEAVES:
        word = Waiting(reason_code=event.reason_code, at=event.occurred_at, event_id=event.event_id)
        waiting = word if waiting is None else max(waiting, word, key=lambda one: (one.at, one.event_id))
    number = event.tracking.tracking_id if event.tracking is not None else None
    # Where neither is named, what can be followed by itself is a parcel by itself.
    parcel = event.parcel_ref or (number if event.shipment_ref is None else None)
    if event.shipment_ref is None and parcel is None:
        whole = order.as_whole.heard(event, stage)
        return order.model_copy(update={"as_whole": whole, "waiting": waiting})
    shipments = {one.ref: one for one in order.shipments}
    ref = event.shipment_ref or ""
    shipments[ref] = shipments.get(ref, Shipment(ref=ref)).heard(event, stage, parcel)
    by_ref = tuple(shipments[known] for known in sorted(shipments))
    return order.model_copy(update={"shipments": by_ref, "waiting": waiting})


def _completed(order: LogisticOrder, event: FulfillmentEvent) -> LogisticOrder:
    """Done with all of it; done with a part of it is that the part has arrived."""
    if event.items or event.shipment_ref is not None or event.parcel_ref is not None:
        return _on_its_way(order, event, FulfillmentStatus.DELIVERED)
    latest = max(event.occurred_at, order.completed_at or event.occurred_at)
    return order.model_copy(update={"completed_at": latest})


def _cancelled(order: LogisticOrder, event: FulfillmentEvent) -> LogisticOrder:
    items = items_of(event)
    if event.items and not items:
        return order
    asked = next((one for one in order.requests if one.id == event.request_ref), None)
    if asked is not None and event.status is FulfillmentStatus.CANCELLED:
        confirmed = most((asked.confirmed, items or asked.items))
        update = {"answer": CancelAnswer.CONFIRMED, "confirmed": dict(sorted(confirmed.items()))}
        return with_request(order, asked.model_copy(update=update))
    word = Cancelled(
        event_id=event.event_id,
        items=items,
        shipment_ref=event.shipment_ref,
        failed=event.status is FulfillmentStatus.FAILED,
        at=event.occurred_at,
        reason_code=event.reason_code,
        altogether=event.altogether,
    )
    words = sorted((*order.cancelled, word), key=lambda one: (one.at, one.event_id))
    return order.model_copy(update={"cancelled": tuple(words)})


def _returned(order: LogisticOrder, event: FulfillmentEvent) -> LogisticOrder:
    items = items_of(event)
    if event.items and not items:
        return order
    ref = event.return_ref or event.event_id
    known = next((one for one in order.returns if one.ref == ref), None)
    one = known or Return(ref=ref, at=event.occurred_at)
    reasons = [(one.reason_at, one.reason_code), (event.occurred_at, event.reason_code)]
    # The first word gives the reason; of two at one instant the lesser code, whichever came first.
    told_reasons = sorted((at, code) for at, code in reasons if at is not None and code is not None)
    reason_at, reason_code = told_reasons[0] if told_reasons else (None, None)
    told = one.model_copy(
        update={
            "returned": dict(sorted(most((one.returned, items)).items())),
            "all_returned": one.all_returned or not items,
            "shipment_ref": min(filter(None, (one.shipment_ref, event.shipment_ref)), default=None),
            "reason_code": reason_code,
            "reason_at": reason_at,
            "at": min(one.at, event.occurred_at),
        }
    )
    return with_return(order, told)


def with_request(order: LogisticOrder, request: CancelRequest) -> LogisticOrder:
    """The order with a request, in the place of the one of that id, or behind the others."""
    known = any(one.id == request.id for one in order.requests)
    kept = tuple(request if one.id == request.id else one for one in order.requests)
    return order.model_copy(update={"requests": kept if known else (*order.requests, request)})


def with_return(order: LogisticOrder, told: Return) -> LogisticOrder:
    """The order with a return, in the place of the one of that reference; in the order of their references."""
    returns = {one.ref: one for one in order.returns} | {told.ref: told}
    return order.model_copy(update={"returns": tuple(returns[ref] for ref in sorted(returns))})
