"""One subscription's queue: delivered in order, at least once, with back-off."""

import asyncio
import math
from dataclasses import dataclass

from sandbox.courier import Courier, Health, Notification, Outcome
from sandbox.destinations import Push


@dataclass(frozen=True)
class Pace:
    """How patiently a queue retries; seconds.

    A failing notification is tried again after `first`, then twice as long each time, at most `longest`. It keeps
    its place, and the others wait, for `hold`; then the others may overtake it. After `retention` it is given
    up (commercetools keeps undelivered notifications for a limited time). A held reordering window is flushed after
    `window` even if it has not filled.
    """

    first: float = 0.2
    longest: float = 10.0
    hold: float = 5.0
    retention: float = 48 * 3600.0
    window: float = 1.0
    timeout: float = 10.0

    def backoff(self, attempts: int) -> float:
        """The wait after the n-th failed attempt."""
        return min(self.longest, self.first * 2.0 ** min(attempts - 1, 30))


class Channel:
    """A subscription's destination, health and pending notifications.

    A worker task exists only while something is pending, so an idle sandbox has none.
    """

    def __init__(self, subscription_id: str, push: Push, courier: Courier, pace: Pace) -> None:
        self.id = subscription_id
        self.push = push
        self.health: Health = "Healthy"
        self.pending: list[Notification] = []
        self._courier = courier
        self._pace = pace
        self._changed = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    def add(self, notification: Notification) -> None:
        """Queue a notification; returns at once."""
        loop = asyncio.get_running_loop()
        notification.born = notification.due = loop.time()
        self.pending.append(notification)
        self._changed.set()
        if self._worker is None or self._worker.done():
            self._worker = loop.create_task(self._run(), name=f"deliver to subscription {self.id}")

    def redirect(self, push: Push) -> None:
        """Send everything from now on, the undelivered included, to a destination that has just been tested."""
        self.push, self.health = push, "Healthy"
        for notification in self.pending:
            notification.due = 0.0
        self._changed.set()

    async def idle(self) -> None:
        """Return when nothing is pending."""
        while self._worker is not None and not self._worker.done():
            await asyncio.wait([self._worker])

    def stop(self) -> None:
        """Stop delivering and forget what is pending."""
        self.pending.clear()
        if self._worker is not None:
            self._worker.cancel()

    async def aclose(self) -> None:
        """Stop, and return when the worker is gone."""
        self.stop()
        if self._worker is not None:
            await asyncio.wait([self._worker])

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        while self.pending:
            self._changed.clear()
            self._expire(clock())
            ready, wait = self._next(clock())
            if ready is not None:
                outcome = await self._courier.deliver(self.push, ready, self.id)
                self._settle(ready, outcome, clock())
            elif self.pending:
                await self._rest(wait)

    def _next(self, now: float) -> tuple[Notification | None, float]:
        """The oldest notification that is due, unless an older one still holds its place; else how long to wait."""
        wake = math.inf
        for item in self.pending:
            if item.due <= now:
                return item, 0.0
            wake = min(wake, item.due)
            held_until = item.born + self._pace.hold
            if now < held_until:
                return None, min(wake, held_until) - now
        return None, wake - now

    def _settle(self, item: Notification, outcome: Outcome, now: float) -> None:
        self.health = outcome.health
        item.attempts += 1
        if outcome.delivered:
            self.pending.remove(item)
        else:
            item.due = now + self._pace.backoff(item.attempts)

    def _expire(self, now: float) -> None:
        gone = [item for item in self.pending if now - item.born > self._pace.retention]
        for item in gone:
            self.pending.remove(item)
            self._courier.note(self.push, item, self.id, Outcome("TemporaryError", None, "retention is over"))

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._changed.wait(), max(seconds, 0.0))
        except TimeoutError:
            return
