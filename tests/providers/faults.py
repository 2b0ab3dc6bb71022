"""A transport that lets one request go wrong: the n-th from now on, in one of several ways."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import httpx

Matches = Callable[[httpx.Request], bool]


class Way(StrEnum):
    """How a request goes wrong."""

    NEVER_SENT = "never sent"
    REPLY_LOST = "reply lost"
    """It was carried out, and nobody hears of it."""
    REFUSED = "503, nothing done"
    GARBLED = "reply garbled"
    """It was carried out, and the answer is a proxy's page."""


class FaultyTransport(httpx.AsyncBaseTransport):
    """Everything goes through to the other side but for what `fail` was told; `seen` are the requests that set out."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.seen: list[httpx.Request] = []
        self._waits: int | None = None
        self._way = Way.NEVER_SENT

    def fail(self, nth: int, way: Way) -> None:
        """Let the n-th request from now on go wrong, n from 0."""
        self._waits, self._way = nth, way

    @property
    def struck(self) -> bool:
        """Whether it has gone wrong since."""
        return self._waits is None

    def heal(self) -> None:
        """Nothing goes wrong from now on."""
        self._waits = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it through, or let it go wrong."""
        self.seen.append(request)
        if self._waits is None:
            return await self.inner.handle_async_request(request)
        self._waits -= 1
        if self._waits >= 0:
            return await self.inner.handle_async_request(request)
        self._waits = None
        return await self._wrong(request)

    async def _wrong(self, request: httpx.Request) -> httpx.Response:
        if self._way is Way.NEVER_SENT:
            raise httpx.ConnectError("connection refused", request=request)
        if self._way is Way.REFUSED:
            return httpx.Response(503, json={"message": "over capacity"}, request=request)
        answer = await self.inner.handle_async_request(request)
        await answer.aread()
        if self._way is Way.REPLY_LOST:
            raise httpx.ReadError("connection reset", request=request)
        page = b"<html>Lovelace</html>"
        return httpx.Response(200, content=page, headers={"Content-Type": "text/html"}, request=request)


def over(app: Any) -> FaultyTransport:
    """The transport in front of an ASGI application."""
    return FaultyTransport(httpx.ASGITransport(app))
