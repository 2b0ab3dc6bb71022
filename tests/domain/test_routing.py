"""From policy and directory to a pinned route: who has to say yes; any doubt means held, never automatic."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.directory import Directory, Group, Person
from domain.facts import Facts
from domain.judging import compiled
from domain.money import parse_money
from domain.order import CustomerGroup, OrderContent, Requester
from domain.policy import Approvers, Condition, Escalation, Outcome, Policy, Rule, Step
from domain.routing import Route, policy_digest, route
from domain.subject import Subject, Truth
from tests.domain.cast import (
    DAY,
    DIRECTORY,
    MANAGERS,
    NOBODY,
    OUTSIDER,
    POLICY,
    content,
    route_of,
    routed,
    step,
)

ANA = Requester(customer_id="customer-ana")
NEW = CustomerGroup(id="group-1", key="new")
patient = settings(deadline=None)


def shipped(total: str, group: CustomerGroup | None = None, requester: Requester = OUTSIDER) -> Route:
    """The route of an order under the shipped policy."""
    return route(POLICY, DIRECTORY, content(total, requester, group), "digest")


@pytest.mark.parametrize(
    ("total", "group", "rule", "steps"),
    [
        ("EUR 999.99", None, "small", []),
        ("EUR 1,000.00", None, "new-or-medium", ["managers"]),
        ("EUR 9,999.99", None, "new-or-medium", ["managers"]),
        ("EUR 10,000.00", None, "large", ["managers", "finance"]),
        ("EUR 1.00", NEW, "new-or-medium", ["managers"]),
        ("EUR 1.00", CustomerGroup(id="g", key="old"), "small", []),
        ("USD 0.01", None, "foreign-currency", ["finance"]),
        ("JPY 1,000,000", None, "foreign-currency", ["finance"]),
        ("EUR 10,000.00", NEW, "large", ["managers", "finance"]),
        ("EUR 0.00", None, "small", []),
    ],
)
def test_the_shipped_policy(total: str, group: CustomerGroup | None, rule: str, steps: list[str]) -> None:
    """The first rule that matches, at its very threshold."""
    found = shipped(total, group)
    assert (found.rule, [step.step for step in found.steps]) == (rule, steps)
    assert found.held is None
    assert found.automatic == (not steps)
    assert found.why


def test_people_are_pinned_level_by_level() -> None:
    """Groups become people, each level with its own time and reminders, and the groups are kept for the inbox."""
    [managers] = shipped("EUR 1,000.00").steps
    assert [level.approvers for level in managers.levels] == [("ana", "ben"), ("dana",)]
    assert managers.levels[0].groups == ("managers",)
    assert (managers.levels[0].within, managers.levels[0].remind) == (2 * DAY, (DAY,))
    assert managers.on_timeout is Outcome.HOLD
    assert shipped("EUR 1,000.00").operators == ("olga",)


def test_a_person_named_twice_is_asked_once() -> None:
    """By name and by group."""
    named = MANAGERS.model_copy(update={"approvers": Approvers(people=("ben",), groups=("managers",))})
    assert route_of(named).steps[0].levels[0].approvers == ("ben", "ana")


def test_a_group_that_cannot_be_resolved_holds() -> None:
    """The order carries only the group's id: not knowing which group it is, is doubt, at any amount."""
    for total in ("EUR 1.00", "EUR 10,000.00", "USD 1.00"):
        found = shipped(total, CustomerGroup(id="group-9"))
        assert found.held is not None
        assert not found.automatic
        assert found.steps == ()


def test_no_rule_holds() -> None:
    """An order that policy says nothing about waits for a person."""
    policy = Policy(
        rules=(Rule(rule="huge", why="huge", when=Condition(at_least=parse_money("EUR 1,000,000.00"))),)
    )
    found = routed("EUR 1.00", policy=policy)
    assert found.held == "no rule of the policy matches this order"
    assert not found.automatic


