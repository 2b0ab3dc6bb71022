"""A replay is quick enough for a year of orders."""

import random
import time

import pytest

from clients.projections import order_from_json
from configuration import load
from domain.directory import Directory, Person
from domain.money import Money
from domain.order import CustomerGroup, Order
from domain.policy import Policy
from domain.routing import Router
from settings import SHIPPED_CONFIG
from starter.policy_replay import Replay
from tests.clients.documents import order

_ORDERS, _WANTED, _WANTED_OF_MANY_RULES = 30_000, 30_000, 20_000


def past_orders() -> list[Order]:
    """Orders of many amounts, some in another currency, some of new customers, each a different object."""
    dice, base = random.Random(5), order_from_json(order())
    made = []
    for n in range(_ORDERS):
        total = Money(
            cent_amount=dice.randrange(2_000_000), currency_code=dice.choice(("EUR", "EUR", "EUR", "USD"))
        )
        group = CustomerGroup(id="g", key="new") if dice.random() < 0.1 else None
        content = base.content.model_copy(update={"total": total, "customer_group": group})
        made.append(base.model_copy(update={"id": f"o-{n}", "order_number": f"R-{n}", "content": content}))
    return made


@pytest.mark.slow
def test_thirty_thousand_orders_a_second() -> None:
    """By the processor time of one core, under two policies each; the best of three, as the machine is shared."""
    orders, best = past_orders(), 0.0
    one, other = (load(folder) for folder in (SHIPPED_CONFIG, SHIPPED_CONFIG / "demo"))
    for _ in range(3):
        replay = Replay(
            *(Router(found.policy, found.directory, found.policy_digest) for found in (one, other))
        )
        began = time.process_time()
        for past in orders:
            replay.put(past)
        best = max(best, _ORDERS / (time.process_time() - began))
    found = replay.result()
    assert found.orders == _ORDERS
    assert 0 < sum(pair.orders for pair in found.moves) < _ORDERS
    print(f"{best:.0f} orders a second")  # noqa: T201 - the figure, with -s
    assert best >= _WANTED


def sixteen_rules(within: str) -> Router:
    """A policy that asks every order for SKUs and for an amount in another currency, sixteen times."""
    step = {"step": "manager", "approvers": {"people": ["ana"]}, "within": within}
    rules = [
        {
            "rule": f"r{n}",
            "why": "Because.",
            "when": {"sku": [f"S{n}-*", f"X{n}"], "atLeast": f"USD {100 * n + 1}.00"},
            "steps": [step],
        }
        for n in range(16)
    ]
    rates = {"source": "fixed", "date": "2026-01-02", "EUR": {"USD": "0.92"}}
    policy = Policy.model_validate({"rates": rates, "rules": [*rules, {"rule": "rest", "why": "The rest."}]})
    return Router(policy, Directory(people=(Person(id="ana", name="Ana"),)), "digest")


@pytest.mark.slow
def test_many_rules_are_not_many_times_slower() -> None:
    """SKUs are gathered, and thresholds converted, once: what grows with the rules is the asking itself."""
    orders, best = past_orders(), 0.0
    for _ in range(3):
        replay = Replay(sixteen_rules("P1D"), sixteen_rules("P2D"))
        began = time.process_time()
        for past in orders:
            replay.put(past)
        best = max(best, _ORDERS / (time.process_time() - began))
    print(f"{best:.0f} orders a second")  # noqa: T201 - the figure, with -s
    assert best >= _WANTED_OF_MANY_RULES
