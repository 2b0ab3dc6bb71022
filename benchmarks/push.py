"""A kept-open HTTP connection that POSTs notifications, as the push of a cloud queue does."""

import asyncio
from typing import Self


class Push:
    """One connection to the edge; one notification at a time."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self._where = (host, port)
        self._head = (
            f"POST /subscriptions/commercetools HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        ).encode()

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(*self._where)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def send(self, body: bytes) -> bytes:
        """Send one and wait for its answer's body.

        Raises:
            RuntimeError: it was not acknowledged.
        """
        self._writer.write(b"%sContent-Length: %d\r\n\r\n%s" % (self._head, len(body), body))
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        answer = await self._reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the edge answered {head[:40]!r} {answer[:300]!r}")
        return answer
