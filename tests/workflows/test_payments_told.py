"""Providers hear of the payment of an order that they have: each state once, beside the story, and never as an echo."""

import asyncio
from uuid import uuid4

import pytest

from domain.audit import AuditKind
from domain.cancellation import Cancellation, CancelledItem
from domain.decision import DecisionReceipt
from domain.fulfillment_event import StatedTargets
from domain.phases import Phase
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from tests.workflows.test_outlook import events
from tests.workflows.warehouses import Warehouse, report, two_places
from workflows.memory import OrderChanged
from workflows.order import Order


@pytest.fixture(scope="module")
def shipped_example(two_warehouses: Scene) -> Scene:
    """Two providers."""
    return two_warehouses


@pytest.fixture(autouse=True)
def _open(north: Warehouse, south: Warehouse) -> None:
    for one in (north, south):
        one.clear()
        one.payments = "settles"


async def exported(here: Scene, north: Warehouse, south: Warehouse, **draft: object) -> Placed:
    """An order that both have."""
    order = await here.place(5_000, **{**two_places(), **draft})
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.until(lambda _: bool(north.orders) and bool(south.orders))
    await order.at_rest()
    return order


async def paid(order: Placed, state: str) -> None:
    """The shop sets the state of the payment, and the bridge tells of it."""
    await order.update({"action": "changePaymentState", "paymentState": state})
    await told_of_it(order)


async def told_of_it(order: Placed) -> None:
    """The bridge tells that the payment may be another."""
    change = OrderChanged(message_id=uuid4().hex, type="OrderPaymentStateChanged", payment_only=True)
    await order.handle.signal(Order.order_changed, change)


async def rested(order: Placed) -> None:
    """More than once, because what a look has found is told beside it."""
    for _ in range(3):
        await order.settled()
        await order.at_rest()


