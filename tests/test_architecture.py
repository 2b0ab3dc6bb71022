"""The house rules that no linter knows: who may import whom, how large a room may be, who reads the environment."""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ANY = None
"""In the table of libraries: whichever is installed."""

# docs/architecture.md: imports run one way. A part may always import itself.
OURS: dict[str, frozenset[str]] = {
    "domain": frozenset(),
    "configuration": frozenset({"domain"}),
    "settings": frozenset({"domain"}),
    "clients": frozenset({"domain"}),
    "activities": frozenset({"domain", "clients"}),
    "workflows": frozenset({"domain", "activities"}),
    "starter": frozenset({"domain", "workflows", "clients", "settings", "configuration"}),
    "sandbox": frozenset(),
    "worker": frozenset({"domain", "clients", "activities", "workflows", "settings", "configuration"}),
}
# `configuration` turns pydantic's errors into a file and a line, public holidays are data as time zones are; what else is
# in a row is what the part is for.
LIBRARIES: dict[str, frozenset[str] | None] = {
    "domain": frozenset({"pydantic", "holidays"}),
    "configuration": frozenset({"yaml", "pydantic", "pydantic_core"}),
    "settings": frozenset({"pydantic", "pydantic_settings", "temporalio"}),
    "clients": frozenset({"commercetools", "httpx", "pydantic"}),
    "activities": frozenset({"temporalio", "pydantic"}),
    "workflows": frozenset({"temporalio", "pydantic"}),
    "starter": ANY,
    "sandbox": ANY,
    "worker": ANY,
}
BESIDE_THE_PRODUCT = frozenset({"tests", "benchmarks"})
VAGUE = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "managers"})
READS_ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb"})
ENVIRONMENT_IMPORTS = ("os.environ", "os.getenv", "pydantic_settings", "dotenv", "temporalio.envconfig")
LONGEST_FILE, LONGEST_FUNCTION = 300, 60

Check = Callable[[str, str], list[str]]


def part_of(path: str) -> str:
    """The row of the table that a file belongs to: its folder, or its own name at the root."""
    return path.split("/", maxsplit=1)[0].removesuffix(".py")


def is_product(path: str) -> bool:
    """Whether the file is shipped."""
    return part_of(path) not in BESIDE_THE_PRODUCT


