"""Budgets over calendar periods, and what a policy asked for, pinned with the route."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.budgets import Budget, Per, Period, Purse, Spent, Unsummed, added_up, bounds, summed
from domain.facts import Facts
from domain.money import parse_money
from domain.order import ProductType, Requester
from domain.policy import Condition, Policy, Rule
from domain.rates import Rates
from domain.routing import Route, route
from tests.domain.cast import DIRECTORY, MANAGERS, MONDAY, NOBODY, content

LIMIT = Budget(
    per=Per.BUSINESS_UNIT,
    period=Period.MONTH,
    zone="Europe/Berlin",
    at_least=parse_money("EUR 5,000.00"),
)
POLICY = Policy(
    rates=Rates.model_validate({"source": "fixed", "date": "2026-01-02", "EUR": {"USD": "0.5"}}),
    rules=(
        Rule(
            rule="budget", why="the month's budget is used", when=Condition(budget=LIMIT), steps=(MANAGERS,)
        ),
        Rule(rule="rest", why="within the budget"),
    ),
)


def spent(total: str, per: Per = Per.BUSINESS_UNIT, zone: str = "Europe/Berlin") -> Facts:
    """What was approved before."""
    purse = Purse(per=per, period=Period.MONTH, zone=zone)
    return Facts(spent=(Spent(purse=purse, since=MONDAY, total=parse_money(total)),))


def routed(total: str, facts: Facts, unit: str | None = "acme") -> Route:
    """The route of an order of a business unit."""
    return route(
        POLICY, DIRECTORY, content(total).model_copy(update={"business_unit": unit}), "digest", facts
    )


@pytest.mark.parametrize(
    ("before", "total", "rule"),
    [
        ("EUR 0.00", "EUR 4,999.99", "rest"),
        ("EUR 0.00", "EUR 5,000.00", "budget"),
        ("EUR 4,000.00", "EUR 999.99", "rest"),
        ("EUR 4,000.00", "EUR 1,000.00", "budget"),
        ("EUR 6,000.00", "EUR 0.01", "budget"),
        ("EUR 4,000.00", "USD 1,999.99", "rest"),
        ("EUR 4,000.00", "USD 2,000.00", "budget"),
    ],
)
def test_a_budget_counts_this_order_too(before: str, total: str, rule: str) -> None:
    """At its very limit, also across currencies by the declared rate."""
    found = routed(total, spent(before))
    assert found.rule == rule
    assert found.evidence is not None
    assert [str(one.total) for one in found.evidence.spent] == [before]


@pytest.mark.parametrize("facts", [Facts(), spent("EUR 1.00", zone="UTC"), spent("EUR 1.00", Per.REQUESTER)])
def test_a_sum_that_nobody_computed_holds(facts: Facts) -> None:
    """Of no purse, of another one, of another zone's month: never taken for nothing."""
    found = routed("EUR 1.00", facts)
    assert found.held == "what was approved this month per businessUnit is not known"


def test_an_order_that_reaches_the_budget_alone() -> None:
    """Nobody needs to know what was approved before."""
    assert routed("EUR 5,000.00", Facts()).rule == "budget"
    assert routed("EUR 5,000.00", Facts()).held is None


def test_an_order_in_a_currency_without_a_rate() -> None:
    """No sum would make it comparable: none is asked for."""
    assert routed("CHF 1.00", Facts()).held == (
        "the policy compares amounts across currencies: CHF cannot be compared with EUR"
    )


def test_why_there_is_no_sum_is_told() -> None:
    """An order whose sum was looked for in vain is held for what stood against it."""
    vain = Unsummed(purse=LIMIT.purse, currency="EUR", why="there are too many")
    assert routed("EUR 1.00", Facts(unsummed=(vain,))).held == "there are too many"


def test_a_requester_whom_nobody_knows_has_no_budget() -> None:
    """And no order of theirs passes for one within it."""
    purse = Budget(per=Per.REQUESTER, period=Period.MONTH, at_least=parse_money("EUR 5.00"))
    policy = Policy(rules=(Rule(rule="budget", why="w", when=Condition(budget=purse), steps=(MANAGERS,)),))
    found = route(policy, DIRECTORY, content("EUR 1.00", NOBODY), "digest")
    assert found.held == "the order does not say whose budget it is on: it names no requester"


