"""What is found in a policy without any order is what orders find in it: random policies, tried with random orders."""

import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.amounts import EVERY, Amounts, Range, common, contrary, union, without
from domain.money import Money
from domain.order import Address, CustomerGroup, Line, OrderContent, Requester
from domain.policy import Match, Policy, Rule
from domain.policy_regions import Landscape
from domain.rates import Rates
from domain.routing import Router
from tests.domain.cast import DIRECTORY

RATES = Rates.model_validate({"source": "fixed", "date": "2026-01-02", "EUR": {"USD": "0.5", "JPY": "0.007"}})
patient = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])

amounts = st.builds(
    lambda currency, n: f"{currency} {n}.00" if currency != "JPY" else f"JPY {n * 100}",
    st.sampled_from(("EUR", "EUR", "USD", "JPY")),
    st.integers(1, 6),
)
leaves: st.SearchStrategy[dict[str, Any]] = st.one_of(
    amounts.map(lambda amount: {"atLeast": amount}),
    amounts.map(lambda amount: {"below": amount}),
    st.sampled_from(("EUR", "USD")).map(lambda code: {"currency": code}),
    st.sampled_from(("EUR", "USD")).map(lambda code: {"currencyOtherThan": code}),
    st.sampled_from(("new", "old", ["new", "old"])).map(lambda key: {"customerGroup": key}),
    st.sampled_from(("DE", ["DE", "AT"])).map(lambda code: {"country": code}),
    st.sampled_from(("DE", ["DE", "AT"])).map(lambda code: {"countryOtherThan": code}),
    st.sampled_from(("PUMP", "P*", ["PUMP", "HOSE"])).map(lambda sku: {"sku": sku}),
    st.integers(1, 4).map(lambda n: {"quantity": {"atLeast": n}}),
    st.integers(1, 4).map(lambda n: {"quantity": {"below": n}}),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=4,
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A few rules, with or without a last one for the rest."""
    written = draw(st.lists(conditions, min_size=1, max_size=4))
    rules = [
        Rule.model_validate({"rule": f"r{n}", "why": "w", "when": when}) for n, when in enumerate(written)
    ]
    if draw(st.booleans()):
        rules.append(Rule(rule="rest", why="w"))
    return Policy(
        match=draw(st.sampled_from(Match)), rates=draw(st.sampled_from((None, RATES))), rules=tuple(rules)
    )


@st.composite
def orders(draw: st.DrawFn) -> OrderContent:
    """An order near the thresholds, that says all that a policy may ask."""
    currency = draw(st.sampled_from(("EUR", "USD", "JPY", "CHF")))
    unit = 100
    cents = draw(st.integers(0, 13)) * unit // draw(st.sampled_from((1, 2))) + draw(
        st.sampled_from((-1, 0, 0, 1))
    )
    total = Money(cent_amount=max(0, cents), currency_code=currency)
    skus = draw(st.lists(st.sampled_from(("PUMP", "HOSE", "PIN", "TANK")), max_size=2))
    return OrderContent(
        total=total,
        lines=tuple(Line(id="l", sku=sku, quantity=1, price=total, total=total) for sku in skus),
        requester=Requester(),
        customer_group=draw(
            st.none() | st.sampled_from(("new", "old")).map(lambda key: CustomerGroup(id=key, key=key))
        ),
        shipping_address=Address(country=draw(st.sampled_from(("DE", "AT", "US")))),
    )


@patient
@given(policies(), st.lists(orders(), min_size=5, max_size=25))
def test_no_order_finds_what_was_said_not_to_be(policy: Policy, tried: list[OrderContent]) -> None:
    """A rule said never to match routes nothing, and where no gap was told every order finds a rule or is held."""
    landscape = Landscape(policy)
    if not landscape.whole:
        return
    told = [finding.message for finding in landscape.findings()]
    dead = {match[1] for match in (re.match(r"rule (\w+) can never match", one) for one in told) if match}
    gaps = {match[0] for one in told for match in re.finditer(r"\b[A-Z]{3}\b", one) if "no rule" in one}
    router = Router(policy, DIRECTORY, "digest")
    for order in tried:
        plan = router.plan(order)
        matched = set() if plan.held is not None else set(plan.rule.split(", "))
        assert not matched & dead
        if plan.held == "no rule of the policy matches this order":
            named = order.total.currency_code in landscape.currencies
            assert not named or order.total.currency_code in gaps


@st.composite
def ranges(draw: st.DrawFn) -> Amounts:
    """Any set of amounts."""
    pairs = draw(st.lists(st.tuples(st.integers(0, 30), st.none() | st.integers(1, 10)), max_size=4))
    return union(*((Range(low, None if size is None else low + size),) for low, size in pairs))


def members(of: Amounts) -> set[int]:
    """What is in it, as far as anybody looks."""
    return {n for n in range(60) for one in of if one.low <= n and (one.high is None or n < one.high)}


@settings(deadline=None)
@given(ranges(), ranges())
def test_sets_of_amounts_are_sets(one: Amounts, other: Amounts) -> None:
    """Union, intersection, difference and complement, counted one by one; equal sets are written alike."""
    everything = members(EVERY)
    assert members(union(one, other)) == members(one) | members(other)
    assert members(common(one, other)) == members(one) & members(other)
    assert members(without(one, other)) == members(one) - members(other)
    assert members(contrary(one)) == everything - members(one)
    assert contrary(contrary(one)) == one
