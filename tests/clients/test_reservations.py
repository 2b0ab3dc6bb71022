"""Orders that are routed at once, and a budget that is enough for some of them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clients.budgets import slot_key
from clients.errors import ConcurrentModification
from clients.facts import FactsOf
from clients.reservations import CONTAINER, KEPT_FOR, Reservations
from domain.budgets import Per, Period, Purse
from domain.conditions import Condition
from domain.order import Order
from domain.policy import Policy, Rule
from domain.routing import Router
from tests.clients.sandboxed import MACHINE, Sandboxed, sandboxed
from tests.domain.cast import DIRECTORY, MANAGERS

ACME = {"typeId": "business-unit", "key": "acme"}
MONTH = {"per": "businessUnit", "period": "month", "atLeast": "EUR 4,000.00"}
PURSE = Purse(per=Per.BUSINESS_UNIT, period=Period.MONTH)
ROUTER = Router(
    Policy(
        rules=(
            Rule(rule="spent", why="w", when=Condition.model_validate({"budget": MONTH}), steps=(MANAGERS,)),
            Rule(rule="rest", why="w"),
        )
    ),
    DIRECTORY,
    "digest",
)


@pytest.fixture
async def shop() -> AsyncIterator[Sandboxed]:
    """A project with the machine."""
    async with sandboxed() as at:
        await at.provision()
        yield at


async def placed(at: Sandboxed, number: str, **fields: Any) -> Order:
    """An order of a business unit over EUR 1,250.00."""
    return await at.order(number, **{"businessUnit": ACME} | fields)


async def rule_of(facts: FactsOf, order: Order, *, reserve: bool = True) -> str:
    """Routed as the worker does: what meets another order is decided afresh."""
    while True:
        try:
            found = await facts.order(order, reserve=reserve)
        except ConcurrentModification:
            continue
        return ROUTER.route(order.content, found).rule


async def reserved(at: Sandboxed, order: Order) -> list[str]:
    """The orders that the order would find."""
    key = slot_key(order, PURSE)
    assert key is not None
    found = await at.ours.custom_object(CONTAINER, key)
    return [] if found is None else [one["orderId"] for one in found.value["reserved"]]


async def test_orders_at_the_same_moment_see_each_other(shop: Sandboxed) -> None:
    """EUR 1,250.00 each, below EUR 4,000.00 in a month: three of eight need nobody, whichever they are."""
    orders = [await placed(shop, f"R-{n}") for n in range(8)]
    # Each has a worker of its own.
    rules = await asyncio.gather(*(rule_of(FactsOf(shop.ours, MACHINE, ROUTER), one) for one in orders))
    assert sorted(rules) == ["rest"] * 3 + ["spent"] * 5
    automatic = {one.id for one, rule in zip(orders, rules, strict=True) if rule == "rest"}
    assert set(await reserved(shop, orders[0])) == automatic


async def test_an_order_counts_once(shop: Sandboxed) -> None:
    """Routed again it replaces its own reservation; approved, it is found by the query, and its reservation goes."""
    first = await placed(shop, "R-1")
    facts = FactsOf(shop.ours, MACHINE, ROUTER)
    for _ in range(5):
        assert await rule_of(facts, first) == "rest"
    assert await reserved(shop, first) == [first.id]
    approved = await shop.ours.state("Approved")
    assert approved is not None
    state = {"typeId": "state", "id": approved.id}
    second = await placed(shop, "R-2", state=state)
    assert await rule_of(facts, second) == "rest"  # the others come to EUR 1,250.00
    third = await placed(shop, "R-3")
    assert await rule_of(facts, third) == "rest"
    assert set(await reserved(shop, third)) == {first.id, third.id}
    assert await rule_of(facts, await placed(shop, "R-4")) == "spent"


async def test_whoever_only_looks_reserves_nothing(shop: Sandboxed) -> None:
    """An explanation starts nothing; but it tells what is reserved."""
    facts = FactsOf(shop.ours, MACHINE, ROUTER)
    first = await placed(shop, "R-1")
    assert await rule_of(facts, first, reserve=False) == "rest"
    assert await reserved(shop, first) == []
    for n in range(2, 5):
        assert await rule_of(facts, await placed(shop, f"R-{n}")) == "rest"
    assert await rule_of(facts, first, reserve=False) == "spent"


async def test_other_purses_are_others(shop: Sandboxed) -> None:
    """Another business unit, or another month, has its own; who has none is asked of nobody."""
    one = await placed(shop, "R-1")
    other = await placed(shop, "R-2", businessUnit={"typeId": "business-unit", "key": "acme-north"})
    later = one.model_copy(update={"created_at": one.created_at + timedelta(days=31)})
    none = await shop.order("R-3")
    keys = [slot_key(order, PURSE) for order in (one, other, later)]
    assert len(set(keys)) == 3
    assert slot_key(none, PURSE) is None
    assert all(key is not None and "acme" not in key for key in keys)


async def test_a_reservation_lapses(shop: Sandboxed) -> None:
    """After a day an order that is still not approved does not count any more."""
    first, now = await placed(shop, "R-1"), [datetime(2026, 3, 1, tzinfo=UTC)]
    reservations = Reservations(shop.ours, lambda: now[0])
    await reservations.reserve(await reservations.slot("key"), first, ())
    assert [one.order_id for one in (await reservations.slot("key")).reserved] == [first.id]
    now[0] += KEPT_FOR + timedelta(seconds=1)
    assert (await reservations.slot("key")).reserved == ()


async def test_nobody_is_written_over(shop: Sandboxed) -> None:
    """Two that have read the same: the second has to read again."""
    first, second = await placed(shop, "R-1"), await placed(shop, "R-2")
    reservations = Reservations(shop.ours)
    slot = await reservations.slot("key")
    await reservations.reserve(slot, first, slot.reserved)
    with pytest.raises(ConcurrentModification):
        await reservations.reserve(slot, second, slot.reserved)
