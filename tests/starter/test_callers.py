"""Who is let in, and how large and how well-formed what they bring must be."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from settings import DEV_TOKEN, Address, Settings, SettingsError
from starter.api import create_app
from starter.edge import Edge
from starter.guard import Guard
from starter.tokens import Right, Tokens, load_tokens, sha256
from tests.starter.conftest import EVERYTHING, Served, bearer, problem, serving
from tests.starter.fakes import MACHINE, RUNNING, FakeOrders, FakeShop

PATHS = [
    ("POST", "/subscriptions/commercetools"),
    ("POST", f"/orders/{RUNNING}/decisions"),
    ("POST", "/decisions"),
    *(
        ("POST", f"/orders/{RUNNING}/{said}")
        for said in ("withdrawal", "resubmission", "reassignment", "delegation", "extension", "comments")
    ),
    ("POST", f"/orders/{RUNNING}/fulfillment-events"),
    ("GET", "/orders"),
    ("GET", f"/orders/{RUNNING}"),
    ("GET", f"/orders/{RUNNING}/audit"),
]
DECISIONS = f"/orders/{RUNNING}/decisions"


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize(
    "headers", [{}, bearer("guess"), {"Authorization": f"Basic {EVERYTHING}"}, {"Authorization": "Bearer"}]
)
async def test_nobody_unknown_is_let_in(
    served: Served, method: str, path: str, headers: dict[str, str]
) -> None:
    """401 with a challenge, before anything that they brought is read."""
    answer = await served.http.request(method, path, headers=headers, content=b"{not json")
    problem(answer, 401, "unknownCaller")
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="placet"')
    assert served.orders.calls == []


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_every_path_wants_its_own_right(served: Served, method: str, path: str) -> None:
    """Of the tokens that have one right each, exactly one gets past the door."""
    let_in = set()
    for right in Right:
        answer = await served.http.request(method, path, headers=bearer(right), content=b"{not json")
        if answer.status_code == 403:
            assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
        else:
            let_in.add(right)
    assert len(let_in) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b"[" * 5000,
        b"[]",
        b'"text"',
        b"null",
    ],
)
async def test_what_is_no_json_object_is_400(served: Served, body: bytes) -> None:
    """The answer says where it stopped being JSON."""
    answer = await served.http.post(DECISIONS, content=body, headers=bearer(EVERYTHING))
    problem(answer, 400, "badRequest")


async def test_a_body_over_a_mebibyte_is_413(served: Served) -> None:
    """Whether its length was announced or not; one of exactly that size is read."""
    largest = 1024 * 1024
    for extra, status in ((0, 400), (1, 413)):
        body = b" " * (largest + extra)
        announced = await served.http.post(DECISIONS, content=body, headers=bearer(EVERYTHING))
        chunked = await served.http.post(DECISIONS, content=pieces(body), headers=bearer(EVERYTHING))
        assert "content-length" not in chunked.request.headers
        assert (announced.status_code, chunked.status_code) == (status, status)


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    """The body in chunks."""
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


async def test_a_body_without_end_is_not_read_to_its_end(served: Served) -> None:
    """It is given up soon after the bound."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 64 * 1024 * 1024:
            sent += 65536
            yield b" " * 65536

    answer = await served.http.post(DECISIONS, content=endless(), headers=bearer(EVERYTHING))
    problem(answer, 413, "tooLarge")
    assert sent <= 1024 * 1024 + 2 * 65536


async def test_errors_that_no_handler_foresaw_tell_nothing(lines: pytest.LogCaptureFixture) -> None:
    """500 to the caller; in the log, where it failed and as what, without the words of the error."""
    async with serving(Broken()) as served:
        answer = await served.decide(comment="secret words")
        counted = await served.counted(
            'placet_requests_total{method="POST",route="/orders/{orderId}/decisions",status="500"}'
        )
    assert counted == 1
    problem(answer, 500, "internal")
    text = "\n".join(record.getMessage() for record in lines.records)
    assert "KeyError" in text
    assert "test_callers.py" in text
    assert "secret" not in text + answer.text


class Broken(FakeOrders):
    """Fails as nobody foresaw."""

    async def say(self, order_id: str, said: object) -> None:  # type: ignore[override]
        """Fail."""
        raise KeyError(f"secret {said}")


async def test_paths_and_methods_that_are_not_there_are_problems_too(served: Served) -> None:
    """And make no labels of their own."""
    problem(await served.http.get("/nowhere"), 404, "notFound")
    answer = await served.http.delete("/orders")
    problem(answer, 405, "methodNotAllowed")
    assert answer.headers["Allow"] == "GET"
    await served.http.request("BREW", "/orders")
    assert await served.counted('placet_requests_total{method="other"') == 1
    assert await served.counted('placet_requests_total{method="GET",route="none",status="404"}') == 1


async def test_every_answer_can_be_found_again(served: Served) -> None:
    """By the correlation id that the caller gave, or by a new one; made fit for a header."""
    given = await served.http.get("/healthz", headers={"X-Correlation-ID": "shop/order 7"})
    assert given.headers["X-Correlation-ID"] == "shop/order-7"
    first, second = await served.http.get("/healthz"), await served.http.get("/healthz")
    assert first.headers["X-Correlation-ID"] != second.headers["X-Correlation-ID"]


