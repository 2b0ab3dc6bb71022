"""Who is meant: people, groups, a role in the order's business unit, the requester's manager; and how many of them."""

import pytest
from pydantic import ValidationError

from domain.directory import Directory, Person
from domain.facts import Facts
from domain.money import parse_money
from domain.order import Requester
from domain.policy import Approvers, Condition, Escalation, Match, Needs, Policy, Rule, Step
from domain.routing import Route, Router, policy_digest, route
from tests.domain.cast import DAY, DIRECTORY, OUTSIDER, RITA, content, route_of

ANA, BEN = Requester(customer_id="customer-ana"), Requester(customer_email="ben@example.com")
LED = Directory(
    people=tuple(
        person.model_copy(update={"manager": {"rita": "ana", "ana": "dana", "dana": "dana"}.get(person.id)})
        for person in DIRECTORY.people
    ),
    groups=DIRECTORY.groups,
)


def routed(
    approvers: Approvers,
    requester: Requester = RITA,
    facts: Facts = Facts(),  # noqa: B008 - immutable
    unit: str | None = "acme",
) -> Route:
    """The route along one step of these approvers, with dana as the escalation of nobody."""
    step = Step(step="only", approvers=approvers, within=DAY)
    policy = Policy(rules=(Rule(rule="only", why="because", steps=(step,)),))
    asked = content(requester=requester).model_copy(update={"business_unit": unit})
    return route(policy, LED, asked, "digest", facts)


def people(found: Route) -> tuple[str, ...]:
    """Who is asked first."""
    return found.steps[0].levels[0].approvers


MANAGER = Approvers(requesters_manager=True)
ROLE = Approvers(role="approver")


def test_the_requesters_manager_is_the_directorys() -> None:
    """Whoever has placed the order, by any identity."""
    assert people(routed(MANAGER)) == ("ana",)
    assert people(routed(MANAGER, ANA)) == ("dana",)


@pytest.mark.parametrize("requester", [BEN, OUTSIDER, Requester(customer_id="customer-dana")])
def test_without_a_manager_the_order_is_held(requester: Requester) -> None:
    """Nobody is entered, the requester is not in the directory, or leads themselves: never approved by that."""
    found = routed(MANAGER, requester)
    assert found.held is not None
    assert not found.automatic


def test_a_role_is_asked_of_the_business_unit() -> None:
    """Its customers as far as the directory knows them, without the requester."""
    facts = Facts(
        associates={"approver": ("customer-ben", "customer-rita", "customer-stranger"), "buyer": ()}
    )
    assert people(routed(ROLE, facts=facts)) == ("ben",)
    both = Approvers(people=("cleo",), role=("approver", "buyer"))
    assert people(routed(both, facts=facts)) == ("cleo", "ben")


def test_who_is_asked_for_a_role_alone_is_pinned_as_such() -> None:
    """They have to have it still when the level opens; who is named beside is asked in any case."""
    facts = Facts(associates={"approver": ("customer-ben", "customer-cleo", "customer-rita")})
    both = Approvers(people=("cleo",), role="approver")
    level = routed(both, facts=facts).steps[0].levels[0]
    assert (level.approvers, level.roles, level.by_role) == (("cleo", "ben"), ("approver",), ("ben",))
    assert level.rests_on_roles
    plain = routed(MANAGER).steps[0].levels[0]
    assert not plain.rests_on_roles
    assert plain.model_dump(exclude={"approvers", "within"}) == {"groups": (), "remind": ()}


@pytest.mark.parametrize(
    ("facts", "unit", "why"),
    [
        (Facts(), "acme", "the associates of business unit acme are not known"),
        (Facts(associates={}), "acme", "nobody is left to decide step only"),
        (Facts(associates={"approver": ("customer-rita",)}), "acme", "nobody is left to decide step only"),
        (Facts(), None, "nobody is left to decide step only"),
    ],
)
def test_a_role_that_nobody_has_holds(facts: Facts, unit: str | None, why: str) -> None:
    """Not known, not given, the requester's alone, or of no unit at all."""
    found = routed(ROLE, facts=facts, unit=unit)
    assert found.held is not None
    assert why in found.held


def test_who_is_asked_by_role_differs_from_unit_to_unit() -> None:
    """A router that has seen one unit's people does not ask them about another's order."""
    step = Step(step="only", approvers=ROLE, within=DAY)
    router = Router(Policy(rules=(Rule(rule="only", why="w", steps=(step,)),)), LED, "digest")
    for unit, person in (("acme", "ben"), ("other", "cleo")):
        asked = content().model_copy(update={"business_unit": unit})
        found = router.route(asked, Facts(associates={"approver": (f"customer-{person}",)}))
        assert people(found) == (person,)


def needing(needs: str | dict[str, int], named: tuple[str, ...], *later: Escalation) -> Step:
    """A step that needs so many."""
    return Step(
        step="team",
        approvers=Approvers(people=named),
        needs=Needs.model_validate(needs),
        within=DAY,
        escalate=later,
    )