def imports_dynamically(call: ast.Call) -> bool:
    """Whether a call imports what only the running program knows."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
    return name in {"import_module", "__import__"}


def imported(path: str, source: str) -> Iterator[tuple[int, str]]:
    """Every module that a source imports, wherever in it, with its line; relative ones resolved."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(path.split("/")[: -node.level]) if node.level else ""
            stem = ".".join(part for part in (base, node.module) if part)
            yield node.lineno, stem
            yield from ((node.lineno, f"{stem}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and imports_dynamically(node):
            yield node.lineno, "importlib.import_module"


def imports_run_one_way(path: str, source: str) -> list[str]:
    """Ours as the table says, the standard library, and the libraries that the part is for."""
    part = part_of(path)
    if part in BESIDE_THE_PRODUCT:
        return []
    if part not in OURS:
        return [f"{path}: {part} has no row in the table of imports"]
    libraries, found = LIBRARIES[part], []
    for line, module in imported(path, source):
        top = module.split(".")[0]
        if top in OURS or top in BESIDE_THE_PRODUCT:
            wrong = top != part and top not in OURS[part]
        elif module == "importlib.import_module":
            wrong = libraries is not ANY
        else:
            wrong = top not in sys.stdlib_module_names and libraries is not ANY and top not in libraries
        if wrong:
            found.append(f"{path}:{line}: {part} may not import {module}")
    return found


def files_are_small(path: str, source: str) -> list[str]:
    """No file is over three hundred lines, tests included."""
    lines = len(source.splitlines())
    return [f"{path}: {lines} lines"] if lines > LONGEST_FILE else []


def functions_are_short(path: str, source: str) -> list[str]:
    """No function of the product is over sixty lines."""
    functions = [
        n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = [(f.name, f.lineno, (f.end_lineno or f.lineno) - f.lineno + 1) for f in functions]
    too_long = [(name, line, length) for name, line, length in lengths if length > LONGEST_FUNCTION]
    return [f"{path}:{line}: {name} has {n} lines" for name, line, n in too_long] if is_product(path) else []


def nothing_is_forced(path: str, source: str) -> list[str]:
    """The state machine is never overruled: `force` is set nowhere but in the sandbox, which must know it."""
    if not is_product(path) or part_of(path) == "sandbox":
        return []
    return [f"{path}:{line}: force is set" for line in _forced(ast.parse(source))]


def _forced(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "force" and not _is_off(node.value):
            yield node.value.lineno
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (v.lineno for k, v in pairs if _is_text(k, "force") and not _is_off(v))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_names_force(target) for target in targets) and not _is_off(node.value):
                yield node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _forces(node.value):
            yield node.lineno


def _is_off(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in {None, False}


def _is_text(value: ast.expr | None, text: str) -> bool:
    return isinstance(value, ast.Constant) and value.value == text


def _names_force(target: ast.expr) -> bool:
    by_key = isinstance(target, ast.Subscript) and _is_text(target.slice, "force")
    return by_key or getattr(target, "attr", getattr(target, "id", None)) == "force"


def _forces(text: str) -> bool:
    """Whether a query or a document written as text forces; prose about it does not."""
    return "{" in text and "force:true" in text.replace(" ", "").replace('"', "").replace("'", "")


def the_environment_has_one_reader(path: str, source: str) -> list[str]:
    """Only settings.py reads the environment, by whatever way; the sandbox takes arguments."""
    if not is_product(path) or path == "settings.py":
        return []
    lines = {line for line, module in imported(path, source) if module.startswith(ENVIRONMENT_IMPORTS)}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in READS_ENVIRONMENT:
            lines.add(node.lineno)
        if isinstance(node, ast.keyword) and node.arg == "envvar":
            lines.add(node.value.lineno)
    return [f"{path}:{line}: only settings.py reads the environment" for line in sorted(lines)]


def modules_say_what_they_are(path: str, source: str) -> list[str]:
    """No module or folder has a name under which anything could be put."""
    del source
    vague = VAGUE.intersection(path.removesuffix(".py").split("/"))
    return [f"{path}: what is in {name}?" for name in sorted(vague)]


CHECKS: tuple[Check, ...] = (
    imports_run_one_way,
    files_are_small,
    functions_are_short,
    nothing_is_forced,
    the_environment_has_one_reader,
    modules_say_what_they_are,
)


def python_files(root: Path) -> list[str]:
    """Every Python file of the project, as a path from its root; what is hidden or installed is not its own."""
    paths = (path.relative_to(root) for path in root.rglob("*.py"))
    kept = (path for path in paths if not any(part.startswith(".") for part in path.parts))
    return sorted(path.as_posix() for path in kept if path.parts[0] not in {"var", "dist", "build"})


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_project_keeps_the_rule(check: Check) -> None:
    """Every file of the project passes every check."""
    files = python_files(ROOT)
    found = [fault for path in files for fault in check(path, (ROOT / path).read_text(encoding="utf-8"))]
    assert not found, "\n" + "\n".join(found)


def test_every_part_of_the_house_is_looked_at() -> None:
    """The walk sees each part of the table, so that an empty walk cannot pass for a tidy house."""
    assert set(OURS) == set(LIBRARIES)
    assert set(OURS) <= {part_of(path) for path in python_files(ROOT)}
    assert "tests/test_architecture.py" in python_files(ROOT)


FAULTS: list[tuple[Check, str, str]] = [
    (imports_run_one_way, "domain/order.py", "import httpx"),
    (imports_run_one_way, "domain/order.py", "from clients.errors import NotFound"),
    (imports_run_one_way, "domain/order.py", "from .. import workflows"),
    (imports_run_one_way, "domain/order.py", "def f():\n    import temporalio"),
    (imports_run_one_way, "domain/order.py", "import importlib\nimportlib.import_module('clients')"),
    (imports_run_one_way, "configuration/document.py", "import settings"),
    (imports_run_one_way, "settings.py", "from clients.account import Account"),
    (imports_run_one_way, "clients/orders.py", "import temporalio.activity"),
    (imports_run_one_way, "activities/orders.py", "from workflows.names import ORDERS_QUEUE"),
    (imports_run_one_way, "activities/orders.py", "import httpx"),
    (imports_run_one_way, "workflows/order.py", "from clients.commercetools import Commercetools"),
    (imports_run_one_way, "starter/cli.py", "from activities.orders import OrderActivities"),
    (imports_run_one_way, "starter/cli.py", "import worker"),
    (imports_run_one_way, "starter/cli.py", "from sandbox.app import app"),
    (imports_run_one_way, "sandbox/app.py", "from domain.money import Money"),
    (imports_run_one_way, "worker.py", "from starter.cli import main"),
    (imports_run_one_way, "worker.py", "import tests.fakes"),
    (imports_run_one_way, "gadgets/new.py", "import json"),
    (files_are_small, "tests/test_long.py", "x = 1\n" * (LONGEST_FILE + 1)),
    (functions_are_short, "starter/cli.py", "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION),
    (
        functions_are_short,
        "starter/cli.py",
        "class A:\n    async def f():\n" + "        x = 1\n" * LONGEST_FUNCTION,
    ),
    (nothing_is_forced, "clients/drafts.py", "transition_state(state, force=True)"),
    (nothing_is_forced, "clients/drafts.py", "action = {'action': 'transitionState', 'force': forced}"),
    (nothing_is_forced, "clients/drafts.py", "action['force'] = True"),
    (nothing_is_forced, "clients/drafts.py", "action.force = True"),
    (nothing_is_forced, "clients/drafts.py", "query = 'mutation { transitionState: { force: true } }'"),
    (the_environment_has_one_reader, "worker.py", "import os\nos.environ['PLACET_CONFIG_DIR']"),
    (the_environment_has_one_reader, "worker.py", "from os import getenv"),
    (the_environment_has_one_reader, "sandbox/__main__.py", "import os\nos.getenv('PORT')"),
    (the_environment_has_one_reader, "starter/cli.py", "typer.Option(envvar='PLACET_API_TOKEN')"),
    (the_environment_has_one_reader, "starter/api.py", "from pydantic_settings import BaseSettings"),
    (the_environment_has_one_reader, "starter/api.py", "from temporalio import envconfig"),
    (modules_say_what_they_are, "clients/utils.py", ""),
    (modules_say_what_they_are, "starter/common/texts.py", ""),
]


@pytest.mark.parametrize(("check", "path", "source"), FAULTS)
def test_each_check_sees_its_fault(check: Check, path: str, source: str) -> None:
    """A made-up source that breaks a rule is found, so that a silent check cannot pass for a kept rule."""
    assert check(path, source)


FINE: list[tuple[Check, str, str]] = [
    (
        imports_run_one_way,
        "domain/order.py",
        "import json\nfrom pydantic import Field\nfrom domain.money import Money",
    ),
    (imports_run_one_way, "domain/order.py", "from . import money\nfrom .money import Money"),
    (imports_run_one_way, "tests/e2e/test_demo.py", "import starter.cli, sandbox.app"),
    (functions_are_short, "starter/cli.py", "def f():\n" + "    x = 1\n" * (LONGEST_FUNCTION - 1)),
    (functions_are_short, "tests/test_long.py", "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION),
    (nothing_is_forced, "clients/drafts.py", "transition_state(state, force=False)\nenforce = True"),
    (nothing_is_forced, "sandbox/state_actions.py", "check(force=True)"),
    (nothing_is_forced, "activities/moves.py", '"""Never with `force: true`."""'),
    (the_environment_has_one_reader, "settings.py", "import os\nos.environ"),
    (the_environment_has_one_reader, "worker.py", "environment = settings.environment"),
    (modules_say_what_they_are, "clients/account.py", ""),
]


@pytest.mark.parametrize(("check", "path", "source"), FINE)
def test_no_check_cries_wolf(check: Check, path: str, source: str) -> None:
    """What the rules allow is not found."""
    assert check(path, source) == []