async def test_the_interface_describes_itself(served: Served) -> None:
    """Bodies and the bearer scheme are in /openapi.json; no reference points nowhere."""
    document = (await served.http.get("/openapi.json")).json()
    operation = document["paths"]["/orders/{orderId}/decisions"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert set(schema["properties"]) == {
        "decisionId",
        "approver",
        "verdict",
        "comment",
        "revision",
        "without",
    }
    assert schema["properties"]["verdict"]["enum"] == ["approve", "reject", "requestChanges"]
    assert operation["security"]
    assert "#/$defs/" not in str(document)


async def test_the_interface_describes_its_problems(served: Served) -> None:
    """Under /orders and for many decisions: every status that may come instead of success, as problem details."""
    paths = (await served.http.get("/openapi.json")).json()["paths"]
    asked = {
        (method, path): operation
        for path, operations in paths.items()
        for method, operation in operations.items()
        if path.startswith("/orders") or path == "/decisions"
    }
    assert len(asked) >= 11
    for (method, path), operation in asked.items():
        wanted = {"401", "403", "404", "422", "503"} | ({"400", "409", "413"} if method == "post" else set())
        assert wanted <= set(operation["responses"]), path
        for status in wanted:
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"], path


def test_one_token_is_found_among_many_and_no_other() -> None:
    """Only the digests are kept."""
    tokens = Tokens.one(Settings().bearer())
    assert tokens.grant(DEV_TOKEN) is not None
    assert tokens.grant(DEV_TOKEN + " ") is None
    assert tokens.grant("") is None
    assert DEV_TOKEN not in repr(tokens.grant(DEV_TOKEN))
    assert sha256(DEV_TOKEN) not in repr(tokens.grant(DEV_TOKEN))


def read(folder: Path, text: str, address: str = "127.0.0.1") -> Tokens:
    """The tokens of a file."""
    file = folder / "tokens.yaml"
    file.write_text(text, encoding="utf-8")
    return load_tokens(Settings(tokens_file=file, edge_address=Address(address, 8080)))


def test_a_tokens_file_gives_each_its_rights(tmp_path: Path) -> None:
    """As YAML or JSON, by the token or by its SHA-256."""
    tokens = read(
        tmp_path,
        f"""[
        {{"token": "inbox-secret", "rights": ["read", "decide"], "actsFor": ["ana", "ben"]}},
        {{"tokenSha256": "{sha256("warehouse-secret")}", "rights": ["fulfil"]}},
        {{"token": "linz-secret", "rights": ["fulfil"], "speaksFor": ["webhook-linz"]}},
        {{"token": "portal-secret", "rights": ["decide"], "actsFor": "*"}}
        ]""",
    )
    inbox, warehouse = tokens.grant("inbox-secret"), tokens.grant("warehouse-secret")
    assert inbox is not None
    assert inbox.rights == {Right.READ, Right.DECIDE}
    assert (inbox.may_act_for("ana"), inbox.may_act_for("cleo")) == (True, False)
    assert warehouse is not None
    assert warehouse.rights == {Right.FULFIL}
    assert warehouse.speaks_for is None
    linz = tokens.grant("linz-secret")
    assert linz is not None
    assert linz.speaks_for == frozenset({"webhook-linz"})
    portal = tokens.grant("portal-secret")
    assert portal is not None
    assert portal.may_act_for("cleo")
    assert tokens.grant(DEV_TOKEN) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "has no token"),
        ("{}", "must be a list"),
        ("- token: secret-1\n", "0.rights: is missing"),
        ("- token: secret-1\n  rights: [rule]\n", "0.rights.0: Input should be 'notify'"),
        ("- token: secret-1\n  rights: []\n", "0.rights: "),
        ("- token: secret-1\n  rights: [read]\n  right: x\n", "0.right: no such field"),
        ("- token: secret-1\n  rights: [decide]\n", "0: the right to decide needs actsFor"),
        ("- token: secret-1\n  rights: [fulfil]\n  speaksFor: []\n", "0.speaksFor: "),
        ("- token: secret-1\n  rights: [fulfil]\n  speaksFor: ['*']\n", "0.speaksFor.0: "),
        ("- token: secret-1\n  rights: [read]\n  speaksFor: [own]\n", "0: speaksFor goes with"),
        ("- token: 17\n  rights: [read]\n", "0: token must be text"),
        ("- rights: [read]\n", "0.tokenSha256: is missing"),
        ("- tokenSha256: secret-1\n  rights: [read]\n", "0.tokenSha256: String should match"),
        (f"- token: secret-1\n  tokenSha256: {'0' * 64}\n  rights: [read]\n", "0: has both"),
        (
            "- {token: secret-1, rights: [read]}\n- {token: secret-1, rights: [fulfil]}\n",
            "the same token twice",
        ),
        ("- token: 'secret-1\n", "tokens.yaml:"),
    ],
)
def test_a_mistake_in_the_tokens_file_names_the_entry_and_no_token(
    tmp_path: Path, text: str, said: str
) -> None:
    """Which entry, which field."""
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, text)
    assert said in str(refused.value)
    assert "secret-1" not in str(refused.value)


def test_the_public_token_is_refused_where_others_can_reach_it(tmp_path: Path) -> None:
    """Also when a file gives it rights; and a file that is not there is no open door."""
    text = f"- {{token: {DEV_TOKEN}, rights: [read]}}\n"
    assert read(tmp_path, text).grant(DEV_TOKEN) is not None
    with pytest.raises(SettingsError, match="loopback"):
        read(tmp_path, text, "0.0.0.0")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_tokens(Settings(tokens_file=tmp_path / "nowhere.yaml"))


async def test_an_edge_knows_only_the_tokens_that_it_was_handed() -> None:
    """There is no default beside them."""
    orders, shop = FakeOrders(), FakeShop()
    edge = Edge(orders, shop, Tokens([]), Guard(MACHINE, orders, shop))
    transport = httpx.ASGITransport(create_app(edge))
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as http:
        assert (await http.get("/orders", headers=bearer(DEV_TOKEN))).status_code == 401
