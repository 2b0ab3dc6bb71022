"""The fenced blocks of the documents, by what their first line says they are."""

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<info>[^\n]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """One fenced block: ```` ```language mark ````."""

    page: Path
    line: int
    language: str
    mark: str
    text: str


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page, in order."""
    source = page.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(source):
        language, _, mark = match["info"].strip().partition(" ")
        line = source.count("\n", 0, match.start()) + 1
        found.append(Block(page, line, language, mark, dedent(match["text"])))
    return found


def block(page: str, language: str, mark: str) -> str:
    """The one block of a page in `docs/` with that mark."""
    (found,) = [b for b in blocks(ROOT / "docs" / page) if (b.language, b.mark) == (language, mark)]
    return found.text
