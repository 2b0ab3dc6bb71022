"""Whether a condition holds for an order: yes, no, or not to be known. Conditions become closures, once per policy.

Doubt is carried as logic has it (Kleene): `any` with one yes is a yes and `all` with one no is a no, whatever is
doubtful beside it, so the order in which conditions are written changes nothing.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from domain.budgets import Budget, Per
from domain.conditions import Condition, Quantity
from domain.custom_fields import custom_test
from domain.facts import PRODUCT_TYPES_UNREAD
from domain.money import Money
from domain.order import OrderContent
from domain.rates import Rate, Rates
from domain.subject import Doubt, Subject, Test, Truth


@dataclass(frozen=True, slots=True)
class Unread(Doubt):
    """A doubt that ends as soon as somebody reads what is asked for."""


def compiled(condition: Condition | None) -> Test:
    """The condition as a function of an order; without a condition it always holds."""
    return _every(list(_tests(condition))) if condition is not None else lambda _: True


def _tests(condition: Condition) -> Iterator[Test]:
    """One test for each thing that is given, the cheap ones first."""
    yield from _of_currency(condition)
    yield from _of_names(condition)
    yield from _of_amounts(condition)
    yield from _of_goods(condition)
    if condition.custom is not None:
        yield custom_test(condition.custom)
    if condition.requester_role is not None:
        yield _requester_role(frozenset(condition.requester_role))
    if condition.budget is not None:
        yield _budget(condition.budget)
    if condition.any is not None:
        yield _some([compiled(inner) for inner in condition.any])
    if condition.all is not None:
        yield _every([compiled(inner) for inner in condition.all])
    if condition.not_ is not None:
        yield _none(compiled(condition.not_))


def _of_currency(condition: Condition) -> Iterator[Test]:
    wanted, unwanted = condition.currency, condition.currency_other_than
    if wanted is not None:
        yield lambda s: s.content.total.currency_code == wanted
    if unwanted is not None:
        yield lambda s: s.content.total.currency_code != unwanted


def _of_names(condition: Condition) -> Iterator[Test]:
    if condition.customer_group is not None:
        yield _customer_group(frozenset(condition.customer_group))
    if condition.business_unit is not None:
        units = frozenset(condition.business_unit)
        yield lambda s: s.content.business_unit in units
    if condition.store is not None:
        stores = frozenset(condition.store)
        yield lambda s: s.content.store in stores
    if condition.shipping_method is not None:
        yield _shipping_method(frozenset(condition.shipping_method))


def _of_amounts(condition: Condition) -> Iterator[Test]:
    if condition.at_least is not None:
        yield _reaches(condition.at_least)
    if condition.below is not None:
        yield _none(_reaches(condition.below))


def _of_goods(condition: Condition) -> Iterator[Test]:
    if condition.country is not None:
        yield _country(frozenset(condition.country), other=False)
    if condition.country_other_than is not None:
        yield _country(frozenset(condition.country_other_than), other=True)
    if condition.sku is not None:
        yield _sku(condition.sku)
    if condition.product_type is not None:
        yield _product_type(frozenset(condition.product_type))
    if condition.quantity is not None:
        yield _quantity(condition.quantity)


def _reaches(threshold: Money) -> Test:
    """At least the threshold. What that is in the minor units of another currency is computed once, and exact."""
    own, cents = (threshold.currency_code, threshold.fraction_digits), threshold.cent_amount
    known: dict[tuple[str, int], _Converted] = {}

    def test(s: Subject) -> Truth:
        unit = s.unit
        if unit == own:
            return s.cents >= cents
        converted = known.get(unit)
        if converted is None or converted[0] is not s.rates:
            converted = _converted(threshold, s.content.total, s.rates)
            if converted is None:
                return s.is_at_least(s.content.total, threshold)
            known[unit] = converted
        _, least, used = converted
        s.used.update(used)
        return s.cents >= least

    return test


class _Converted(NamedTuple):
    """The least minor units of a currency that reach a threshold by some rates, and which of them were used."""

    rates: Rates
    least: int
    used: dict[Rate, None]


def _converted(threshold: Money, total: Money, rates: Rates | None) -> _Converted | None:
    """The threshold in the minor units of a total; None if no rate has to relate them, or none does."""
    if rates is None or total.currency_code == threshold.currency_code:
        return None
    factors = rates.factors(total.currency_code, threshold.currency_code)
    if factors is None:
        return None
    least = Fraction(threshold.amount) * Fraction(factors.right) / Fraction(factors.left)
    return _Converted(rates, math.ceil(least * 10**total.fraction_digits), dict.fromkeys(factors.rates))


def _customer_group(keys: frozenset[str]) -> Test:
    def test(s: Subject) -> Truth:
        group = s.content.customer_group
        if group is not None and group.key is None:
            return Doubt("the order's customer group could not be resolved to its key")
        return group is not None and group.key in keys

    return test


def _shipping_method(names: frozenset[str]) -> Test:
    def test(s: Subject) -> Truth:
        content = s.content
        return content.shipping_method in names or any(one.method in names for one in content.shippings)

    return test


def _country(countries: frozenset[str], *, other: bool) -> Test:
    """Whether something goes to one of the countries, or to one that is none of them."""

    def test(s: Subject) -> Truth:
        found = set(destinations(s.content))
        known = found - {None}
        if (known - countries) if other else (known & countries):
            return True
        return Doubt("the order does not say which country it goes to") if None in found else False

    return test


def destinations(content: OrderContent) -> Iterator[str | None]:
    """The country of every place that goods go to; None for one that does not say. The order's own if there is none."""
    addresses = [content.shipping_address, *(s.address for s in content.shippings)]
    addresses += content.item_shipping_addresses
    given = [address for address in addresses if address is not None]
    yield from (address.country for address in given)
    if not given:
        yield content.country


