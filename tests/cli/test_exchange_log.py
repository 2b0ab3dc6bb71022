"""`placet orders log`: what was said between Placet and the systems around it about one order."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from clients import drafts
from clients.commercetools import Commercetools
from clients.correlation import correlation_id
from clients.errors import ConcurrentModification, NotFound
from clients.exchanges_http import logged_http
from clients.exchanges_systems import configured
from configuration.redaction import load_redaction
from settings import SHIPPED_CONFIG, Settings
from starter.commercetools_account import account
from starter.demo_shop import Shop
from tests.cli.conftest import Placet
from tests.clients.sandboxed import order_draft

UNKNOWN = "00000000-0000-4000-8000-000000000000"
PERSONAL = ("buyer@acme.example", "Berlin", "Lovelace")
ADDRESS = {"country": "DE", "city": "Berlin", "lastName": "Lovelace", "pOBox": "12"}


@pytest.fixture
async def logged(placet: Placet, sandbox_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """An order's id, after a worker's client has read it and has been refused a write, over real HTTP."""
    async with httpx.AsyncClient() as http:
        shop = Shop(sandbox_url, "placet-demo", http)
        await shop.sign_in()
        order = await shop.post("orders/import", dict(order_draft("ON-1", shippingAddress=ADDRESS)))
    settings, rules = Settings(), load_redaction(SHIPPED_CONFIG)
    async with logged_http(rules, tmp_path, configured([sandbox_url]), attempt=lambda: 2) as http:
        ours = Commercetools(account(settings), http)
        token = correlation_id.set(f"order/{order['id']}/run-1/7")
        try:
            assert await ours.order(order["id"]) is not None
            with pytest.raises((ConcurrentModification, NotFound)):
                await ours.update_order(order["id"], 99, [drafts.change_order_state("Confirmed")])
        finally:
            correlation_id.reset(token)
        await ours.order_by_number("ANOTHER")
    yield order["id"]


async def test_shows_an_orders_exchanges_in_order_of_time(
    placet: Placet, logged: str, tmp_path: Path
) -> None:
    """By number: the token, the read, the refused write; nobody else's."""
    ended = await placet("orders", "log", "ON-1", "--dir", str(tmp_path))
    assert ended.code == 0, ended.err
    head, *rows = ended.out.splitlines()
    assert head.split() == ["time", "(UTC)", "system", "request", "status", "ms", "attempt", "error"]
    assert [row.partition("?")[0].split()[3:5] for row in rows] == [
        ["POST", "/oauth/token"],
        ["GET", f"/placet-demo/orders/{logged}"],
        ["POST", f"/placet-demo/orders/{logged}"],
    ]
    assert rows[-1].split()[-2:] == ["2", "ConcurrentModification"]
    assert "ANOTHER" not in ended.out


async def test_json_has_the_bodies_without_secrets_and_people(
    placet: Placet, logged: str, tmp_path: Path
) -> None:
    """A line each, of which nothing is personal; tokens have no bodies."""
    ended = await placet("orders", "log", logged, "--dir", str(tmp_path), "--json")
    token, read, write = map(json.loads, ended.out.splitlines())
    assert set(token["request"]) == set(token["response"]) == {"bytes"}
    assert read["response"]["json"]["orderNumber"] == "ON-1"
    assert read["response"]["json"]["customerEmail"] == "[personal]"
    assert read["response"]["json"]["shippingAddress"]["country"] == "DE"
    assert write["request"]["json"]["actions"] == [{"action": "changeOrderState", "orderState": "Confirmed"}]
    assert write["attempt"] == 2
    assert not [value for value in PERSONAL if value in ended.out]


async def test_shows_only_what_failed_or_came_since(placet: Placet, logged: str, tmp_path: Path) -> None:
    """Choosing nothing is no mistake."""
    where = ("--dir", str(tmp_path))
    failed = await placet("orders", "log", logged, "--failed", "--json", *where)
    assert [json.loads(line)["status"] for line in failed.out.splitlines()] == [409]
    later = await placet("orders", "log", logged, "--since", "2999-01-01", *where)
    assert (later.code, later.out) == (0, "no exchanges of this sort\n")
    wrong = await placet("orders", "log", logged, "--since", "2026-01-31T09:00:00", *where)
    assert wrong.code == 2
    assert "does not say its zone" in wrong.err


async def test_the_settings_directory_is_read_without_dir(
    placet: Placet, logged: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same variable as that of worker and edge."""
    monkeypatch.setenv("PLACET_EXCHANGE_LOG_DIR", str(tmp_path))
    assert (await placet("orders", "log", logged)).code == 0


async def test_a_line_that_was_cut_off_is_passed_over(placet: Placet, logged: str, tmp_path: Path) -> None:
    """A crash, or a process that is just writing."""
    (tmp_path / "exchanges-host-1-1-0001.jsonl").write_text(f'{{"orderId":"{logged}","ti', encoding="utf-8")
    ended = await placet("orders", "log", logged, "--dir", str(tmp_path), "--json")
    assert (ended.code, len(ended.out.splitlines())) == (0, 3)


async def test_where_nothing_is_the_way_out_is_said(
    placet: Placet, logged: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No files, no such order, no such number, no directory, nobody to ask."""
    empty = tmp_path / "empty"
    for arguments, code, said in (
        ((UNKNOWN, "--dir", str(empty)), 1, f"no exchanges are kept in {empty}: worker and edge write"),
        ((UNKNOWN, "--dir", str(tmp_path)), 1, f"no exchange of order {UNKNOWN} is kept in {tmp_path}: "),
        (("NO-1", "--dir", str(tmp_path)), 1, "no order has the number or id NO-1"),
    ):
        ended = await placet("orders", "log", *arguments)
        assert (ended.code, ended.out) == (code, "")
        assert said in ended.err
    monkeypatch.setenv("PLACET_SANDBOX_ADDRESS", "127.0.0.1:1")
    unreachable = await placet("orders", "log", "ON-1", "--dir", str(tmp_path))
    assert unreachable.code == 3
    assert "the order's id, instead of its number" in unreachable.err
    for name in ("PROJECT_KEY", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"CTP_{name}", "acme")
    for name in ("API_URL", "AUTH_URL"):
        monkeypatch.setenv(f"CTP_{name}", "https://ct.example")
    nowhere = await placet("orders", "log", logged)
    assert nowhere.code == 2
    assert "set PLACET_EXCHANGE_LOG_DIR for worker, edge and this command alike" in nowhere.err
