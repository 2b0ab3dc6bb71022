"""What a policy may say and yet cannot mean is told with file and line: `placet policy check`."""

import shutil
from pathlib import Path

import pytest

from configuration import ConfigurationError, lint_policy
from tests.configuration.test_bad_input import CONFIG, STATES

DIRECTORY = """\
people:
  - { id: ana, name: Ana, email: ana@example.com, manager: dana }
  - { id: ben, name: Ben, email: ben@example.com }
  - { id: cleo, name: Cleo, email: cleo@example.com, manager: dana }
  - { id: dana, name: Dana, email: dana@example.com }
  - { id: bot, name: Nobody who orders }
groups:
  - { id: managers, name: Managers, members: [ana, ben] }
  - { id: operators, name: Operators, members: [dana] }
"""
STEP = "{ step: s, approvers: { groups: [managers] }, within: P1D }"


def found(folder: Path, rules: str, people: str = DIRECTORY, **top: str) -> list[str]:
    """What is found in a policy of these rules, without the folder in front."""
    text = "".join(f"{name}: {value}\n" for name, value in top.items()) + "rules:\n" + rules
    for name, content in (("policy", text), ("directory", people), ("states", STATES)):
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    _, problems, whole = lint_policy(folder)
    assert whole
    return [str(problem).removeprefix(f"{folder}/") for problem in problems]


def rule(name: str, when: str = "", *steps: str) -> str:
    """A rule of three lines, or of two without a condition."""
    condition = f"    when: {when}\n" if when else ""
    return f"  - rule: {name}\n    why: Because.\n{condition}    steps: [{', '.join(steps)}]\n"


REST = rule("rest")


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        # shadowed by an earlier rule: by amount, by fact, by none at all, by several together
        (rule("a", '{ atLeast: "EUR 5.00" }') + rule("b", '{ atLeast: "EUR 6.00" }') + REST,
         ["policy.yaml:6: rules[1]: rule b can never match: every order that it is for is taken by a"]),
        (rule("a") + REST, ["policy.yaml:5: rules[1]: rule rest can never match: every order that it is for is taken by a"]),
        (rule("a", '{ below: "EUR 5.00" }') + rule("b", '{ atLeast: "EUR 5.00" }') + rule("c", "{ currency: EUR }") + REST,
         ["policy.yaml:10: rules[2]: rule c can never match: every order that it is for is taken by a, b",
          "policy.yaml:14: rules[3]: rule rest can never match: every order that it is for is taken by a, b"]),
        (rule("a", "{ customerGroup: [new, old] }") + rule("b", '{ customerGroup: new, atLeast: "EUR 1.00" }') + REST,
         ["policy.yaml:6: rules[1]: rule b can never match: every order that it is for is taken by a"]),
        (rule("a", "{ sku: PUMP-* }") + rule("b", "{ sku: [PUMP-1, PUMP-2] }") + REST,
         ["policy.yaml:6: rules[1]: rule b can never match: every order that it is for is taken by a"]),
        (rule("a", "{ productType: [chemicals, tools] }") + rule("b", "{ productType: chemicals }") + REST,
         ["policy.yaml:6: rules[1]: rule b can never match: every order that it is for is taken by a"]),
        (rule("a", "{ quantity: { atLeast: 10 } }") + rule("b", "{ quantity: { atLeast: 100 } }") + REST,
         ["policy.yaml:6: rules[1]: rule b can never match: every order that it is for is taken by a"]),
        (rule("a", "{ country: DE }") + rule("b", "{ countryOtherThan: DE }") + REST,
         ["policy.yaml:10: rules[2]: rule rest can never match: every order that it is for is taken by a, b"]),
        # met by no order at all
        (rule("a", "{ currency: EUR, currencyOtherThan: EUR }") + REST,
         ["policy.yaml:2: rules[0]: rule a can never match: no order meets its condition"]),
        (rule("a", "{ all: [{ store: one }, { store: two }] }") + REST,
         ["policy.yaml:2: rules[0]: rule a can never match: no order meets its condition"]),
        (rule("a", '{ any: [{ below: "EUR 1.00" }], atLeast: "EUR 2.00" }') + REST,
         ["policy.yaml:2: rules[0]: rule a can never match: no order meets its condition"]),
        # gaps, per currency
        (rule("a", '{ below: "EUR 5.00" }') + rule("b", '{ atLeast: "EUR 6.00" }'),
         ["policy.yaml:1: rules: no rule matches an order of EUR 5.00 to below EUR 6.00"]),
        (rule("a", '{ below: "EUR 5.00" }') + rule("b", '{ atLeast: "EUR 5.01" }'),
         ["policy.yaml:1: rules: no rule matches an order of exactly EUR 5.00"]),
        (rule("a", '{ currency: USD, atLeast: "USD 9.00" }') + rule("b", "{ currency: EUR }"),
         ["policy.yaml:1: rules: no rule matches an order of below USD 9.00"]),
        (rule("a", '{ atLeast: "JPY 900" }'), ["policy.yaml:1: rules: no rule matches an order of below JPY 900"]),
        (rule("a", "{ customerGroup: new, currency: EUR }"), ["policy.yaml:1: rules: no rule matches an order of any amount of EUR"]),
        (rule("a", '{ currency: EUR, not: { sku: "X" } }') + rule("b", '{ atLeast: "EUR 7.00" }'),
         ["policy.yaml:1: rules: no rule matches an order of below EUR 7.00 if sku is X"]),
        (rule("a", '{ budget: { per: businessUnit, period: month, atLeast: "EUR 5.00" } }') + rule("b", '{ below: "EUR 5.00" }'),
         ["policy.yaml:1: rules: no rule matches an order of EUR 5.00 or more"]),
        (rule("a", '{ budget: { per: requester, period: year, atLeast: "EUR 5.00" } }') + rule("b", '{ below: "EUR 4.00" }'),
         ["policy.yaml:1: rules: no rule matches an order of EUR 4.00 to below EUR 5.00"]),
        # overlaps: ranges that cross
        (rule("a", '{ below: "EUR 5.00" }') + rule("b", '{ atLeast: "EUR 4.00", below: "EUR 9.00" }') + REST,
         ["policy.yaml:8: rules[1].when: an order of EUR 4.00 to below EUR 5.00 matches rule a too, which comes first"]),
    ],
)  # fmt: skip
def test_rules_gaps_and_overlaps(tmp_path: Path, rules: str, wanted: list[str]) -> None:
    """Rules that never match, amounts that no rule is for, and ranges that cross, each with its line."""
    assert found(tmp_path, rules) == wanted


