"""Which orders each rule of a policy routes: for finding rules that never match, gaps and overlaps of amounts."""

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from domain.amounts import EVERY, NONE, Amounts, Judged, Range, common, every, negated, some, union, without
from domain.budgets import Budget, Per
from domain.conditions import Condition
from domain.money import Money, fraction_digits
from domain.policy import Match, Policy, Rule
from domain.policy_finding import Finding
from domain.rates import Rates
from domain.worlds import MOST_WORLDS, Question, World, questions, worlds

_NO_OTHER = "XXX"  # ISO 4217's code of no currency: any that the policy does not name


class Landscape:
    """A policy over every currency that it names and every world that it can tell apart."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        parts = [part for rule in policy.rules if rule.when is not None for part in rule.when.parts()]
        self.currencies = tuple(sorted(_currencies(parts, policy.rates)))
        asked = [question for rule in policy.rules for question in _asked(rule)]
        found = list(islice(worlds(asked), MOST_WORLDS + 1))
        self.whole = len(found) <= MOST_WORLDS
        """Whether every world is looked at; a policy that asks too many things is not."""
        self.worlds = found
        self._asked = [frozenset(_asked(rule)) for rule in policy.rules]
        self._known: dict[tuple[int, str, World], Judged] = {}

    def findings(self) -> Iterator[Finding]:
        """Rules that never match, gaps, and overlaps."""
        if self.whole:
            yield from self._never_matching()
            yield from self._gaps()
        if self._policy.match is Match.FIRST:
            yield from self._overlaps()

    def together(self) -> set[tuple[int, ...]]:
        """Which rules, by their places, route one order: one by one, or in sets that are in no larger one, if all count."""
        rules = range(len(self._policy.rules))
        single: set[tuple[int, ...]] = {(n,) for n in rules}
        if self._policy.match is Match.FIRST:
            return single
        sets = set[frozenset[int]]()
        for judged in dict.fromkeys(tuple(one) for one in self._everywhere()):
            sharp = [(one.holds, one.doubt) for one in judged]
            bounds = {bound for two in sharp for amounts in two for one in amounts for bound in one}
            for amount in sorted({0, *(bound for bound in bounds if bound is not None)}):
                if not any(_within(amount, doubt) for _, doubt in sharp):
                    sets.add(frozenset(n for n in rules if _within(amount, sharp[n][0])))
        largest = {tuple(sorted(one)) for one in sets if one and not any(one < other for other in sets)}
        return single | largest

    def least(self, n: int, currency: str) -> Money | None:
        """The smallest total in a currency that a rule, by its place, is for; None if it is for none."""
        judged = (self._judged(n, currency, world) for world in self.worlds)
        lows = [one.holds[0].low for one in judged if one.holds]
        return Money(cent_amount=min(lows), currency_code=currency) if lows else None

    def _never_matching(self) -> Iterator[Finding]:
        rules, first = self._policy.rules, self._policy.match is Match.FIRST
        met, routed = set[int](), set[int]()
        for judged in self._everywhere():
            left = EVERY
            for n, one in enumerate(judged):
                if one.holds:
                    met.add(n)
                    if n not in routed and common(one.holds, left):
                        routed.add(n)
                if first:
                    left = without(left, union(one.holds, one.doubt))
        takers = self._takers(met - routed, routed)
        for n, rule in enumerate(rules):
            if n not in met:
                message = f"rule {rule.rule} can never match: no order meets its condition"
                yield Finding(("rules", n), message)
            elif n not in routed:
                by = ", ".join(rules[m].rule for m in sorted(takers[n]))
                message = f"rule {rule.rule} can never match: every order that it is for is taken by {by}"
                yield Finding(("rules", n), message)

    def _takers(self, dead: set[int], routed: set[int]) -> dict[int, set[int]]:
        """For each of some rules, those before it that take or hold an order that it is for."""
        found: dict[int, set[int]] = {n: set() for n in dead}
        for judged in self._everywhere() if dead else ():
            for n, takers in found.items():
                takers.update(
                    m
                    for m in set(range(n)) - takers
                    if (m in routed or judged[m].doubt)
                    and common(union(judged[m].holds, judged[m].doubt), judged[n].holds)
                )
        return found

    def _everywhere(self) -> Iterator[list[Judged]]:
        """What every rule takes, in each currency and world."""
        for currency in (*self.currencies, _NO_OTHER):
            for world in self.worlds:
                yield [self._judged(n, currency, world) for n in range(len(self._policy.rules))]

    def _gaps(self) -> Iterator[Finding]:
        for currency in self.currencies:
            for world in sorted(self.worlds, key=len):
                parts = [self._judged(n, currency, world) for n in range(len(self._policy.rules))]
                left = without(EVERY, union(*(union(one.holds, one.doubt) for one in parts)))
                if left:
                    ranges = " and ".join(_words(one, currency) for one in left)
                    which = f" if {_told(world)}" if world else ""
                    yield Finding(("rules",), f"no rule matches an order of {ranges}{which}")
                    break

    def _overlaps(self) -> Iterator[Finding]:
        """Ranges that cross: one within another is how a first match is written, and is none."""
        rules = self._policy.rules
        for n, rule in enumerate(rules):
            for earlier in rules[:n]:
                crossing = _crossing(earlier, rule)
                if crossing is not None:
                    words = _words(*crossing)
                    message = f"an order of {words} matches rule {earlier.rule} too, which comes first"
                    yield Finding(("rules", n, "when"), message)

    def _judged(self, n: int, currency: str, world: World) -> Judged:
        """What a rule takes; worlds that differ in what it does not ask are one to it."""
        key = (n, currency, world & self._asked[n])
        found = self._known.get(key)
        if found is None:
            when = self._policy.rules[n].when
            found = Judged(EVERY) if when is None else _condition(when, currency, world, self._policy)
            self._known[key] = found
        return found


def _within(amount: int, ranges: Amounts) -> bool:
    return any(one.low <= amount and (one.high is None or amount < one.high) for one in ranges)


def _asked(rule: Rule) -> Iterator[Question]:
    for part in rule.when.parts() if rule.when is not None else ():
        yield from questions(part).values()


def _condition(condition: Condition, currency: str, world: World, policy: Policy) -> Judged:
    parts = [Judged(EVERY if told else NONE) for told in _answers(condition, currency, world)]
    if condition.at_least is not None:
        parts.append(_reaches(condition.at_least, currency, policy.rates))
    if condition.below is not None:
        parts.append(negated(_reaches(condition.below, currency, policy.rates)))
    if condition.budget is not None:
        parts.append(
            _exceeds(condition.budget, questions(condition)["budget"] in world, currency, policy.rates)
        )
    if condition.any is not None:
        parts.append(some(_condition(inner, currency, world, policy) for inner in condition.any))
    if condition.all is not None:
        parts.append(every(_condition(inner, currency, world, policy) for inner in condition.all))
    if condition.not_ is not None:
        parts.append(negated(_condition(condition.not_, currency, world, policy)))
    return every(parts)


def _answers(condition: Condition, currency: str, world: World) -> Iterator[bool]:
    if condition.currency is not None:
        yield condition.currency == currency
    if condition.currency_other_than is not None:
        yield condition.currency_other_than != currency
    for name, question in questions(condition).items():
        if name == "budget":
            continue  # is about amounts, too
        true = question in world
        unwanted = name == "custom.present" and condition.custom is not None and not condition.custom.present
        yield true != (name == "quantity.below" or unwanted)


def _exceeds(budget: Budget, true: bool, currency: str, rates: Rates | None) -> Judged:
    """A requester's budget is exceeded by an order alone that is large enough; an order may have no business unit."""
    if true:
        return Judged(EVERY)
    return _reaches(budget.at_least, currency, rates) if budget.per is Per.REQUESTER else Judged(NONE)


