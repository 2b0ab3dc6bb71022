"""Steps that nobody is left to decide, escalations in a circle, and time that never passes: told with file and line."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from configuration import ConfigurationError
from tests.configuration.test_policy_lint import DIRECTORY, REST, found, rule


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


def test_no_round_needs_no_step_to_resume_at(tmp_path: Path) -> None:
    """An order that nobody can send back is taken up nowhere."""
    rules = rule("only", "", step(MANAGERS)) + "    changes: { rounds: 0, resumeAt: s }\n"
    message = "nobody can request changes (rounds: 0), so no order resumes at step s"
    assert found(tmp_path, rules) == [f"policy.yaml:5: rules[0].changes.resumeAt: {message}"]
    for good in ("{ rounds: 0 }", "{ rounds: 1, resumeAt: s }"):
        assert found(tmp_path, rule("only", "", step(MANAGERS)) + f"    changes: {good}\n") == []


@pytest.mark.parametrize(
    ("people", "wanted"),
    [
        (5, "an outsider or p0 or p1 or p2 or p3 or one other orders"),
        (6, "an outsider or p0 or p1 or p2 or p3 or 2 others order"),
    ],
)
def test_many_who_cannot_order_are_counted(tmp_path: Path, people: int, wanted: str) -> None:
    """The first of them by name; the words agree with how many there are."""
    named = "".join(f"  - {{ id: p{n}, name: P, email: p{n}@example.com }}\n" for n in range(people))
    staff = f"people:\n{named}  - {{ id: dana, name: Dana }}\n" + DIRECTORY[DIRECTORY.index("groups:") :]
    [told] = found(tmp_path, rule("only", "", step(BOSS)), staff.replace("[ana, ben]", "[p0]"))
    assert told.endswith(f"if {wanted}, nobody is left to decide step s")


def test_working_time_needs_no_hours_in_the_directory(tmp_path: Path) -> None:
    """Whoever has none works Monday to Friday from nine to five."""
    within = "{ step: s, approvers: { groups: [managers] }, within: 2 working days, remind: [4 working hours, PT1H] }"
    assert found(tmp_path, rule("only", "", within)) == []


def test_a_calendar_without_working_time_is_told(tmp_path: Path) -> None:
    """Working time would never pass for those who have it."""
    today = datetime.now(UTC).date()
    days = ", ".join(f"{date(today.year, 1, 1) + timedelta(n)}" for n in range(4 * 366))
    people = (
        DIRECTORY.replace("email: ben@example.com", "email: ben@example.com, hours: never")
        + f"calendars:\n  - {{ id: never, week: {{ mon-fri: 09:00-17:00 }}, daysOff: [{days}] }}\n"
    )
    within = "{ step: s, approvers: { groups: [managers] }, within: 8 working hours }"
    with pytest.raises(ConfigurationError) as refused:
        found(tmp_path, rule("only", "", within), people)
    first = refused.value.problems[0]
    assert (first.file.name, first.line) == ("directory.yaml", 11)
    assert "nobody of these hours would work on any day" in first.message
