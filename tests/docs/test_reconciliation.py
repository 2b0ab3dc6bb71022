"""docs/reconciliation.md, held to the code that it speaks of."""

import re

from domain.findings import Act, Kind
from tests.docs.markdown import ROOT
from workflows import policies
from workflows.reconciliation import PAGES_IN_A_RUN

PAGE = (ROOT / "docs" / "reconciliation.md").read_text(encoding="utf-8")
WORDS = {Act.START: "its workflow is started", Act.TELL: "the workflow is told to look"}


def rows(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, without its head."""
    lines = [
        line for line in PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0].splitlines() if line[:1] == "|"
    ]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_kind_is_there_with_what_is_done() -> None:
    """In the order of the code; what is reported says so, unless nobody has to see to it."""
    table = {row[0].strip("`"): row[2] for row in rows("What it finds")}
    assert list(table) == [kind.value for kind in Kind]
    for kind in Kind:
        reported = "reported" if kind.needs_person else "nothing, ever"
        assert table[kind.value].startswith(WORDS.get(kind.act, reported)), kind


def test_every_priority_is_there() -> None:
    """The numbers from first to last."""
    in_code = (
        policies.CARRY_OUT,
        policies.PEOPLE_WAIT,
        policies.IN_TURN,
        policies.NEW_ORDERS,
        policies.AT_LEISURE,
    )
    shown = [row[0] for row in rows("Limits and who goes first")]
    assert shown == [str(priority.priority_key) for priority in in_code]


def test_the_pages_of_a_run_are_right() -> None:
    """After so many it goes on in a new one."""
    assert re.findall(r"After (\d+) pages it goes on", PAGE) == [str(PAGES_IN_A_RUN)]
