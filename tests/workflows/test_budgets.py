"""A budget over a month, and orders that come in the same moment."""

import asyncio
from collections import Counter

from temporalio.testing import WorkflowEnvironment

from domain.phases import Phase
from tests.workflows.office import office
from tests.workflows.scene import scene

POLICY = """rules:
  - rule: spent
    why: The month's budget.
    when: { budget: { per: requester, period: month, atLeast: EUR 400.00 } }
    steps: [{ step: managers, approvers: { people: [ana] }, within: P2D }]
  - { rule: rest, why: Within the budget. }
"""


async def test_orders_in_the_same_moment_do_not_exceed_a_budget_together(
    environment: WorkflowEnvironment,
) -> None:
    """EUR 100.00 each, and EUR 400.00 in a month need a yes: three go their way, and the others are asked about."""
    async with scene(environment, configuration=office({"ana": {}}, policy=POLICY)) as here:
        orders = await asyncio.gather(*(here.place(10_000) for _ in range(6)))
        statuses = [await order.until(lambda status: status.phase is not Phase.ROUTING) for order in orders]
        assert Counter(status.rule for status in statuses) == {"rest": 3, "spent": 3}
        assert all(status.alarm is None for status in statuses)
        await here.end()