def test_a_currency_mismatch_holds() -> None:
    """A threshold in EUR says nothing about an order in USD, also where a later rule would approve it."""
    policy = Policy(
        rules=(
            Rule(
                rule="large",
                why="large",
                when=Condition(at_least=parse_money("EUR 50,000.00")),
                steps=(MANAGERS,),
            ),
            Rule(rule="rest", why="rest"),
        )
    )
    found = routed("USD 60,000.00", policy=policy)
    assert found.held is not None
    assert "USD" in found.held
    assert not found.automatic


def test_the_requester_is_taken_out() -> None:
    """A manager's own order is for the other manager."""
    found = shipped("EUR 1,000.00", requester=ANA)
    assert found.requester == ("ana",)
    assert found.steps[0].levels[0].approvers == ("ben",)
    assert "ana" not in found.people


@pytest.mark.parametrize(
    "identity",
    [
        Requester(associate_id="customer-ana"),
        Requester(associate_id="somebody", customer_id="customer-ana"),
        Requester(customer_email="Ana@Example.com"),
        Requester(
            associate_id="customer-rita", customer_id="customer-rita", customer_email="ana@example.com"
        ),
    ],
)
def test_the_requester_is_known_by_any_identity(identity: Requester) -> None:
    """Associate, customer or e-mail address, in whatever case: nobody approves under a second name."""
    found = shipped("EUR 1,000.00", requester=identity)
    assert "ana" in found.requester
    assert "ana" not in found.people


def test_a_level_without_anybody_left_is_passed_over() -> None:
    """The only approver placed the order: the escalation level is asked at once."""
    alone = step("managers").model_copy(update={"approvers": Approvers(people=("ana",))})
    found = route(
        Policy(rules=(Rule(rule="only", why="w", steps=(alone,)),)), DIRECTORY, content(requester=ANA), "d"
    )
    assert [level.approvers for level in found.steps[0].levels] == [("dana",)]


def test_nobody_left_holds() -> None:
    """The requester is all there is: held, with the step named, and never automatic."""
    alone = step("managers", to=()).model_copy(update={"approvers": Approvers(people=("ana",))})
    policy = Policy(rules=(Rule(rule="only", why="w", steps=(alone,)),))
    found = route(policy, DIRECTORY, content(requester=ANA), "d")
    assert found.held is not None
    assert "managers" in found.held
    assert not found.automatic


def test_an_outsider_and_a_nobody() -> None:
    """A requester who is not in the directory is known by what the order says; none at all is told apart."""
    assert shipped("EUR 1.00").requester == ()
    assert shipped("EUR 1.00").requester_identities == ("somebody@example.org",)
    assert shipped("EUR 1.00", requester=NOBODY).requester_identities == ()


def test_the_policys_digest_is_of_rules_and_people() -> None:
    """Another rule or another member is another policy; the same files are the same."""
    digest = policy_digest(POLICY, DIRECTORY)
    assert policy_digest(Policy(rules=POLICY.rules[1:]), DIRECTORY) != digest
    assert policy_digest(POLICY, Directory(people=DIRECTORY.people)) != digest
    again = Policy.model_validate_json(POLICY.model_dump_json())
    assert policy_digest(again, Directory.model_validate_json(DIRECTORY.model_dump_json())) == digest


def test_a_route_is_pinned() -> None:
    """What travels with the order is the whole answer: it reads back as it was."""
    found = shipped("EUR 10,000.00")
    assert Route.model_validate_json(found.model_dump_json()) == found


members = st.lists(st.sampled_from(("ana", "ben", "cleo", "dana")), min_size=1, max_size=3, unique=True)


