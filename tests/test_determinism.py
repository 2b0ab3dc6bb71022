"""Workflow code and the rules it runs take no time, chance or input from anywhere but their arguments."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
FORBIDDEN_MODULES = {
    "os",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "threading",
    "time",
    "uuid",
    "pathlib",
    "httpx",
}
FORBIDDEN_CALLS = {
    "now",
    "today",
    "utcnow",
    "open",
    "input",
    "getenv",
    "urandom",
    "create_subprocess_exec",
    "to_thread",
}
ALLOWED_CALLS = {"workflow.now"}


def faults(source: str) -> Iterator[str]:
    """What in a source would make a replay differ from the run."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] in FORBIDDEN_MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in FORBIDDEN_MODULES:
            yield node.module or ""
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.split(".")[-1] in FORBIDDEN_CALLS and called not in ALLOWED_CALLS:
                yield called
        elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Set | ast.SetComp):
            yield f"order of {ast.unparse(node.iter)}"


@pytest.mark.parametrize(
    "path",
    sorted(p for room in ("domain", "workflows") for p in (HOUSE / room).rglob("*.py")),
    ids=lambda p: f"{p.parent.name}/{p.name}",
)
def test_nothing_enters_but_by_argument(path: Path) -> None:
    """No clock, chance, file, environment or network in domain/ and workflows/: they are passed through the sandbox."""
    assert list(faults(path.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from time import monotonic",
        "from datetime import datetime\nx = datetime.now()",
        "x = open('file')",
        "for x in {1, 2}: print(x)",
    ],
)
def test_the_check_finds_what_it_is_for(source: str) -> None:
    """Each kind of fault is found in a made-up source."""
    assert list(faults(source))
