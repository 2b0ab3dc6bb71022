"""The sink answers our own client as commercetools would, and counts everything that is written to it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from benchmarks.sink import Connection, Sink
from benchmarks.watch import Watch, written
from clients.account import Account
from clients.commercetools import Commercetools
from clients.drafts import transition_state
from clients.errors import ConcurrentModification


@dataclass
class Served:
    """A sink that is served, our client of it, and who watches."""

    url: str
    api: Commercetools
    http: httpx.AsyncClient
    watch: Watch


@pytest_asyncio.fixture
async def served() -> AsyncIterator[Served]:
    """A sink of its own."""
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(sink), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    account = Account(
        project_key="bench", client_id="placet", client_secret=SecretStr("s"), api_url=url, auth_url=url
    )
    async with httpx.AsyncClient() as http, Watch(url) as watch:
        yield Served(url, Commercetools(account, http), http, watch)
    server.close()
    await server.wait_closed()


async def test_an_order_is_moved_on_its_version_alone(served: Served) -> None:
    """A move on the version that was read is taken and counted; the same on an older version is a conflict."""
    order = await served.api.order("o-1")
    assert order is not None
    moved = await served.api.update_order("o-1", order.version, [transition_state("PendingApproval")])
    assert (moved.state, moved.version) == ("PendingApproval", order.version + 1)
    with pytest.raises(ConcurrentModification):
        await served.api.update_order("o-1", order.version, [transition_state("Approved")])
    assert (await served.watch.counts())["writes"] == {"order:PendingApproval": 1}


async def test_custom_objects_lock_as_commercetools_does(served: Served) -> None:
    """Version 0 only creates, a higher one only replaces that version."""
    made = await served.api.put_custom_object("placet-audit", "o-2", {"orderId": "o-2"}, 0)
    with pytest.raises(ConcurrentModification):
        await served.api.put_custom_object("placet-audit", "o-2", {"orderId": "o-2"}, 0)
    again = await served.api.put_custom_object(
        "placet-audit", "o-2", {"orderId": "o-2", "n": 2}, made.version
    )
    held = await served.api.custom_object("placet-audit", "o-2")
    assert held is not None
    assert (held.version, held.value["n"]) == (again.version, 2)
    assert await served.api.custom_object("placet-audit", "o-3") is None


async def test_every_write_is_told_once_in_its_order(served: Served) -> None:
    """The stream has each write with its order and a rising instant; reads are not among them."""
    for path, body in (
        ("/write", {"orderId": "o-4"}),
        ("/notify", {"orderId": "o-4"}),
        ("/announce", {"subject": "o-4"}),
    ):
        (await served.http.post(f"{served.url}{path}", json=body)).raise_for_status()
    await served.api.order("o-4")
    last = await asyncio.wait_for(served.watch.until("o-4", 3), 5)
    seen = served.watch.of("o-4")
    assert [write.kind for write in seen] == ["write", "notification", "announcement"]
    assert [write.at for write in seen] == sorted(write.at for write in seen)
    assert last is seen[2]
    counted = await served.watch.counts()
    assert written(counted) == 3
    assert counted["reads"] == 1


async def test_a_request_in_pieces_is_answered_whole(served: Served) -> None:
    """A request is answered once it is there, however it was cut; two at once are answered in turn."""
    host, port = served.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    request = b'POST /write HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n{"orderId":"o-5"}'
    for piece in (request[:30], request[30:70], request[70:] + request):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.01)
    await asyncio.wait_for(served.watch.until("o-5", 2), 5)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()
