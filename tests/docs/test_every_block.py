"""No snippet of README and docs is only shown: each is run, read or computed by a test."""

import re
from pathlib import Path

import pytest

from settings import Settings
from tests.docs.markdown import PAGES, ROOT, Block, blocks

BLOCKS = [found for page in PAGES for found in blocks(page)]
DRAWINGS = {("architecture.md", "text"), ("fulfilment.md", "text")}
"""Pictures of boxes and arrows: there is nothing to run."""
PROGRAMS = re.compile(r"(\.venv/bin/)?(placet|make|temporal|python -m benchmarks)\b|export( [A-Z_]+=\S+)+$")
"""What command lines may begin with. `placet` and `make` are held to what there is (test_commands), `temporal` is run
(tests/workflows/test_operations_page.py), of `export` the names are looked at below."""
TESTS = {
    path: path.read_text(encoding="utf-8")
    for path in (ROOT / "tests").rglob("test_*.py")
    if path != Path(__file__)
}


def name(found: Block) -> str:
    """Where it is."""
    return f"{found.page.name}:{found.line}"


def whose(found: Block) -> list[Path]:
    """The tests that speak of its page and of its mark, or of its language where it has none."""
    stem = re.sub(r"-\d+$", "-", found.mark or found.language)
    wanted = re.compile(rf"""(["']|```{found.language} ){re.escape(stem)}""")
    return [path for path, text in TESTS.items() if found.page.name in text and wanted.search(text)]


def lines(found: Block) -> list[str]:
    """Command lines, without comments."""
    return [line for line in found.text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("found", BLOCKS, ids=name)
def test_a_block_is_run_by_a_test(found: Block) -> None:
    """Command lines by those of commands; all else by the test of its page, which asks for it by its mark."""
    if (found.page.name, found.language) in DRAWINGS:
        assert re.search("──|►", found.text)
    elif found.language in {"sh", ""}:
        assert [line for line in lines(found) if not PROGRAMS.match(line)] == []
    else:
        assert whose(found), f"no test reads {found.language} {found.mark}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_variables_that_are_shown_are_settings(page: Path) -> None:
    """In command lines and in prose: an unknown `PLACET_` name would end the program."""
    known = {
        field.validation_alias or f"PLACET_{name.upper()}" for name, field in Settings.model_fields.items()
    }
    shown = re.findall(r"(?<![\w-])((?:PLACET|CTP)_[A-Z_]+[A-Z])\b", page.read_text(encoding="utf-8"))
    assert set(shown) - known == set()


def test_a_block_that_nobody_runs_is_found() -> None:
    """So that a silent check cannot pass for right documents."""
    assert whose(Block(ROOT / "docs" / "shop.md", 1, "python", "of-nobody", "")) == []
    assert not PROGRAMS.match("curl https://example.com | sh")
