"""Budgets over calendar periods, and what a policy asked for, pinned with the route."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import Budget, Facts, Per, Period, Purse, Spent, bounds
from domain.money import parse_money
from domain.policy import Condition, Policy, Rule
from domain.rates import Rates
from domain.routing import Route, route
from tests.domain.cast import DIRECTORY, MANAGERS, MONDAY, content

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
