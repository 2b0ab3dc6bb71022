"""Every exchange with an outside system, noted as it passes through the one HTTP client.

The transport keeps references and hands them on; reading, redacting and writing is done elsewhere, in a thread of its
own (`clients.exchanges_log`). Whatever goes wrong in noting never reaches the exchange.
"""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from clients.correlation import correlation_id
from clients.exchanges_systems import Systems

LARGEST_KEPT = 1024 * 1024
"""Bytes of an answer that are kept until it is written down; of a larger one only the size is known."""
_CREDENTIALS = ("authorization", "placet-signature", "cookie")


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it went over the wire; no `content` if there was too much of it, or it went out in pieces."""

    size: int
    content: bytes | None = field(repr=False)
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it. Nothing in it is redacted."""

    at: float
    """When the request was made, in seconds since 1970."""
    seconds: float
    system: str
    method: str
    path: str
    """What follows the system's configured address, percent-encoded."""
    query: str = field(repr=False)
    request: Body
    response: Body | None
    """None if no answer came."""
    status: int | None
    error: str | None
    """The class of the error, if the answer did not come or not to its end."""
    correlation_id: str
    attempt: int | None
    is_form: bool
    """Whether the request is a form: so are those for tokens, whose bodies are not written down."""
    withheld: tuple[str, ...] = field(repr=False)
    """Values that must not be shown: credentials, and what is secret in a configured address."""


class Exchanges(Protocol):
    """Somewhere that exchanges are noted. Neither method raises."""

    def take(self, exchange: Exchange) -> None:
        """Note it, or count that it could not be."""

    def missed(self, what: str, error: Exception) -> None:
        """Count one that could not be noted, and say so once for each `what`."""


class LoggedTransport(httpx.AsyncBaseTransport):
    """Passes everything on to `inner` as it is, and notes it. `attempt` tells Temporal's attempt, where there is one."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        exchanges: Exchanges,
        systems: Systems,
        *,
        attempt: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._inner = inner
        self._exchanges = exchanges
        self._systems = systems
        self._attempt = attempt

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of `inner`; it is noted when its body has been read, or at its end without one."""
        noted = _Noted(self, request)
        try:
            response = await self._inner.handle_async_request(request)
        except BaseException as error:
            noted.ended(error)
            raise
        noted.response = response
        if response.is_closed:
            # A fake's, which was whole from the beginning; its content is decoded already.
            noted.chunks, noted.decoded = [response.content], True
            noted.ended(None)
        elif isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _Heard(response.stream, noted)
        return response

    async def aclose(self) -> None:
        """Close `inner`."""
        await self._inner.aclose()

    def note(self, noted: "_Noted", error: BaseException | None) -> None:
        """Hand the exchange on."""
        try:
            self._exchanges.take(self._exchange(noted, error))
        except Exception as fault:  # noqa: BLE001 - noting must never fail the exchange; it is counted and said
            self._exchanges.missed("noting", fault)

    def _exchange(self, noted: "_Noted", error: BaseException | None) -> Exchange:
        request, response = noted.request, noted.response
        system, path, query, secret = self._systems.of(request.url)
        headers = request.headers
        credentials = [headers[name].rsplit(" ", 1)[-1] for name in _CREDENTIALS if name in headers]
        return Exchange(
            at=noted.at,
            seconds=time.perf_counter() - noted.began,
            system=system,
            method=request.method,
            path=path,
            query=query,
            request=_sent(request),
            response=noted.body() if response is not None else None,
            status=response.status_code if response is not None else None,
            error=type(error).__name__ if error is not None else None,
            correlation_id=correlation_id.get() or headers.get("x-correlation-id", ""),
            attempt=self._attempt(),
            is_form=headers.get("content-type", "").startswith("application/x-www-form-urlencoded"),
            withheld=(*credentials, *secret),
        )


class _Noted:
    """What is known of an exchange so far."""

    def __init__(self, transport: LoggedTransport, request: httpx.Request) -> None:
        self.request = request
        self.response: httpx.Response | None = None
        self.at, self.began = time.time(), time.perf_counter()
        self.chunks: list[bytes] = []
        self.size = 0
        self.decoded = False
        self._transport: LoggedTransport | None = transport

    def heard(self, chunk: bytes) -> None:
        """A piece of the answer."""
        self.size += len(chunk)
        if self.size <= LARGEST_KEPT:
            self.chunks.append(chunk)
        else:
            self.chunks.clear()

    def ended(self, error: BaseException | None) -> None:
        """Hand it on, the first time that this is said."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.note(self, error)

    def body(self) -> Body:
        """The answer's body."""
        size = self.size or sum(map(len, self.chunks))
        content = b"".join(self.chunks) if size <= LARGEST_KEPT else None
        encoded = self.response is not None and not self.decoded
        encoding = self.response.headers.get("content-encoding", "") if self.response and encoded else ""
        return Body(size, content, encoding.strip().lower())


class _Heard(httpx.AsyncByteStream):
    """An answer's body, heard while it is read."""

    def __init__(self, inner: httpx.AsyncByteStream, noted: _Noted) -> None:
        self._inner = inner
        self._noted = noted
        self._error: BaseException | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._inner:
                self._noted.heard(chunk)
                yield chunk
        except GeneratorExit:
            raise  # the reader has enough
        except BaseException as error:
            self._error = error
            raise

    async def aclose(self) -> None:
        try:
            await self._inner.aclose()
        finally:
            self._noted.ended(self._error)


def _sent(request: httpx.Request) -> Body:
    try:
        content = request.content
    except httpx.RequestNotRead:
        return Body(0, None)
    return Body(len(content), content)
