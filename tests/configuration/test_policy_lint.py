"""What a policy may say and yet cannot mean is told with file and line: `placet policy check`."""

import shutil
from datetime import date, timedelta
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


def test_where_all_rules_count_none_takes_from_another(tmp_path: Path) -> None:
    """Overlapping is what they are for; the same step must be the same, and gaps are still gaps."""
    other = STEP.replace("P1D", "P2D")
    rules = rule("a", '{ atLeast: "EUR 1.00" }', STEP) + rule("b", '{ atLeast: "EUR 2.00" }', other)
    assert found(tmp_path, rules, match="all") == [
        "policy.yaml:2: rules: no rule matches an order of below EUR 1.00",
        "policy.yaml:10: rules[1].steps[0]: step s is another one in rule a, and only that one is asked",
    ]
    assert found(tmp_path, rule("a", "", STEP) + rule("b", "{ sku: X }", STEP), match="all") == []


def step(
    approvers: str, needs: str = "any", name: str = "s", escalate: str = "", needs_then: str = "any"
) -> str:
    """A step in one line."""
    then = f", escalate: [{{ to: {escalate}, needs: {needs_then}, within: P1D }}]" if escalate else ""
    return f"{{ step: {name}, approvers: {approvers}, needs: {needs}, within: P1D{then} }}"


ANA, TEAM, MANAGERS = "{ people: [ana] }", "{ people: [ana, ben, cleo] }", "{ groups: [managers] }"
BOSS = "{ requestersManager: true }"


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([step(ANA)], ["rules[0].steps[0].approvers: if ana orders, nobody is left to decide step s"]),
        ([step(MANAGERS)], []),
        ([step("{ people: [bot] }")], []),  # no customer and no address: it never orders
        ([step(MANAGERS, "all")], []),
        ([step(MANAGERS, "{ of: 2 }")], ["rules[0].steps[0].approvers: if ana or ben orders, nobody is left to decide step s"]),
        ([step(MANAGERS, "{ of: 2 }", escalate="{ people: [dana, cleo] }")], []),
        ([step(MANAGERS, "{ of: 3 }")], ["rules[0].steps[0].needs: 3 different people are needed, and only 2 are named"]),
        ([step(TEAM, escalate=ANA, needs_then="{ of: 2 }")],
         ["rules[0].steps[0].escalate[0].needs: 2 different people are needed, and only 1 is named",
          "rules[0].steps[0].escalate[0].to: it escalates to ana, who had it before"]),
        ([step(MANAGERS, escalate="{ people: [ben, ana] }")], ["rules[0].steps[0].escalate[0].to: it escalates to ben or ana, who had it before"]),
        ([step(MANAGERS, escalate="{ people: [ben, dana] }")], []),
        ([step(BOSS)], ["rules[0].steps[0].approvers: if an outsider or ben or dana orders, nobody is left to decide step s"]),
        ([step(BOSS, escalate="{ people: [cleo, dana] }")], []),
        # separation of duties over the steps
        ([step(MANAGERS, name="one"), step("{ people: [ben, bot] }", name="two")], []),
        ([step("{ people: [bot, ben] }", name="one"), step("{ people: [bot] }", name="two")],
         ["rules[0].steps[1].approvers: if bot decides step one, nobody is left to decide step two"]),
        ([step("{ people: [bot, dana] }", name="one"), step("{ people: [bot, ben] }", name="two")],
         ["rules[0].steps[1].approvers: if ben orders and bot decides step one, nobody is left to decide step two"]),
        ([step("{ people: [bot, cleo] }", name="one"), step("{ people: [ana, ben, bot] }", "{ of: 2 }", name="two")],
         ["rules[0].steps[1].approvers: if ana orders and bot decides step one, nobody is left to decide step two"]),
        ([step("{ people: [ana, ben, cleo] }", "{ of: 2 }", name="one"), step("{ people: [dana, bot, ana] }", "{ of: 2 }", name="two")],
         ["rules[0].steps[1].approvers: if dana orders and ana decides step one, nobody is left to decide step two"]),
        ([step("{ role: approver }")], []),
        ([step("{ role: approver }", "{ of: 5 }")], []),
    ],
)  # fmt: skip
def test_steps_that_nobody_is_left_to_decide(tmp_path: Path, steps: list[str], wanted: list[str]) -> None:
    """For any requester of the directory, and after anybody has decided before; who has a role is not known yet."""
    told = found(tmp_path, rule("only", "", *steps))
    assert [problem.split(": ", 1)[1] for problem in told] == wanted
    assert all(problem.startswith("policy.yaml:4: ") for problem in told)


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([f"{{ step: s, approvers: {MANAGERS}, within: P1D, escalate: [{{ to: {{ people: [ben] }}, keepsEarlier: true, within: P1D }}] }}"],
         ["rules[0].steps[0].escalate[0].to: it escalates to ben, who had it before"]),
        ([f"{{ step: s, approvers: {MANAGERS}, within: P1D, escalate: [{{ to: {{ people: [bot] }}, keepsEarlier: true, needs: {{ of: 3 }}, within: P1D }}] }}"], []),
        ([f"{{ step: s, approvers: {MANAGERS}, within: P1D, escalate: [{{ to: {{ people: [bot] }}, keepsEarlier: true, needs: {{ of: 4 }}, within: P1D }}] }}"],
         ["rules[0].steps[0].escalate[0].needs: 4 different people are needed, and only 3 are named"]),
        ([f"{{ step: s, approvers: {MANAGERS}, needs: {{ of: 2 }}, within: P1D, escalate: [{{ to: {{ people: [bot] }}, keepsEarlier: true, needs: {{ of: 2 }}, within: P1D }}] }}"], []),
    ],
)  # fmt: skip
def test_escalations_that_keep_the_earlier_level(tmp_path: Path, steps: list[str], wanted: list[str]) -> None:
    """Those who are kept count for the number; that nobody new comes is a circle."""
    told = found(tmp_path, rule("only", "", *steps))
    assert [problem.split(": ", 1)[1] for problem in told] == wanted


