"""docs/sizing.md says what benchmarks/sizing.py computes, and its arithmetic is right."""

import ast
import operator
from collections.abc import Callable

from benchmarks.sizing import Cost, Load, cores, open_orders, table
from tests.docs.markdown import ROOT

PAGE = (ROOT / "docs" / "sizing.md").read_text(encoding="utf-8")
_ROUNDING = 0.02
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def value(node: ast.expr) -> float:
    """What a sum of numbers comes to."""
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    assert isinstance(node, ast.BinOp), ast.dump(node)
    return _OPERATORS[type(node.op)](value(node.left), value(node.right))


def test_the_table_is_what_is_computed() -> None:
    """Row by row, for the numbers of orders in its head."""
    section = PAGE.split("## The table\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert rows == table([int(cell.replace(",", "")) for cell in head[1:]])


def test_the_arithmetic_is_right() -> None:
    """Each line of it, to the two figures that are shown."""
    block = PAGE.split("```text arithmetic\n")[1].split("```")[0]
    lines = block.strip().splitlines()
    assert len(lines) == 6
    for line in lines:
        left, _, right = line.partition(" = ")
        expected = float(right.replace("_", ""))
        assert abs(value(ast.parse(left, mode="eval").body) - expected) <= expected * _ROUNDING, line


def test_what_one_order_costs_is_on_the_page() -> None:
    """The figures that everything is computed from."""
    cost = Cost()
    for shown in (cost.actions, cost.events, cost.commercetools_requests):
        assert f"| {shown}" in PAGE
    for shown_seconds in (cost.worker_cpu_seconds, cost.server_cpu_seconds, cost.edge_cpu_seconds):
        assert f"| {shown_seconds:.3f} s" in PAGE
    assert f"{cost.history_bytes:,} bytes" in PAGE


def test_more_orders_need_more_and_two_of_each_are_the_least() -> None:
    """Nothing runs out of redundancy because a shop is small."""
    small, large = Load(orders_a_day=10), Load(orders_a_day=10**7)
    assert cores(small, Cost().worker_cpu_seconds) == 2
    assert cores(large, Cost().worker_cpu_seconds) > cores(large, Cost().edge_cpu_seconds) > 2
    assert open_orders(Load(orders_a_day=10, waiting_days=7)) == 70
