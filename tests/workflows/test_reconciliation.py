"""The reconciliation: what it starts, tells, reports and leaves alone; twice in a row it finds nothing new to do."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowFailureError

from domain.alarms import Alarm
from domain.findings import Kind
from domain.phases import Phase
from tests.workflows.placed import Placed
from tests.workflows.reconciled import about, reconcile
from tests.workflows.scene import Scene

TOMORROW = datetime.now(UTC) + timedelta(days=1)


async def unheld(here: Scene, cents: int = 150_000, *, state: str | None = None) -> Placed:
    """An order whose notification was missed."""
    return await here.place(cents, start=False, state=state)


async def pending(here: Scene) -> Placed:
    """An order that waits for a manager, with nothing under way."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.at_rest()
    return order


async def test_an_order_without_a_workflow_is_started(here: Scene) -> None:
    """Once: the second reconciliation finds it as it should be, and adds no event to its history."""
    order = await unheld(here)
    found = await reconcile(here)
    assert about(found, order) == ["noWorkflow"]
    assert (found.orders, found.stopped, found.needs_person) == (1, None, False)
    await order.until_pending("ana", "ben")
    await order.at_rest()
    length = await order.length()
    again = await reconcile(here)
    assert (again.counts, again.orders, again.workflows) == ({}, 1, 1)
    assert await order.length() == length


async def test_an_automatic_order_goes_all_the_way(here: Scene) -> None:
    """What was missed is made up for: started means routed, approved and handed over as ever."""
    order = await unheld(here, 100)
    await reconcile(here)
    await order.until_phase(Phase.IN_FULFILLMENT)
    assert await order.custom_object("placet-fulfillment", f"{order.number}-1") is not None


async def test_older_orders_are_reported_and_never_moved(here: Scene) -> None:
    """They are listed and counted; nobody has to see to them."""
    order = await unheld(here)
    found = await reconcile(here, adopt_since=TOMORROW)
    assert about(found, order) == ["older"]
    assert not found.needs_person
    assert await here.writes(order.id) == []


async def test_orders_at_their_end_are_left_alone(here: Scene) -> None:
    """Rejected, cancelled or completed by whomever, with or without a word in `orderState`."""
    orders = [await unheld(here, state=state) for state in ("Rejected", "Completed", "Cancelled")]
    closed = await unheld(here)
    await closed.update({"action": "changeOrderState", "orderState": "Cancelled"})
    found = await reconcile(here)
    assert (found.counts, found.orders) == ({}, 3)
    assert [await here.writes(order.id) for order in (*orders, closed)] == [[]] * 4


async def test_a_dry_run_changes_nothing(here: Scene) -> None:
    """It says what would be done; then the real one does just that."""
    order, moved = await unheld(here), await pending(here)
    await moved.move("Approved", force=True)
    length = await moved.length()
    dry = await reconcile(here, dry_run=True)
    assert dry.dry_run
    assert dry.counts == {Kind.NO_WORKFLOW: 1, Kind.MOVED: 1}
    assert await here.writes(order.id) == []
    assert await moved.length() == length
    real = await reconcile(here)
    assert real.findings == dry.findings


async def test_the_workflow_of_a_moved_order_is_told_and_acts(here: Scene) -> None:
    """Forced past its approval, and the message of it lost: it is moved back, by its workflow."""
    order = await pending(here)
    await order.move("Approved", force=True)
    found = await reconcile(here)
    assert about(found, order) == ["moved"]
    await order.until(lambda status: status.state == "PendingApproval")
    await order.until_pending("ana", "ben")
    assert (await order.there())["state"] == "PendingApproval"
    await order.at_rest()
    assert (await reconcile(here)).counts == {}


async def test_what_a_person_was_called_to_is_not_told_again(here: Scene) -> None:
    """Moved to fulfilment without approval: told once; the alarm stands, and no event is added each night."""
    order = await pending(here)
    await order.move("InFulfillment", force=True)
    assert about(await reconcile(here), order) == ["moved"]
    await order.until_alarm(Alarm.MOVED_OUTSIDE.value)
    await order.at_rest()
    length = await order.length()
    assert about(await reconcile(here), order) == []
    assert await order.length() == length


@pytest.mark.parametrize("how", ["cancelled", "deleted"])
async def test_an_order_that_was_closed_unnoticed_closes_its_workflow(here: Scene, how: str) -> None:
    """Such orders are in no list of open ones: they are found from the workflow's side."""
    order = await pending(here)
    if how == "deleted":
        await order.delete()
    else:
        await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    found = await reconcile(here)
    assert about(found, order) == ["moved"]
    assert (await order.result()).phase is Phase.CANCELLED
    assert (await reconcile(here)).counts == {}


