"""`placet policy` and `placet states`: what is wrong is named with file and line, before it decides anything."""

import json
import shutil
from pathlib import Path

import pytest

from settings import SHIPPED_CONFIG
from tests.cli.conftest import Placet


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped configuration, to be spoilt."""
    for file in SHIPPED_CONFIG.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["", "demo"])
async def test_the_shipped_files_are_right(placet: Placet, name: str) -> None:
    """Both the example and the demo's files pass, and the JSON names the rules."""
    config = str(SHIPPED_CONFIG / name)
    assert (await placet("policy", "check", "--config", config)).code == 0
    assert (await placet("states", "check", f"{config}/states.yaml")).code == 0
    told = json.loads((await placet("policy", "check", "--config", config, "--json")).out)
    assert told["rules"][-1] == {"rule": "automatic", "steps": []}


async def test_a_mistake_is_named_with_file_and_line(placet: Placet, folder: Path) -> None:
    """A threshold without a currency: exit code 1, one line that says where and what."""
    policy = folder / "policy.yaml"
    lines = policy.read_text().splitlines()
    wrong = next(n for n, text in enumerate(lines) if "EUR 10,000.00" in text and "atLeast" in text)
    lines[wrong] = '    when: { atLeast: "10,000.00" }'
    policy.write_text("\n".join(lines))
    ended = await placet("policy", "check", "--config", str(folder))
    assert ended.code == 1
    assert not ended.out
    assert ended.err.startswith(f"placet: {policy}:{wrong + 1}: ")
    assert "currency" in ended.err


async def test_a_mistake_in_the_states_is_named(
    placet: Placet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file of PLACET_CONFIG_DIR is looked at by default."""
    states = folder / "states.yaml"
    states.write_text(states.read_text().replace("- Completed", "- Complete"))
    monkeypatch.setenv("PLACET_CONFIG_DIR", str(folder))
    ended = await placet("states", "check")
    assert ended.code == 1
    assert "did you mean 'Completed'?" in ended.err


async def test_an_unknown_setting_is_2(placet: Placet, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt variable is named, with the one that was probably meant."""
    monkeypatch.setenv("PLACET_CONFIG_DIRS", "/tmp/config")
    ended = await placet("states", "check")
    assert ended.code == 2
    assert ended.err == "placet: PLACET_CONFIG_DIRS: no such setting; did you mean PLACET_CONFIG_DIR?\n"


async def test_explains_where_an_order_would_go(placet: Placet, sandbox_url: str) -> None:
    """An order over EUR 1,500.00 would need a manager; nothing is changed by asking."""
    import httpx  # noqa: PLC0415

    from starter.demo_shop import Shop  # noqa: PLC0415

    async with httpx.AsyncClient() as http:
        shop = Shop(sandbox_url, "placet-demo", http)
        await shop.sign_in()
        state = {"key": "Waits", "type": "OrderState", "initial": True}
        await shop.post("states", state)
        await shop.order("E-1", 150_000, "EUR", "rita@example.com", "Waits")
        before = await shop.get("orders/order-number=E-1")
        ended = await placet("policy", "explain", "E-1")
        assert await shop.get("orders/order-number=E-1") == before
    assert ended.code == 0, ended.err
    assert "E-1, EUR 1,500.00" in ended.out
    assert "ana or ben within 2 d" in ended.out
    assert "if nobody decides: hold" in ended.out


@pytest.mark.parametrize("given", ["{no json", '"SQS"', "/no/such/file", '{"uri": "x"}'])
async def test_a_destination_that_is_none_is_2(placet: Placet, given: str) -> None:
    """What cannot be a Destination is refused before anything is done."""
    ended = await placet("setup", "--destination", given)
    assert ended.code == 2
    assert ended.err.startswith("placet: --destination: ")
