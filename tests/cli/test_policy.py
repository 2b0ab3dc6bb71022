"""`placet policy`: checked before it decides anything, asked about one order, and tried on past ones."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from settings import SHIPPED_CONFIG
from starter.demo_shop import Shop
from tests.cli.conftest import Placet
from tests.clients.documents import cents as euro_cents
from tests.clients.documents import line_item, order


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped configuration, to be changed."""
    made = tmp_path / "changed"
    made.mkdir()
    for file in SHIPPED_CONFIG.glob("*.yaml"):
        shutil.copy(file, made)
    return made


def rewritten(folder: Path, before: str, after: str) -> Path:
    """The policy with one piece replaced."""
    file = folder / "policy.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    return folder


def document(number: str, cents: int, currency: str = "EUR", **more: Any) -> dict[str, Any]:
    """An order as commercetools writes it."""
    return order(orderNumber=number, totalPrice=euro_cents(cents, currency), **more)


async def test_check_tells_what_cannot_be_meant(placet: Placet, folder: Path) -> None:
    """A rule that never matches: exit code 1, with file and line, also as JSON."""
    config = str(rewritten(folder, "when: { currencyOtherThan: EUR }", "when: { currency: EUR }"))
    ended = await placet("policy", "check", "--config", config)
    assert ended.code == 1
    assert f"{config}/policy.yaml:" in ended.out
    assert "rule large-order can never match" in ended.out
    told = json.loads((await placet("policy", "check", "--config", config, "--json")).out)
    assert not told["ok"]
    assert told["findings"][0]["line"] > 1


async def test_check_tells_mistakes_as_json(placet: Placet, folder: Path) -> None:
    """The same list, where the files cannot be read as a policy at all."""
    config = str(rewritten(folder, "[finance]", "[finanse]"))
    ended = await placet("policy", "check", "--config", config, "--json")
    assert ended.code == 1
    found = json.loads(ended.out)["findings"]
    assert any("did you mean 'finance'?" in one["message"] for one in found)


async def test_explains_an_order_in_a_file(placet: Placet, tmp_path: Path) -> None:
    """Without commercetools: rule, why, who, and until when, two days from now."""
    file = tmp_path / "order.json"
    file.write_text(json.dumps(document("F-1", 1_200_000)), encoding="utf-8")
    ended = await placet("policy", "explain", str(file))
    assert ended.code == 0, ended.err
    assert "F-1, EUR 12,000.00: Orders from EUR 10,000.00 need" in ended.out
    due = datetime.now(UTC) + timedelta(days=2)
    assert f"1. manager\n     ana or ben within 2 d, until {due:%Y-%m-%d %H}" in ended.out
    assert f"       reminded {due - timedelta(days=1):%Y-%m-%d %H}" in ended.out
    assert "2. finance\n     cleo or cem within 2 d\n       reminded after 1 d\n" in ended.out
    assert "changes can be requested 3 times; then step manager is asked first\n" in ended.out
    told = json.loads((await placet("policy", "explain", str(file), "--json")).out)
    assert (told["rule"], told["orderNumber"], told["automatic"]) == ("large-order", "F-1", False)
    levels = told["steps"][0]["levels"]
    assert [datetime.fromisoformat(level["dueAt"]) for level in levels] == [
        datetime.fromisoformat(told["asOf"]) + timedelta(days=days) for days in (2, 4)
    ]


async def test_explains_substitutes_and_working_time(placet: Placet, tmp_path: Path, folder: Path) -> None:
    """By the directory as it is: ana is away, dana decides for her, and a working day is over at an instant."""
    rewritten(folder, "within: P2D\n        remind: [P1D]", "within: 1 working day\n        remind: [P1D]")
    people = (folder / "directory.yaml").read_text(encoding="utf-8")
    absence = "absences: [{ from: 2020-01-01, until: 2100-01-01, substitute: dana }]"
    known = "zone: Europe/Lisbon, hours: office"
    assert known in people
    (folder / "directory.yaml").write_text(people.replace(known, f"{known}, {absence}"), encoding="utf-8")
    file = tmp_path / "order.json"
    file.write_text(json.dumps(document("F-3", 150_000)), encoding="utf-8")
    ended = await placet("policy", "explain", str(file), "--config", str(folder))
    assert ended.code == 0, ended.err
    assert "ana or ben, or dana on behalf of ana within 1 working day, until 20" in ended.out
    told = json.loads((await placet("policy", "explain", str(file), "--config", str(folder), "--json")).out)
    assert told["steps"][0]["levels"][0]["mandates"][2] == {"decides": "dana", "onBehalfOf": "ana"}
    assert told["opening"]["dueAt"] > told["asOf"]


