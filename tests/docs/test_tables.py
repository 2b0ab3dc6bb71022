"""The tables in docs/operations.md and docs/security.md, held to the code that they speak of."""

import re
from pathlib import Path

from domain.alarms import Alarm
from settings import Settings
from starter.metrics import Metrics
from starter.temporal_server import search_attribute_types
from starter.tokens import Right, read_tokens_file
from tests.docs.markdown import ROOT, blocks

OPERATIONS = ROOT / "docs" / "operations.md"
SECURITY = ROOT / "docs" / "security.md"


def _rows(page: Path, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its head; cells as they are written."""
    section = page.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def _code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _variable(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"PLACET_{field.upper()}"


def test_every_setting_is_there_with_its_default() -> None:
    """Each variable once, in the order of the class; a default in code is the default in the code."""
    rows = _rows(OPERATIONS, "Settings")
    assert [_code(row[0])[0] for row in rows] == [_variable(field) for field in Settings.model_fields]
    defaults = {_variable(name): field.default for name, field in Settings.model_fields.items()}
    for name, default, _ in rows:
        variable, written = _code(name)[0], _code(default)
        if variable.startswith("PLACET_") and written and variable != "PLACET_API_TOKEN":
            assert str(defaults[variable]) == written[0], variable
    assert "placet-dev" in {code for row in rows for code in _code(row[1])}


def test_every_search_attribute_is_there_with_its_type() -> None:
    """What an administrator registers by hand is what the workflow sets."""
    assert {_code(r[0])[0]: r[1] for r in _rows(OPERATIONS, "Search attributes")} == search_attribute_types()


def test_every_metric_is_there_with_its_labels() -> None:
    """Names as Prometheus sees them."""
    shown = {_code(row[0])[0]: _code(row[1]) for row in _rows(OPERATIONS, "Health and metrics")}
    counted = {}
    for metric in vars(Metrics()).values():
        if hasattr(metric, "_labelnames"):
            described = metric.describe()[0]
            name = described.name + ("_total" if described.type == "counter" else "")
            counted[name] = list(metric._labelnames)
    assert shown == counted


def test_every_alarm_is_there() -> None:
    """An alarm without an entry would leave an operator alone with it."""
    assert [_code(row[0])[0] for row in _rows(OPERATIONS, "Alarms")] == [alarm.value for alarm in Alarm]


def test_every_right_is_there() -> None:
    """The rights that a token can carry."""
    assert {_code(row[0])[0] for row in _rows(SECURITY, "Who may call the edge")} == {r.value for r in Right}


def test_the_tokens_file_that_is_shown_can_be_read(tmp_path: Path) -> None:
    """The example is taken by the edge's own reader, and gives nobody more than it says."""
    (example,) = [b.text for b in blocks(SECURITY) if b.language == "yaml"]
    file = tmp_path / "tokens.yaml"
    file.write_text(example, encoding="utf-8")
    notify, decide, fulfil = read_tokens_file(file)
    assert notify.rights == {Right.NOTIFY}
    assert decide.may_act_for("ana")
    assert not decide.may_act_for("cleo")
    assert fulfil.rights == {Right.FULFIL}


def test_every_link_leads_somewhere() -> None:
    """Relative links in all pages name files that are there."""
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_block_that_is_marked_runnable_is_run() -> None:
    """A snippet that says it runs must be run by a test of its page."""
    runnable = [b for page in (ROOT / "docs").glob("*.md") for b in blocks(page) if b.mark == "runnable"]
    assert {b.page.name for b in runnable} == {"shop.md"}
    assert len(runnable) == 1
