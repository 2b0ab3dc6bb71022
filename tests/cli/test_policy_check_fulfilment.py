"""`placet policy check` looks over who fulfils what, and what the words of providers mean."""

import json
import shutil
from pathlib import Path

import pytest

from settings import SHIPPED_CONFIG
from tests.cli.conftest import Placet

ROUTING = """\
rules:
  - rule: vienna
    when: { country: AT }
    provider: fluent
  - rule: all
    provider: custom-object
  - rule: never
    when: { country: DE }
    provider: custom-object
"""
ORDER_MAP = "fc.connect.commercetools.order.order-status-mapping.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped configuration, to be spoilt."""
    shutil.copytree(SHIPPED_CONFIG, tmp_path / "config")
    return tmp_path / "config"


async def findings(placet: Placet, folder: Path) -> list[tuple[str, str]]:
    """The file and the message of each finding."""
    ended = await placet("policy", "check", "--config", str(folder), "--json")
    told = json.loads(ended.out)
    assert ended.code == (0 if told["ok"] else 1)
    return [(Path(one["file"]).name, one["message"]) for one in told["findings"]]


async def test_a_rule_that_nothing_reaches_and_a_provider_that_nobody_has(
    placet: Placet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Providers are known only where a file says which there are."""
    (folder / "routing.yaml").write_text(ROUTING, encoding="utf-8")
    ((file, message),) = await findings(placet, folder)
    assert file == "routing.yaml"
    assert "all" in message
    providers = folder / "providers.yaml"
    providers.write_text("fluent-at: {host: 'http://x'}\n", encoding="utf-8")
    monkeypatch.setenv("PLACET_PROVIDERS_FILE", str(providers))
    messages = [message for _, message in await findings(placet, folder)]
    assert "no provider 'fluent' is configured; did you mean 'fluent-at'?" in messages


async def test_a_status_that_falls_back(placet: Placet, folder: Path) -> None:
    """Open after Confirmed is never done; a target that there is not is a mistake."""
    file = folder / "mappings" / ORDER_MAP
    statuses = json.loads(file.read_text(encoding="utf-8"))
    statuses["fluent"]["PICK"] = "Open"
    file.write_text(json.dumps(statuses), encoding="utf-8")
    ((named, message),) = await findings(placet, folder)
    assert named == ORDER_MAP
    assert "falls from Confirmed" in message
    statuses["fluent"]["PICK"] = "Canceled"
    file.write_text(json.dumps(statuses), encoding="utf-8")
    ((_, message),) = await findings(placet, folder)
    assert "write 'Cancelled', with two l" in message
