"""What a run hands to the next one while something is about to happen: a level that opens, proposals, early words."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.case import Case
from domain.decision import Decision, Receipt, Verdict
from domain.events import Event, Routed
from domain.interventions import Delegation, Reassignment
from domain.phases import Phase
from domain.reducer import reduce
from domain.routing import Router
from tests.workflows.office import office
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from tests.workflows.test_long_lives import touched
from workflows.memory import OrderMemory

LARGE = 1_000_000


@pytest.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """An office where nobody is away."""
    async with scene(environment, configuration=office()) as set_up:
        yield set_up


async def handed_over(here: Scene, *events: Event) -> tuple[Placed, OrderMemory]:
    """A large order that is routed, and then these events; what the next run of its workflow is given."""
    placed = await here.place(LARGE, state="PendingApproval", start=False)
    order, now = await here.commercetools.order(placed.id), datetime.now(UTC) - timedelta(minutes=1)
    assert order is not None
    known = here.configuration
    route = Router(known.policy, known.directory, known.policy_digest).route(order.content, at=now)
    memory = OrderMemory.fresh(placed.id)
    memory.order, memory.state, memory.look = order, order.state, False
    case = Case(order_id=placed.id)
    for event in (Routed(route=route, digest=order.content.digest), *events):
        case = reduce(case, event, now).case
    memory.case = case
    return placed, memory


def approves(who: str) -> Decision:
    """Somebody's yes to the order as it is."""
    return Decision(decision_id=f"d-{who}", approver=who, verdict=Verdict.APPROVE, revision=1)


async def test_a_level_that_opens_is_opened_by_the_next_run(here: Scene) -> None:
    """The yes that opens it came with the last task of a run; so did a word that waits for it."""
    order, memory = await handed_over(here, approves("ana"), approves("cem"))
    assert memory.case.opens is not None
    assert [sent.sent_id for sent in memory.case.early] == ["d-cem"]
    await order.start(memory=memory)
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    assert [d.approver for d in status.decisions or ()] == ["ana", "cem"]
    assert [r.receipt for r in status.receipts or ()] == [Receipt.ACCEPTED, Receipt.ACCEPTED]


async def test_proposals_are_looked_at_by_the_next_run(here: Scene) -> None:
    """Each is answered, in their order: the second is looked at as the first has left things."""
    order, memory = await handed_over(
        here,
        Delegation(delegation_id="p-1", approver="ana", delegate="gil"),
        Reassignment(reassignment_id="p-2", by="olga", approver="ben", to="fay"),
    )
    assert [sent.sent_id for sent in memory.case.proposals] == ["p-1", "p-2"]
    await order.start(memory=memory)
    status = await order.until_pending("ana", "fay", "gil")
    assert [r.receipt for r in status.receipts or ()] == [Receipt.ACCEPTED, Receipt.ACCEPTED]
    assert (await order.decide("gil", revision=1)).receipt is Receipt.ACCEPTED
    await order.until_pending("cem")


@pytest.mark.slow
async def test_what_people_have_changed_is_known_to_the_next_run(here: Scene) -> None:
    """Delegated, reassigned, added, sent back and resubmitted: after the change of run everything is as it was."""
    order = await here.place(customerEmail="rita@example.com")
    await order.until_pending("ana", "ben")
    assert (await order.decide("ana", "requestChanges")).receipt is Receipt.ACCEPTED
    assert (await order.resubmit("rita")).receipt is Receipt.ACCEPTED
    assert (await order.delegate("ana", "gil")).receipt is Receipt.ACCEPTED
    assert (await order.reassign("olga", "cleo", approver="ben")).receipt is Receipt.ACCEPTED
    assert (await order.reassign("ana", "fay")).receipt is Receipt.ACCEPTED
    before = await order.until_pending("ana", "cleo", "gil")
    trail = await order.audit()
    await touched(order)
    assert await order.until_pending("ana", "cleo", "gil") == before
    assert await order.audit() == trail
    assert (
        await order.decide("cleo", "requestChanges")
    ).receipt is Receipt.NOT_ALLOWED  # its one round is used up
    assert (await order.decide("gil", revision=1)).receipt is Receipt.ACCEPTED
    await order.until_pending("fay")
    assert (await order.decide("ana")).receipt is Receipt.ALREADY_DECIDED
    assert (await order.decide("fay", revision=1)).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)