def _sku(patterns: Sequence[str]) -> Test:
    whole = frozenset(p for p in patterns if not p.endswith("*"))
    beginnings = tuple(p[:-1] for p in patterns if p.endswith("*"))

    def test(s: Subject) -> Truth:
        for sku in s.gathered or s.skus:  # noqa: SIM110 - a generator costs more than what it is asked
            if sku in whole or sku.startswith(beginnings):
                return True
        return False

    return test


def _product_type(wanted: frozenset[str]) -> Test:
    def test(s: Subject) -> Truth:
        types = s.facts.product_types
        keys = None if types is None else {one.key for one in types}
        if keys is not None and keys & wanted:
            return True
        if keys is not None and None not in keys:
            return False
        if keys is not None and s.facts.product_types_read:
            return Doubt("a product type of the order could not be resolved to its key")
        return Unread(PRODUCT_TYPES_UNREAD)

    return test


def _quantity(wanted: Quantity) -> Test:
    least, below = wanted.at_least, wanted.below

    def test(s: Subject) -> Truth:
        pieces = sum(line.quantity for line in s.content.lines)
        return (least is None or pieces >= least) and (below is None or pieces < below)

    return test


def _requester_role(wanted: frozenset[str]) -> Test:
    def test(s: Subject) -> Truth:
        roles = s.facts.roles(s.content)
        if roles is None:
            return Doubt(f"the requester's roles in {s.content.business_unit} are not known")
        return not wanted.isdisjoint(roles)

    return test


def _budget(budget: Budget) -> Test:
    limit, currency = budget.at_least, budget.at_least.currency_code

    def test(s: Subject) -> Truth:
        if budget.per is Per.BUSINESS_UNIT and s.content.business_unit is None:
            return False
        alone = s.is_at_least(s.content.total, limit)
        if alone is not False:  # whatever was approved before
            return alone
        if budget.per is Per.REQUESTER and not s.content.requester.identities:
            return Doubt("the order does not say whose budget it is on: it names no requester")
        spent = s.facts.sum_of(budget, currency)
        if spent is None:
            why = s.facts.no_sum_of(budget, currency)
            return Doubt(why) if why is not None else Unread(budget.unknown)
        before = spent.total
        left = limit + before.model_copy(update={"cent_amount": -before.cent_amount})
        return s.is_at_least(s.content.total, left)

    return test


def _every(tests: Sequence[Test]) -> Test:
    if len(tests) == 2:
        return _both(*tests)
    return tests[0] if len(tests) == 1 else _unless(tests, decisive=False)


def _both(one: Test, other: Test) -> Test:
    """As `_unless` has it for any number of tests: rules of two conditions are asked most often."""

    def test(s: Subject) -> Truth:
        first = one(s)
        if first is False:
            return False
        second = other(s)
        if first is True or second is False:
            return second
        return second if isinstance(second, Doubt) and _ends_sooner(second, first) else first

    return test


def _some(tests: Sequence[Test]) -> Test:
    return _unless(tests, decisive=True)


def _unless(tests: Sequence[Test], *, decisive: bool) -> Test:
    """The opposite of `decisive`, unless one of them is decisive, or in doubt beside none that is."""
    otherwise, asked = not decisive, tuple(tests)

    def test(s: Subject) -> Truth:
        doubt: Doubt | None = None
        for one in asked:
            truth = one(s)
            if truth is decisive:
                return truth
            if truth is not otherwise and isinstance(truth, Doubt):
                doubt = truth if doubt is None or _ends_sooner(truth, doubt) else doubt
        return otherwise if doubt is None else doubt

    return test


def _ends_sooner(one: Doubt, other: Truth) -> bool:
    """What can be read may decide, whatever stays doubtful beside it: it is the doubt to be told."""
    return isinstance(one, Unread) and not isinstance(other, Unread)


def _none(test: Test) -> Test:
    def negated(s: Subject) -> Truth:
        truth = test(s)
        return truth if isinstance(truth, Doubt) else not truth

    return negated
