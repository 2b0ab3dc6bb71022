"""The local Fluent in the sandbox's process: its arguments, and a connection that breaks."""

from pathlib import Path

import httpx
import pytest

from tests.sandbox.fluent_surroundings import CREATE, LOGIN, order_input
from tests.sandbox.test_core_process import running

pytestmark = pytest.mark.slow


async def test_its_options_are_arguments(tmp_path: Path) -> None:
    """Account, retailers, address, and the public key in a file before the first request."""
    file = tmp_path / "fluent.pem"
    arguments = ("--fluent-webhook-url", "http://127.0.0.1:9/none", "--fluent-public-key-file", str(file))
    more = ("--fluent-account", "ACME", "--fluent-retailer", "7")
    async with running(*arguments, *more) as url, httpx.AsyncClient(base_url=url) as http:
        shown = (await http.get("/sandbox/fluent")).json()
        assert (shown["account"], shown["retailers"]) == ("ACME", ["7"])
        assert shown["webhookUrl"] == "http://127.0.0.1:9/none"
        assert file.read_text() == (await http.get("/sandbox/fluent/public-key")).text


async def test_a_lost_reply_has_created_the_order() -> None:
    """The connection breaks in the middle of the answer; the order is there."""
    async with running() as url, httpx.AsyncClient(base_url=url) as http:
        token = (await http.post("/fluent/oauth/token", data=LOGIN)).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        await http.post("/sandbox/fluent/faults", json={"kind": "errorAfterCommit", "drop": True})
        with pytest.raises(httpx.RemoteProtocolError):
            await http.post(
                "/fluent/graphql", json={"query": CREATE, "variables": {"input": order_input("ON-1-1")}}
            )
        shown = (await http.get("/sandbox/fluent")).json()
        assert [one["ref"] for one in shown["orders"]] == ["ON-1-1"]