def test_one_sum_for_several_budgets_is_pinned_once() -> None:
    """Two thresholds on one purse."""
    lower = LIMIT.model_copy(update={"at_least": parse_money("EUR 4,500.00")})
    rules = [
        Rule(rule=f"b{n}", why="w", when=Condition(budget=one), steps=(MANAGERS,))
        for n, one in enumerate((LIMIT, lower))
    ]
    found = route(
        Policy(rules=tuple(rules)),
        DIRECTORY,
        content("EUR 500.00").model_copy(update={"business_unit": "acme"}),
        "digest",
        spent("EUR 4,000.00"),
    )
    assert found.rule == "b1"
    assert found.evidence is not None
    assert found.evidence.words() == [
        f"budget: EUR 4,000.00 approved per businessUnit since {MONDAY.isoformat()}"
    ]


RATES = Rates.model_validate(
    {"source": "fixed", "date": "2026-01-02", "EUR": {"USD": "0.92", "JPY": "0.0061"}}
)


@pytest.mark.parametrize(
    ("amounts", "currency", "total", "rates"),
    [
        ([], "EUR", "EUR 0.00", 0),
        (["EUR 0.10"] * 10, "EUR", "EUR 1.00", 0),
        (["EUR 1.00", "USD 1.00", "USD 1.00"], "EUR", "EUR 2.84", 1),
        (["USD 0.01"], "EUR", "EUR 0.01", 1),  # 0.0092: rounded up, so that no budget is overdrawn unseen
        (["USD 0.01"] * 100, "EUR", "EUR 0.92", 1),  # rounded once, not a hundred times
        (["EUR 0.92"], "USD", "USD 1.00", 1),
        (["EUR 1.00"], "USD", "USD 1.09", 1),
        (["JPY 1000"], "EUR", "EUR 6.10", 1),
        (["EUR 6.10"], "JPY", "JPY 1,000", 1),
        (["USD 92.00"], "JPY", "JPY 13,876", 2),  # by way of EUR
    ],
)
def test_a_sum_across_currencies(amounts: list[str], currency: str, total: str, rates: int) -> None:
    """Added up in minor units per currency, converted by the declared rates, which are told."""
    approved = added_up(map(parse_money, amounts))
    found = summed(LIMIT.purse, MONDAY, approved, currency, RATES)
    assert isinstance(found, Spent)
    assert (str(found.total), found.orders, len(found.rates)) == (total, len(amounts), rates)


@pytest.mark.parametrize("rates", [None, RATES])
def test_a_sum_without_a_rate_is_not_known(rates: Rates | None) -> None:
    """One order in a currency that nothing relates: the others do not make a sum."""
    found = summed(
        LIMIT.purse, MONDAY, added_up([parse_money("EUR 1.00"), parse_money("CHF 1.00")]), "EUR", rates
    )
    assert found == Unsummed(
        purse=LIMIT.purse,
        currency="EUR",
        why="what was approved this month per businessUnit is not known: CHF cannot be converted to EUR without a rate",
    )


def test_a_sum_says_what_it_is_of() -> None:
    """For the audit: how much, whose, since when, of how many orders, by which rates."""
    found = summed(LIMIT.purse, MONDAY, added_up([parse_money("USD 1.00")]), "EUR", RATES)
    assert str(found) == (
        "EUR 0.92 approved per businessUnit since 2026-01-05T09:00:00+00:00 in 1 order,"
        " USD 1 = EUR 0.92 (fixed, 2026-01-02)"
    )


def test_an_order_of_no_business_unit_has_no_such_budget() -> None:
    """It is for other rules."""
    assert routed("EUR 9,000.00", Facts(), None).rule == "rest"


