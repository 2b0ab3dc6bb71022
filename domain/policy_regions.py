"""Which orders each rule of a policy routes: for finding rules that never match, gaps and overlaps of amounts."""

from collections.abc import Iterator, Sequence
from itertools import islice

from domain.amounts import EVERY, NONE, Amounts, Judged, common, every, negated, some, union, without
from domain.budgets import Budget, Per
from domain.conditions import Condition
from domain.money import Money
from domain.policy import Match, Policy, Rule
from domain.policy_amounts import reaches, words
from domain.policy_finding import Finding
from domain.policy_overlaps import overlaps
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
        """Amounts that cannot be compared, rules that never match, gaps, and overlaps."""
        if self.whole:
            incomparable = list(self._incomparable())
            yield from incomparable
            yield from self._never_matching(doubted=bool(incomparable))
            yield from self._gaps()
        if self._policy.match is Match.FIRST:
            yield from overlaps(self._policy)

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

    def _incomparable(self) -> Iterator[Finding]:
        """Orders in a currency that the policy names, and that a rule holds because no rate relates it to a threshold."""
        first = self._policy.match is Match.FIRST
        for n, rule in enumerate(self._policy.rules):
            for currency in self.currencies:
                held: Amounts = NONE
                for world in self.worlds:
                    earlier = [self._judged(m, currency, world).holds for m in range(n) if first]
                    doubt = self._judged(n, currency, world).doubt
                    held = union(held, without(doubt, union(*earlier)))
                if held and rule.when is not None:
                    thresholds = self._unrelated(rule.when, currency)
                    told = " and ".join(words(one, currency) for one in held)
                    message = (
                        f"an order of {told} is held: no rate relates {currency} to {' or '.join(thresholds)}; "
                        f"declare `rates`, or say `currency: {thresholds[0]}` beside the amount"
                    )
                    yield Finding(("rules", n, "when"), message)

    def _unrelated(self, when: Condition, currency: str) -> list[str]:
        """The currencies of its amounts that cannot be compared with that one."""
        rates, named = self._policy.rates, _currencies_of_amounts(when.parts()) - {currency}
        return sorted(one for one in named if rates is None or rates.factors(currency, one) is None)

    def _never_matching(self, *, doubted: bool) -> Iterator[Finding]:
        """Where it was told already what holds orders, a rule that gets none only because of that is not told."""
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
                    left = without(left, one.holds if doubted else union(one.holds, one.doubt))
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
                    ranges = " and ".join(words(one, currency) for one in left)
                    which = f" if {_told(world)}" if world else ""
                    yield Finding(("rules",), f"no rule matches an order of {ranges}{which}")
                    break

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
        parts.append(reaches(condition.at_least, currency, policy.rates))
    if condition.below is not None:
        parts.append(negated(reaches(condition.below, currency, policy.rates)))
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
    return reaches(budget.at_least, currency, rates) if budget.per is Per.REQUESTER else Judged(NONE)


def _currencies(parts: list[Condition], rates: Rates | None) -> Iterator[str]:
    named = {c for part in parts for c in (part.currency, part.currency_other_than) if c is not None}
    named |= _currencies_of_amounts(parts)
    yield from named | (rates.currencies if rates is not None and named else frozenset())


def _currencies_of_amounts(parts: Sequence[Condition]) -> set[str]:
    bounds = [bound for part in parts for bound in (part.at_least, part.below)]
    bounds += [part.budget.at_least for part in parts if part.budget is not None]
    return {bound.currency_code for bound in bounds if bound is not None}


def _told(world: World) -> str:
    return " and ".join(sorted(_question(one) for one in world))


def _question(one: Question) -> str:
    values = " or ".join(sorted(one.values))
    if one.how == "atLeast":
        return f"{one.about} is at least {one.least:g}{f' ({values})' if values else ''}"
    if one.how == "among":
        return f"{one.about} is {values}"
    return f"{one.about} is other than {values}" if one.how == "other" else f"{one.about} is {one.how}"