def _reaches(threshold: Money, currency: str, rates: Rates | None) -> Judged:
    """From which amount on the threshold is reached, in the minor units of that currency."""
    left = right = Fraction(1)
    if currency != threshold.currency_code:
        factors = rates.factors(currency, threshold.currency_code) if rates is not None else None
        if factors is None:
            return Judged(NONE, EVERY)
        left, right = Fraction(factors.left), Fraction(factors.right)
    least = Fraction(threshold.amount) * right / left * 10 ** fraction_digits(currency)
    return Judged((Range(max(0, math.ceil(least))),))


def _crossing(one: Rule, other: Rule) -> tuple[Range, str] | None:
    """The range in which two rules overlap that ask the same but for the amount, if neither lies within the other."""
    first, second = _plain_range(one), _plain_range(other)
    if first is None or second is None or first[1:] != second[1:]:
        return None
    a, b = (first[0],), (second[0],)
    shared = common(a, b)
    if not shared or shared in {a, b}:
        return None
    return shared[0], first[1]


def _plain_range(rule: Rule) -> tuple[Range, str, Condition] | None:
    """A rule's range of amounts, its currency, and the rest of its condition."""
    when = rule.when
    given = [bound for bound in (when.at_least, when.below) if bound is not None] if when is not None else []
    if when is None or len({bound.currency_code for bound in given}) != 1:
        return None
    digits = 10 ** fraction_digits(given[0].currency_code)
    low, high = (None if b is None else math.ceil(b.amount * digits) for b in (when.at_least, when.below))
    rest = when.model_copy(update={"at_least": None, "below": None})
    return Range(low or 0, high), given[0].currency_code, rest


def _currencies(parts: list[Condition], rates: Rates | None) -> Iterator[str]:
    named = {c for part in parts for c in (part.currency, part.currency_other_than) if c is not None}
    named |= {bound.currency_code for part in parts for bound in (part.at_least, part.below) if bound}
    named |= {part.budget.at_least.currency_code for part in parts if part.budget is not None}
    yield from named | (rates.currencies if rates is not None and named else frozenset())


def _words(amounts: Range, currency: str) -> str:
    low, high = (
        None if cents is None else Money(cent_amount=cents, currency_code=currency)
        for cents in (amounts.low, amounts.high)
    )
    if high is None:
        return f"{low} or more" if amounts.low else f"any amount of {currency}"
    if amounts.high == amounts.low + 1:
        return f"exactly {low}"
    return f"{low} to below {high}" if amounts.low else f"below {high}"


def _told(world: World) -> str:
    return " and ".join(sorted(_question(one) for one in world))


def _question(one: Question) -> str:
    values = " or ".join(sorted(one.values))
    if one.how == "atLeast":
        return f"{one.about} is at least {one.least:g}{f' ({values})' if values else ''}"
    if one.how == "among":
        return f"{one.about} is {values}"
    return f"{one.about} is other than {values}" if one.how == "other" else f"{one.about} is {one.how}"
