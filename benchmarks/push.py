"""A kept-open HTTP connection that POSTs to the edge, as the push of a cloud queue does, at next to no cost of its own."""

import asyncio
from typing import Self


class Push:
    """One connection to the edge; one request at a time."""

    def __init__(self, address: str, token: str) -> None:
        self._address = address
        self._head = f"HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"

    async def __aenter__(self) -> Self:
        host, port = self._address.split(":")
        self._reader, self._writer = await asyncio.open_connection(host, int(port))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def send(self, body: bytes, path: str = "/subscriptions/commercetools") -> bytes:
        """Send one and wait for its answer's body.

        Raises:
            RuntimeError: it was not acknowledged.
        """
        head = f"POST {path} {self._head}Content-Length: {len(body)}\r\n\r\n".encode()
        self._writer.write(head + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        answer = await self._reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the edge answered {head[:40]!r} {answer[:300]!r}")
        return answer