async def test_explains_quorums_and_custom_fields(placet: Placet, tmp_path: Path, folder: Path) -> None:
    """Two of several, everybody, and the custom field that the policy asked for."""
    rewritten(
        folder, 'when: { atLeast: "EUR 10,000.00" }', "when: { custom: { field: costCenter, is: '4711' } }"
    )
    rewritten(
        folder, "approvers: { groups: [managers] }", "approvers: { groups: [managers] }\n        needs: all"
    )
    rewritten(
        folder,
        "approvers: { groups: [finance] }",
        "approvers: { groups: [finance, managers] }\n        needs: { of: 2 }",
    )
    file = tmp_path / "order.json"
    custom = {"type": {"typeId": "type", "id": "t"}, "fields": {"costCenter": "4711", "other": 1}}
    file.write_text(json.dumps(document("F-2", 100, custom=custom)), encoding="utf-8")
    ended = await placet("policy", "explain", str(file), "--config", str(folder))
    assert ended.code == 0, ended.err
    assert "custom field costCenter: 4711" in ended.out
    assert "ana and ben within 2 d" in ended.out
    assert "2 of cleo or cem or ana or ben within 2 d" in ended.out


@pytest.mark.parametrize("text", ["", "[]", "{", '{"id": "x", "customerEmail": "secret@example.com"}'])
async def test_a_file_without_an_order_is_refused(placet: Placet, tmp_path: Path, text: str) -> None:
    """Named, and nothing of it is repeated."""
    file = tmp_path / "order.json"
    file.write_text(text, encoding="utf-8")
    ended = await placet("policy", "explain", str(file))
    assert ended.code == 1
    assert ended.err.startswith(f"placet: {file}: holds no order: ")
    assert "secret" not in ended.err


def past(folder: Path) -> Path:
    """Six orders, one a line; the first is old."""
    days = ("2025-12-31", *["2026-02-03"] * 5)
    cents = (900_000, 90_000, 150_000, 450_000, 1_200_000, 60_000)
    lines = [
        json.dumps(document(f"P-{n}", amount, createdAt=f"{day}T10:00:00.000Z"))
        for n, (day, amount) in enumerate(zip(days, cents, strict=True))
    ]
    file = folder / "orders.jsonl"
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return file


async def test_replay_tells_who_would_be_asked(placet: Placet, tmp_path: Path, folder: Path) -> None:
    """A threshold moved from EUR 10,000.00 to EUR 4,000.00: one order more goes to finance, one is old, four stay."""
    changed = str(rewritten(folder, '{ atLeast: "EUR 10,000.00" }', '{ atLeast: "EUR 4,000.00" }'))
    line = ("policy", "replay", "--since", "2026-01-01", "--from", str(past(tmp_path)), "--config", changed)
    ended = await placet(*line)
    assert ended.code == 0, ended.err
    assert ended.out.splitlines() == [
        "5 orders, 1 of them would be routed differently",
        "  1 from new-customer-or-notable-order to large-order: manager (ana or ben), then finance (cleo or cem) (P-3)",
        "     now manager (ana or ben)",
        "0 would find no approver",
        "approved automatically: 2 under the present policy, 2 under the changed one",
    ]
    told = json.loads((await placet(*line, "--json")).out)
    assert (told["orders"], told["differently"]) == (5, 1)
    assert told["moves"][0]["to"]["asks"][1] == {"step": "finance", "approvers": ["cleo", "cem"]}


async def test_replay_tells_what_is_other(placet: Placet, tmp_path: Path, folder: Path) -> None:
    """Another rule for the same people, and the same people on other terms, are told apart from other people."""
    rewritten(folder, "rule: large-order", "rule: renamed")
    rewritten(folder, "within: P2D\n        remind: [P1D]", "within: P3D\n        remind: [P1D]")
    line = (
        "policy",
        "replay",
        "--since",
        "2026-01-01",
        "--from",
        str(past(tmp_path)),
        "--config",
        str(folder),
    )
    ended = await placet(*line)
    assert "  1 from large-order to renamed: the same people first, on other terms" in ended.out
    assert "  2 from new-customer-or-notable-order to new-customer-or-notable-order: the same" in ended.out
    rewritten(folder, "within: P3D\n        remind: [P1D]", "within: P2D\n        remind: [P1D]")
    told = json.loads((await placet(*line, "--json")).out)
    assert [move["change"] for move in told["moves"]] == ["rule"]


