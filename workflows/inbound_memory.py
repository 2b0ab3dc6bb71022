"""What the workflow `InboundEvent` tells of itself."""

from enum import StrEnum

from pydantic import AwareDatetime

from domain.inbound import ParkReason
from domain.value import Value


class InboundState(StrEnum):
    """Where an event is."""

    HANDLING = "handling"
    """Its handler is at work, or waits for a provider that does not answer."""
    PARKED = "parked"
    """It waits for a person: to be replayed, or settled."""
    DONE = "done"


class InboundStatus(Value):
    """How an event from outside stands. `why`: the reason it is parked for, or how it ended, in a sentence."""

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
    replayable: bool = True
