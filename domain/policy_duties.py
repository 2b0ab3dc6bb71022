"""Whether the separation of duties can leave a route without anybody to decide: nobody counts twice on one order."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from domain.route import Level, RouteStep
from domain.substitution import Mandate

_MOST_TRIES = 20_000

StandIns = Mapping[str, tuple[str, ...]]
"""Who may decide for whom at one time or another, by the id of the one who is away."""


class DeadEnd(NamedTuple):
    """The place of a step that nobody is left to decide, once these people have decided the steps before."""

    step: int
    deciders: tuple[tuple[str, Mandate], ...]
    """Each a step's name, and who decides it on whose behalf."""


def dead_end(steps: Sequence[RouteStep], stand_ins: StandIns) -> DeadEnd | None:
    """The first way found in which those who decide early steps leave a later one without anybody; None if there is none.

    Whoever stands in, and whoever is stood in for, has had a voice: neither can decide later. An absence never adds to those
    who are left, because whoever is away may decide nevertheless.
    """
    return _Search(steps, stand_ins).from_step(0, frozenset(), ())


class TooManyWaysError(Exception):
    """A route can be decided in more ways than can be tried."""


class _Search:
    """Goes along a route in every way that makes a difference."""

    def __init__(self, steps: Sequence[RouteStep], stand_ins: StandIns) -> None:
        self._steps = steps
        self._stand_ins = stand_ins
        self._tries = 0
        self._ends = [n for n in range(len(steps)) if not self._always_has_somebody(n)]
        asked = [frozenset(p for level in step.levels for p in level.approvers) for step in steps]
        self._asked_later = [
            frozenset().union(*(asked[m] for m in self._ends if m > n)) for n in range(len(steps))
        ]
        self._seen = set[tuple[int, frozenset[str]]]()

    def from_step(
        self, n: int, heard: frozenset[str], deciders: tuple[tuple[str, Mandate], ...]
    ) -> DeadEnd | None:
        """The first dead end from this step on, those having had a voice who did."""
        if not any(end >= n for end in self._ends) or (n, heard) in self._seen:
            return None
        self._seen.add((n, heard))
        step, open_levels = self._steps[n], 0
        for level in step.levels:
            left = [person for person in level.approvers if person not in heard]
            if not left or (not level.everybody and len(left) < level.needed):
                continue
            open_levels += 1
            for chosen in self._choices(n, level, left, heard):
                voices = {person for mandate in chosen for person in (mandate.decides, mandate.on_behalf_of)}
                told = (*deciders, *((step.step, mandate) for mandate in chosen))
                found = self.from_step(n + 1, heard | voices, told)
                if found is not None:
                    return found
        return None if open_levels else DeadEnd(n, deciders)

    def _always_has_somebody(self, n: int) -> bool:
        """Whether the steps before are too few, or of too different people, to use up any level of this one."""
        before = self._steps[:n]
        voices = sum(max((self._most(level) for level in step.levels), default=0) for step in before)
        people = {person for step in before for level in step.levels for person in self._reach(level)}
        return any(
            len(level.approvers) - min(voices, len(people.intersection(level.approvers)))
            >= (1 if level.everybody else level.needed)
            for level in self._steps[n].levels
        )

    def _most(self, level: Level) -> int:
        """How many have a voice at most once a level has decided."""
        needed = len(level.approvers) if level.everybody else level.needed
        return needed + min(needed, sum(person in self._stand_ins for person in level.approvers))

    def _reach(self, level: Level) -> Iterator[str]:
        for person in level.approvers:
            yield person
            yield from self._stand_ins.get(person, ())

    def _count(self) -> None:
        self._tries += 1
        if self._tries > _MOST_TRIES:
            raise TooManyWaysError

    def _choices(
        self, n: int, level: Level, left: list[str], heard: frozenset[str]
    ) -> Iterator[tuple[Mandate, ...]]:
        """Who of those may decide, as far as that leaves others to later steps; all other ways are alike."""
        needed = len(left) if level.everybody else level.needed
        telling = [one for one in self._mandates(level, left, heard) if self._tells(n, one)]
        without_trace = [person for person in left if person not in self._asked_later[n]]
        for size in range(min(needed, len(telling)), -1, -1):
            for chosen in combinations(telling, size):
                behalf = {mandate.on_behalf_of for mandate in chosen}
                self._count()
                if len(behalf) < size or len({mandate.decides for mandate in chosen}) < size:
                    continue
                if sum(person not in behalf for person in without_trace) >= needed - size:
                    yield chosen

    def _mandates(self, level: Level, left: list[str], heard: frozenset[str]) -> Iterator[Mandate]:
        """Everybody by themselves; then by those who stand in for them and are not asked at that level anyhow."""
        yield from (Mandate(decides=person, on_behalf_of=person) for person in left)
        for person in left:
            for other in self._stand_ins.get(person, ()):
                if other not in heard and other not in level.approvers:
                    yield Mandate(decides=other, on_behalf_of=person)

    def _tells(self, n: int, mandate: Mandate) -> bool:
        return not self._asked_later[n].isdisjoint((mandate.decides, mandate.on_behalf_of))