async def test_what_is_known_at_the_release_is_told_after_the_hand_over(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """And then what changes; a state that was told is not told again, however often somebody looks."""
    order = await exported(here, north, south, paymentState="Pending")
    await order.until(lambda _: bool(north.told) and bool(south.told))
    await paid(order, "Paid")
    await order.until(lambda _: len(north.told) == len(south.told) == 2)
    await order.changed()
    await rested(order)
    first, second = f"{order.number}-1", f"{order.number}-2"
    assert north.told == [(first, "Pending"), (first, "Paid")]
    assert south.told == [(second, "Pending"), (second, "Paid")]
    entries = await order.details(AuditKind.FORWARDED)
    assert {"ref": first, "paymentState": "Paid", "answer": "accepted"} in entries
    assert len(entries) == 4


async def test_an_order_that_waits_is_not_read_again_for_a_payment(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """No activity comes of it; what was paid is told once somebody has the order."""
    order = await here.place(150_000, **two_places())
    await order.until_pending("ana", "ben")
    await order.at_rest()
    before = await events(order)
    await paid(order, "Paid")
    await rested(order)
    assert (await events(order) - before)["ACTIVITY_TASK_SCHEDULED"] == 0
    await order.decide("ana")
    await order.until(lambda _: bool(north.told) and bool(south.told))
    assert (north.told, south.told) == ([(f"{order.number}-1", "Paid")], [(f"{order.number}-2", "Paid")])


@pytest.mark.parametrize("answer", ["refuses", "unsupported"])
async def test_a_no_is_on_record_and_calls_nobody(
    here: Scene, north: Warehouse, south: Warehouse, answer: str
) -> None:
    """Once for each state; whoever cannot be told at all is not told of the next one."""
    south.payments = answer
    order = await exported(here, north, south)
    await paid(order, "Pending")
    await order.until(lambda _: bool(north.told) and bool(south.told))
    await order.changed()
    await rested(order)
    assert len(south.told) == 1
    await paid(order, "Paid")
    await order.until(lambda _: len(north.told) == 2)
    await rested(order)
    assert len(south.told) == (2 if answer == "refuses" else 1)
    said = [one for one in await order.details(AuditKind.FORWARDED) if one["ref"] == f"{order.number}-2"]
    assert [one["answer"] for one in said] == ["refused"] * 2 if answer == "refuses" else ["unsupported"]
    assert (await order.status()).alarm is None


async def test_a_fault_of_ours_is_no_answer(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """A person is called; it is told again with the next look, and the alarm goes."""
    south.payments = "fault"
    order = await exported(here, north, south)
    await paid(order, "Paid")
    await order.until_alarm("changedAfterHandOver")
    (why,) = [d["why"] for d in await order.details(AuditKind.ALARM)]
    assert (
        why == f"south could not be told of the payment of {order.number}-2, Paid: south does not understand"
    )
    south.payments = "settles"
    await order.changed()
    await order.until(lambda status: status.alarm is None)
    assert south.told == [(f"{order.number}-2", "Paid")] * 2
    assert south.tellings == [1, 1]


async def test_what_providers_news_has_set_is_told_to_nobody(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """We write what both together mean, and neither hears of it; what the shop says next is told to both."""
    order = await exported(here, north, south)
    for n, state in enumerate(("Paid", "BalanceDue"), 1):
        await report(order, n, "accepted", minutes=n, targets=StatedTargets(payment=state))
    await rested(order)
    assert (await order.there())["paymentState"] == "BalanceDue"
    await order.changed()
    await rested(order)
    await report(order, 2, "picking", minutes=3, targets=StatedTargets(payment="Paid"))
    await rested(order)
    assert (await order.there())["paymentState"] == "Paid"
    await order.changed()
    await rested(order)
    assert (north.told, south.told) == ([], [])
    await paid(order, "CreditOwed")
    await order.until(lambda _: bool(north.told) and bool(south.told))
    await paid(order, "Paid")
    await order.until(lambda _: len(north.told) == len(south.told) == 2)
    assert [state for _, state in north.told] == ["CreditOwed", "Paid"]


async def test_nobody_hears_of_the_payment_of_an_order_that_was_cancelled(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """Both changed at once: providers are asked to cancel, refuse, and that is all."""
    order = await exported(here, north, south)
    north.cancels = south.cancels = "refuses"
    await here.fault("slow", delayMs=300, method="POST", times=6)
    await order.update(
        {"action": "changePaymentState", "paymentState": "CreditOwed"},
        {"action": "changeOrderState", "orderState": "Cancelled"},
    )
    await order.changed()
    assert (await order.result()).phase is Phase.CANCELLED
    assert north.asked
    assert (north.told, south.told) == ([], [])


async def test_a_cancellation_does_not_wait_for_news_of_the_payment(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """The provider cannot hear the news, and is asked to cancel all the same; then it is told."""
    order = await exported(here, north, south, customerEmail="cleo@example.com")
    south.payments = "unreachable"
    await paid(order, "Paid")
    await order.until(lambda _: bool(south.told))
    units = (CancelledItem(line_item_id=(await order.lines())[1], quantity=1),)
    sent = Cancellation(cancellation_id="c-1", by="cleo", items=units, request_id=uuid4().hex)
    await order.handle.execute_update("cancel", sent, id="c-1", result_type=DecisionReceipt)
    await order.until(lambda _: bool(south.asked))
    south.payments = "settles"
    await order.until(lambda _: bool(north.told))
    await rested(order)
    assert [d["paymentState"] for d in await order.details(AuditKind.FORWARDED)] == ["Paid", "Paid"]


async def test_news_of_the_payment_while_the_order_is_closed_sticks_nobody(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """A completed order has nobody to tell: its workflow waits for returns, and answers."""
    order = await exported(here, north, south)
    await here.fault("slow", delayMs=600, method="POST", times=6)
    for n in (1, 2):
        await report(order, n, "completed", minutes=n)
    await until_under_way(order, "close_order")
    await told_of_it(order)
    async with asyncio.timeout(15):
        await order.until_phase(Phase.COMPLETED)
        await rested(order)
    assert (north.told, south.told) == ([], [])


async def test_a_payment_that_is_taken_back_before_an_answer_is_told_again(
    here: Scene, north: Warehouse, south: Warehouse
) -> None:
    """The reply was lost, so the provider may have taken it: it hears the state that holds."""
    order = await exported(here, north, south, paymentState="Pending")
    await order.until(lambda _: bool(north.told) and bool(south.told))
    await rested(order)
    north.losing = 10_000
    await paid(order, "Paid")
    await order.until(lambda _: north.told[-1][1] == "Paid")
    await paid(order, "Pending")
    await order.until(lambda _: north.told[-1][1] == "Pending")
    north.losing = 0
    await rested(order)
    assert north.told[-1] == (f"{order.number}-1", "Pending")


async def test_no_state_overtakes_another(here: Scene, north: Warehouse, south: Warehouse) -> None:
    """What is called off for newer news may be on its way: the newer one waits until it has arrived, or never will."""
    order = await exported(here, north, south)
    north.slow = 1.5
    await paid(order, "Paid")
    await order.until(lambda _: bool(north.tellings))
    north.slow = 0
    await paid(order, "CreditOwed")
    await order.until(lambda _: len(north.told) == 2)
    assert [state for _, state in north.told] == ["Paid", "CreditOwed"]


async def until_under_way(order: Placed, name: str) -> None:
    """Return once an activity of that name runs."""
    for _ in range(1_000):
        found = (await order.handle.describe()).raw_description.pending_activities
        if name in [one.activity_type.name for one in found]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{name} never ran")
