"""Delivery of notifications over HTTP: a queue per subscription, behind the write path, in front of the faults.

Delivered at least once: a notification is tried again until the destination answers 2xx, for as long as this process
lives and `Pace.retention` allows. Nothing here is ever awaited by a write.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

import httpx

from sandbox.channel import Channel, Pace
from sandbox.courier import Courier, Health, Notification, Outcome
from sandbox.destinations import Push, undeliverable


class NotificationFaults(Protocol):
    """Where injected faults are taken from."""

    def take(self, kind: str) -> Mapping[str, Any] | None:
        """Use one up: the fault's rule, or None if there is none of that kind."""


class Dispatcher:
    """All subscriptions' queues and the one HTTP client they share.

    `transport` replaces the network, so that an in-process test can push to an ASGI app.
    """

    def __init__(
        self,
        faults: NotificationFaults,
        *,
        pace: Pace | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.pace = pace or Pace()
        self.courier = Courier(self._http)
        self._faults = faults
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._channels: dict[str, Channel] = {}
        self._windows: dict[str, Window] = {}

    async def test(self, push: Push, notification: Notification) -> None:
        """Deliver a test notification now, once. Raises `InvalidInput` if the destination does not take it."""
        outcome = await self.courier.deliver(push, notification, None)
        if not outcome.delivered:
            raise undeliverable(outcome.why or "no answer")

    def open(self, subscription_id: str, push: Push) -> None:
        """Deliver this subscription's notifications there from now on; what is pending goes there too."""
        if (channel := self._channels.get(subscription_id)) is not None:
            channel.redirect(push)
        else:
            self._channels[subscription_id] = Channel(subscription_id, push, self.courier, self.pace)

    def close(self, subscription_id: str) -> None:
        """Deliver nothing more of this subscription."""
        self._drop_window(subscription_id)
        if (channel := self._channels.pop(subscription_id, None)) is not None:
            channel.stop()

    def health(self, subscription_id: str) -> Health:
        """What the last attempt said of the destination; Healthy before the first."""
        channel = self._channels.get(subscription_id)
        return "Healthy" if channel is None else channel.health

    def pending(self) -> int:
        """How many notifications wait, held ones included."""
        held = sum(len(window.held) for window in self._windows.values())
        return held + sum(len(channel.pending) for channel in self._channels.values())

    def offer(self, subscription_id: str, notification: Notification) -> None:
        """Queue a notification, unless a fault has other plans for it; returns at once."""
        channel = self._channels.get(subscription_id)
        if channel is None:
            return
        if self._faults.take("dropNotification") is not None:
            dropped = Outcome("TemporaryError", None, "dropped by fault")
            self.courier.note(channel.push, notification, subscription_id, dropped)
            return
        repeat = self._faults.take("repeatNotification")
        extra = 0 if repeat is None else int(repeat.get("copies") or 1)
        for item in (notification, *(notification.copy() for _ in range(extra))):
            self._reorder_or_add(channel, item)

    async def idle(self) -> None:
        """Return when nothing is pending and nothing is held: what a test waits for."""
        while self._windows or any(channel.pending for channel in self._channels.values()):
            await asyncio.gather(*(channel.idle() for channel in self._channels.values()))
            if self._windows:
                await asyncio.sleep(self.pace.window / 10)

    def reset(self) -> None:
        """Forget every subscription and attempt."""
        for subscription_id in list(self._channels):
            self.close(subscription_id)
        self.courier.recent.clear()

    async def aclose(self) -> None:
        """Stop all deliveries and close the HTTP client."""
        for subscription_id in list(self._windows):
            self._drop_window(subscription_id)
        await asyncio.gather(*(channel.aclose() for channel in self._channels.values()))
        self._channels.clear()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=self._transport, timeout=self.pace.timeout, trust_env=False
            )
        return self._client

    def _reorder_or_add(self, channel: Channel, item: Notification) -> None:
        window = self._windows.get(channel.id)
        if window is None and (rule := self._faults.take("reorderNotifications")) is not None:
            window = self._windows[channel.id] = Window(int(rule.get("window") or 2))
            loop = asyncio.get_running_loop()
            window.timer = loop.call_later(self.pace.window, self._release, channel)
        if window is None:
            channel.add(item)
            return
        window.held.append(item)
        if len(window.held) >= window.size:
            self._release(channel)

    def _release(self, channel: Channel) -> None:
        held = self._windows[channel.id].held
        self._drop_window(channel.id)
        for item in reversed(held):
            channel.add(item)

    def _drop_window(self, subscription_id: str) -> None:
        window = self._windows.pop(subscription_id, None)
        if window is not None and window.timer is not None:
            window.timer.cancel()


class Window:
    """Notifications held back until there are `size` of them, to be sent in reverse."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.held: list[Notification] = []
        self.timer: asyncio.TimerHandle | None = None