async def test_content_that_changed_unseen_is_told(here: Scene) -> None:
    """Everybody is asked again about the new revision."""
    order = await pending(here)
    await order.edit()
    assert about(await reconcile(here), order) == ["contentChanged"]
    await order.until_pending("ana", "ben", revision=2)
    await order.at_rest()
    assert (await reconcile(here)).counts == {}


async def test_an_edit_that_changes_no_content_is_not_told(here: Scene) -> None:
    """Somebody else wrote last, and nothing that an approver would say yes to has changed."""
    order = await pending(here)
    await order.update({"action": "changePaymentState", "paymentState": "Paid"})
    length = await order.length()
    assert (await reconcile(here)).counts == {}
    assert await order.length() == length


async def test_content_changed_after_the_hand_over_is_told_once(here: Scene) -> None:
    """The pinned content never becomes the new one; the alarm that stands says so already."""
    order = await here.place(100)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.at_rest()
    await order.edit()
    assert about(await reconcile(here), order) == ["contentChanged"]
    await order.until_alarm(Alarm.CHANGED_AFTER_HAND_OVER.value)
    await order.at_rest()
    assert (await reconcile(here)).counts == {}


@pytest.mark.parametrize("how", ["terminated", "cancelled"])
async def test_a_workflow_that_ended_badly_is_reported(here: Scene, how: str) -> None:
    """It is not started again by itself, on any run; somebody has to see to it."""
    order = await pending(here)
    if how == "terminated":
        await order.handle.terminate("an operator's mistake")
    else:
        await order.handle.cancel()
        with pytest.raises(WorkflowFailureError):
            await order.result()
    for _ in range(2):
        found = await reconcile(here)
        assert about(found, order) == ["endedBadly"]
        assert how in found.findings[0].why
        assert found.needs_person
    assert (await order.handle.describe()).close_time is not None


async def test_a_closed_order_that_somebody_opened_again_is_reported(here: Scene) -> None:
    """Its workflow has ended with a rejection; nothing is started for it a second time."""
    order = await pending(here)
    await order.decide("ana", "reject")
    await order.result()
    await order.move("PendingApproval", force=True)
    await order.update({"action": "changeOrderState", "orderState": "Open"})
    found = await reconcile(here)
    assert about(found, order) == ["closedBefore"]
    assert "rejected" in found.findings[0].why
    assert found.needs_person


async def test_a_closed_record_is_enough_to_leave_it_closed(here: Scene) -> None:
    """Temporal has forgotten the workflow; commercetools has not forgotten the record."""
    order, twin = await pending(here), await unheld(here)
    await order.decide("ana", "reject")
    await order.result()
    record = await order.custom_object("placet-audit")
    copied = record | {"orderId": twin.id, "status": record["status"] | {"orderId": twin.id}}
    body = {"container": "placet-audit", "key": twin.id, "value": copied}
    assert (await here.shop.post("/custom-objects", json=body)).status_code == 201
    assert about(await reconcile(here), twin) == ["closedBefore"]


async def test_what_is_no_record_is_reported_and_not_started(here: Scene) -> None:
    """Any doubt means no start."""
    order = await unheld(here)
    spoilt = {"container": "placet-audit", "key": order.id, "value": {"hello": "world"}}
    assert (await here.shop.post("/custom-objects", json=spoilt)).status_code == 201
    assert about(await reconcile(here), order) == ["unreadableRecord"]


async def test_a_state_that_the_machine_does_not_have_is_reported(here: Scene) -> None:
    """With or without a workflow; the one that runs is told first."""
    made = await here.shop.post("/states", json={"key": "Elsewhere", "type": "OrderState", "initial": True})
    assert made.status_code == 201
    order, held = await unheld(here, state="Elsewhere"), await pending(here)
    await held.move("Elsewhere", force=True)
    found = await reconcile(here)
    assert (about(found, order), about(found, held)) == (["unknownState"], ["moved"])
    await held.until_alarm(Alarm.UNKNOWN_STATE.value)
    assert about(await reconcile(here), held) == ["unknownState"]


async def test_nothing_says_since_when(here: Scene) -> None:
    """Not set up, and not told: it stops and says so, rather than take up every order there ever was."""
    order = await unheld(here)
    found = await reconcile(here, adopt_since=None)
    assert found.refused
    assert "placet setup" in (found.stopped or "")
    assert (found.orders, await here.writes(order.id)) == (0, [])
