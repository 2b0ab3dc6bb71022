"""Overlaps in a policy of which the first matching rule routes: ranges of amounts that cross, in one currency or by rates."""

from collections.abc import Iterator
from typing import NamedTuple

from domain.amounts import Amounts, Range, common, every, negated
from domain.conditions import Condition
from domain.policy import Policy, Rule
from domain.policy_amounts import reaches, words
from domain.policy_finding import Finding
from domain.rates import Rates


class _Plain(NamedTuple):
    """A condition that bounds the amount, apart from what else it asks."""

    bounds: Condition
    rest: Condition

    @property
    def currencies(self) -> list[str]:
        return [
            bound.currency_code for bound in (self.bounds.at_least, self.bounds.below) if bound is not None
        ]

    def amounts(self, currency: str, rates: Rates | None) -> Amounts | None:
        """In the minor units of that currency; None if no rate relates it to the bounds."""
        parts = []
        if self.bounds.at_least is not None:
            parts.append(reaches(self.bounds.at_least, currency, rates))
        if self.bounds.below is not None:
            parts.append(negated(reaches(self.bounds.below, currency, rates)))
        judged = every(parts)
        return None if judged.doubt else judged.holds


def overlaps(policy: Policy) -> Iterator[Finding]:
    """Ranges that cross: one within another is how a first match is written, and is none."""
    for n, rule in enumerate(policy.rules):
        for earlier in policy.rules[:n]:
            crossing = _crossing(earlier, rule, policy.rates)
            if crossing is not None:
                message = f"an order of {words(*crossing)} matches rule {earlier.rule} too, which comes first"
                yield Finding(("rules", n, "when"), message)


def _crossing(one: Rule, other: Rule, rates: Rates | None) -> tuple[Range, str] | None:
    """The range in which two rules overlap that ask the same but for the amount, if neither lies within the other."""
    first, second = _plain(one), _plain(other)
    if first is None or second is None or first.rest != second.rest:
        return None
    currency = first.rest.currency or first.currencies[0]
    a, b = first.amounts(currency, rates), second.amounts(currency, rates)
    shared = common(a, b) if a is not None and b is not None else ()
    if not shared or shared in {a, b}:
        return None
    return shared[0], currency


def _plain(rule: Rule) -> _Plain | None:
    when = rule.when
    if when is None or (when.at_least is None and when.below is None):
        return None
    rest = when.model_copy(update={"at_least": None, "below": None})
    return _Plain(when, rest)