AWAY = "absences: [{ from: 2020-01-01, until: 2100-01-01, substitute: "


@pytest.mark.parametrize(
    ("absence", "stranded"),
    [
        (f"{AWAY}bot }}]", True),
        (f"{AWAY}bot, mayDecide: {{ rules: [only] }} }}]", True),
        (f"{AWAY}bot, mayDecide: {{ rules: [rest] }} }}]", False),
        (f'{AWAY}bot, mayDecide: {{ below: "EUR 500.01" }} }}]', True),
        (f'{AWAY}bot, mayDecide: {{ below: "EUR 500.00" }} }}]', False),
        (f'{AWAY}bot, mayDecide: {{ below: "USD 900.00" }} }}]', False),
        (f"{AWAY}dana }}]", False),
        ("absences: [{ from: 2020-01-01, until: 2020-02-01, substitute: bot }]", False),
        ("absences: [{ from: 2099-01-01, until: 2099-02-01, substitute: bot }]", True),
    ],
)
def test_steps_that_a_substitute_leaves_to_nobody(tmp_path: Path, absence: str, stranded: bool) -> None:
    """Who decides for cleo cannot decide for themselves later; what is over, or not delegated, does not count."""
    people = DIRECTORY.replace("cleo@example.com,", f"cleo@example.com, {absence},")
    steps = step("{ people: [cleo, dana] }", name="one"), step("{ people: [bot] }", name="two")
    rules = rule("only", '{ atLeast: "EUR 500.00" }', *steps) + REST
    message = "if bot decides step one on behalf of cleo, nobody is left to decide step two"
    wanted = [f"policy.yaml:5: rules[0].steps[1].approvers: {message}"] if stranded else []
    assert found(tmp_path, rules, people) == wanted


def test_steps_of_several_rules_that_nobody_is_left_to_decide(tmp_path: Path) -> None:
    """Where all rules count, those that match together make one route; those that never meet do not."""
    one, two = step("{ people: [bot] }", name="one"), step("{ people: [bot] }", name="two")
    both = rule("a", '{ atLeast: "EUR 5.00" }', one) + rule("b", "{ sku: PUMP-* }", two) + REST
    [told] = found(tmp_path, both, match="all")
    assert told.startswith(
        "policy.yaml:10: rules[1].steps[0].approvers: if rules a and b match and bot decides"
    )
    assert told.endswith("step one, nobody is left to decide step two")
    never = rule("a", '{ atLeast: "EUR 5.00" }', one) + rule("b", '{ below: "EUR 5.00" }', two)
    assert found(tmp_path, never, match="all") == []
    assert (
        found(tmp_path, rule("a", "{ store: x }", one) + rule("b", "{ store: y }", two) + REST, match="all")
        == []
    )


def test_changes_of_what_nobody_decides(tmp_path: Path) -> None:
    """There is nobody to request them."""
    rules = "  - rule: only\n    why: Because.\n    changes: { rounds: 1 }\n"
    assert found(tmp_path, rules) == [
        "policy.yaml:4: rules[0].changes: rule only asks nobody, so nobody can request changes"
    ]


def test_working_time_needs_no_hours_in_the_directory(tmp_path: Path) -> None:
    """Whoever has none works Monday to Friday from nine to five."""
    within = "{ step: s, approvers: { groups: [managers] }, within: 2 working days, remind: [4 working hours, PT1H] }"
    assert found(tmp_path, rule("only", "", within)) == []


def test_a_calendar_without_working_time_is_told(tmp_path: Path) -> None:
    """Working time would never pass for those who have it."""
    days = ", ".join(f"{date(year, 1, 1) + timedelta(n)}" for year in range(2020, 2101) for n in range(366))
    people = (
        DIRECTORY.replace("email: ben@example.com", "email: ben@example.com, hours: never")
        + f"calendars:\n  - {{ id: never, week: {{ mon-fri: 09:00-17:00 }}, daysOff: [{days}] }}\n"
    )
    within = "{ step: s, approvers: { groups: [managers] }, within: 8 working hours }"
    with pytest.raises(ConfigurationError) as refused:
        found(tmp_path, rule("only", "", within), people)
    first = refused.value.problems[0]
    assert (first.file.name, first.line) == ("directory.yaml", 10)
    assert "nobody of these hours would work on any day" in first.message


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
