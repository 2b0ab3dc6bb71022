"""`placet policy check` and `explain`: looked over before it decides anything, and asked about one order."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Placet
from tests.cli.policy_files import copied, document, rewritten


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped configuration, to be changed."""
    return copied(tmp_path)


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