@pytest.mark.parametrize(
    "rules",
    [
        rule("large", '{ atLeast: "EUR 9.00" }') + rule("notable", '{ atLeast: "EUR 1.00" }') + REST,
        rule("small", '{ below: "EUR 1.00" }') + rule("larger", '{ below: "EUR 9.00" }') + REST,
        rule("a", '{ customerGroup: new, below: "EUR 5.00" }') + rule("b", '{ atLeast: "EUR 4.00" }') + REST,
        rule("a", "{ store: one }") + rule("b", "{ store: two }") + REST,
        rule("a", "{ country: DE }") + rule("b", "{ countryOtherThan: DE }"),
        rule("a", "{ quantity: { below: 5 } }") + rule("b", "{ quantity: { atLeast: 5 } }"),
        rule("a", "{ quantity: { atLeast: 100 } }") + rule("b", "{ quantity: { atLeast: 10 } }") + REST,
        rule("a", "{ sku: [PUMP-1] }") + rule("b", "{ sku: PUMP-* }") + REST,
        rule("a", "{ productType: chemicals }") + rule("b", "{ productType: [chemicals, tools] }") + REST,
        rule("a", '{ budget: { per: requester, period: month, atLeast: "EUR 5.00" } }') + REST,
        rule("a", '{ budget: { per: requester, period: month, atLeast: "EUR 5.00" } }') + rule("b", '{ below: "EUR 5.00" }'),
        rule("a", "{ requesterRole: buyer }") + rule("b", "{ shippingMethod: Pickup }") + REST,
        rule("a", "{ not: { customerGroup: new } }") + rule("b", "{ customerGroup: new }"),
        rule("a", '{ currencyOtherThan: EUR, atLeast: "USD 5.00" }') + REST,
        rule("a", "{ custom: { field: costCenter, is: x } }") + rule("b", "{ custom: { field: costCenter, present: true } }") + REST,
    ],
)  # fmt: skip
def test_what_can_be_meant_is_not_told(tmp_path: Path, rules: str) -> None:
    """A threshold within another, rules for different orders, and ranges that meet."""
    assert found(tmp_path, rules) == []


def test_with_rates_thresholds_meet_across_currencies(tmp_path: Path) -> None:
    """USD 100.00 are EUR 92.00: the rule from there on leaves nothing for one from USD 200.00."""
    rules = rule("a", '{ atLeast: "EUR 92.00" }') + rule("b", '{ atLeast: "USD 200.00" }') + REST
    rates = '{ source: fixed, date: 2026-01-02, EUR: { USD: "0.92" } }'
    assert found(tmp_path, rules, rates=rates) == [
        "policy.yaml:7: rules[1]: rule b can never match: every order that it is for is taken by a"
    ]
    nearly = rule("a", '{ atLeast: "EUR 92.00" }') + rule("b", '{ atLeast: "USD 99.99" }') + REST
    assert found(tmp_path, nearly, rates=rates) == []


