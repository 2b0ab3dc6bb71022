"""Every exchange is noted as it passes, whatever becomes of it, and none is changed or failed by that."""

import asyncio
import gzip
import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from clients.correlation import correlation_id
from clients.exchanges import LARGEST_KEPT, Exchange, LoggedTransport
from clients.exchanges_entry import BODY_BYTES, line_of
from clients.exchanges_http import logged_http
from clients.exchanges_systems import configured
from domain.redaction import RedactionRules
from sandbox.app import create_app
from tests.clients.exchanging import SYSTEMS, Pieces, Played, exchanged, lines_in, post
from tests.contract.serving import serving

ORDER = "5a0e4b3c-0000-4000-8000-000000000001"


class Taken:
    """Keeps exchanges, or fails at it."""

    def __init__(self, *, fails: bool = False) -> None:
        self.exchanges: list[Exchange] = []
        self.faults: list[str] = []
        self._fails = fails

    def take(self, exchange: Exchange) -> None:
        """Keep it."""
        if self._fails:
            raise RuntimeError("no room")
        self.exchanges.append(exchange)

    def missed(self, what: str, error: Exception) -> None:
        """Note what failed."""
        self.faults.append(f"{what}: {type(error).__name__}")


def answer(status: int, body: Any = None, **headers: str) -> httpx.Response:
    """An answer with a JSON body."""
    return httpx.Response(status, json=body, headers=headers)


async def test_an_exchange_has_all_that_is_to_be_known(tmp_path: Path) -> None:
    """Time, system, method, path, query, bodies, status, duration, ids and attempt."""
    token = correlation_id.set(f"order/{ORDER}/run-1/4")
    try:
        url = "http://ct.example/acme/orders?where=email%3D%22a%40b.de%22&var.phone=0731&limit=1"
        sent = post(url, {"version": 1}, Authorization="Bearer t0ken-t0ken")
        (line,) = await exchanged(
            lambda _: answer(200, {"id": ORDER, "echo": "t0ken-t0ken"}), sent, directory=tmp_path
        )
    finally:
        correlation_id.reset(token)
    assert line.pop("time").endswith("Z")
    assert line.pop("durationMs") >= 0
    assert line == {
        "event": "exchange",
        "system": "commercetools",
        "method": "POST",
        "path": "/acme/orders",
        "query": 'where=email="[text]"&var.phone=[personal]&limit=1',
        "status": 200,
        "correlationId": f"order/{ORDER}/run-1/4",
        "orderId": ORDER,
        "attempt": 3,
        "request": {"bytes": 13, "json": {"version": 1}},
        "response": {"bytes": 66, "json": {"id": ORDER, "echo": "[personal]"}},
    }


async def test_requests_for_tokens_have_no_bodies(tmp_path: Path) -> None:
    """Neither what was sent nor what came, not even a digest, from which a password could be guessed."""
    sent = httpx.Request("POST", "http://ct.example/oauth/token", data={"password": "pw"})
    (line,) = await exchanged(
        lambda _: answer(200, {"access_token": "abc", "any": "thing"}), sent, directory=tmp_path
    )
    assert set(line["request"]) == set(line["response"]) == {"bytes"}


async def test_what_is_no_json_is_told_by_size_and_digest(tmp_path: Path) -> None:
    """Pages, forms of another sort, broken JSON, an encoding that is not known."""
    page = b"<p>Ada Lovelace</p>"
    contents: list[tuple[bytes, dict[str, str]]] = [
        (page, {}),
        (b'{"city": "Ulm"', {}),
        (b'"Ada"', {}),
        (b"[" * 100_000, {}),
        (b'{"a": 1}' + b" " * 200_000, {}),
    ]
    for content, headers in contents:
        reply = httpx.Response(200, content=content, headers=headers)
        (line,) = await exchanged(
            lambda _, reply=reply: reply,  # type: ignore[misc]
            httpx.Request("GET", "http://ct.example/x"),
            directory=tmp_path / hashlib.sha256(content).hexdigest(),
        )
        assert line["response"] == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        assert "request" not in line


async def test_what_is_compressed_is_read(tmp_path: Path) -> None:
    """As commercetools answers; the size is that on the wire."""

    class Zipped(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            packed = gzip.compress(b'{"city": "Ulm", "version": 2}')
            return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Pieces(packed))

    taken = Taken()
    async with httpx.AsyncClient(transport=LoggedTransport(Zipped(), taken, SYSTEMS)) as http:
        assert (await http.get("http://ct.example/x")).json() == {"city": "Ulm", "version": 2}
    (exchange,) = taken.exchanges
    assert '"json":{"city":"[personal]","version":2}' in line_of(exchange, RedactionRules().kinds()).whole


