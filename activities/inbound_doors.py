"""Who may speak of which logistic order, by the door that a message came through; and what the order has heard before."""

from collections.abc import Mapping
from typing import Protocol

from clients.provider_fluent import FluentProvider
from domain.audit import AuditTrail
from domain.inbound import PROVIDERS, Delivery, Handled, ParkReason
from domain.inbound_record import has_heard, holder_of
from domain.logistic_order import CUSTOM_OBJECT

_FLUENT, _WEBHOOK = PROVIDERS


class Trails(Protocol):
    """What orders have on record. Raises ClientError."""

    async def trail_of(self, order_id: str) -> AuditTrail | None:
        """The audit trail as it was last written, None if there is none."""


def speaks_for(door: str, providers: Mapping[str, object]) -> tuple[str, ...]:
    """The providers whose news comes through that door, of these that are set up.

    A provider speaks for itself. All that is signed with a shared secret comes through one door, whatever its sender is
    called: that is every provider that has no other door. Where none of them is set up, signed events are those of
    whoever takes the custom objects.
    """
    if door != _WEBHOOK:
        return (door,)
    elsewhere = {_FLUENT, CUSTOM_OBJECT}
    own = {n for n, one in providers.items() if n not in elsewhere and not isinstance(one, FluentProvider)}
    return tuple(sorted(own | {_WEBHOOK})) if own else (CUSTOM_OBJECT, _WEBHOOK)


async def seen_over(handled: Handled, door: str, may: tuple[str, ...], trails: Trails) -> Handled:
    """What a handler wants delivered, marked with whom its sender may speak for, as far as the orders' records know.

    Parked where a record says that somebody else has what it is about. Raises ClientError.
    """
    deliveries = []
    for delivery in handled.deliveries:
        events = tuple(one.model_copy(update={"speaks_for": may}) for one in delivery.events)
        trail = await trails.trail_of(delivery.order_id)
        new = events if trail is None else [one for one in events if not has_heard(trail, one)]
        for event in new:
            holder = holder_of(trail, event.ref) if trail is not None else None
            if holder is not None and not event.may_be_about(holder):
                why = f"{door} tells of {event.ref}, which {holder} has"
                return Handled.park(ParkReason.NOT_THEIRS, why)
        deliveries.append(Delivery(order_id=delivery.order_id, events=events, had=not new))
    return handled.model_copy(update={"deliveries": tuple(deliveries)})
