"""Exchanges with a system that the tests play, and what was written of them."""

import json
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx

from clients.exchanges import LoggedTransport
from clients.exchanges_files import ExchangeFiles
from clients.exchanges_log import ExchangeLog
from clients.exchanges_systems import Systems
from domain.redaction import RedactionRules

SYSTEMS = Systems(
    [("http://ct.example", "commercetools"), ("http://wms.example/hook/0123456789abcdef", "wms")]
)
Answering = Callable[[httpx.Request], httpx.Response]


class Played(httpx.AsyncBaseTransport):
    """Answers as it is told, in pieces as the network does."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """What `answering` says."""
        whole = self._answering(request)
        return httpx.Response(whole.status_code, headers=whole.headers, stream=Pieces(whole.content))


class Pieces(httpx.AsyncByteStream):
    """A body that comes piece by piece."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), 1000):
            yield self._content[start : start + 1000]


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.records.append(record)

    def documents(self) -> list[dict[str, Any]]:
        """Each line as JSON."""
        return [json.loads(record.getMessage()) for record in self.records]


def quiet_logger(level: int = logging.INFO) -> tuple[logging.Logger, Kept]:
    """A logger of one's own that nobody else hears."""
    logger, kept = logging.Logger("exchanges of a test", level), Kept()  # noqa: LOG001 - not among everybody's
    logger.addHandler(kept)
    return logger, kept


async def exchanged(
    answering: Answering, *requests: httpx.Request, directory: Path, rules: RedactionRules | None = None
) -> list[dict[str, Any]]:
    """The lines in the files after these requests."""
    logger, _ = quiet_logger()
    log = ExchangeLog(rules or RedactionRules(), ExchangeFiles(directory), logger=logger)
    transport = LoggedTransport(Played(answering), log, SYSTEMS, attempt=lambda: 3)
    async with httpx.AsyncClient(transport=transport) as http:
        for request in requests:
            try:
                await http.send(request)
            except httpx.RequestError:
                continue
    log.close()
    assert log.lost == 0
    return lines_in(directory)


def lines_in(directory: Path) -> list[dict[str, Any]]:
    """All lines of the files of a directory."""
    files = sorted(directory.glob("exchanges-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def post(url: str, body: Any, **headers: str) -> httpx.Request:
    """A request with a JSON body."""
    return httpx.Request("POST", url, json=body, headers=headers)
