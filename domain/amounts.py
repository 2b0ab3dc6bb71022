"""Sets of amounts in one currency, as ranges of minor units: for finding what a policy leaves out or says twice."""

from collections.abc import Iterable
from typing import NamedTuple


class Range(NamedTuple):
    """From `low` to just below `high`, in minor units; without an end if `high` is None."""

    low: int
    high: int | None = None


Amounts = tuple[Range, ...]
"""Ranges that do not touch, in order."""
NONE: Amounts = ()
EVERY: Amounts = (Range(0),)


def union(*sets: Amounts) -> Amounts:
    """What is in any of them."""
    found: list[Range] = []
    for one in sorted((r for amounts in sets for r in amounts), key=lambda one: one.low):
        last = found[-1] if found else None
        if last is None or (last.high is not None and last.high < one.low):
            found.append(one)
        elif last.high is not None and (one.high is None or one.high > last.high):
            found[-1] = Range(last.low, one.high)
    return tuple(found)


def contrary(amounts: Amounts) -> Amounts:
    """Every other amount from zero on."""
    found, low = list[Range](), 0
    for one in amounts:
        if one.low > low:
            found.append(Range(low, one.low))
        if one.high is None:
            return tuple(found)
        low = one.high
    return (*found, Range(low))


def common(*sets: Amounts) -> Amounts:
    """What is in all of them."""
    return contrary(union(*(contrary(amounts) for amounts in sets)))


def without(amounts: Amounts, others: Amounts) -> Amounts:
    """What is in the first and not in the second."""
    return common(amounts, contrary(others))


class Judged(NamedTuple):
    """For which amounts something holds, and for which it cannot be known; for the rest it does not."""

    holds: Amounts
    doubt: Amounts = NONE

    @property
    def fails(self) -> Amounts:
        """For which amounts it does not hold."""
        return contrary(union(self.holds, self.doubt))


def every(parts: Iterable[Judged]) -> Judged:
    """That all of them hold."""
    given = list(parts)
    holds = common(EVERY, *(part.holds for part in given))
    fails = union(*(part.fails for part in given))
    return Judged(holds, contrary(union(holds, fails)))


def some(parts: Iterable[Judged]) -> Judged:
    """That any of them holds."""
    return negated(every(negated(part) for part in parts))


def negated(part: Judged) -> Judged:
    """That it does not hold."""
    return Judged(part.fails, part.doubt)
