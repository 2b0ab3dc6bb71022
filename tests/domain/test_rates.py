"""Amounts across currencies: only by a declared rate, exactly, and with the rate pinned and told."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.audit import AuditKind
from domain.case import Case
from domain.events import Routed
from domain.money import Money, parse_money
from domain.policy import Condition, Policy, Rule
from domain.rates import Rates
from domain.reducer import reduce
from domain.routing import Route, Router, route
from tests.domain.cast import DIRECTORY, MANAGERS, MONDAY, content

RATES = Rates.model_validate(
    {"source": "fixed", "date": "2026-01-02", "EUR": {"USD": "0.92", "GBP": "1.17", "JPY": "0.0061"}}
)


def routed(total: str, threshold: str = "EUR 1,000.00", rates: Rates | None = RATES) -> Route:
    """The route under a policy with one threshold."""
    policy = Policy(
        rates=rates,
        rules=(
            Rule(
                rule="large", why="large", when=Condition(at_least=parse_money(threshold)), steps=(MANAGERS,)
            ),
            Rule(rule="small", why="small"),
        ),
    )
    return route(policy, DIRECTORY, content(total), "digest")


@pytest.mark.parametrize(
    ("total", "threshold", "rule"),
    [
        ("USD 1,086.96", "EUR 1,000.00", "large"),  # x 0.92 = 1,000.0032
        ("USD 1,086.95", "EUR 1,000.00", "small"),  # x 0.92 = 999.994
        ("JPY 163,935", "EUR 1,000.00", "large"),
        ("JPY 163,934", "EUR 1,000.00", "small"),
        ("EUR 920.00", "USD 1,000.00", "large"),  # the same rate the other way round
        ("EUR 919.99", "USD 1,000.00", "small"),
        ("GBP 786.33", "USD 1,000.00", "large"),  # by way of EUR: 920.0061 against 920
        ("GBP 786.32", "USD 1,000.00", "small"),
    ],
)
def test_a_threshold_in_another_currency(total: str, threshold: str, rule: str) -> None:
    """To the minor unit, whichever way the rate was written."""
    assert routed(total, threshold).rule == rule


def test_the_rate_is_pinned_and_told() -> None:
    """The route keeps rate, date and source, and so does the audit; an order in the same currency needs none."""
    found = routed("USD 2,000.00")
    assert found.evidence is not None
    [rate] = found.evidence.rates
    assert str(rate) == "USD 1 = EUR 0.92 (fixed, 2026-01-02)"
    assert Route.model_validate_json(found.model_dump_json()) == found
    [told] = [
        fact
        for fact in reduce(Case(order_id="o"), Routed(route=found, digest="d"), MONDAY).facts
        if fact.kind is AuditKind.ROUTED
    ]
    assert told.detail["facts"] == ["rate: USD 1 = EUR 0.92 (fixed, 2026-01-02)"]
    assert routed("EUR 2,000.00").evidence is None


@pytest.mark.parametrize(("total", "rates"), [("USD 2,000.00", None), ("CHF 2,000.00", RATES)])
def test_without_a_rate_the_order_is_held(total: str, rates: Rates | None) -> None:
    """As it is without any rates: never approved by doubt."""
    found = routed(total, rates=rates)
    assert found.held is not None
    assert "cannot be compared with EUR" in found.held
    assert not found.automatic


amounts = st.integers(0, 10**9)
currencies = st.sampled_from(("EUR", "USD", "GBP", "JPY"))


@settings(deadline=None)
@given(amounts, currencies, amounts, currencies)
def test_rates_agree_with_fractions(cents: int, one: str, limit: int, other: str) -> None:
    """The comparison is that of the exact amounts in EUR."""
    amount, threshold = (
        Money(cent_amount=c, currency_code=code) for c, code in ((cents, one), (limit, other))
    )
    worth = {"EUR": Fraction(1), **{code: Fraction(rate) for code, rate in RATES.table["EUR"].items()}}
    left, right = (Fraction(m.amount) * worth[m.currency_code] for m in (amount, threshold))
    if one != other:
        compared = RATES.compare(amount, threshold)
        assert compared is not None
        assert compared[0] == (left > right) - (left < right)


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": "fixed", "date": "2026-01-02"},
        {"source": "fixed", "date": "2026-01-02", "EUR": {}},
        {"source": "fixed", "date": "2026-01-02", "EUR": {"USD": "0"}},
        {"source": "fixed", "date": "2026-01-02", "EUR": {"USD": "-1"}},
        {"source": "fixed", "date": "2026-01-02", "EUR": {"USD": "NaN"}},
        {"source": "fixed", "date": "2026-01-02", "EUR": {"EUR": "1"}},
        {"source": "fixed", "date": "2026-01-02", "Euro": {"USD": "1"}},
        {"source": "fixed", "EUR": {"USD": "0.92"}},
        {"source": "a friend", "date": "2026-01-02", "EUR": {"USD": "0.92"}},
    ],
)
def test_rates_that_cannot_be_meant(wrong: dict[str, object]) -> None:
    """No rate, no date, no source, or no number."""
    with pytest.raises(ValidationError):
        Rates.model_validate(wrong)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 300_000),
            st.sampled_from(("EUR", "USD", "GBP", "JPY", "CHF")),
            st.integers(0, 4),
        ).map(lambda one: Money(cent_amount=one[0], currency_code=one[1], fraction_digits=one[2])),
        min_size=2,
    )
)
@settings(max_examples=100, deadline=None)
def test_a_router_that_has_seen_others_judges_as_one_that_has_not(totals: list[Money]) -> None:
    """What it keeps of thresholds in other currencies is exact for every minor unit, and the same rates are told."""
    policy = Policy(
        rates=RATES,
        rules=(
            Rule(rule="large", why="large", when=Condition(at_least=parse_money("USD 1,000.00"))),
            Rule(rule="notable", why="notable", when=Condition(at_least=parse_money("EUR 99.99"))),
            Rule(rule="small", why="small"),
        ),
    )
    used = Router(policy, DIRECTORY, "digest")
    for total in totals:
        asked = content().model_copy(update={"total": total})
        assert used.route(asked) == Router(policy, DIRECTORY, "digest").route(asked)
        compared = RATES.compare(total, parse_money("USD 1,000.00")) if total.currency_code != "USD" else None
        if compared is not None:
            assert (used.route(asked).rule == "large") is (compared[0] >= 0)
