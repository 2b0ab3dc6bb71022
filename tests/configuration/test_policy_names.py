"""Names in policy and directory that mean nobody and nothing: groups without members, and currencies that there are not."""

from pathlib import Path

import pytest

from tests.configuration.test_policy_lint import DIRECTORY, REST, found, rule

OPERATORS = "  - { id: operators, name: Operators, members: [dana] }\n"
WHY = "nobody could move a deadline, or name somebody where nobody is left to ask"


@pytest.mark.parametrize(
    ("groups", "wanted"),
    [
        (OPERATORS, []),
        ("", [f"directory.yaml:7: groups: group 'operators' is not declared: {WHY}"]),
        ("  - { id: operators, name: Operators, members: [] }\n",
         [f"directory.yaml:9: groups[1]: group 'operators' has no members: {WHY}"]),
        (f"{OPERATORS}  - {{ id: empty, name: Empty, members: [] }}\n",
         ["directory.yaml:10: groups[2]: group 'empty' has no members"]),
    ],
)  # fmt: skip
def test_groups_without_anybody(tmp_path: Path, groups: str, wanted: list[str]) -> None:
    """Also those that no rule asks; and somebody has to be there for an order that is held."""
    assert found(tmp_path, REST, DIRECTORY.replace(OPERATORS, groups)) == wanted


@pytest.mark.parametrize(
    ("when", "field", "said"),
    [
        ("{ currency: ERU }", "when.currency", "ERU; did you mean EUR?"),
        ("{ currencyOtherThan: ERU }", "when.currencyOtherThan", "ERU; did you mean EUR?"),
        ('{ any: [{ below: "QQQ 5.00" }, { sku: "*" }] }', "when.any[0].below", "QQQ"),
        (
            '{ custom: { field: limit, atLeast: "ERU 5.00" } }',
            "when.custom.atLeast",
            "ERU; did you mean EUR?",
        ),
    ],
)
def test_currencies_that_there_are_not(tmp_path: Path, when: str, field: str, said: str) -> None:
    """Three letters that ISO 4217 does not know: no order is ever in them."""
    told = found(tmp_path, rule("a", when) + REST)
    assert f"policy.yaml:4: rules[0].{field}: ISO 4217 knows no currency {said}" in told


def test_currencies_of_rates_and_absences_are_looked_at_too(tmp_path: Path) -> None:
    """Both sides of a rate, and up to what a substitute decides."""
    rates = '{ source: fixed, date: 2026-01-02, EUR: { USD: "0.92", UDS: "1" } }'
    away = 'absences: [{ from: 2026-01-02, until: 2026-01-03, substitute: dana, mayDecide: { below: "ERU 5.00" } }]'
    people = DIRECTORY.replace("name: Ben,", f"name: Ben, {away},")
    told = found(tmp_path, rule("a", '{ atLeast: "EUR 5.00" }') + REST, people, rates=rates)
    assert [problem.split(": ISO", 1)[0] for problem in told if "ISO 4217" in problem] == [
        "policy.yaml:1: rates.EUR.UDS",
        "directory.yaml:3: people[1].absences[0].mayDecide.below",
    ]
