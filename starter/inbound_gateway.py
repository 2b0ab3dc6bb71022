"""What the edge needs for webhooks, said without Temporal and without a provider's own way of speaking."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.inbound import Received


class InboundWorkflows(Protocol):
    """The workflows of events from outside."""

    async def take_in(self, received: Received) -> None:
        """Have the event looked at; returns once it cannot be lost any more. The same event again changes nothing.

        Raises:
            UnansweredError: Temporal does not have it.
        """


class WebhookError(Exception):
    """A webhook that is signed, and says nothing that we could read. `field` is what is wrong, empty: all of it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message


class Sender(Protocol):
    """One provider's way of signing and speaking."""

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """See who sent these bytes, before anything is read out of them.

        Raises:
            SignatureError: nobody whom we know.
        """

    def read(self, provider: str, body: bytes, now: datetime) -> Received:
        """What the body says, as far as it must.

        Raises:
            WebhookError: names what is missing or malformed.
        """


class NoInbound:
    """Takes in nothing, for an edge that has no providers."""

    async def take_in(self, received: Received) -> None:
        """Refuse."""
        raise LookupError(f"no provider {received.provider}")


@dataclass(frozen=True)
class Webhooks:
    """The providers that may send webhooks, and who takes them in."""

    senders: Mapping[str, Sender] = field(default_factory=dict)
    inbound: InboundWorkflows = field(default_factory=NoInbound)
