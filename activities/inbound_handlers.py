"""What a handler of inbound messages is, what it may use, and how it is found: by the name of the message.

A handler is an object with `handle(message, context)`, or a class of such objects that needs no arguments, named by an
entry point of the group `placet.inbound_handlers` whose name is the message's name.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, runtime_checkable

from domain.inbound import Handled, Received
from domain.provider_answers import Unsupported
from domain.provider_orders import ProviderFulfillment, ProviderOrder
from domain.reasons import Reasons
from domain.status_mapping import StatusMaps

GROUP = "placet.inbound_handlers"


class Records(Protocol):
    """The provider's own records; `clients.providers.Provider` is one. Raises ClientError."""

    async def fetch(self, ref: str) -> ProviderOrder | Unsupported | None:
        """The full record of a logistic order, None if there is none under that reference."""

    async def fetch_fulfillment(self, fulfillment_id: str) -> ProviderFulfillment | Unsupported | None:
        """One fulfilment by the provider's id for it, None if there is none."""


@runtime_checkable
class OfOneSeller(Protocol):
    """Records that are only one seller's, of several who may send to the same address."""

    def serves(self, account_id: str | None, retailer_id: str | None) -> bool:
        """Whether a message of that account and retailer is about these records; None is one that it does not name."""


class Orders(Protocol):
    """Whose logistic order it is. Raises ClientError."""

    async def order_of(self, ref: str) -> str | None:
        """The commercetools id of the order that a logistic order belongs to, None if there is none."""


@dataclass(frozen=True)
class Context:
    """What a handler may use. `records` is None where the provider cannot be asked for anything."""

    provider: str
    orders: Orders
    maps: StatusMaps
    records: Records | None = None
    reasons: Reasons = field(default_factory=Reasons)


class Handler(Protocol):
    """Says what one message means. It is repeated: asking is free, and it writes nothing.

    A ClientError of the kind that passes has it asked again, later; whatever else is raised, a few times, and then
    the message is parked.
    """

    async def handle(self, message: Received, context: Context) -> Handled:
        """Deliver events to an order, park the message with a reason, or say why there is nothing to do."""


class NoHandlerError(LookupError):
    """No handler is installed under that name."""


class Handlers:
    """The handlers that are installed, each loaded when the first message of its name comes."""

    def __init__(self, installed: Iterable[EntryPoint] | None = None) -> None:
        found = entry_points(group=GROUP) if installed is None else installed
        self._installed = {entry.name: entry for entry in found}
        self._loaded: dict[str, Handler] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all messages that are understood."""
        return tuple(sorted(self._installed))

    def named(self, name: str) -> Handler:
        """The handler of messages of that name.

        Raises:
            NoHandlerError: there is none.
            Exception: it cannot be loaded; whatever its module raises.
        """
        if name not in self._installed:
            raise NoHandlerError(name)
        if name not in self._loaded:
            found = self._installed[name].load()
            handler: Handler = found() if isinstance(found, type) else found
            self._loaded[name] = handler
        return self._loaded[name]
