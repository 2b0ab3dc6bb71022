"""A budget over orders in commercetools: what was approved before this order decides who has to look at it."""

from dataclasses import replace

from activities.requests import MoveOutcome
from domain.conditions import Condition
from domain.policy import Policy, Rule
from domain.standing import Standing
from tests.activities.desk import Desk
from tests.domain.cast import MANAGERS

BUDGET = {
    "budget": {"per": "requester", "period": "month", "zone": "Europe/Berlin", "atLeast": "EUR 1,000.00"}
}


def with_a_budget(here: Desk) -> Desk:
    """The desk under a policy of EUR 1,000.00 a month, above which a manager has to agree."""
    asks = Condition.model_validate(BUDGET)
    rules = (
        Rule(rule="used-up", why="The month's budget is used.", when=asks, steps=(MANAGERS,)),
        Rule(rule="within", why="It is within the month's budget."),
    )
    here.configuration = replace(here.configuration, policy=Policy(rules=rules))
    return here


async def test_what_was_approved_counts_from_then_on(here: Desk) -> None:
    """Two orders of EUR 600.00: the first is approved by itself, the second waits, and says what was spent."""
    at = with_a_budget(here)
    first = await at.place(60_000, number="ON-1")
    routed = await at.route(first)
    assert routed.route is not None
    assert routed.route.automatic
    assert (await at.release(first)).outcome is MoveOutcome.MOVED
    second = await at.route(await at.place(60_000, number="ON-2"))
    assert second.standing is Standing.PENDING
    assert second.route is not None
    assert second.route.rule == "used-up"
    assert second.route.evidence is not None
    [told] = second.route.evidence.words()
    assert told.startswith("budget: EUR 600.00 approved per requester since ")
    assert told.endswith(" in 1 order")


async def test_an_order_does_not_count_against_itself(here: Desk) -> None:
    """Looked at again once it is approved: the budget has not been used twice."""
    at = with_a_budget(here)
    order = await at.place(60_000)
    await at.release(order)
    again = await at.route(order)
    assert again.route is not None
    assert again.route.rule == "within"


async def test_orders_that_are_routed_before_another_is_released_see_each_other(here: Desk) -> None:
    """Two orders of EUR 600.00: the first takes the budget up before it is approved, so the second has to wait."""
    at = with_a_budget(here)
    orders = [await at.place(60_000, number=f"ON-{n}") for n in (1, 2)]
    routes = [(await at.route(order)).route for order in orders]
    assert [route.rule for route in routes if route is not None] == ["within", "used-up"]


async def test_orders_that_wait_for_a_decision_take_nothing_up(here: Desk) -> None:
    """As docs/policy.md says: what waits does not count, so that a smaller one after it goes its way."""
    at = with_a_budget(here)
    large, small = await at.place(120_000, number="ON-1"), await at.place(90_000, number="ON-2")
    routes = [(await at.route(order)).route for order in (large, small)]
    assert [route.rule for route in routes if route is not None] == ["used-up", "within"]
