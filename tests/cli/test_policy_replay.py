"""`placet policy replay`: a changed policy tried on past orders."""

import json
from pathlib import Path

import httpx
import pytest

from starter.demo_shop import Shop
from tests.cli.conftest import Placet
from tests.cli.policy_files import copied, document, rewritten
from tests.clients.documents import line_item


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped configuration, to be changed."""
    return copied(tmp_path)


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
        "0 of the others would be asked about otherwise",
        "0 would find no approver",
        "approved automatically: 2 under the present policy, 2 under the changed one",
    ]
    told = json.loads((await placet(*line, "--json")).out)
    assert (told["orders"], told["differently"]) == (5, 1)
    assert told["moves"][0]["to"]["asks"][1] == {
        "step": "finance",
        "approvers": ["cleo", "cem"],
        "needs": "any",
    }


async def test_a_file_is_replayed_whole_without_a_time(placet: Placet, tmp_path: Path, folder: Path) -> None:
    """commercetools is not: somebody has to say since when."""
    line = ("policy", "replay", "--config", str(folder), "--json")
    told = json.loads((await placet(*line, "--from", str(past(tmp_path)))).out)
    assert (told["since"], told["orders"]) == (None, 6)
    refused = await placet(*line)
    assert refused.code == 2
    assert "--since" in refused.err
    assert "name a file with --from" in refused.err


async def test_replay_counts_people_as_explain_does(placet: Placet, tmp_path: Path, folder: Path) -> None:
    """All of them, or two of several; where only how many is other, that is said, and no other people are told."""
    rewritten(
        folder, "approvers: { groups: [managers] }", "approvers: { groups: [managers] }\n        needs: all"
    )
    rewritten(
        folder,
        "approvers: { groups: [finance] }",
        "approvers: { groups: [finance, managers] }\n        needs: { of: 2 }",
    )
    line = ("policy", "replay", "--since", "2026-01-01", "--from", str(past(tmp_path)))
    said = (await placet(*line, "--config", str(folder))).out
    assert "manager (ana and ben), then finance (2 of cleo or cem or ana or ben) (P-4)" in said
    assert (
        "the same people first, on other terms (times, how many, escalation, outcome): manager (ana and ben) "
        "(P-2, P-3)\n     now manager (ana or ben)\n"
    ) in said
    moves = json.loads((await placet(*line, "--config", str(folder), "--json")).out)["moves"]
    assert {move["change"]: [ask["needs"] for ask in move["to"]["asks"]] for move in moves} == {
        "terms": ["all"],
        "people": ["all", {"of": 2}],
    }


async def test_replay_tells_once_what_is_the_same(placet: Placet, tmp_path: Path, folder: Path) -> None:
    """Whoever ordered: orders of which the same line would be told are in one line, with the sum of them."""
    rewritten(folder, "rule: new-customer-or-notable-order", "rule: renamed")
    file = tmp_path / "orders.jsonl"
    buyers = ("cleo@example.com", "somebody@example.org", "cem@example.com", "ana@example.com")
    orders = [document(f"S-{n}", 150_000, customerEmail=email) for n, email in enumerate(buyers)]
    file.write_text("\n".join(map(json.dumps, orders)), encoding="utf-8")
    line = ("policy", "replay", "--since", "2020-01-01", "--from", str(file), "--config", str(folder))
    moves = [line for line in (await placet(*line)).out.splitlines() if " to renamed: " in line]
    before = "from new-customer-or-notable-order to renamed: the same people"
    assert moves == [f"  3 {before} (S-0, S-1, S-2)", f"  1 {before} (S-3)"]


async def test_replay_of_one_policy_says_so(placet: Placet, tmp_path: Path, folder: Path) -> None:
    """Without --config, or with a copy: nothing can come out differently, which is no praise of a changed policy."""
    line = ("policy", "replay", "--since", "2026-01-01", "--from", str(past(tmp_path)))
    for more, said in (
        ((), " is compared with itself; "),
        (("--config", str(folder)), f"{folder} says what "),
    ):
        ended = await placet(*line, *more)
        assert ended.code == 0
        assert said in ended.err
        assert "--config" in ended.err
    rewritten(folder, "rule: large-order", "rule: renamed")
    assert not (await placet(*line, "--config", str(folder))).err


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


async def test_replay_tells_what_would_be_asked_otherwise(
    placet: Placet, tmp_path: Path, folder: Path
) -> None:
    """Rounds, reasons and harmless changes: apart from what is routed differently, and only where somebody is asked."""
    text = (folder / "policy.yaml").read_text(encoding="utf-8")
    (folder / "policy.yaml").write_text(
        f"reasonRequired: [reject]\nharmless: [purchaseOrderNumber]\n{text}", encoding="utf-8"
    )
    file = str(past(tmp_path))
    line = ("policy", "replay", "--since", "2026-01-01", "--from", file, "--config", str(folder))
    said = (await placet(*line)).out
    assert said.startswith("5 orders, 0 of them would be routed differently\n3 of the others would be asked")
    assert (
        "  2 by rule new-customer-or-notable-order: reasonRequired none → reject; "
        "harmless none → purchaseOrderNumber (P-2, P-3)\n"
    ) in said
    told = json.loads((await placet(*line, "--json")).out)
    assert (told["differently"], told["moves"], told["askedOtherwise"]["orders"]) == (0, [], 3)
    assert told["askedOtherwise"]["rules"][1] == {
        "rule": "large-order",
        "terms": [
            {"term": "reasonRequired", "from": "none", "to": "reject"},
            {"term": "harmless", "from": "none", "to": "purchaseOrderNumber"},
        ],
        "orders": 1,
        "examples": ["P-4"],
    }


async def test_replay_names_the_terms_that_are_other(placet: Placet, tmp_path: Path, folder: Path) -> None:
    """Of a deadline, and what a missed one means: routed differently as ever, and now it says how."""
    rewritten(
        folder,
        "within: P2D\n        remind: [P1D]",
        "within: P3D\n        remind: [P1D, PT36H]",
    )
    rewritten(folder, "onTimeout: hold", "onTimeout: reject")
    line = ("policy", "replay", "--since", "2026-01-01", "--from", str(past(tmp_path)))
    told = json.loads((await placet(*line, "--config", str(folder), "--json")).out)
    assert told["askedOtherwise"]["orders"] == 0
    assert told["moves"][0]["terms"] == [
        {"term": "within", "from": "2 d", "to": "3 d", "step": "manager"},
        {"term": "remind", "from": "1 d", "to": "1 d, 1 d 12 h", "step": "manager"},
        {"term": "onTimeout", "from": "hold", "to": "reject", "step": "manager"},
    ]


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
