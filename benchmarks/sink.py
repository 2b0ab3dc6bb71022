"""The sink: a process of its own that takes what both sides write, as cheaply as Python can, and says when it came.

To the product it is commercetools, the receiver of notifications and the fulfilment system; to the floor it takes the same
number of plain POSTs at `/write`. `GET /stream` is a line for each write, as it comes: order id, kind, CLOCK_MONOTONIC
in nanoseconds, which every process of a machine shares. `GET /counts` is what was written and read so far.
"""

import argparse
import asyncio
import gc
import json
import socket
import sys
import time
from typing import Any
from urllib.parse import unquote

from benchmarks.sink_store import PROJECT, Store

READY = "sink listening"
_TOKEN = json.dumps({"access_token": "bench", "token_type": "Bearer", "expires_in": 172_800}).encode()
_NONE = b'{"limit":1,"offset":0,"count":0,"results":[]}'
_MISSING = (
    b'{"statusCode":404,"message":"no such thing","errors":[{"code":"ResourceNotFound","message":"no"}]}'
)
_REASONS = {200: b"OK", 201: b"Created", 404: b"Not Found", 409: b"Conflict"}


class Sink:
    """What is held, and who listens to what is written."""

    def __init__(self) -> None:
        self.store = Store()
        self.listeners: set[asyncio.Transport] = set()

    def note(self, order_id: str, kind: str) -> None:
        """Count a write, and tell whoever listens."""
        self.store.writes[kind] = self.store.writes.get(kind, 0) + 1
        line = f"{order_id} {kind} {time.monotonic_ns()}\n".encode()
        for listener in self.listeners:
            listener.write(line)

    def answer(self, method: str, path: list[str], body: bytes) -> tuple[int, bytes]:
        """The status and the JSON of the answer."""
        if method == "GET":
            return self._read(path)
        status, document = 200, b"{}"
        match path:
            case ["write"]:
                self.note(json.loads(body)["orderId"], "write")
            case ["notify"]:
                self.note(json.loads(body)["orderId"], "notification")
            case ["announce"]:
                self.note(json.loads(body)["subject"], "announcement")
            case ["oauth", "token"]:
                document = _TOKEN
            case [_, "orders", order_id]:
                status, document = self._update(order_id, json.loads(body))
            case [_, "custom-objects"]:
                status, document = self._put(json.loads(body))
            case _:
                status, document = 404, _MISSING
        return status, document

    def _update(self, order_id: str, body: dict[str, Any]) -> tuple[int, bytes]:
        status, order, key = self.store.update(order_id, body)
        if status == 200:
            self.note(order_id, f"order:{key}")
        return status, json.dumps(order).encode()

    def _read(self, path: list[str]) -> tuple[int, bytes]:
        if path == ["counts"]:
            return 200, self.store.counted()
        self.store.reads += 1
        match path:
            case [_, "orders", order_id]:
                return 200, json.dumps(self.store.order(order_id)).encode()
            case [_, "custom-objects", container, key]:
                held = self.store.objects.get((unquote(container), unquote(key)))
                return (200, json.dumps(held).encode()) if held is not None else (404, _MISSING)
            case [_, "messages"]:
                return 200, _NONE
        return 404, _MISSING

    def _put(self, draft: dict[str, Any]) -> tuple[int, bytes]:
        status, made = self.store.put(draft)
        if status != 409:
            self.note(_order_of(draft), f"object:{draft['container']}")
        return status, json.dumps(made).encode()


def _order_of(draft: dict[str, Any]) -> str:
    """Whose custom object it is; a hand-over has another key than the order's id."""
    value = draft["value"]
    named = value.get("orderId") if isinstance(value, dict) else None
    return str(named or draft["key"])


class Connection(asyncio.Protocol):
    """One keep-alive connection of HTTP/1.1, with requests that announce their length."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._held = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer at once."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("not a stream")
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, error: Exception | None) -> None:
        """Whoever listened does so no more."""
        self._sink.listeners.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._held[:end])
            body_at = end + 4
            length = _length(head)
            if len(self._held) < body_at + length:
                return
            body = bytes(self._held[body_at : body_at + length])
            del self._held[: body_at + length]
            method, target, _ = head.split(b" ", 2)
            self._answer(method.decode(), target.decode(), body)

    def _answer(self, method: str, target: str, body: bytes) -> None:
        path = target.partition("?")[0].strip("/").split("/")
        if path == ["stream"]:
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            self._sink.listeners.add(self._transport)
            return
        status, document = self._sink.answer(method, path, body)
        head = b"HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self._transport.write(head % (status, _REASONS[status], len(document)) + document)


def _length(head: bytes) -> int:
    """The announced length of the body, 0 if there is none."""
    at = head.lower().find(b"\r\ncontent-length:")
    return int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def serve(port: int) -> None:
    """Serve on the loopback until the process is ended."""
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(sink), "127.0.0.1", port)
    gc.freeze()
    print(f"{READY} on port {port}, project {PROJECT}", flush=True)  # noqa: T201 - whoever started it waits for this
    async with server:
        await server.serve_forever()


def main() -> None:
    """`python -m benchmarks.sink --port N`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    try:
        asyncio.run(serve(parser.parse_args().port))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
