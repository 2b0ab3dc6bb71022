"""What arrives at the sink, as it arrives: the load generator waits for writes instead of asking Temporal."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx


@dataclass(frozen=True)
class Write:
    """One write: its kind and its instant on CLOCK_MONOTONIC, in seconds."""

    kind: str
    at: float


class Watch:
    """Every write of every order since it began to listen."""

    def __init__(self, url: str) -> None:
        self._url = httpx.URL(url)
        self._writes: defaultdict[str, list[Write]] = defaultdict(list)
        self._awaited: defaultdict[str, list[tuple[int, asyncio.Future[None]]]] = defaultdict(list)
        self.total = 0

    async def __aenter__(self) -> Self:
        reader, self._writer = await asyncio.open_connection(self._url.host, self._url.port, limit=1 << 20)
        self._writer.write(b"GET /stream HTTP/1.1\r\nHost: sink\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        self._reading = asyncio.create_task(self._read(reader), name="the sink's stream")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        self._writer.close()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await self._reading
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    def of(self, order_id: str) -> list[Write]:
        """What was written for an order so far, in the order of coming."""
        return self._writes[order_id]

    async def until(self, order_id: str, count: int) -> Write:
        """Wait for an order's `count`-th write."""
        writes = self._writes[order_id]
        if len(writes) < count:
            arrived: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._awaited[order_id].append((count, arrived))
            await arrived
        return writes[count - 1]

    def forget(self) -> None:
        """What was written so far is of no more interest."""
        self._writes.clear()

    async def counts(self) -> dict[str, Any]:
        """The sink's own counts: `writes` by kind, and `reads`."""
        async with httpx.AsyncClient() as http:
            counted: dict[str, Any] = (await http.get(self._url.join("/counts"))).json()
        return counted

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            order_id, kind, instant = line.decode().split()
            self.total += 1
            writes = self._writes[order_id]
            writes.append(Write(kind, int(instant) / 1e9))
            if order_id in self._awaited:
                self._wake(order_id, len(writes))

    def _wake(self, order_id: str, reached: int) -> None:
        waiting = self._awaited.pop(order_id)
        for count, arrived in waiting:
            if count > reached:
                self._awaited[order_id].append((count, arrived))
            elif not arrived.done():
                arrived.set_result(None)


def written(counted: Mapping[str, Mapping[str, int]]) -> int:
    """How many writes the sink has counted."""
    return sum(counted["writes"].values())
