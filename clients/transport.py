"""One attempt over HTTP, with a deadline. Whether to try again is Temporal's business."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx

from clients.errors import Unreachable
from domain.value import Value


class Timeouts(Value):
    """How long to wait: for a connection, and for the whole call including a new token if one is needed."""

    connect: timedelta = timedelta(seconds=3)
    whole: timedelta = timedelta(seconds=10)

    def for_httpx(self) -> httpx.Timeout:
        """As httpx has it. Its read timeout is per piece received, so the deadline is kept by `deadline`."""
        return httpx.Timeout(self.whole.total_seconds(), connect=self.connect.total_seconds())


@asynccontextmanager
async def deadline(timeouts: Timeouts, *, system: str) -> AsyncIterator[None]:
    """Bound what happens inside.

    Raises:
        Unreachable: the whole time passed without an answer.
    """
    try:
        async with asyncio.timeout(timeouts.whole.total_seconds()):
            yield
    except TimeoutError:
        seconds = timeouts.whole.total_seconds()
        raise Unreachable(f"{system} gave no answer within {seconds:g} s", system=system) from None


async def attempt(http: httpx.AsyncClient, request: httpx.Request, *, system: str) -> httpx.Response:
    """Send the request once; any answer at all is returned, also a refusal. Redirects are not followed.

    Raises:
        Unreachable: no answer came.
    """
    try:
        return await http.send(request, follow_redirects=False)
    except httpx.RequestError as error:
        # Not chained: the texts of protocol errors can repeat a header, and so a token.
        raise Unreachable(f"{system} could not be reached: {type(error).__name__}", system=system) from None
