"""One look at the shop for all clients: which order is in which state. Hundreds of clients that each ask would be the load."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx

from tests.chaos.doors import InVainError, Patience
from tests.chaos.evidence import everything

_EVERY_SECONDS = 0.5
_WHOLE_EVERY = 10
_OVERLAP = timedelta(seconds=5)


class Watch:
    """The states of all orders, looked at again and again while `run` runs; every change is progress."""

    def __init__(self, shop: httpx.AsyncClient, patience: Patience) -> None:
        self.states: dict[str, str | None] = {}
        self._shop = shop
        self._patience = patience
        self._versions: dict[str, int] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        keys = {state["id"]: state["key"] for state in await everything(self._shop, "states")}
        for look in count():
            # Only what has changed lately; and the whole again and again, because a write may be dated before it is seen.
            late = datetime.now(UTC) - _OVERLAP
            where = f'lastModifiedAt >= "{late.isoformat()}"' if look % _WHOLE_EVERY else ""
            for order in await everything(self._shop, "orders", where):
                if self._versions.get(order["id"]) != order["version"]:
                    self._versions[order["id"]] = order["version"]
                    self._patience.progressed()
                held = order.get("state")
                self.states[order["id"]] = keys[held["id"]] if held else None
            await asyncio.sleep(_EVERY_SECONDS)

    async def until(self, order_id: str, holds: Callable[[str | None], bool], what: str) -> str | None:
        """The order's state as soon as it is as wanted.

        Raises:
            InVainError: it never was.
        """
        while not self._patience.over:
            state = self.states.get(order_id)
            if holds(state):
                return state
            await asyncio.sleep(_EVERY_SECONDS)
        raise InVainError(f"waited for {what}; the order is in {self.states.get(order_id)}")