async def test_replay_reads_what_orders_say_beside_their_content(
    placet: Placet, tmp_path: Path, folder: Path
) -> None:
    """Product types where the file has them expanded; an order whose types have no keys there is held, not guessed."""
    rewritten(folder, 'when: { atLeast: "EUR 10,000.00" }', "when: { productType: acids }")
    rewritten(folder, "within: P2D\n        remind: [P1D]", "within: 2 working days\n        remind: [P1D]")
    types = ({"key": "acids"}, {"key": "tools"}, None)
    lines = [
        line_item(productType={"typeId": "product-type", "id": f"t-{n}", **({"obj": of} if of else {})})
        for n, of in enumerate(types)
    ]
    file = tmp_path / "orders.jsonl"
    written = [document(f"T-{n}", 1_200_000, lineItems=[line]) for n, line in enumerate(lines)]
    file.write_text("\n".join(map(json.dumps, written)), encoding="utf-8")
    line = ("policy", "replay", "--since", "2026-01-01", "--from", str(file), "--config", str(folder))
    told = json.loads((await placet(*line, "--json")).out)
    moves = {
        (move["from"]["rule"], move["to"]["rule"], move["change"]): move["examples"] for move in told["moves"]
    }
    assert moves == {
        ("large-order", "large-order", "terms"): ["T-0"],
        ("large-order", "new-customer-or-notable-order", "people"): ["T-1"],
        ("large-order", "none", "people"): ["T-2"],
    }


async def test_replay_finds_orders_without_an_approver(placet: Placet, tmp_path: Path, folder: Path) -> None:
    """The only manager left is the one who ordered."""
    text = (folder / "directory.yaml").read_text(encoding="utf-8")
    (folder / "directory.yaml").write_text(
        text.replace("members: [ana, ben]", "members: [ana]"), encoding="utf-8"
    )
    rewritten(
        folder,
        "          - { to: { people: [dana] }, within: P2D }",
        "          - { to: { people: [ana] }, within: P2D }",
    )
    file = tmp_path / "orders.jsonl"
    own = document("N-1", 150_000, customerEmail="ana@example.com", createdAt="2026-02-03T10:00:00.000Z")
    file.write_text(json.dumps(own), encoding="utf-8")
    ended = await placet(
        "policy", "replay", "--since", "2026-01-01", "--from", str(file), "--config", str(folder)
    )
    assert ended.code == 0, ended.err
    assert "1 would find no approver" in ended.out
    assert "nobody is left to decide step manager: the requester never approves (N-1)" in ended.out


@pytest.mark.parametrize(
    ("since", "text", "code", "why"),
    [
        ("yesterday", "", 2, "'yesterday' is no instant"),
        ("2026-01-01T00:00:00", "", 2, "is no instant"),
        ("2026-01-01", "{}\n", 1, "orders.jsonl:1: holds no order"),
        ("2026-01-01", "\n{no json}\n", 1, "orders.jsonl:2: holds no order"),
    ],
)
async def test_replay_refuses_what_it_cannot_read(  # noqa: PLR0917 - fixtures
    placet: Placet, tmp_path: Path, since: str, text: str, code: int, why: str
) -> None:
    """With the line that it is about."""
    file = tmp_path / "orders.jsonl"
    file.write_text(text, encoding="utf-8")
    ended = await placet("policy", "replay", "--since", since, "--from", str(file))
    assert ended.code == code
    assert why in ended.err


async def test_replay_reads_commercetools(placet: Placet, sandbox_url: str, folder: Path) -> None:
    """Every order since an instant, page after page; none is changed."""
    async with httpx.AsyncClient() as http:
        shop = Shop(sandbox_url, "placet-demo", http)
        await shop.sign_in()
        await shop.post("states", {"key": "Waits", "type": "OrderState", "initial": True})
        for n, cents in enumerate((50_000, 450_000, 2_000_000)):
            await shop.order(f"E-{n}", cents, "EUR", "rita@example.com", "Waits")
        before = await shop.get("orders")
        changed = str(rewritten(folder, '{ atLeast: "EUR 10,000.00" }', '{ atLeast: "EUR 4,000.00" }'))
        told = json.loads(
            (await placet("policy", "replay", "--since", "2020-01-01", "--config", changed, "--json")).out
        )
        nothing = await placet("policy", "replay", "--since", "2099-01-01", "--config", changed)
        assert await shop.get("orders") == before
    assert (told["orders"], told["differently"]) == (3, 1)
    assert told["moves"][0]["examples"] == ["E-1"]
    assert nothing.out.startswith("0 orders, 0 of them")