async def test_a_large_body_is_cut_and_a_huge_one_is_not_kept(tmp_path: Path) -> None:
    """The line stays JSON, says that it was cut, and is bounded."""
    lines = [{"id": f"line-{n}", "note": "x" * 3_000} for n in range(30)]
    get = httpx.Request("GET", "http://ct.example/x")
    (line,) = await exchanged(lambda _: answer(200, {"lineItems": lines}), get, directory=tmp_path / "a")
    body = line["response"]
    assert body["cut"] is True
    assert body["json"]["lineItems"][0]["id"] == "line-0"
    assert body["json"]["lineItems"][-1].endswith("more")
    assert len(str(body["json"])) < BODY_BYTES + 500
    huge = httpx.Response(200, content=b"x" * (LARGEST_KEPT + 1))
    (line,) = await exchanged(lambda _: huge, get, directory=tmp_path / "b")
    assert line["response"] == {"bytes": LARGEST_KEPT + 1}


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (409, {"errors": [{"code": "ConcurrentModification"}]}, "ConcurrentModification"),
        (200, {"data": None, "errors": [{"extensions": {"code": "InvalidInput"}}]}, "InvalidInput"),
        (200, {"errors": ["what"]}, "Errors"),
        (400, {"errors": [{"code": "Ada Lovelace, Ulm"}]}, None),
        (503, None, None),
        (200, {"errors": []}, None),
    ],
)
async def test_a_refusal_has_its_code(tmp_path: Path, status: int, body: Any, code: str | None) -> None:
    """Also GraphQL's, which come with 200; what is no code is not shown as one."""
    get = httpx.Request("GET", "http://ct.example/x")
    (line,) = await exchanged(lambda _: answer(status, body), get, directory=tmp_path)
    assert line["status"] == status
    assert line.get("error") == code


async def test_no_answer_is_noted_with_the_class_of_the_error(tmp_path: Path) -> None:
    """The text of the error may repeat a header, and is not written."""

    def refuses(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Bearer abcdef", request=request)

    (line,) = await exchanged(refuses, post("http://ct.example/x", {"a": 1}), directory=tmp_path)
    assert line["error"] == "ConnectError"
    assert "status" not in line
    assert "abcdef" not in str(line)


async def test_giving_up_is_noted_before_and_within_the_answer() -> None:
    """A deadline passes while the answer is awaited, or while it is read."""

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == "/never":
                await asyncio.sleep(30)
            return httpx.Response(200, stream=Endless())

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            yield b"{"
            await asyncio.sleep(30)

    taken = Taken()
    async with httpx.AsyncClient(transport=LoggedTransport(Slow(), taken, SYSTEMS)) as http:
        for path in ("never", "half"):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await http.get(f"http://ct.example/{path}")
    assert [(one.error, one.status) for one in taken.exchanges] == [
        ("CancelledError", None),
        ("CancelledError", 200),
    ]


async def test_the_configured_part_of_an_address_is_not_shown(tmp_path: Path) -> None:
    """It may be a secret itself; of an address that nobody configured only the host is told."""
    urls = ("http://wms.example/hook/0123456789abcdef", "http://elsewhere.example/a/b?key=1")
    hook, other = await exchanged(
        lambda request: answer(202, {"at": request.url.path}),
        *(post(url, {}) for url in urls),
        directory=tmp_path,
    )
    assert (hook["system"], hook["path"], hook["response"]["json"]) == ("wms", "", {"at": "[personal]"})
    assert (other["system"], other["path"]) == ("elsewhere.example", "")
    assert "query" not in other


async def test_what_fails_in_noting_fails_no_exchange() -> None:
    """The answer arrives all the same, and somebody is told."""
    taken = Taken(fails=True)
    transport = LoggedTransport(Played(lambda _: answer(200, {"a": 1})), taken, SYSTEMS)
    async with httpx.AsyncClient(transport=transport) as http:
        assert (await http.get("http://ct.example/x")).json() == {"a": 1}
    assert taken.faults == ["noting: RuntimeError"]


async def test_a_whole_answer_of_a_fake_is_noted_once() -> None:
    """As from httpx.MockTransport, whose body never streams."""
    taken = Taken()
    fake = httpx.MockTransport(lambda _: answer(200, {"a": 1}))
    async with httpx.AsyncClient(transport=LoggedTransport(fake, taken, SYSTEMS)) as http:
        await http.get("http://ct.example/x")
    (exchange,) = taken.exchanges
    assert exchange.response is not None
    assert exchange.response.content == b'{"a":1}'


async def test_over_real_http(tmp_path: Path) -> None:
    """Against the sandbox in this process: the token and the query, in this order, with their sizes on the wire."""
    async with (
        serving(create_app()) as url,
        logged_http(RedactionRules(), tmp_path, configured([url])) as http,
    ):
        granted = await http.post(
            f"{url}/oauth/token", auth=("shop", "shop"), data={"grant_type": "client_credentials"}
        )
        bearer = granted.json()["access_token"]
        found = await http.get(
            f"{url}/placet-demo/orders/{ORDER}", headers={"Authorization": f"Bearer {bearer}"}
        )
    assert found.status_code == 404
    asked, missing = lines_in(tmp_path)
    assert (asked["path"], asked["status"]) == ("/oauth/token", 200)
    assert set(asked["response"]) == {"bytes"}
    assert (missing["path"], missing["orderId"]) == (f"/placet-demo/orders/{ORDER}", ORDER)
    assert missing["error"] == "ResourceNotFound"
    assert missing["response"]["json"]["statusCode"] == 404
    assert bearer not in str([asked, missing])
