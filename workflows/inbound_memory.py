"""What the workflow `InboundEvent` tells of itself, hands to its next run, and says to people."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import AwareDatetime

from domain.inbound import Handled, Parking, ParkReason, Received
from domain.value import Value
from workflows.memory import Parked


class InboundState(StrEnum):
    """Where an event is."""

    HANDLING = "handling"
    """Its handler is at work, or waits for a provider that does not answer."""
    PARKED = "parked"
    """It waits for a person: to be replayed, or settled."""
    DONE = "done"


class InboundStatus(Value):
    """How an event from outside stands. `why`: what it is parked for, or how it ended, in a sentence."""

    provider: str
    event_id: str
    name: str
    ref: str | None = None
    """Of what it tells: the provider's reference."""
    order_id: str | None = None
    state: InboundState
    reason: ParkReason | None = None
    why: str = ""
    attempts: int = 0
    """How often it was handled to an end."""
    received_at: AwareDatetime | None = None


class Resumed(Value):
    """The workflow's input from an earlier run of the same event, which had grown too long."""

    received: Received
    parking: Parking | None = None
    attempts: int = 0


Arrived = Parked | Received | Resumed
"""The workflow's inputs: parked by the edge; taken in as a webhook or by a pull; an earlier run of the latter."""


def told_of(parked: Parked) -> tuple[str, str | None]:
    """What the edge parked: its kind, and the reference that it names."""
    if parked.event is not None:
        return parked.event.status.value, parked.event.ref
    return (parked.change.type if parked.change is not None else "", None)


def story(what: Parked | Received, parking: Parking | None, why: str = "") -> str:
    """The event in Markdown, for the Temporal UI."""
    if isinstance(what, Parked):
        return _parked_story(what, parking.why if parking is not None else what.why)
    heading = "### Parked: " if parking is not None else "### "
    lines = [f"{heading}{what.entity_type} {what.entity_ref}", f"**Message** {what.name}"]
    if parking is not None:
        lines.append(f"**{parking.reason}** {parking.why}")
    elif why:
        lines.append(why)
    lines.append(
        f"**Event** {what.event_id} of {what.provider}, {what.origin} {what.received_at.isoformat()}"
    )
    return "\n\n".join(lines)


def ending(handled: Handled, closed: Sequence[str] = ()) -> str:
    """How an event ended that nobody needs to see to; `closed` are the orders that had it, and have ended."""
    if not handled.deliveries:
        return handled.note
    told = [one for one in handled.deliveries if one.order_id not in closed]
    delivered = [f"{len(one.events)} to order {one.order_id}" for one in told]
    had = [f"order {one} had it before it came to its end" for one in closed]
    return "; ".join([f"delivered: {', '.join(delivered)}"] * bool(delivered) + had)


def _parked_story(parked: Parked, why: str) -> str:
    lines = [f"**Order** {parked.order_id}", why]
    if parked.event is not None:
        event = parked.event
        lines.insert(0, f"### Parked: {event.status} of {event.ref}")
        lines.append(f"**Event** {event.event_id}, happened {event.occurred_at.isoformat()}")
    if parked.change is not None:
        lines.insert(0, f"### Parked: {parked.change.type}")
        lines.append(f"**Message** {parked.change.message_id}")
    return "\n\n".join(lines)
