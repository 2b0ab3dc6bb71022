"""Of an event and an order: whether it was taken in, who has what it is about, and whether its sender speaks for them."""

from domain.audit import AuditKind, AuditTrail
from domain.fulfillment_event import FulfillmentEvent
from domain.logistic_order import CUSTOM_OBJECT
from domain.logistic_orders import LogisticOrders


def has_heard(trail: AuditTrail, event: FulfillmentEvent) -> bool:
    """Whether the trail has that event of that reference: two systems may well count alike."""
    told = {"eventId": event.event_id, "ref": event.ref}
    return any(e.kind is AuditKind.FULFILLMENT and told.items() <= e.detail.items() for e in trail.entries)


def holder_of(trail: AuditTrail, ref: str) -> str | None:
    """The provider that was given that logistic order last; None while the trail does not say so."""
    given = (e for e in reversed(trail.entries) if e.kind is AuditKind.HANDED_OVER)
    last = next((e for e in given if e.detail.get("ref") == ref), None)
    return str(last.detail.get("provider", CUSTOM_OBJECT)) if last is not None else None


def not_theirs(orders: LogisticOrders, event: FulfillmentEvent) -> str | None:
    """Why the event is not taken in, where its sender does not speak for who has it.

    Such an event is not noted as one that was heard: its id stays free for whoever has the logistic order.
    """
    order = orders.of(event.ref)
    if order is None or event.may_be_about(order.provider):
        return None
    return f"{', '.join(event.speaks_for)} says {event.status} of {event.ref}, which {order.provider} has"
