"""Whether the separation of duties can leave a route without anybody to decide: nobody counts twice on one order."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from domain.route import Level, RouteStep

_MOST_TRIES = 20_000


class DeadEnd(NamedTuple):
    """The place of a step that nobody is left to decide, once these people have decided the steps before."""

    step: int
    deciders: tuple[tuple[str, str], ...]
    """Each a step's name and a person."""


def dead_end(steps: Sequence[RouteStep]) -> DeadEnd | None:
    """The first way found in which those who decide early steps leave a later one without anybody; None if there is none."""
    return _Search(steps).from_step(0, frozenset(), ())


class _Search:
    """Goes along a route in every way that makes a difference, up to a number of tries."""

    def __init__(self, steps: Sequence[RouteStep]) -> None:
        self._steps = steps
        self._tries = 0
        asked = [frozenset(p for level in step.levels for p in level.approvers) for step in steps]
        self._asked_later = [frozenset().union(*asked[n + 1 :]) for n in range(len(steps))]
        self._seen = set[tuple[int, frozenset[str]]]()

    def from_step(
        self, n: int, counted: frozenset[str], deciders: tuple[tuple[str, str], ...]
    ) -> DeadEnd | None:
        """The first dead end from this step on, those having decided who did."""
        self._tries += 1
        if n == len(self._steps) or self._tries > _MOST_TRIES or (n, counted) in self._seen:
            return None
        self._seen.add((n, counted))
        step, open_levels = self._steps[n], 0
        for level in step.levels:
            left = [person for person in level.approvers if person not in counted]
            if not left or (not level.everybody and len(left) < level.needed):
                continue
            open_levels += 1
            for chosen in self._choices(n, level, left):
                found = self.from_step(
                    n + 1, counted | set(chosen), (*deciders, *((step.step, person) for person in chosen))
                )
                if found is not None:
                    return found
        return None if open_levels else DeadEnd(n, deciders)

    def _choices(self, n: int, level: Level, left: list[str]) -> Iterator[tuple[str, ...]]:
        """Who of those may decide, as far as they are asked later again; all others are alike."""
        needed = len(left) if level.everybody else level.needed
        again = [person for person in left if person in self._asked_later[n]]
        others = len(left) - len(again)
        for size in range(min(needed, len(again)), max(0, needed - others) - 1, -1):
            yield from combinations(again, size)
