"""Whether what the edge depends on is there. Asked by anybody, so it is looked up at most once a second."""

import asyncio
from collections.abc import Callable
from time import monotonic

from clients.errors import ClientError, Forbidden
from starter.edge import Shop
from starter.orders_gateway import OrderWorkflows, UnansweredError

OK = "ok"
_FRESH_SECONDS = 1.0


class Readiness:
    """The state of Temporal and commercetools, as of the last look."""

    def __init__(self, orders: OrderWorkflows, shop: Shop, *, clock: Callable[[], float] = monotonic) -> None:
        self._orders = orders
        self._shop = shop
        self._clock = clock
        self._looking = asyncio.Lock()
        self._seen: dict[str, str] = {}
        self._seen_at = -_FRESH_SECONDS

    async def checks(self) -> dict[str, str]:
        """`ok` or what is wrong, for `temporal` and `commercetools`."""
        async with self._looking:
            if not self._seen or self._clock() - self._seen_at >= _FRESH_SECONDS:
                temporal, commercetools = await asyncio.gather(self._temporal(), self._commercetools())
                self._seen = {"temporal": temporal, "commercetools": commercetools}
                self._seen_at = self._clock()
            return dict(self._seen)

    async def _temporal(self) -> str:
        try:
            missing = await self._orders.missing_search_attributes()
        except UnansweredError:
            return "does not answer"
        if missing:
            return f"search attributes are missing: {', '.join(sorted(missing))}; run placet setup"
        return OK

    async def _commercetools(self) -> str:
        try:
            await self._shop.project()
        except Forbidden:
            return OK  # it knows us; whether we may read the project's settings is not what is asked
        except ClientError as error:
            return f"does not take us: {type(error).__name__}"
        return OK
