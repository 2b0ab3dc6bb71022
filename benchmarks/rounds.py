"""Rounds on both sides in turn, so that whatever the machine does besides falls on both alike."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

R = TypeVar("R")
Play = Callable[[int], Awaitable[R]]


async def interleaved(rounds: int, sides: Sequence[Play[R]], *, warm_up: bool = True) -> list[list[R]]:
    """For each round every side once, in an order that is turned from round to round; results by round, then side.

    The first round is played once more beforehand and not counted: code is loaded and caches are filled in it.
    """
    played: list[list[R]] = []
    for number in range(-1 if warm_up else 0, rounds):
        turned = range(len(sides)) if number % 2 == 0 else range(len(sides) - 1, -1, -1)
        found = {index: await sides[index](number) for index in turned}
        if number >= 0:
            played.append([found[index] for index in range(len(sides))])
    return played


def paired(played: Sequence[Sequence[R]], of: Callable[[R], float], side: int, against: int) -> list[float]:
    """The ratio of two sides in each round."""
    return [of(found[side]) / of(found[against]) for found in played]