def test_only_what_the_policy_asks_for_is_pinned() -> None:
    """Other custom fields may hold anything and do not travel; what was asked for is told."""
    asks = Condition.model_validate({"custom": {"field": "costCenter", "is": "4711"}})
    policy = Policy(rules=(Rule(rule="r", why="w", when=asks, steps=(MANAGERS,)), Rule(rule="rest", why="w")))
    facts = Facts(custom={"costCenter": "4711", "phone": "secret"})
    found = route(policy, DIRECTORY, content(), "digest", facts)
    assert found.rule == "r"
    assert found.evidence is not None
    assert found.evidence.custom == {"costCenter": "4711"}
    assert found.evidence.words() == ["custom field costCenter: 4711"]
    assert "secret" not in found.model_dump_json()


@pytest.mark.parametrize(
    ("period", "zone", "instant", "first", "after"),
    [
        (Period.MONTH, "UTC", "2026-01-31T23:59:59+00:00", "2026-01-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00"),
        (Period.MONTH, "Europe/Berlin", "2026-01-31T23:30:00+00:00", "2026-02-01T00:00:00+01:00", "2026-03-01T00:00:00+01:00"),
        (Period.MONTH, "Europe/Berlin", "2026-03-15T00:00:00+00:00", "2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00"),
        (Period.QUARTER, "UTC", "2026-12-24T00:00:00+00:00", "2026-10-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
        (Period.YEAR, "UTC", "2028-02-29T00:00:00+00:00", "2028-01-01T00:00:00+00:00", "2029-01-01T00:00:00+00:00"),
        (Period.WEEK, "UTC", "2027-01-01T12:00:00+00:00", "2026-12-28T00:00:00+00:00", "2027-01-04T00:00:00+00:00"),
    ],
)  # fmt: skip
def test_periods_are_the_calendars(period: Period, zone: str, instant: str, first: str, after: str) -> None:
    """Of the zone's own clocks; a week begins on Monday (ISO 8601)."""
    found = bounds(period, zone, datetime.fromisoformat(instant))
    assert [one.isoformat() for one in found] == [first, after]


@settings(deadline=None)
@given(
    st.sampled_from(Period),
    st.sampled_from(("UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia")),
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1)),  # noqa: DTZ001 - made aware below
)
def test_every_instant_is_in_exactly_one_period(period: Period, zone: str, naive: datetime) -> None:
    """Within its bounds, and the next period begins where this one ends."""
    instant = naive.replace(tzinfo=UTC)
    first, after = bounds(period, zone, instant)
    assert first <= instant < after
    assert first.tzinfo == ZoneInfo(zone)
    assert bounds(period, zone, after)[0] == after
    assert bounds(period, zone, after - timedelta(microseconds=1)) == (first, after)


def test_the_product_types_that_a_route_rests_on_are_pinned() -> None:
    """A policy that asks for them has them in its evidence and in the audit; another policy has not."""
    asks = Policy(
        rules=(
            Rule(
                rule="chemicals",
                why="chemicals",
                when=Condition(product_type=("chemicals",)),
                steps=(MANAGERS,),
            ),
            Rule(rule="rest", why="the rest"),
        )
    )
    known = Facts(product_types=(ProductType(id="1", key="pumps"), ProductType(id="2", key="chemicals")))
    found = route(asks, DIRECTORY, content(), "digest", known)
    assert found.rule == "chemicals"
    assert found.evidence is not None
    assert found.evidence.product_types == ("chemicals", "pumps")
    assert found.evidence.words() == ["product types: chemicals, pumps"]
    plain = Policy(rules=(Rule(rule="rest", why="the rest"),))
    assert route(plain, DIRECTORY, content(), "digest", known).evidence is None


def test_a_requesters_roles_are_those_of_who_placed_the_order() -> None:
    """An associate who orders somebody else's cart has not the roles of its customer."""
    facts = Facts(associates={"trusted-buyer": ("customer-rita",), "buyer": ("customer-ben",)})
    ordered = content().model_copy(update={"business_unit": "acme"})
    for_her = Requester(associate_id="customer-ben", customer_id="customer-rita")
    assert facts.roles(ordered.model_copy(update={"requester": for_her})) == ("buyer",)
    by_her = Requester(customer_id="customer-rita")
    assert facts.roles(ordered.model_copy(update={"requester": by_her})) == ("trusted-buyer",)
