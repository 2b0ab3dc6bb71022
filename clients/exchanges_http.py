"""The one HTTP client of a process, whose exchanges are written down."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from clients.exchanges import LoggedTransport
from clients.exchanges_files import ExchangeFiles
from clients.exchanges_log import ExchangeLog
from clients.exchanges_systems import Systems
from domain.redaction import RedactionRules


@asynccontextmanager
async def logged_http(
    rules: RedactionRules,
    directory: Path | None,
    systems: Systems,
    *,
    attempt: Callable[[], int | None] = lambda: None,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client inside; leaving closes it and writes down what is waiting. Without a directory there are no files."""
    log = ExchangeLog(rules, ExchangeFiles(directory) if directory is not None else None)
    try:
        transport = LoggedTransport(_AsItIs(), log, systems, attempt=attempt)
        async with httpx.AsyncClient(transport=transport) as http:
            yield http
    finally:
        await asyncio.to_thread(log.close)


class _AsItIs(httpx.AsyncBaseTransport):
    """What a client does that is given no transport: with proxies and certificates as the environment names them."""

    def __init__(self) -> None:
        self._http = httpx.AsyncClient()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body yet to be read."""
        return await self._http.send(request, stream=True, auth=None, follow_redirects=False)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()
