"""The sandbox as a process: the line that it prints, its arguments, a connection that breaks."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from sandbox.__main__ import main
from tests.sandbox.core_orders import order_draft

pytestmark = pytest.mark.slow


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[str]:
    """A sandbox process on a port that the OS chose; gives its base URL."""
    command = (sys.executable, "-m", "sandbox", "--address", "127.0.0.1:0", *arguments)
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        match = re.fullmatch(r"sandbox listening on (http://127\.0\.0\.1:\d+)\n", line)
        assert match, line
        yield match[1]
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 20)


async def authorised(http: httpx.AsyncClient, name: str, secret: str) -> None:
    """Give the client a token."""
    form = {"grant_type": "client_credentials"}
    answer = await http.post("/oauth/token", auth=(name, secret), data=form)
    assert answer.status_code == 200, answer.text
    http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


async def test_it_says_where_it_listens_and_serves_there() -> None:
    """One line on stdout, then the default project and its two clients."""
    async with running() as url, httpx.AsyncClient(base_url=url) as http:
        for name in ("placet", "shop"):
            await authorised(http, name, name)
            answer = await http.post("/placet-demo/orders/import", json=order_draft())
            assert answer.json()["createdBy"] == {"clientId": name}


async def test_project_and_clients_are_arguments() -> None:
    """Another project key, and a client that may only look."""
    arguments = ("--project", "acme", "--client", "portal:pass:view_orders view_states")
    async with running(*arguments) as url, httpx.AsyncClient(base_url=url) as http:
        await authorised(http, "portal", "pass")
        assert (await http.get("/acme/orders")).status_code == 200
        assert (await http.post("/acme/orders/import", json=order_draft())).status_code == 403


async def test_a_dropped_reply_has_been_carried_out() -> None:
    """The connection breaks in the middle of the answer; the order is there."""
    async with running() as url, httpx.AsyncClient(base_url=url) as http:
        await authorised(http, "placet", "placet")
        await http.post("/sandbox/faults", json={"kind": "errorAfterCommit", "drop": True})
        with pytest.raises(httpx.RemoteProtocolError):
            await http.post("/placet-demo/orders/import", json=order_draft())
        assert (await http.get("/placet-demo/orders")).json()["count"] == 1


async def test_replies_do_not_wait_for_acknowledgements() -> None:
    """The quick ones of fifty replies take far less than the 40 ms that Nagle's algorithm would cost."""
    async with running() as url, httpx.AsyncClient(base_url=url) as http:
        await authorised(http, "placet", "placet")
        clock = asyncio.get_running_loop().time
        times = []
        for _ in range(50):
            before = clock()
            await http.get("/placet-demo/states")
            times.append(clock() - before)
        assert sorted(times)[5] < 0.03  # the quickest of them, so that a busy machine does not matter


@pytest.mark.parametrize("arguments", [["--address", "8989"], ["--client", "portal"], ["--colour", "red"]])
def test_malformed_arguments_end_with_a_usage_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, as argparse does it."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: sandbox" in capsys.readouterr().err
