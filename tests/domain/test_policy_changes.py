"""What a policy says beside rules and people, on the route: reasons, harmless changes, rounds, where an order resumes."""

import pytest
from pydantic import ValidationError

from domain.decision import Verdict
from domain.money import parse_money
from domain.order import OrderContent
from domain.policy import Approvers, Changes, Condition, Match, Policy, Rule, Step
from domain.policy_changes import HARMLESS, NEVER_HARMLESS
from domain.route import Route
from domain.routing import matter_of, route
from tests.domain.cast import DAY, DIRECTORY, FINANCE, MANAGERS, POLICY, content, routed


def along(*rules: Rule, match: Match = Match.ALL) -> Route:
    """The route of an order that all rules match."""
    return route(Policy(match=match, rules=rules), DIRECTORY, content("EUR 5.00"), "digest")


def asking(name: str, *steps: str, changes: Changes | None = None) -> Rule:
    """A rule for every order."""
    named = tuple(Step(step=one, approvers=Approvers(people=("ana",)), within=DAY) for one in steps)
    return Rule(rule=name, why="Because.", steps=named, changes=changes)


def test_every_part_of_an_order_is_harmless_or_is_not() -> None:
    """None is forgotten: who adds one has to say which it is."""
    parts = {field.alias for field in OrderContent.model_fields.values()}
    assert {*HARMLESS, *NEVER_HARMLESS} == parts
    assert not {*HARMLESS} & {*NEVER_HARMLESS}


@pytest.mark.parametrize("part", [*NEVER_HARMLESS, "sku", "purchase_order_number", ""])
def test_what_decides_or_is_paid_is_never_harmless(part: str) -> None:
    """The policy cannot say so."""
    with pytest.raises(ValidationError, match="harmless"):
        Policy(harmless=(part,), rules=POLICY.rules)


def test_a_route_carries_what_the_policy_says_of_decisions_and_changes() -> None:
    """Verdicts that need a reason, harmless parts, rounds, and the step to resume at."""
    rule = Rule(
        rule="only", why="w", steps=(MANAGERS, FINANCE), changes=Changes(resume_at="finance", rounds=1)
    )
    policy = Policy(
        rules=(rule,), reason_required=(Verdict.REJECT,), harmless=("purchaseOrderNumber", "billingAddress")
    )
    found = routed(policy=policy)
    assert found.reason_required == (Verdict.REJECT,)
    assert found.harmless == ("purchaseOrderNumber", "billingAddress")
    assert (found.resume_at, found.rounds, found.rules) == ("finance", 1, ())
    assert found.reads_directory
    assert Route.model_validate_json(found.model_dump_json()) == found


def test_what_is_not_said_leaves_no_trace() -> None:
    """Three rounds, the directory read at every level, and nothing else; an automatic route is as it ever was."""
    found = routed(policy=POLICY).to_json_dict()
    added = {"rules", "opening", "reasonRequired", "harmless", "resumeAt"}
    assert (found["rounds"], found["readsDirectory"]) == (3, True)
    assert not added & found.keys()
    automatic = routed("EUR 1.00").to_json_dict()
    assert not (added | {"rounds", "readsDirectory"}) & automatic.keys()


def test_no_round_is_a_number_too() -> None:
    """Changes cannot be requested, and the route says so."""
    assert along(asking("a", "one", changes=Changes(rounds=0))).rounds == 0


@pytest.mark.parametrize(
    ("rules", "resume_at", "rounds"),
    [
        ([asking("a", "one"), asking("b", "two")], None, 3),
        ([asking("a", "one", "two", changes=Changes(resume_at="two", rounds=5))], "two", 5),
        ([asking("a", "one", changes=Changes(rounds=5)), asking("b", "two", changes=Changes(rounds=2))], None, 2),
        ([asking("a", "one", changes=Changes(rounds=5)), asking("b", "two")], None, 3),
        ([asking("a", "one", "two", changes=Changes(resume_at="two")), asking("b", "two", "three", changes=Changes(resume_at="three"))], "two", 3),
        ([asking("a", "one", "two", "three", changes=Changes(resume_at="three")), asking("b", "two")], "two", 3),
        ([asking("a", "one", "two", changes=Changes(resume_at="two")), asking("b", "one")], None, 3),
        ([asking("a", "one", "two", changes=Changes(resume_at="two", rounds=1)), Rule(rule="rest", why="w")], "two", 1),
    ],
)  # fmt: skip
def test_several_rules_resume_at_the_earliest_step_and_give_the_fewest_rounds(
    rules: list[Rule], resume_at: str | None, rounds: int
) -> None:
    """Each at its first step if it names none; rules that ask nobody say nothing."""
    found = along(*rules)
    assert (found.resume_at, found.rounds) == (resume_at, rounds)


def test_an_order_resumes_at_a_step_of_its_rule() -> None:
    """Any other is a slip of the pen."""
    with pytest.raises(ValidationError, match="resumes at a step that it does not have: two"):
        along(asking("a", "one", changes=Changes(resume_at="two")), asking("b", "two"))
    with pytest.raises(ValidationError):
        Changes(rounds=-1)


def test_all_rules_that_ask_are_named_where_there_are_several() -> None:
    """A substitute who may decide under one rule alone may not decide under both."""
    rest = Rule(rule="rest", why="w")
    found = along(asking("a", "one"), asking("b", "two"), rest)
    assert (found.rules, found.rule) == (("a", "b"), "a, b")
    assert matter_of(found, parse_money("EUR 5.00")).rules == ("a", "b")
    one = along(asking("a", "one"), rest)
    assert one.rules == ()
    assert matter_of(one, parse_money("EUR 5.00")).rules == ("a",)
    first = along(asking("a", "one"), asking("b", "two"), match=Match.FIRST)
    assert first.rules == ()
    cheap = Rule(rule="cheap", why="w", when=Condition(below=parse_money("EUR 9.00")))
    assert along(cheap, rest).rules == ()
