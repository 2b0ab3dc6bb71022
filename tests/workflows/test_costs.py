"""What approval by people costs in events and billable actions: whoever adds one must say why."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.decision import DecisionReceipt, Receipt
from domain.phases import Phase
from tests.workflows.office import office
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from tests.workflows.test_outlook import BILLABLE, events, shown

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLOCK = "WORKFLOW_EXECUTION_OPTIONS_UPDATED"  # another event of the test server's clock
Told = Callable[[Placed], Awaitable[DecisionReceipt]]


@pytest.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """An office where nobody is away."""
    async with scene(environment, configuration=office()) as set_up:
        yield set_up


def cost(counted: Counter[str]) -> tuple[int, int]:
    """Events and billable actions."""
    events = {name: n for name, n in counted.items() if name != CLOCK}
    return sum(events.values()), sum(n for name, n in events.items() if name in BILLABLE)


async def completed(order: Placed) -> tuple[int, int]:
    """Handed over and delivered; what it cost from its start."""
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.at_rest()
    await order.report("completed")
    await order.until_phase(Phase.COMPLETED)
    await order.at_rest()
    return cost(await events(order))


async def waiting(here: Scene, cents: int = 150_000) -> Placed:
    """An order that waits for ana or ben, at rest."""
    order = await here.place(cents)
    await order.until_pending("ana", "ben")
    await order.at_rest()
    return order


async def test_one_step_costs_what_it_did(here: Scene) -> None:
    """Its level is pinned when it is routed: nothing is read once more."""
    order = await waiting(here)
    await order.decide("ana", revision=1)
    assert await completed(order) == (49, 13)


async def test_a_second_step_costs_a_reading_of_the_directory(here: Scene) -> None:
    """63 and 17 while all was pinned at routing; the reading is an activity, with the task that takes it in."""
    order = await waiting(here, 1_000_000)
    await order.decide("ana", revision=1)
    await order.until_pending("cem")
    await order.at_rest()
    await order.decide("cem", revision=1)
    assert await completed(order) == (63 + 6, 17 + 1)


async def test_an_escalation_costs_a_reading_too(here: Scene) -> None:
    """12 and 3 before; whoever had the authority is told by the activity that tells whoever has it."""
    order = await waiting(here)
    await order.pass_time(DAY + HOUR)
    await order.at_rest()
    before = await events(order)
    await order.pass_time(DAY)
    await order.until_pending("dana")
    await order.at_rest()
    assert cost(await events(order) - before) == (12 + 6, 3 + 1)


@pytest.mark.parametrize(
    ("told", "events_more", "actions_more"),
    [
        (lambda order: order.comment("ana", "see the quote"), 11, 2),  # the update, and its record
        (lambda order: order.reassign("olga", "gil", approver="ana"), 20, 5),  # read, told, listed, timed
        (lambda order: order.delegate("ana", "gil"), 20, 5),
        (lambda order: order.reassign("ana", "gil"), 19, 4),  # an added step is listed when it opens
    ],
    ids=["comment", "reassign", "delegate", "add"],
)
async def test_what_it_costs_to_tell_an_order_something(
    here: Scene, told: Told, events_more: int, actions_more: int
) -> None:
    """Comments cost an update and their record; who decides otherwise costs a reading, and is told and listed."""
    order = await waiting(here)
    before = await events(order)
    assert (await told(order)).receipt is Receipt.ACCEPTED
    for _ in range(2):  # its record is written once it is at rest
        await order.settled()
        await order.at_rest()
    assert cost(await events(order) - before) == (events_more, actions_more)


async def test_asking_again_costs_a_reading_too(here: Scene) -> None:
    """After changes were requested: the update, the reading, telling who is asked again, lists and timer."""
    order = await waiting(here)
    await order.decide("ana", "requestChanges")
    await order.until_phase(Phase.CHANGES_REQUESTED)
    await order.settled()
    await order.at_rest()
    before = await events(order)
    assert (await order.resubmit("olga")).receipt is Receipt.ACCEPTED
    await order.until_pending("ana", "ben")
    await order.settled()
    await order.at_rest()
    assert cost(await events(order) - before) == (19, 5)


async def test_lists_show_a_deadline_that_was_moved(here: Scene) -> None:
    """At once, not with the next reminder: the order is looked for by its deadline."""
    order = await waiting(here)
    due = (await order.status()).pending[0].due_at
    assert due is not None
    before = await events(order)
    assert (await order.extend("olga", due + DAY)).receipt is Receipt.ACCEPTED
    await order.settled()
    assert (await shown(order))["DueAt"] == due + DAY
    told = cost(await events(order) - before)
    assert told == (14, 4)
