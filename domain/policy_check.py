"""What a policy may say, and yet cannot mean: rules that never match, and steps that nobody is left to decide."""

from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.directory import Directory
from domain.pinning import People, pinned
from domain.policy import Approvers, Policy, Rule, Step
from domain.policy_duties import DeadEnd, TooManyWaysError, dead_end
from domain.policy_finding import Finding
from domain.policy_regions import Landscape
from domain.policy_stand_ins import Substitutes

_MOST_NAMED = 5
_NO_ASSOCIATES: dict[str, tuple[str, ...]] = {}


class Check(NamedTuple):
    """What was found, and whether everything could be looked at."""

    findings: tuple[Finding, ...]
    whole: bool


def check(policy: Policy, directory: Directory, at: datetime) -> Check:
    """Everything that somebody should mend before the policy decides anything; absences that are over `at` do not count."""
    landscape = Landscape(policy)
    found = list(landscape.findings())
    staff = Staff(policy, directory, Substitutes(policy, directory, landscape, at))
    for n, rule in enumerate(policy.rules):
        found += staff.of_rule(n, rule)
    for rules in sorted(landscape.together(), key=lambda one: (len(one), one)):
        found += staff.of_route(rules)
    return Check(tuple(found), landscape.whole and staff.whole)


class Staff:
    """The directory, as far as it is known before there is an order."""

    def __init__(self, policy: Policy, directory: Directory, substitutes: Substitutes) -> None:
        self._policy = policy
        self._directory = directory
        self._people = People(directory)
        self._substitutes = substitutes
        self._told = set[tuple[str | int, ...]]()
        self.whole = True
        """Whether every way of deciding was tried; a route that leaves too many is not."""

    def of_rule(self, n: int, rule: Rule) -> Iterator[Finding]:
        """What is wrong with a rule's steps. Who has a role in a business unit is not known, and not doubted."""
        if rule.changes is not None and not rule.steps:
            message = f"rule {rule.rule} asks nobody, so nobody can request changes"
            yield Finding(("rules", n, "changes"), message)
        elif rule.changes is not None and rule.changes.rounds == 0 and rule.changes.resume_at is not None:
            message = f"nobody can request changes (rounds: 0), so no order resumes at step {rule.changes.resume_at}"
            yield Finding(("rules", n, "changes", "resumeAt"), message)
        for m, step in enumerate(rule.steps):
            place = ("rules", n, "steps", m)
            yield from self._too_few(place, step)
            yield from self._loops(place, step)
        yield from self._stranded(("rules", n), rule)

    def of_route(self, rules: Sequence[int]) -> Iterator[Finding]:
        """Steps that could be left to people who have all decided before: nobody counts twice. Each is told once."""
        named: dict[str, tuple[tuple[str | int, ...], Step]] = {}
        asking = [n for n in rules if self._policy.rules[n].steps]
        for n in asking:
            for m, step in enumerate(self._policy.rules[n].steps):
                named.setdefault(step.step, (("rules", n, "steps", m, "approvers"), step))
        places, steps = [place for place, _ in named.values()], [step for _, step in named.values()]
        if not all(_is_known(step) for step in steps):
            return
        tried = set[Hashable]()
        for who in dict.fromkeys(who for step in steps for who in self._requesters(step)):
            never = (who,) if who else ()
            route = tuple(pinned(step, never, self._people, _NO_ASSOCIATES) for step in steps)
            lent = self._substitutes.under(tuple(asking), frozenset(never))
            same = (route, tuple(lent.items()))
            if same in tried or not all(step.levels for step in route):
                continue  # told already
            tried.add(same)
            try:
                end = dead_end(route, lent)
            except TooManyWaysError:
                self.whole = False
                return  # for others who order there are as many
            if end is not None and places[end.step] not in self._told:
                self._told.add(places[end.step])
                several = (
                    " and ".join(self._policy.rules[n].rule for n in asking) if len(asking) > 1 else None
                )
                yield Finding(places[end.step], _used_up(end, steps[end.step].step, who, several))

    def _too_few(self, place: tuple[str | int, ...], step: Step) -> Iterator[Finding]:
        for level, (approvers, needs, *_) in enumerate(step.levels):
            named = self._named(approvers)
            if named is not None and len(named) < needs.of:
                where = (*place, "needs") if level == 0 else (*place, "escalate", level - 1, "needs")
                people = f"{len(named)} {'is' if len(named) == 1 else 'are'}"
                yield Finding(where, f"{needs.of} different people are needed, and only {people} named")

    def _loops(self, place: tuple[str | int, ...], step: Step) -> Iterator[Finding]:
        """An escalation to people who let it lapse before goes in a circle."""
        levels = [self._named(approvers) for approvers, *_ in step.levels]
        for level, people in enumerate(levels):
            earlier = [before for before in levels[:level] if before]
            if people and any(set(people) <= set(before) for before in earlier):
                new = self._named(step.escalate[level - 1].to) or people
                message = f"it escalates to {_listed(new)}, who had it before"
                yield Finding((*place, "escalate", level - 1, "to"), message)

    def _stranded(self, place: tuple[str | int, ...], rule: Rule) -> Iterator[Finding]:
        """Steps that nobody could decide if certain people ordered: the requester never approves."""
        for m, step in enumerate(rule.steps):
            if not _is_known(step) or any(
                len(self._named(a) or "x") < needs.of for a, needs, *_ in step.levels
            ):
                continue
            whose = [who for who in self._requesters(step) if not self._pinned(step, who)]
            if whose:
                people = [who or "an outsider" for who in whose]
                order = "order" if len(people) > _MOST_NAMED + 1 else "orders"
                message = f"if {_listed(people)} {order}, nobody is left to decide step {step.step}"
                yield Finding((*place, "steps", m, "approvers"), message)

    def _requesters(self, step: Step) -> list[str | None]:
        """Everybody whose ordering could make a difference for a step; None is anybody else."""
        ids = [person.id for person in self._directory.people if person.customer or person.email]
        if any(approvers.requesters_manager for approvers, *_ in step.levels):
            return [None, *ids]
        asked = {person for approvers, *_ in step.levels for person in self._named(approvers) or ()}
        return [None, *(person for person in ids if person in asked)]

    def _pinned(self, step: Step, who: str | None) -> bool:
        """Whether somebody could decide the step of an order of theirs."""
        return bool(pinned(step, (who,) if who else (), self._people, _NO_ASSOCIATES).levels)

    def _named(self, approvers: Approvers) -> tuple[str, ...] | None:
        """Who is named, whoever orders; None if that depends on the order."""
        if approvers.role or approvers.requesters_manager:
            return None
        return self._people.named(approvers, (), _NO_ASSOCIATES)


def _is_known(step: Step) -> bool:
    """Whether the files say who is meant, given who orders."""
    return not any(approvers.role for approvers, *_ in step.levels)


def _used_up(end: DeadEnd, step: str, who: str | None, several: str | None) -> str:
    """The words for a step that nobody is left to decide."""
    decided = [
        f"{mandate.decides} decides step {name}{'' if mandate.own else f' on behalf of {mandate.on_behalf_of}'}"
        for name, mandate in end.deciders
    ]
    ordered = [f"{who} orders"] if who else []
    matched = [f"rules {several} match"] if several else []
    return f"if {' and '.join([*matched, *ordered, *decided])}, nobody is left to decide step {step}"


def _listed(people: Sequence[str]) -> str:
    others = len(people) - _MOST_NAMED
    more = (f"{others} others" if others > 1 else "one other",) if others > 0 else ()
    return " or ".join((*people[:_MOST_NAMED], *more))
