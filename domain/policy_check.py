"""What a policy may say, and yet cannot mean: rules that never match, and steps that nobody is left to decide."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.directory import Directory
from domain.pinning import People, pinned
from domain.policy import Approvers, Match, Policy, Rule, Step
from domain.policy_duties import dead_end
from domain.policy_finding import Finding
from domain.policy_regions import Landscape

_MOST_NAMED = 5
_NO_ASSOCIATES: dict[str, tuple[str, ...]] = {}


class Check(NamedTuple):
    """What was found, and whether everything could be looked at."""

    findings: tuple[Finding, ...]
    whole: bool


def check(policy: Policy, directory: Directory) -> Check:
    """Everything that somebody should mend before the policy decides anything."""
    landscape = Landscape(policy)
    found = list(landscape.findings())
    staff = Staff(directory)
    for n, rule in enumerate(policy.rules):
        found += staff.of_rule(n, rule)
    if policy.match is Match.ALL:
        found += _same_names(policy)
    return Check(tuple(found), landscape.whole)


class Staff:
    """The directory, as far as it is known before there is an order."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._people = People(directory)

    def of_rule(self, n: int, rule: Rule) -> Iterator[Finding]:
        """What is wrong with a rule's steps. Who has a role in a business unit is not known, and not doubted."""
        for m, step in enumerate(rule.steps):
            place = ("rules", n, "steps", m)
            yield from self._too_few(place, step)
            yield from self._loops(place, step)
        known = [not any(approvers.role for approvers, *_ in step.levels) for step in rule.steps]
        yield from self._stranded(("rules", n), rule, known)
        if all(known):
            yield from self._used_up(("rules", n), rule)

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
                message = f"it escalates to {_listed(people)}, who had it before"
                yield Finding((*place, "escalate", level - 1, "to"), message)

    def _stranded(self, place: tuple[str | int, ...], rule: Rule, known: Sequence[bool]) -> Iterator[Finding]:
        """Steps that nobody could decide if certain people ordered: the requester never approves."""
        for m, step in enumerate(rule.steps):
            if not known[m] or any(len(self._named(a) or "x") < needs.of for a, needs, *_ in step.levels):
                continue
            whose = [who for who in self._requesters(step) if not self._pinned(step, who)]
            if whose:
                message = (
                    f"if {_listed([who or 'an outsider' for who in whose])} orders, nobody is left to decide"
                )
                yield Finding((*place, "steps", m, "approvers"), f"{message} step {step.step}")

    def _used_up(self, place: tuple[str | int, ...], rule: Rule) -> Iterator[Finding]:
        """Steps that could be left to people who have all decided before: nobody counts twice."""
        told = set[int]()
        for who in dict.fromkeys(who for step in rule.steps for who in self._requesters(step)):
            steps = [pinned(s, (who,) if who else (), self._people, _NO_ASSOCIATES) for s in rule.steps]
            if not all(step.levels for step in steps):
                continue  # told already
            end = dead_end(steps)
            if end is not None and end.step not in told:
                told.add(end.step)
                words = " and ".join(f"{person} decides step {step}" for step, person in end.deciders)
                ordered = f"{who} orders and " if who else ""
                message = f"if {ordered}{words}, nobody is left to decide step {steps[end.step].step}"
                yield Finding((*place, "steps", end.step, "approvers"), message)

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


def _same_names(policy: Policy) -> Iterator[Finding]:
    """Where all rules count, a step of one name is asked once: so it must be the same step."""
    first: dict[str, tuple[Rule, Step]] = {}
    for n, rule in enumerate(policy.rules):
        for m, step in enumerate(rule.steps):
            earlier, same = first.setdefault(step.step, (rule, step))
            if same != step:
                message = (
                    f"step {step.step} is another one in rule {earlier.rule}, and only that one is asked"
                )
                yield Finding(("rules", n, "steps", m), message)


def _listed(people: Sequence[str]) -> str:
    more = f" or {len(people) - _MOST_NAMED} others" if len(people) > _MOST_NAMED else ""
    return " or ".join(people[:_MOST_NAMED]) + more
