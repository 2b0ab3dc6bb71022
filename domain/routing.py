"""From policy and directory to the route of one order: pinned, so that a later edit changes no running order."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.directory import OPERATORS, Directory
from domain.facts import Facts
from domain.judging import compiled
from domain.money import Money
from domain.opening import Opening, Reading, opening
from domain.order import OrderContent
from domain.pinning import People, UnknownAssociatesError, pinned
from domain.policy import Match, Policy, Rule, Step
from domain.policy_changes import Changes
from domain.policy_questions import Questions
from domain.route import Level, Route, RouteStep
from domain.subject import Doubt, Subject
from domain.substitution import Matter
from domain.value import digest_of
from domain.working_time import NoWorkingTimeError

__all__ = ["Level", "Plan", "Route", "RouteStep", "Router", "policy_digest", "route"]

_NOTHING_KNOWN = Facts()
_USUAL_CHANGES = Changes()
_UNRESOLVED = "the order's customer group could not be resolved to its key"
_NO_RULE = "no rule of the policy matches this order"


class Plan(NamedTuple):
    """What a policy asks of every order that the same rules match and the same person has placed."""

    rule: str
    why: str
    steps: tuple[RouteStep, ...] = ()
    held: str | None = None
    rules: tuple[str, ...] = ()
    """The names of the rules, where there is more than one."""
    resume_at: str | None = None
    rounds: int | None = None

    @property
    def stranded(self) -> bool:
        """Whether rules match, and yet nobody could decide."""
        return self.held is not None and bool(self.steps)


def policy_digest(policy: Policy, directory: Directory) -> str:
    """SHA-256 in hex of the rules and of the people whom they name: which policy decided, for the audit."""
    return digest_of({"policy": policy.to_json_dict(), "directory": directory.to_json_dict()})


def route(
    policy: Policy, directory: Directory, content: OrderContent, digest: str, facts: Facts = _NOTHING_KNOWN
) -> Route:
    """The route of one order, without the opening of its first level; who routes many keeps a `Router`."""
    return Router(policy, directory, digest).route(content, facts)


def matter_of(route: Route, total: Money) -> Matter:
    """What authority over an order of that total depends on, as its route has it."""
    return Matter(rules=route.rules or (route.rule,), total=total, never=frozenset(route.requester))


class Router:
    """A policy and a directory, made ready to route orders. Any doubt makes a route held, never automatic."""

    def __init__(self, policy: Policy, directory: Directory, digest: str) -> None:
        self._policy = policy
        self._digest = digest
        self.directory = directory
        """The people whom it routes to."""
        self._people = People(directory)
        self._somebody_away = any(person.absences for person in directory.people)
        operators = directory.group(OPERATORS)
        self._operators = operators.members if operators else ()
        self._tests = [(rule, compiled(rule.when)) for rule in policy.rules]
        self._all = policy.match is Match.ALL
        self.asks = Questions(policy)
        """What has to be read before an order is routed."""
        self._plans: dict[Hashable, Plan] = {}

    @property
    def reads_associates(self) -> bool:
        """Whether the policy asks for roles in the order's business unit."""
        return self.asks.roles or self.asks.roles_of_approvers

    def route(
        self, content: OrderContent, facts: Facts = _NOTHING_KNOWN, at: datetime | None = None
    ) -> Route:
        """The route of an order. With `at` (aware), also the opening of its first level then, if that says more than the level."""
        subject, identities = Subject(content, facts, self._policy.rates), content.requester.identities
        requester = self._people.known_as(identities)
        plan = self._planned(subject, requester)
        first, held = None, plan.held
        if at is not None and plan.steps and held is None:
            try:
                first = self._opening(plan, at, requester, content.total)
            except NoWorkingTimeError as endless:
                held = str(endless)
        return Route(
            policy_digest=self._digest,
            rule=plan.rule,
            why=plan.why,
            steps=plan.steps,
            held=held,
            requester=requester,
            requester_identities=identities,
            operators=self._operators,
            returns_within=self._policy.returns_within,
            evidence=self.asks.evidence(subject),
            rules=plan.rules,
            reads_directory=bool(plan.steps),
            opening=first,
            reason_required=self._policy.reason_required if plan.steps else (),
            harmless=self._policy.harmless if plan.steps or held is None else (),
            resume_at=plan.resume_at,
            rounds=plan.rounds,
        )

    def reading(self, content: OrderContent) -> Reading:
        """What an order that is routed already has to know of the directory as it is now."""
        return self._people.reading(content.requester.identities)

    def plan(self, content: OrderContent, facts: Facts = _NOTHING_KNOWN) -> Plan:
        """What is asked of an order, without what is only about this one: for many orders at once."""
        requester = self._people.known_as(content.requester.identities)
        return self._planned(Subject(content, facts, self._policy.rates), requester)

    def _opening(self, plan: Plan, at: datetime, requester: Iterable[str], total: Money) -> Opening | None:
        """That of the first level, where somebody stands in for somebody, or a calendar tells when its time is over."""
        level = plan.steps[0].levels[0]
        in_plain_time = all(isinstance(span, timedelta) for span in (level.within, *level.remind))
        if in_plain_time and not self._somebody_away:
            return None
        matter = Matter(rules=plan.rules or (plan.rule,), total=total, never=frozenset(requester))
        found = opening(level, at, self.directory, matter)
        return None if found is None or (found.plain and in_plain_time) else found

    def _planned(self, subject: Subject, requester: tuple[str, ...]) -> Plan:
        """The plan; the same object for every order for which it is the same."""
        group = subject.content.customer_group
        if group is not None and group.key is None:
            return self._kept(_UNRESOLVED)
        matching = self._matching(subject)
        if isinstance(matching, Doubt):
            return self._kept(matching.why)
        if not matching:
            return self._kept(_NO_RULE)
        key: Hashable = (tuple(matching), requester)
        if self.asks.roles_of_approvers:  # who has a role is another question for each business unit
            associates = subject.facts.associates
            known = None if associates is None else tuple(sorted(associates.items()))
            key = (key, subject.content.business_unit, known)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._along(matching, requester, subject)
        return plan

    def _kept(self, why: str) -> Plan:
        """The plan for orders that cannot be judged, for this reason."""
        plan = self._plans.get(why)
        if plan is None:
            plan = self._plans[why] = Plan(rule="none", why="", held=why)
        return plan

    def _matching(self, subject: Subject) -> list[int] | Doubt:
        """The rules for an order, by their places."""
        found = []
        for n, (_, test) in enumerate(self._tests):
            truth = test(subject)
            if truth is False:
                continue
            if isinstance(truth, Doubt):
                return truth
            found.append(n)
            if not self._all:
                break
        return found

    def _along(self, matching: Sequence[int], requester: tuple[str, ...], subject: Subject) -> Plan:
        """The steps of the matching rules, each name once, with their people pinned and the requester taken out."""
        rules = [self._policy.rules[n] for n in matching]
        rules = [rule for rule in rules if rule.steps] or rules
        named: dict[str, Step] = {}
        for step in (step for rule in rules for step in rule.steps):
            named.setdefault(step.step, step)
        rule, why = ", ".join(rule.rule for rule in rules), " ".join(rule.why for rule in rules)
        unit = subject.content.business_unit
        associates = {} if unit is None else subject.facts.associates
        try:
            steps = tuple(pinned(step, requester, self._people, associates) for step in named.values())
        except UnknownAssociatesError:
            return Plan(rule, why, held=f"the associates of business unit {unit} are not known")
        stranded = ", ".join(step.step for step in steps if not step.levels)
        held = f"nobody is left to decide step {stranded}: the requester never approves" if stranded else None
        if not steps:
            return Plan(rule, why, steps, held)
        names = tuple(rule.rule for rule in rules) if len(rules) > 1 else ()
        rounds = min((rule.changes or _USUAL_CHANGES).rounds for rule in rules)
        return Plan(rule, why, steps, held, names, _resume_at(rules, list(named)), rounds)


def _resume_at(rules: Sequence[Rule], steps: list[str]) -> str | None:
    """The earliest of the steps at which the rules resume, each at its first if it names none; None for the very first."""
    named = [(rule.changes and rule.changes.resume_at) or rule.steps[0].step for rule in rules]
    earliest = min(named, key=steps.index)
    return earliest if earliest != steps[0] else None
