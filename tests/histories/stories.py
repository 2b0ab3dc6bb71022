"""Orders' lives worth keeping: each is played before a real clock, and its history replayed by every later version."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx

from configuration import Configuration
from domain.guard import Drift
from domain.phases import Phase
from domain.policy import Outcome
from tests.workflows.drafts import a_decision, shipped
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from workflows.memory import DriftedMove, OrderChanged
from workflows.order import Order

Story = Callable[[Scene], Awaitable[Placed]]
LONG = 150
"""From how many events on the recorder's server suggests to go on in a new run; all other stories are shorter."""

_AT_ONCE = timedelta(0)
CALM = shipped(returns_within=_AT_ONCE)
BRISK = shipped(returns_within=_AT_ONCE, within=timedelta(seconds=1))
STRICT = shipped(returns_within=_AT_ONCE, within=timedelta(seconds=1), on_timeout=Outcome.REJECT)


async def automatic(here: Scene) -> Placed:
    """Nobody is asked."""
    order = await here.place(99_999)
    return await delivered(order)


async def approved(here: Scene) -> Placed:
    """One yes, by update."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", revision=1, comment="fine")
    return await delivered(order)


async def two_steps(here: Scene) -> Placed:
    """Two yeses, one by signal; a refusal, a duplicate and a second click in between."""
    order, first = await here.place(1_000_000), a_decision("ana")
    await order.until_pending("ana", "ben")
    await order.decide("cleo")
    await order.send(first)
    await order.until_pending("cem", "cleo")
    await order.send(first.model_copy(update={"request_id": "another"}), "update-2")
    await order.decide("ben")
    await order.handle.signal(Order.decision, a_decision("cem"))
    return await delivered(order)


async def rejected(here: Scene) -> Placed:
    """One no."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ben", "reject", comment="too expensive")
    await order.result()
    return order


async def withdrawn(here: Scene) -> Placed:
    """Taken back by its requester."""
    order = await here.place(customerEmail="cleo@example.com")
    await order.until_pending("ana", "ben")
    await order.withdraw("cleo")
    await order.result()
    return order


async def timed_out(here: Scene) -> Placed:
    """Nobody answers, and the policy takes that as a no."""
    order = await here.place()
    await order.result()
    return order


async def escalated(here: Scene) -> Placed:
    """Nobody answers in time; the next level does, after the alarm."""
    order = await here.place()
    await order.until_alarm("overdue")
    await order.decide("dana")
    return await delivered(order)


async def superseded(here: Scene) -> Placed:
    """Changed unnoticed, found at the gate, decided again."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.edit()
    await order.decide("ana", revision=1)
    await order.until_pending("ana", "ben", revision=2)
    await order.decide("ana", revision=2)
    return await delivered(order)


async def changes_requested(here: Scene) -> Placed:
    """Sent back, edited, asked again, approved."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", "requestChanges")
    await order.until_phase(Phase.CHANGES_REQUESTED)
    await order.edit()
    await order.changed()
    await order.until_pending("ana", "ben", revision=2)
    await order.decide("ben", revision=2)
    return await delivered(order)


async def moved_outside(here: Scene) -> Placed:
    """Moved past its approval and back by somebody else, then approved."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.move("InFulfillment", force=True)
    await order.changed()
    await order.until_alarm("movedOutside")
    await order.move("PendingApproval", force=True)
    await order.changed()
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    return await delivered(order)


async def forced(here: Scene) -> Placed:
    """Forced to approved by somebody else, told twice by the bridge with what is wrong with it; then approved."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.move("Approved", force=True)
    move = DriftedMove(drift=Drift.FORCED, source="PendingApproval", target="Approved")
    change = OrderChanged(message_id="m-1", type="OrderStateTransition", by="shop", drifted=move)
    for _ in range(2):
        await order.handle.signal(Order.order_changed, change)
    await order.until_alarm("pastTheGuard")
    await order.until(lambda status: status.state == "PendingApproval")
    await order.decide("ana")
    return await delivered(order)


async def cancelled_outside(here: Scene) -> Placed:
    """Cancelled by the shop while it waits."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await order.changed()
    await order.result()
    return order


async def fulfillment_failed(here: Scene) -> Placed:
    """Handed over, and given up by the fulfilment system."""
    order = await here.place(100)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.report("accepted")
    await order.report("failed")
    await order.result()
    return order


async def announced(here: Scene) -> Placed:
    """Handed over to a fulfilment system that has to be told twice, and delivered."""
    return await delivered(await here.place(100))


async def never_announced(here: Scene) -> Placed:
    """Cancelled while the fulfilment system could not be told."""
    order = await here.place(100)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await order.changed()
    await order.result()
    return order


async def early(here: Scene) -> Placed:
    """Decided by a signal that came with the start, before the order was read."""
    order = await here.place(start=False)
    await order.start(start_signal="decision", start_signal_args=[a_decision("ana", revision=1)])
    return await delivered(order)


async def long_lived(here: Scene) -> Placed:
    """Touched so often that it goes on in a new run."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    first = (await order.handle.describe()).run_id
    for _ in range(20):
        for _ in range(10):
            await order.changed()
        await order.at_rest()
        if (await order.handle.describe()).run_id != first:
            break
    await order.decide("ana")
    return await delivered(order)


async def delivered(order: Placed) -> Placed:
    """Shipped and completed."""
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.report("shipped")
    await order.report("completed")
    await order.result()
    return order


STORIES: tuple[tuple[Story, Configuration], ...] = (
    (automatic, CALM),
    (approved, CALM),
    (two_steps, CALM),
    (rejected, CALM),
    (withdrawn, CALM),
    (timed_out, STRICT),
    (escalated, BRISK),
    (superseded, CALM),
    (changes_requested, CALM),
    (moved_outside, CALM),
    (forced, CALM),
    (cancelled_outside, CALM),
    (fulfillment_failed, CALM),
    (announced, CALM),
    (never_announced, CALM),
    (early, CALM),
    (long_lived, CALM),
)


class Warehouse(httpx.AsyncBaseTransport):
    """A fulfilment system that takes hand-overs after so many failures."""

    def __init__(self, failures: int) -> None:
        self._failures = failures

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Fail, or take it."""
        self._failures -= 1
        return httpx.Response(202 if self._failures < 0 else 503, request=request)


WAREHOUSES: dict[Story, httpx.AsyncBaseTransport] = {
    announced: Warehouse(1),
    never_announced: Warehouse(1000),
}
"""Stories in which a fulfilment system is configured."""