@patient
@given(st.lists(st.lists(members, min_size=1, max_size=3), max_size=3), st.sampled_from(("ana", "ben", None)))
def test_whoever_placed_the_order_is_never_on_its_route(
    people: list[list[list[str]]], requester: str | None
) -> None:
    """Whatever the policy names; and a step that is left with nobody holds the order."""
    steps = []
    for number, named in enumerate(people):
        first, *later = [Approvers(people=tuple(level)) for level in named]
        escalate = tuple(Escalation(to=level, within=DAY) for level in later)
        steps.append(Step(step=f"step-{number}", approvers=first, within=DAY, escalate=escalate))
    asked = content(requester=Requester(customer_id=f"customer-{requester}" if requester else None))
    policy = Policy(rules=(Rule(rule="only", why="w", steps=tuple(steps)),))
    found = route(policy, DIRECTORY, asked, "digest")
    assert requester not in found.people
    stranded = any({person for level in named for person in level} <= {requester} for named in people)
    assert (found.held is not None) == stranded
    assert found.automatic == (not people)
    if found.held is None:
        assert all(step.levels and all(level.approvers for level in step.levels) for step in found.steps)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("within", timedelta(0)), ("within", timedelta(days=-1)), ("remind", (2 * DAY,)), ("step", "")],
)
def test_a_step_that_cannot_be_kept_is_refused(field: str, wrong: object) -> None:
    """A window of no length, or a reminder that comes too late."""
    with pytest.raises(ValidationError):
        Step.model_validate({**MANAGERS.model_dump(by_alias=False), field: wrong})


def test_a_step_needs_somebody() -> None:
    """Nobody named is a fault of the policy, not an approval."""
    with pytest.raises(ValidationError, match="at least one"):
        Approvers()


@pytest.mark.parametrize("written", [{}, {"atLeast": None}, {"any": []}, {"any": None, "below": None}])
def test_a_condition_that_says_nothing_is_refused(written: dict[str, object]) -> None:
    """A key without a value is a slip of the pen: it must not match every order."""
    with pytest.raises(ValidationError):
        Condition.model_validate(written)


def test_a_condition_holds_if_all_of_it_holds() -> None:
    """From one amount to below another, in one currency, for one group."""
    between = Condition(
        at_least=parse_money("EUR 10.00"),
        below=parse_money("EUR 20.00"),
        currency="EUR",
        customer_group="new",
    )
    holds = compiled(between)

    def asked(order: OrderContent) -> Truth:
        return holds(Subject(order, Facts()))

    assert asked(content("EUR 10.00", group=NEW)) is True
    assert asked(content("EUR 19.99", group=NEW)) is True
    assert asked(content("EUR 20.00", group=NEW)) is False
    assert asked(content("EUR 9.99", group=NEW)) is False
    assert asked(content("EUR 15.00")) is False
    assert asked(content("USD 15.00", group=NEW)) is False


@pytest.mark.parametrize("twice", ["people", "groups"])
def test_a_directory_names_nobody_twice(twice: str) -> None:
    """Two people under one id would be one approver."""
    person, group = Person(id="ana", name="Ana"), Group(id="g", name="G", members=("ana",))
    with pytest.raises(ValidationError, match="declared twice"):
        Directory(
            people=(person,) * (2 if twice == "people" else 1),
            groups=(group,) * (2 if twice == "groups" else 1),
        )
    with pytest.raises(ValidationError, match="not declared"):
        Directory(people=(), groups=(group,))


def test_a_policy_names_no_rule_and_no_step_twice() -> None:
    """Or the audit could not say which one decided."""
    rule = POLICY.rules[0]
    with pytest.raises(ValidationError, match="declared twice: foreign-currency"):
        Policy(rules=(rule, rule))
    with pytest.raises(ValidationError, match="two steps of the same name"):
        Rule(rule="r", why="w", steps=(MANAGERS, MANAGERS))
    with pytest.raises(ValidationError):
        Policy(rules=())


def test_returns_are_taken_for_thirty_days_unless_policy_says_otherwise() -> None:
    """One window for all orders of a policy, pinned with the route; none at all closes at once."""
    assert routed().returns_within == timedelta(days=30)
    short = Policy(rules=POLICY.rules, returns_within=timedelta(0))
    assert routed(policy=short).returns_within == timedelta(0)
    with pytest.raises(ValidationError):
        Policy(rules=POLICY.rules, returns_within=timedelta(days=-1))


def test_operators_are_a_group_like_any_other() -> None:
    """Whoever is in it, and nobody where there is none."""
    assert [person.id for person in DIRECTORY.people if DIRECTORY.is_operator(person.id)] == ["olga"]
    without = Directory(people=DIRECTORY.people)
    assert not without.is_operator("olga")
    assert route(POLICY, without, content(), "digest").operators == ()
