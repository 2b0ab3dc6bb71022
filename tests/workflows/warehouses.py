"""Providers that are handed in: a warehouse keeps what it was given, may be down, and loses replies when it is told to."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from clients.errors import BadRequest, ClientError, Unavailable, Unreachable
from clients.providers import Changing, Exporting
from configuration import Configuration
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus, ShippedItem, Tracking
from domain.logistic_export import LogisticOrderDraft
from domain.order import Address
from domain.provider_answers import Accepted, Conflict, Exported, LineQuantity, Refused, Unsupported
from domain.provider_orders import ProviderFulfillment, ProviderOrder, UpdatedPage
from domain.splitting import SplitRule, SplittingRules, SplitWhen
from tests.workflows.drafts import shipped
from tests.workflows.placed import Placed
from workflows.order import Order

NORTH, SOUTH = "north", "south"
_IDS = count(1)
_STARTED = datetime(2026, 3, 2, 12, tzinfo=UTC)

BERLIN = {"key": "berlin", "country": "DE", "city": "Berlin", "postalCode": "10115"}
VIENNA = {"key": "vienna", "country": "AT", "city": "Wien", "postalCode": "1010"}


@dataclass
class Warehouse:
    """A provider. `down` is what every call meets, `losing` how many replies get lost after the deed."""

    name: str
    orders: dict[str, LogisticOrderDraft] = field(default_factory=dict)
    exports: list[str] = field(default_factory=list)
    asked: list[tuple[str, dict[str, int], str]] = field(default_factory=list)
    down: bool = False
    losing: int = 0
    cancels: str = "settles"
    """What it says to a cancellation: `settles`, `accepts` or `refuses`; to `fault` we have asked wrongly."""
    payments: str = "unsupported"
    """What it says to the state of a payment: `settles`, `refuses`, `unsupported`; to `fault` we have told wrongly, and nobody hears
    what is `unreachable`."""
    deliveries: str = "unsupported"
    """What it says to another delivery, likewise."""
    told: list[tuple[str, str]] = field(default_factory=list)
    """The payment states that it was told, with the reference."""
    sent_to: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    """The changes of deliveries that it was asked for: reference, postal code, method."""
    tellings: list[int] = field(default_factory=list)
    """The numbers of both, as they are sent."""
    slow: float = 0.0
    """How many seconds what is told of either is on its way."""
    unable: str | None = None

    async def export(self, draft: LogisticOrderDraft) -> Exporting:
        """Create it, once."""
        self.exports.append(draft.ref)
        self._reached()
        if self.unable is not None:
            return Unsupported(operation="export", why=self.unable)
        known = self.orders.setdefault(draft.ref, draft)
        self._replies()
        if known.fingerprint != draft.fingerprint:
            return Conflict(ref=draft.ref, why="other content")
        return Exported(ref=draft.ref, provider_id=f"{self.name}-{draft.ref}", already=known is not draft)

    async def cancel(self, ref: str, quantities: Sequence[LineQuantity], reason: str) -> Changing:
        """As it was told to answer."""
        self.asked.append((ref, {one.line_item_id: one.quantity for one in quantities}, reason))
        self._reached()
        self._understands(self.cancels)
        self._replies()
        if ref not in self.orders:
            return Refused(ref=ref, why="unknownOrder")
        if self.cancels == "refuses":
            return Refused(ref=ref, why="alreadyPicked")
        return Accepted(ref=ref, settled=self.cancels == "settles")

    async def amend(self, ref: str, quantities: Sequence[LineQuantity]) -> Changing:
        """Not here."""
        return Unsupported(operation="amend", why="not here")

    async def change_delivery(
        self, ref: str, *, address: Address | None = None, method: str | None = None, telling: int = 0
    ) -> Changing:
        """As it was told to answer."""
        self.tellings.append(telling)
        await asyncio.sleep(self.slow)
        self.sent_to.append((ref, address.postal_code if address else None, method))
        return self._answers("change_delivery", ref, self.deliveries)

    async def tell_of_payment(self, ref: str, state: str, *, telling: int = 0) -> Changing:
        """As it was told to answer."""
        self.tellings.append(telling)
        await asyncio.sleep(self.slow)
        self.told.append((ref, state))
        return self._answers("tell_of_payment", ref, self.payments)

    async def fetch(self, ref: str) -> ProviderOrder | Unsupported | None:
        """Not here."""
        return Unsupported(operation="fetch", why="not here")

    async def fetch_fulfillment(self, fulfillment_id: str) -> ProviderFulfillment | Unsupported | None:
        """Not here."""
        return Unsupported(operation="fetch_fulfillment", why="not here")

    async def updated_since(self, instant: datetime, cursor: str | None = None) -> UpdatedPage | Unsupported:
        """Not here."""
        return Unsupported(operation="updated_since", why="not here")

    def clear(self) -> None:
        """As it was when it opened."""
        self.__init__(self.name)  # type: ignore[misc]

    def _answers(self, operation: str, ref: str, how: str) -> Changing:
        self._reached()
        self._understands(how)
        self._replies()
        if how == "unsupported":
            return Unsupported(operation=operation, why="not here")
        if how == "refuses":
            return Refused(ref=ref, why="onItsWay")
        return Accepted(ref=ref, settled=True)

    def _understands(self, how: str) -> None:
        if how == "unreachable":
            raise Unreachable(f"{self.name} does not answer", system=self.name)
        if how == "fault":
            raise BadRequest(f"{self.name} does not understand", system=self.name, status=400)

    def _reached(self) -> None:
        if self.down:
            raise Unreachable(f"{self.name} is down", system=self.name)

    def _replies(self) -> None:
        if self.losing > 0:
            self.losing -= 1
            error: ClientError = Unavailable("the reply is lost", system=self.name, status=503)
            raise error


def two_providers(*, everywhere: bool = True, **changed: Any) -> Configuration:
    """The shipped example in which the north fulfils what goes to Germany, and the south what goes to Austria."""
    rules = [
        SplitRule(rule="germany", when=SplitWhen(country=("DE",)), provider=NORTH, per_address=True),
        SplitRule(rule="austria", when=SplitWhen(country=("AT",)), provider=SOUTH, per_address=True),
    ]
    return replace(shipped(**changed), splitting=SplittingRules(rules=tuple(rules[: 2 if everywhere else 1])))


def two_places() -> dict[str, Any]:
    """What makes an order draft one for two places: two of three pumps and no hose go to Berlin, the rest to Vienna."""

    def line(sku: str, quantity: int, **places: int) -> dict[str, Any]:
        price = {"value": {"currencyCode": "EUR", "centAmount": 1_000}}
        targets = [{"addressKey": key, "quantity": units} for key, units in places.items()]
        return {
            "name": {"en": sku},
            "variant": {"sku": sku},
            "quantity": quantity,
            "price": price,
            "shippingDetails": {"targets": targets},
        }

    rate = {"price": {"currencyCode": "EUR", "centAmount": 500}}
    return {
        "lineItems": [line("PUMP", 3, berlin=2, vienna=1), line("HOSE", 2, vienna=2)],
        "itemShippingAddresses": [BERLIN, VIENNA],
        "shippingInfo": {"shippingMethodName": "DHL", **rate, "shippingRate": rate},
    }


async def report(
    order: Placed,
    n: int,
    status: str,
    items: Mapping[str, int] | None = None,
    *,
    minutes: float = 0,
    tracking: str | None = None,
    event_id: str | None = None,
    **more: Any,
) -> None:
    """An event about the order's n-th logistic order, so many minutes after noon."""
    event = FulfillmentEvent(
        event_id=event_id or f"w-{next(_IDS)}",
        ref=f"{order.number}-{n}",
        status=FulfillmentStatus(status),
        occurred_at=_STARTED + timedelta(minutes=minutes),
        items=tuple(ShippedItem(line_item_id=line, quantity=units) for line, units in (items or {}).items()),
        tracking=Tracking(tracking_id=tracking, carrier="DHL") if tracking else None,
        **more,
    )
    await order.handle.signal(Order.fulfillment_event, event)
