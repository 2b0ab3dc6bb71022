"""The integration log costs little: measured against the same client without it, in one run."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from clients.exchanges import LoggedTransport
from clients.exchanges_files import ExchangeFiles
from clients.exchanges_log import ExchangeLog
from domain.redaction import RedactionRules
from tests.clients.exchanging import SYSTEMS, Played, post, quiet_logger

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

REQUESTS, AT_ONCE, ROUNDS = 1_000, 8, 5
ADDRESS = {"firstName": "Ada", "lastName": "Lovelace", "streetName": "Hafen", "city": "Ulm", "country": "DE"}
PRICE = {"currencyCode": "EUR", "centAmount": 62_500, "type": "centPrecision", "fractionDigits": 2}


def order(lines: int) -> dict[str, object]:
    """An order as commercetools shows it, in its form: 0.4 KB for each line."""
    return {
        "id": "o-1",
        "customerEmail": "ada@acme.example",
        "shippingAddress": ADDRESS,
        "billingAddress": ADDRESS,
        "lineItems": [
            {
                "id": f"l-{n}",
                "name": {"en": "Pump"},
                "variant": {"sku": f"s-{n}", "attributes": [{"name": "colour", "value": "red"}]},
                "price": {"value": PRICE},
                "quantity": 2,
                "totalPrice": PRICE,
                "state": [{"quantity": 2, "state": {"typeId": "state", "id": "s-1"}}],
            }
            for n in range(lines)
        ],
    }


@asynccontextmanager
async def logging_into(directory: Path | None, played: Played) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is logged: into files, or as lines without bodies."""
    files = ExchangeFiles(directory) if directory is not None else None
    logger, _ = quiet_logger()
    logger.handlers = [logging.NullHandler()]
    log = ExchangeLog(RedactionRules(), files, logger=logger)
    async with httpx.AsyncClient(transport=LoggedTransport(played, log, SYSTEMS)) as http:
        yield http
    await asyncio.to_thread(log.close)
    assert log.lost == 0


async def rate(http: httpx.AsyncClient) -> float:
    """Exchanges in a second, several at once, each answer read as JSON."""

    async def many() -> None:
        for _ in range(REQUESTS // AT_ONCE):
            (await http.send(post("http://ct.example/acme/orders/1", {"version": 1}))).json()

    begun = time.perf_counter()
    await asyncio.gather(*(many() for _ in range(AT_ONCE)))
    return REQUESTS / (time.perf_counter() - begun)


async def test_throughput_with_and_without(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The worst case: a system that answers at once with 5 KB, on a loop that does nothing else.

    Bounds are those of a busy machine with two cores; what was measured is printed.
    """
    played = Played(lambda _: httpx.Response(200, json=order(12)))
    best = {"without": 0.0, "lines": 0.0, "files": 0.0}
    for n in range(ROUNDS):
        async with httpx.AsyncClient(transport=played) as http:
            best["without"] = max(best["without"], await rate(http))
        for name, directory in (("lines", None), ("files", tmp_path / str(n))):
            async with logging_into(directory, played) as http:
                best[name] = max(best[name], await rate(http))
    with capsys.disabled():
        told = ", ".join(f"{name} {one:,.0f}/s ({one / best['without']:.2f})" for name, one in best.items())
        print(f"\nexchanges: {told}")  # noqa: T201 - the figure is what this test is for
    assert best["lines"] > best["without"] * 0.4
    assert best["files"] > best["without"] * 0.2


async def test_large_bodies_do_not_hold_up_the_loop(tmp_path: Path) -> None:
    """While megabytes are redacted, whoever else is on the loop gets their turn."""
    played = Played(lambda _: httpx.Response(200, json=order(300)))
    # The best of some rounds: what else the machine does is none of ours.
    assert min([await longest_wait(tmp_path / str(n), played) for n in range(ROUNDS)]) < 0.2


async def longest_wait(directory: Path, played: Played) -> float:
    """Seconds that a turn on the loop had to wait at most, while the thread redacts thirty large orders."""
    longest, ended = 0.0, asyncio.Event()

    async def ticking() -> None:
        nonlocal longest
        while not ended.is_set():
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before)

    async with logging_into(directory, played) as http:
        for _ in range(30):
            await http.send(post("http://ct.example/acme/orders/1", {}))
        ticker = asyncio.create_task(ticking())
        await asyncio.sleep(0.3)  # the thread is at it meanwhile
        ended.set()
        await ticker
    return longest
