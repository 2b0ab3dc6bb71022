"""Budgets that orders without an approval have taken up and that no query shows yet: custom objects, by optimistic locking.

Two orders that are routed in the same moment would each find the other not approved, and exceed a budget together.
So whoever routes an order past everybody on account of a sum writes it down first, over the version that it had read
before it added up: of two, one has to read again, and finds the other.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pydantic import AwareDatetime

from clients.commercetools import Commercetools
from clients.reading import parsed
from clients.session import SYSTEM
from domain.money import Money
from domain.order import Order
from domain.value import Value

CONTAINER = "placet-budgets"
KEPT_FOR = timedelta(days=1)
"""An order that is not approved by then does not count any more; one that was is found by the query much sooner."""


class Reserved(Value):
    """One order that nobody has to approve, and its total price."""

    order_id: str
    total: Money
    at: AwareDatetime


class _Document(Value):
    reserved: tuple[Reserved, ...] = ()


class Slot(NamedTuple):
    """What is reserved of one purse in one period, as it was read."""

    key: str
    version: int
    reserved: tuple[Reserved, ...]


class Reservations:
    """Reads and writes them. Everything raises as `clients.errors` says."""

    def __init__(
        self, commercetools: Commercetools, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._commercetools = commercetools
        self._now = now

    async def slot(self, key: str) -> Slot:
        """What is reserved under the key, without what has lapsed. To be read before the approved orders are."""
        found = await self._commercetools.custom_object(CONTAINER, key)
        if found is None:
            return Slot(key, 0, ())
        since = self._now() - KEPT_FOR
        known = parsed(_Document, found.value, system=SYSTEM).reserved
        return Slot(key, found.version, tuple(one for one in known if one.at >= since))

    async def reserve(self, slot: Slot, order: Order, beside: Sequence[Reserved]) -> None:
        """Put the order's total beside those that still count.

        Raises:
            ConcurrentModification: another order was put there meanwhile: add up again.
        """
        mine = Reserved(order_id=order.id, total=order.content.total, at=self._now())
        document = _Document(reserved=(*beside, mine))
        await self._commercetools.put_custom_object(
            CONTAINER, slot.key, document.to_json_dict(), slot.version
        )
