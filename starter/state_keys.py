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
    """The keys of the project's order states by id, read at first need and again when they have grown old."""

    def __init__(self, shop: ShopStates, *, clock: Callable[[], float] = monotonic) -> None:
        self._shop = shop
        self._clock = clock
        self._reading = asyncio.Lock()
        self._keys: Mapping[str, str] = {}
        self._read_at = -_FRESH_SECONDS

    async def key(self, state_id: str) -> str | None:
        """The key of an order's state; None if the project has no such state.

        Raises:
            ClientError: commercetools does not answer.
        """
        if not self._knows(state_id):
            async with self._reading:
                if not self._knows(state_id):
                    await self._read()
        return self._keys.get(state_id)

    def _knows(self, state_id: str) -> bool:
        age = self._clock() - self._read_at
        return age < (_FRESH_SECONDS if state_id in self._keys else _PAUSE_SECONDS)

    async def _read(self) -> None:
        states = await self._shop.states(StateType.ORDER)
        self._keys = {state.id: state.key for state in states if state.key is not None}
        self._read_at = self._clock()
