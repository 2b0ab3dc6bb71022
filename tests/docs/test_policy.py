"""docs/policy.md: each example is loaded as a policy of the shipped people, looked over, and run on the orders of its table."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from configuration import Configuration, lint_policy, load
from domain.conditions import Condition
from domain.directory import Directory
from domain.facts import Facts
from domain.money import parse_money
from domain.opening import opening
from domain.order import Address, Line, OrderContent, Requester
from domain.policy import Approvers, Changes, Escalation, Policy, Rule, Step
from domain.policy_changes import HARMLESS, NEVER_HARMLESS
from domain.route import Level, Route
from domain.routing import Router
from domain.spans import parse_span
from domain.substitution import Matter
from settings import SHIPPED_CONFIG
from starter.policy_explained import who
from starter.policy_forecast import Forecast
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


def table(title: str) -> list[list[str]]:
    """The first table of a section, without its head."""
    section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


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


@pytest.mark.parametrize("row", table("Time"), ids=" ".join)
def test_time_passes_as_the_table_says(row: list[str]) -> None:
    """By the shipped people's hours."""
    people, opens, within, until = (cell.strip("`") for cell in row)
    level = Level(approvers=tuple(people.split(", ")), within=parse_span(within))
    matter = Matter(rules=("any",), total=parse_money("EUR 5.00"))
    found = opening(level, instant(opens), load(SHIPPED_CONFIG).directory, matter)
    assert found is not None
    assert found.due_at == instant(until)


@pytest.mark.parametrize("row", table("When people are away"), ids=" ".join)
def test_substitutes_decide_as_the_table_says(row: list[str], tmp_path: Path) -> None:
    """At noon of the day, with the absence that is shown in place of ana's entry among the shipped people."""
    found = loaded(1, tmp_path)
    written = yaml.safe_load((SHIPPED_CONFIG / "directory.yaml").read_text(encoding="utf-8"))
    (shown,) = yaml.safe_load(block("policy.md", "yaml", "directory-away"))["people"]
    written["people"] = [{**one, **shown} if one["id"] == shown["id"] else one for one in written["people"]]
    content, facts = order(yaml.safe_load(row[0].strip("`")))
    people, now = Directory.model_validate(written), instant(f"{row[1]} 12:00 UTC")
    route = Router(found.policy, people, "digest").route(content, facts, now)
    first = Forecast(route, content.total, people, now).steps[0][0]
    assert who(first.level, first.mandates) == row[2]


def instant(written: str) -> datetime:
    """As the tables write it."""
    return datetime.strptime(written, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)


def test_what_may_be_harmless_is_told() -> None:
    """All that may be, and all that may not."""
    section = PAGE.split("Harmless can be:")[1].split("\n## ")[0]
    allowed, refused = section.split("Nothing else can")
    assert re.findall(r"`(\w+)`", allowed) == list(HARMLESS)
    assert set(re.findall(r"`(\w+)`", refused)) == set(NEVER_HARMLESS)


def test_every_field_of_a_policy_is_told() -> None:
    """Those of rules, steps, approvers, escalations and changes, too; and no other."""
    models = (Policy, Rule, Step, Approvers, Escalation, Changes)
    fields = {str(field.alias) for model in models for field in model.model_fields.values()}
    cells = table("Everything that a policy can say")
    assert fields <= {name for row in cells for cell in row for name in re.findall(r"`(\w+)", cell)}
    assert {name for row in cells for name in re.findall(r"`(\w+)`", row[0])} <= fields


def test_every_field_of_a_condition_is_told() -> None:
    """And no other."""
    cells = [row[0] for row in table("Everything that a condition can ask")]
    shown = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert shown & NAMES == NAMES
    assert {name for cell in cells for name in re.findall(r"^ *`(\w+)`", cell)} <= NAMES