def test_how_many_are_needed_is_pinned() -> None:
    """A number is that number, all are as many as are left, one leaves no trace in what travels."""
    [two] = route_of(needing({"of": 2}, ("ana", "ben", "cleo"))).steps
    [everybody] = route_of(needing("all", ("ana", "ben", "cleo")), requester=ANA).steps
    assert (two.levels[0].needed, two.levels[0].everybody) == (2, False)
    assert (everybody.levels[0].needed, everybody.levels[0].everybody) == (2, True)
    assert everybody.levels[0].approvers == ("ben", "cleo")
    found = route_of(needing({"of": 2}, ("ana", "ben")))
    assert Route.model_validate_json(found.model_dump_json()) == found
    one = route_of(needing("any", ("ana", "ben"))).model_dump_json()
    assert "needed" not in one
    assert "everybody" not in one


def test_a_level_left_with_too_few_is_passed_over() -> None:
    """Two of ana and ben, and ana placed the order: the next level is asked, and without one the order is held."""
    up = Escalation(to=Approvers(people=("dana",)), within=DAY)
    found = route_of(needing({"of": 2}, ("ana", "ben"), up), requester=ANA)
    assert [level.approvers for level in found.steps[0].levels] == [("dana",)]
    held = route_of(needing({"of": 2}, ("ana", "ben")), requester=ANA)
    assert held.held is not None
    assert not held.automatic


def test_a_level_that_keeps_the_earlier_one_asks_both() -> None:
    """Those of the level before and the new ones, each once, without the requester, and so on up the chain."""
    up = (
        Escalation(to=Approvers(people=("dana", "ben")), keeps_earlier=True, within=DAY),
        Escalation(to=Approvers(groups=("finance",)), keeps_earlier=True, within=DAY),
        Escalation(to=Approvers(people=("olga",)), within=DAY),
    )
    [found] = route_of(needing("any", ("ana", "ben"), *up), requester=ANA).steps
    assert [level.approvers for level in found.levels] == [
        ("ben",),
        ("ben", "dana"),
        ("ben", "dana", "cleo", "cem"),
        ("olga",),
    ]
    assert found.levels[2].groups == ("finance",)


def test_a_kept_level_counts_for_the_number() -> None:
    """Two of ana and ben cannot be had once ana orders; with dana they can, and all of a kept level are all."""
    up = Escalation(
        to=Approvers(people=("dana",)), keeps_earlier=True, needs=Needs(everybody=True), within=DAY
    )
    [found] = route_of(needing({"of": 2}, ("ana", "ben"), up), requester=ANA).steps
    assert [(level.approvers, level.needed) for level in found.levels] == [(("ben", "dana"), 2)]


def test_everybody_who_is_meant_is_kept() -> None:
    """Roles and managers, too."""
    one = Approvers(role="approver", requesters_manager=True)
    both = one.beside(Approvers(people=("ana",), role=("admin", "approver")))
    assert both == Approvers(people=("ana",), role=("approver", "admin"), requesters_manager=True)
    assert Approvers(people=("ana",)).beside(Approvers(groups=("g",))).role is None


@pytest.mark.parametrize("written", ["some", {"of": 0}, {"of": "many"}, {"off": 2}, 2, []])
def test_a_number_of_people_that_is_none(written: object) -> None:
    """Is refused when the file is read."""
    with pytest.raises(ValidationError):
        Needs.model_validate(written)


def test_all_matching_rules_give_their_steps() -> None:
    """In their order, each step once by name; a rule that asks for nobody adds nothing to one that does."""
    manager, finance = (
        Step(step=name, approvers=Approvers(groups=(group,)), within=DAY)
        for name, group in (("manager", "managers"), ("finance", "finance"))
    )
    rules = (
        Rule(
            rule="large",
            why="It is large.",
            when=Condition(at_least=parse_money("EUR 100.00")),
            steps=(manager,),
        ),
        Rule(rule="pumps", why="It has chairs.", when=Condition(sku="CHAIR"), steps=(finance, manager)),
        Rule(rule="rest", why="Nobody need look."),
    )
    every = Policy(match=Match.ALL, rules=rules)
    found = route(every, DIRECTORY, content("EUR 100.00"), "d")
    assert (found.rule, found.why) == ("large, pumps", "It is large. It has chairs.")
    assert [step.step for step in found.steps] == ["manager", "finance"]
    cheap = route(every, DIRECTORY, content("EUR 1.00"), "d")
    assert [step.step for step in cheap.steps] == ["finance", "manager"]
    first = route(Policy(rules=rules), DIRECTORY, content("EUR 100.00"), "d")
    assert (first.rule, [step.step for step in first.steps]) == ("large", ["manager"])
    nothing = route(Policy(match=Match.ALL, rules=rules[2:]), DIRECTORY, content(), "d")
    assert nothing.automatic


def test_one_doubtful_rule_of_all_holds() -> None:
    """It might have asked somebody else."""
    rules = (
        Rule(
            rule="dollars",
            why="w",
            when=Condition(at_least=parse_money("USD 1.00")),
            steps=(needing("any", ("ana",)),),
        ),
        Rule(rule="rest", why="w"),
    )
    found = route(Policy(match=Match.ALL, rules=rules), DIRECTORY, content(), "d")
    assert found.held is not None
    assert not found.automatic


def test_what_is_not_used_leaves_the_digest_as_it_was() -> None:
    """A policy that was written before any of this has the digest that it had then."""
    plain = Policy(
        rules=(Rule(rule="only", why="because", steps=(needing("any", ("ana",)),)),),
    )
    directory = Directory(people=(Person(id="ana", name="Ana"),))
    then = "4431267a4e01d12d091a56cd9bcf7ac78987cf474a7450e836e3f2d378949b27"
    assert policy_digest(plain, directory) == then
