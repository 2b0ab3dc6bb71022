"""Which state an id stands for: commercetools' references have ids, and the machine has keys."""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Protocol

from clients.resources import StateResource
from domain.states import StateType

_FRESH_SECONDS = 30.0
"""A state that was renamed is known by its new key after this time, and the edge need not be started anew."""
_PAUSE_SECONDS = 1.0
"""An id that nobody knows does not make us ask more often than this."""


class ShopStates(Protocol):
    """Where the states are read."""

    async def states(self, type_: str | None = None) -> list[StateResource]:
        """Every state of a type."""


class StateKeys:
    """The keys of the project's order states by id, read at first need and again beside the work as they grow old.

    An id stands for one state for ever, and only its key can change: what was once read goes on being told while
    commercetools does not answer.
    """

    def __init__(self, shop: ShopStates, *, clock: Callable[[], float] = monotonic) -> None:
        self._shop = shop
        self._clock = clock
        self._keys: Mapping[str, str] = {}
        self._read_at = -_FRESH_SECONDS
        self._reading: asyncio.Task[None] | None = None

    async def key(self, state_id: str) -> str | None:
        """The key of an order's state; None if the project has no such state.

        Raises:
            ClientError: commercetools does not answer, and never has told this id.
        """
        known = self._keys.get(state_id)
        age = self._clock() - self._read_at
        if age >= (_PAUSE_SECONDS if known is None else _FRESH_SECONDS):
            reading = self._read_once()
            if known is None:
                # Whoever asks may not have the time; what is read then is there for the next one.
                await asyncio.shield(reading)
                return self._keys.get(state_id)
        return known

    def _read_once(self) -> asyncio.Task[None]:
        """The reading that is under way, or a new one."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(_heard)
        return self._reading

    async def _read(self) -> None:
        states = await self._shop.states(StateType.ORDER)
        self._keys = {state.id: state.key for state in states if state.key is not None}
        self._read_at = self._clock()


def _heard(reading: asyncio.Task[None]) -> None:
    """A failure that nobody waits for is no news: the next one who needs to know asks again."""
    if not reading.cancelled():
        reading.exception()
