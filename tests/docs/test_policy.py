"""docs/policy.md: each example is loaded as a policy of the shipped people, looked over, and run on the orders of its table."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from configuration import Configuration, lint_policy
from domain.conditions import Condition
from domain.facts import Facts
from domain.money import parse_money
from domain.order import Address, Line, OrderContent, Requester
from domain.route import Route
from domain.routing import Router
from settings import SHIPPED_CONFIG
from starter.policy_explained import who
from tests.docs.markdown import ROOT, block

PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
EXAMPLES = range(1, 6)
NAMES = frozenset(Condition.model_json_schema(by_alias=True)["$defs"]["Condition"]["properties"])


def rows(n: int) -> list[list[str]]:
    """The table of an example, without its head."""
    section = PAGE.split(f"\n## {n}. ")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def loaded(n: int, folder: Path) -> Configuration:
    """The example among the shipped files; nothing is found wrong with it."""
    for name in ("directory", "states"):
        shutil.copy(SHIPPED_CONFIG / f"{name}.yaml", folder)
    (folder / "policy.yaml").write_text(block("policy.md", "yaml", f"policy-{n}"), encoding="utf-8")
    found, _, whole = lint_policy(folder)
    assert whole
    return found


def order(written: dict[str, Any]) -> tuple[OrderContent, Facts]:
    """An order as the tables have it; people by their ids, all of whom are known by their addresses."""
    price = parse_money(written["total"])
    roles = {
        role: tuple(f"{one}@example.com" for one in people)
        for role, people in written.get("roles", {}).items()
    }
    country, address = written.get("country"), f"{written.get('by', 'somebody')}@example.com"
    content = OrderContent(
        total=price,
        lines=tuple(
            Line(id=sku, sku=sku, quantity=quantity, price=price, total=price)
            for sku, quantity in written.get("lines", {}).items()
        ),
        requester=Requester(customer_id=address, customer_email=address),
        business_unit=written.get("businessUnit"),
        shipping_method=written.get("shippingMethod"),
        shipping_address=Address(country=country) if country else None,
    )
    return content, Facts(custom=written.get("custom", {}), associates=roles or None)


def told(found: Route) -> tuple[str, str]:
    """The last two cells that a row would have."""
    if found.held is not None:
        return "held", found.held
    steps = [f"`{step.step}`: {who(step.levels[0])}" for step in found.steps]
    return f"`{found.rule}`", ", ".join(steps) or "nobody: approved automatically"


CASES = [(n, row) for n in EXAMPLES for row in rows(n)]


@pytest.mark.parametrize(("n", "row"), CASES, ids=[f"{n}-{row[0]}" for n, row in CASES])
def test_an_order_goes_where_the_table_says(n: int, row: list[str], tmp_path: Path) -> None:
    """Rule and people of the first level; for a held order its reason has the words of the table in it."""
    configuration = loaded(n, tmp_path)
    router = Router(configuration.policy, configuration.directory, configuration.policy_digest)
    content, facts = order(yaml.safe_load(row[0].strip("`")))
    rule, people = told(router.route(content, facts))
    assert rule == row[1]
    assert row[2] in people if rule == "held" else row[2] == people


@pytest.mark.parametrize("n", EXAMPLES)
def test_an_example_has_nothing_that_cannot_be_meant(n: int, tmp_path: Path) -> None:
    """A page that teaches must not teach mistakes."""
    loaded(n, tmp_path)
    assert lint_policy(tmp_path)[1] == ()


def test_every_field_of_a_condition_is_told() -> None:
    """And no other."""
    section = PAGE.split("\n## Everything that a condition can ask\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    shown = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert shown & NAMES == NAMES
    assert {name for cell in cells for name in re.findall(r"^ *`(\w+)`", cell)} <= NAMES