def test_with_rates_ranges_cross_across_currencies(tmp_path: Path) -> None:
    """EUR 460.00 are USD 500.00: an order between them is for both rules, whichever currency it is in."""
    one = rule("a", '{ below: "EUR 460.00", store: x }')
    rates = '{ source: fixed, date: 2026-01-02, EUR: { USD: "0.92" } }'
    crossing = one + rule("b", '{ atLeast: "USD 400.00", below: "USD 900.00", store: x }') + REST
    assert found(tmp_path, crossing, rates=rates) == [
        "policy.yaml:9: rules[1].when: an order of EUR 368.00 to below EUR 460.00 matches rule a too, which comes first"
    ]
    mixed = one + rule("b", '{ atLeast: "USD 400.00", below: "EUR 900.00", store: x }') + REST
    assert len(found(tmp_path, mixed, rates=rates)) == 1
    for apart in (
        '{ atLeast: "USD 500.00", store: x }',
        '{ atLeast: "USD 400.00", store: y }',
        "{ store: x }",
    ):
        assert found(tmp_path, one + rule("b", apart) + REST, rates=rates) == []


def held(line: int, place: int, orders: str, one: str, other: str) -> str:
    """What is said of orders that cannot be compared."""
    why = f"an order of {orders} is held: no rate relates {one} to {other}"
    mend = f"declare `rates`, or say `currency: {other}` beside the amount"
    return f"policy.yaml:{line}: rules[{place}].when: {why}; {mend}"


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        (rule("a", '{ atLeast: "EUR 5.00" }') + rule("b", '{ atLeast: "USD 6.00" }') + REST,
         [held(4, 0, "any amount of USD", "USD", "EUR"), held(8, 1, "below EUR 5.00", "EUR", "USD")]),
        (rule("a", '{ atLeast: "EUR 5.00", currency: EUR }') + rule("b", '{ atLeast: "USD 6.00", currency: USD }') + REST, []),
        (rule("a", "{ currency: USD }") + rule("b", '{ atLeast: "EUR 5.00" }') + REST, []),
        (rule("a", '{ budget: { per: requester, period: year, atLeast: "EUR 5.00" } }') + rule("b", "{ currency: USD }") + REST,
         [held(4, 0, "any amount of USD", "USD", "EUR")]),
    ],
)  # fmt: skip
def test_thresholds_that_no_rate_relates_hold_orders(tmp_path: Path, rules: str, wanted: list[str]) -> None:
    """The mistake itself is told, where it is made, and not that the rules after it get no order."""
    assert found(tmp_path, rules) == wanted


def test_where_all_rules_count_none_takes_from_another(tmp_path: Path) -> None:
    """Overlapping is what they are for; the same step is asked once, and gaps are still gaps."""
    rules = rule("a", '{ atLeast: "EUR 1.00" }', STEP) + rule("b", '{ atLeast: "EUR 2.00" }', STEP)
    assert found(tmp_path, rules, match="all") == [
        "policy.yaml:2: rules: no rule matches an order of below EUR 1.00",
    ]
    assert found(tmp_path, rule("a", "", STEP) + rule("b", "{ sku: X }", STEP), match="all") == []


def test_where_all_rules_count_a_step_of_one_name_is_one(tmp_path: Path) -> None:
    """Only one of them would be asked, and nobody could say which: such a policy is not loaded."""
    other = STEP.replace("P1D", "P2D")
    rules = rule("a", "", STEP) + rule("b", "{ sku: X }", other)
    with pytest.raises(ConfigurationError, match="step s of rule b is another one than that of rule a"):
        found(tmp_path, rules, match="all")


def test_a_policy_that_asks_too_much_says_so(tmp_path: Path) -> None:
    """What could not be looked at is not called good."""
    rules = "".join(rule(f"r{n}", f"{{ sku: SKU-{n} }}") for n in range(13)) + REST
    for name, content in (("policy", f"rules:\n{rules}"), ("directory", DIRECTORY), ("states", STATES)):
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
    _, problems, whole = lint_policy(tmp_path)
    assert not whole
    assert problems == ()


@pytest.mark.parametrize("name", ["", "demo"])
def test_the_shipped_policies_can_be_meant(tmp_path: Path, name: str) -> None:
    """Or the first thing that a newcomer sees would be an error."""
    folder = tmp_path / "config"
    shutil.copytree(CONFIG / name, folder)
    assert lint_policy(folder)[1:] == ((), True)
