"""Exports that come to nothing: called off while nobody knows what became of them, refused, or impossible to draft."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.audit import AuditKind
from domain.case import Case
from domain.events import Moved, Routed
from domain.logistic_events import CancelToAsk
from domain.logistic_order import CUSTOM_OBJECT, LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.phases import Phase
from domain.reducer import reduce
from domain.routing import Router
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from tests.workflows.warehouses import NORTH, SOUTH, Warehouse, report, two_places
from workflows.forwarder import Forwarder
from workflows.ledger import Ledger
from workflows.memory import OrderMemory


@pytest.fixture(scope="module")
def shipped_example(two_warehouses: Scene) -> Scene:
    """Two providers."""
    return two_warehouses


@pytest.fixture(autouse=True)
def _open(north: Warehouse, south: Warehouse) -> None:
    north.clear()
    south.clear()


async def placed(here: Scene, south: Warehouse) -> Placed:
    """An order in fulfilment, of which the south has its part."""
    order = await here.place(5_000, **two_places())
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.until(lambda _: bool(south.orders))
    return order


async def cancelled_outside(order: Placed) -> None:
    """Somebody cancels it in commercetools."""
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await order.changed()


async def test_whoever_may_have_it_is_asked_to_cancel(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """Its reply was lost again and again, and it reports of the order: it is not left with an order to ship."""
    north.losing = 10**6
    order = await placed(here, south)
    await order.until(lambda _: bool(north.orders))
    await report(order, 1, "picking")
    await cancelled_outside(order)
    await order.until(lambda _: bool(north.asked))
    assert (await order.handle.describe()).close_time is None
    north.losing = 0
    assert (await order.result()).phase is Phase.CANCELLED
    assert {ref for ref, *_ in north.asked} == {f"{order.number}-1"}
    answers = {d["ref"]: d["answer"] for d in await order.details(AuditKind.CANCELLATION)}
    assert answers == {f"{order.number}-1": "confirmed", f"{order.number}-2": "confirmed"}
    assert [d["ref"] for d in await order.details(AuditKind.HANDED_OVER)] == [f"{order.number}-2"]


async def test_a_refusal_after_a_lost_reply_says_nothing_of_what_is_there(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """The provider is asked to cancel although its last word to the export was no."""
    north.losing = 10**6
    order = await placed(here, south)
    await order.until(lambda _: bool(north.orders))
    north.unable, north.losing = "no such warehouse any more", 0
    await order.until_alarm("exportRefused")
    await cancelled_outside(order)
    assert (await order.result()).phase is Phase.CANCELLED
    assert [ref for ref, *_ in north.asked] == [f"{order.number}-1"]


async def test_a_refusal_to_cancel_what_may_be_there_calls_a_person(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """It turns out to be there, and is picked already."""
    north.losing, north.cancels = 10**6, "refuses"
    order = await placed(here, south)
    await order.until(lambda _: bool(north.orders))
    await cancelled_outside(order)
    await order.until_phase(Phase.CANCELLED)
    north.losing = 0
    assert (await order.result()).phase is Phase.CANCELLED
    assert "cancellationRefused" in [d["alarm"] for d in await order.details(AuditKind.ALARM)]


async def test_a_fault_of_ours_is_no_answer_to_a_cancellation(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """What was asked wrongly stays open, with an alarm; it is asked again when somebody has the order looked at."""
    south.cancels = "fault"
    order = await placed(here, south)
    await order.until(lambda _: bool(north.orders))
    await cancelled_outside(order)
    await order.until_alarm("cancellationRefused")
    await order.until(lambda _: bool(north.asked))
    await order.at_rest()
    assert [d["ref"] for d in await order.details(AuditKind.CANCELLATION)] == [f"{order.number}-1"]
    why = (await order.details(AuditKind.ALARM))[-1]["why"]
    assert why == f"{SOUTH} could not be asked to cancel of {order.number}-2: south does not understand"
    assert len(south.asked) == 1
    assert (await order.handle.describe()).close_time is None
    south.cancels = "settles"
    await order.changed()
    assert (await order.result()).phase is Phase.CANCELLED
    assert (await order.status()).alarm is None
    answers = {d["ref"]: d["answer"] for d in await order.details(AuditKind.CANCELLATION)}
    assert answers == {f"{order.number}-1": "confirmed", f"{order.number}-2": "confirmed"}


async def test_what_was_put_off_is_not_asked_for_once_more_before_a_look(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """The order could not be closed and is read again: only whoever can mend the fault has it asked again."""
    north.losing = 10**6
    order = await placed(here, south)
    await order.until(lambda _: bool(north.orders))
    north.unable, north.losing, north.cancels = "no such warehouse any more", 0, "fault"
    await order.until_alarm("exportRefused")
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await here.fault("errorBeforeCommit", times=10_000, method="POST", path="^/orders/")
    await order.changed()
    await order.until(lambda _: bool(north.asked))
    await order.pass_time(timedelta(minutes=20))
    await here.mend()
    await order.pass_time(timedelta(minutes=2))
    await order.until_phase(Phase.CANCELLED)
    await order.at_rest()
    assert "outOfReach" in [one["alarm"] for one in await order.details(AuditKind.ALARM)]
    assert len(north.asked) == 1
    north.cancels = "settles"
    await order.changed()
    assert (await order.result()).phase is Phase.CANCELLED
    assert len(north.asked) == 2


def test_at_the_end_nobody_is_asked_any_more() -> None:
    """Neither what nobody was asked yet, nor what was put off."""
    memory = OrderMemory.fresh("order-1")
    memory.cancellations = [CancelToAsk(request_id="r", ref="O-1", provider=NORTH, altogether={"line-1": 1})]
    memory.cancellations_put_off = list(memory.cancellations)
    Forwarder(Ledger(memory, lambda: False)).give_up()
    assert (memory.cancellations, memory.cancellations_put_off) == ([], [])


@pytest.mark.parametrize("provider", [NORTH, CUSTOM_OBJECT])
async def test_what_cannot_be_drafted_calls_a_person_once(
    here: Scene, north: Warehouse, provider: str
) -> None:
    """A part of a line that the order does not have: nobody is given it, and the workflow hears on."""
    order = await here.place(100, state="InFulfillment", start=False)
    read, now = await here.commercetools.order(order.id), datetime.now(UTC)
    assert read is not None
    known = here.configuration
    route = Router(known.policy, known.directory, known.policy_digest).route(read.content, at=now)
    memory = OrderMemory.fresh(order.id)
    memory.order, memory.state, memory.look, memory.case = read, read.state, False, Case(order_id=order.id)
    for event in (Routed(route=route, digest=read.content.digest), Moved(phase=Phase.IN_FULFILLMENT)):
        memory.case = reduce(memory.case, event, now).case
    part = LogisticOrder(ref=f"{order.number}-1", provider=provider, location="b", lines={"no-such-line": 1})
    memory.logistics = LogisticOrders(orders=(part,), rules_digest="r")
    await order.start(memory=memory)
    await order.until_alarm("exportRefused")
    (alarm,) = await order.details(AuditKind.ALARM)
    assert alarm["why"] == f"{provider} does not take {part.ref}: it cannot be drafted: ValueError"
    await report(order, 1, "picking")
    await order.at_rest()
    assert len(await order.details(AuditKind.FULFILLMENT)) == 1
    assert north.exports == []
