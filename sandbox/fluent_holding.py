"""Webhooks that faults hold back, to let later ones overtake them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.fluent_entities import Entity
from sandbox.fluent_faults import FluentFaults

Body = dict[str, Any]
_LONGEST_MS, _BEHIND, _WINDOW = 5000, 2, 2


@dataclass(eq=False)  # one is another only if it is the same: what entities hold is circular
class Held:
    """A webhook that waits until `behind` others have been handed over, or until its timer rings."""

    entity: Entity
    body: Body
    behind: int
    timer: asyncio.TimerHandle | None = None


class Holding:
    """Hands webhooks over, at once or late."""

    def __init__(self, faults: FluentFaults, hand_over: Callable[[Entity, Body], None]) -> None:
        self.held: list[Held] = []
        self._faults = faults
        self._hand_over = hand_over
        self._window: list[int] = []

    def offer(self, entity: Entity, body: Body) -> None:
        """Take a webhook: hold it if a fault wants that, else hand it over, and whatever waited for it."""
        late = self._faults.take("lateParcel", entity) or self._faults.take("lateWebhook", entity)
        if late is not None:
            self._hold(entity, body, late.get("behind", _BEHIND), late.get("delayMs", _LONGEST_MS))
            return
        if not self._window and (rule := self._faults.take("reorderWebhooks", entity)) is not None:
            # All but the last of a window of n wait, the first longest: n goes out, then n-1, ..., then the first.
            self._window = list(range(1, rule.get("window", _WINDOW)))
        if self._window:
            self._hold(entity, body, self._window.pop(), _LONGEST_MS)
            return
        self._pass_on(entity, body)

    def clear(self) -> None:
        """Forget what is held."""
        for held in self.held:
            if held.timer is not None:
                held.timer.cancel()
        self.held.clear()
        self._window.clear()

    def _hold(self, entity: Entity, body: Body, behind: int, longest_ms: int) -> None:
        held = Held(entity, body, behind)
        loop = asyncio.get_running_loop()
        held.timer = loop.call_later(longest_ms / 1000, self._release, held)
        self.held.append(held)

    def _release(self, held: Held) -> None:
        if held in self.held:
            self.held.remove(held)
            if held.timer is not None:
                held.timer.cancel()
            self._pass_on(held.entity, held.body)

    def _pass_on(self, entity: Entity, body: Body) -> None:
        self._hand_over(entity, body)
        for held in list(self.held):
            held.behind -= 1
        for held in [one for one in self.held if one.behind <= 0]:
            self._release(held)
