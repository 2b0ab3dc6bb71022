"""Every command line and make target that the documents show is one that works."""

import re

import pytest

from tests.docs.command_lines import command_lines, fault_of
from tests.docs.markdown import PAGES, ROOT

LINES = [(where, words) for page in PAGES for where, words in command_lines(page)]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


@pytest.mark.parametrize(("where", "words"), [line for line in LINES if line[1][0] == "placet"])
def test_placet_takes_what_is_shown(where: str, words: list[str]) -> None:
    """The command exists, with those options and that many arguments."""
    assert fault_of(words) is None, where


@pytest.mark.parametrize(("where", "words"), [line for line in LINES if line[1][0] == "make"])
def test_make_has_what_is_shown(where: str, words: list[str]) -> None:
    """The target stands in the Makefile."""
    assert set(words[1:]) <= TARGETS, where


def test_the_readme_shows_every_command_and_target() -> None:
    """Nothing that works is left out of the tables."""
    from tests.cli.test_help import COMMANDS  # noqa: PLC0415 - the contract's own list

    readme = [words for where, words in LINES if where.startswith("README.md")]
    shown = {" ".join(words[1:3]) for words in readme if words[0] == "placet"}
    assert {c for c in COMMANDS if c not in shown and c not in {s.split()[0] for s in shown if s}} == set()
    targets = {words[1] for words in readme if words[0] == "make" and len(words) > 1}
    assert {"demo", "dev", "test", "check", "bench"} <= targets


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("placet orders erase ORDER", "no command erase"),
        ("placet decide ORDER --as ana approve --loudly", "no option --loudly"),
        ("placet decide ORDER approve", "missing"),
        ("placet decide --as ana ORDER", "missing"),
        ("placet orders show A B", "too many"),
    ],
)
def test_the_check_sees_a_line_that_does_not_work(words: str, fault: str) -> None:
    """So that a silent check cannot pass for right documents."""
    assert fault in (fault_of(words.split()) or "")
