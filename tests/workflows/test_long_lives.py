"""Orders with long histories go on in a new run, and nothing of them is lost; the server here suggests it at 400 events."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.audit import AuditKind
from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.drafts import a_decision
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from workflows.order import Order

pytestmark = pytest.mark.slow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT_ONCE = 30
MOST = 20 * AT_ONCE


async def run_of(order: Placed) -> str:
    """Which run is the latest."""
    return (await order.handle.describe()).run_id


async def outlived(order: Placed, send: Callable[[int], Awaitable[None]]) -> int:
    """Send something again and again until the order has gone on in another run; how often it was sent."""
    await order.at_rest()
    first = await run_of(order)
    for sent in range(1, MOST):
        await send(sent)
        if sent % AT_ONCE == 0:
            await order.at_rest()
            if await run_of(order) != first:
                return sent
    raise AssertionError("it never went on in a new run")


async def touched(order: Placed) -> None:
    """Messages about the order, until it has gone on in another run."""
    await outlived(order, lambda _: order.changed())


async def test_an_order_that_waits_goes_on_in_a_new_run(here: Scene) -> None:
    """Case, deadline, receipts, trail and the answers to known ids survive the change of run."""
    order = await here.place(1_000_000)
    due = (await order.until_pending("ana", "ben")).pending[0].due_at
    refused, accepted = a_decision("cleo"), a_decision("ana", revision=1)
    await order.send(refused)
    await order.send(accepted)
    before = await order.until_pending("cem", "cleo")
    trail = await order.audit()
    await touched(order)
    assert await order.until_pending("cem", "cleo") == before
    assert await order.audit() == trail
    assert due != before.pending[0].due_at
    for sent, first in ((refused, Receipt.NOT_ALLOWED), (accepted, Receipt.ACCEPTED)):
        again = await order.send(sent.model_copy(update={"request_id": "another"}))
        assert (again.receipt, again.first) == (Receipt.DUPLICATE, first)
    assert here.inboxes.of("ana") == ["requested"]
    await order.decide("cem", revision=1)
    await order.until_phase(Phase.IN_FULFILLMENT)
    assert len(await order.transitions()) == 3


async def test_its_deadline_runs_on(here: Scene) -> None:
    """The timer of the new run ends at the same instant: a reminder after a day, an escalation after two."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await touched(order)
    await order.pass_time(DAY + HOUR)
    await order.until(lambda _: here.inboxes.of("ana") == ["requested", "reminded"])
    await order.pass_time(DAY)
    await order.until_pending("dana")


async def test_refused_decisions_alone_bring_it_there(here: Scene) -> None:
    """Temporal takes 2,000 updates a run: an order that only refuses must go on before it can hear nobody any more."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")

    async def refused(number: int) -> None:
        await order.handle.signal(Order.decision, a_decision("cleo", decision_id=f"d-{number}"))

    sent = await outlived(order, refused)
    status = await order.until_pending("ana", "ben")
    assert [r.decision_id for r in status.receipts or ()] == [f"d-{n}" for n in range(1, sent + 1)]
    assert (await order.decide("ana", revision=1)).receipt is Receipt.ACCEPTED


async def test_an_order_in_fulfilment_goes_on_in_a_new_run(here: Scene) -> None:
    """Reports, their ids and the hand-over survive: a repeat is still one, and the completion completes."""
    order = await here.place(100)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.report("accepted", event_id="e-1")
    await touched(order)
    await order.report("accepted", event_id="e-1")
    await order.report("completed", event_id="e-2")
    await order.until_phase(Phase.COMPLETED)
    assert [d["eventId"] for d in await order.details(AuditKind.FULFILLMENT)] == ["e-1", "e-2"]
    assert (await order.kinds()).count("handedOver") == 1
