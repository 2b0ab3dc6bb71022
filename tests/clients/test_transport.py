"""Over a real connection: whoever drips, hangs up or is not there is left in time."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from clients.errors import Unreachable
from clients.transport import Timeouts, attempt, deadline

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_LIMITS = Timeouts(connect=timedelta(seconds=0.3), whole=timedelta(seconds=0.3))


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One byte of the answer every 50 ms: no single read takes long, the answer takes for ever."""
    await reader.readline()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    try:
        for _ in range(100):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)
    except ConnectionError:
        return
    finally:
        writer.close()


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the request and closes without a word: the write may have been carried out."""
    await reader.readline()
    writer.close()


@asynccontextmanager
async def listening(how: Behaviour) -> AsyncIterator[str]:
    """The address of a server that behaves so."""
    server = await asyncio.start_server(how, "127.0.0.1", 0)
    try:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.close()


async def sent_to(url: str) -> httpx.Response:
    """One attempt within the limits."""
    async with httpx.AsyncClient(trust_env=False) as http:
        request = http.build_request("POST", url, timeout=_LIMITS.for_httpx())
        async with deadline(_LIMITS, system="somebody"):
            return await attempt(http, request, system="somebody")


async def test_a_dripping_answer_is_left_at_the_deadline() -> None:
    """httpx alone would wait for all of it, because each piece comes in time."""
    async with listening(drips) as url:
        started = asyncio.get_running_loop().time()
        with pytest.raises(Unreachable, match=r"within 0\.3 s"):
            await sent_to(url)
        assert asyncio.get_running_loop().time() - started < 1


async def test_a_connection_that_breaks_is_unreachable() -> None:
    """No answer is no answer, whether or not it was carried out."""
    async with listening(hangs_up) as url:
        with pytest.raises(Unreachable, match="somebody could not be reached"):
            await sent_to(url)


async def test_nobody_there_is_unreachable() -> None:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable, match="ConnectError"):
            await sent_to(f"http://127.0.0.1:{taken.getsockname()[1]}")
