"""From the claim to the customer's door: what the fulfilment system reports, and what happens to the order meanwhile."""

import pytest

from domain.audit import AuditKind
from domain.phases import Phase
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene


async def in_fulfillment(here: Scene, cents: int = 99_999) -> Placed:
    """An order that needs nobody's yes, handed over."""
    order = await here.place(cents)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.at_rest()
    return order


async def test_events_are_noted_in_the_order_of_coming(here: Scene) -> None:
    """Each report is on record with its time; what is delivered altogether is done, whatever is reported after that."""
    order = await in_fulfillment(here)
    for status in ("accepted", "picking", "packed", "shipped"):
        await order.report(status)
    await order.at_rest()
    assert (await order.there())["state"] == "InFulfillment"
    await order.report("delivered")
    await order.until_phase(Phase.COMPLETED)
    await order.report("completed")
    await order.at_rest()
    told = [d["status"] for d in await order.details(AuditKind.FULFILLMENT)]
    assert told == ["accepted", "picking", "packed", "shipped", "delivered", "completed"]
    there = await order.there()
    assert (there["state"], there["orderState"]) == ("Completed", "Complete")
    assert (await order.details(AuditKind.CLOSED))[0]["ref"] == f"{order.number}-1"


async def test_a_repeated_event_changes_nothing(here: Scene) -> None:
    """The same event id is noted once, whoever repeats it."""
    order = await in_fulfillment(here)
    await order.report("shipped", event_id="e-1")
    await order.report("shipped", event_id="e-1")
    await order.at_rest()
    assert len(await order.details(AuditKind.FULFILLMENT)) == 1


async def test_an_event_that_comes_before_the_claim_is_kept(here: Scene) -> None:
    """A fulfilment system that is quicker than we are is heard once the order is claimed."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.report("completed", event_id="e-1")
    await order.at_rest()
    assert (await order.status()).phase is Phase.PENDING
    await order.decide("ana")
    await order.until_phase(Phase.COMPLETED)
    kinds = await order.kinds()
    assert kinds.index("handedOver") < kinds.index("fulfillment")


async def test_an_event_about_no_logistic_order_of_ours_is_an_alarm(here: Scene) -> None:
    """It is parked and shown, and the order goes its way."""
    order = await in_fulfillment(here)
    await order.report("completed", ref="other-1")
    status = await order.until_alarm("unknownRef")
    assert status.phase is Phase.IN_FULFILLMENT
    assert (await order.there())["state"] == "InFulfillment"
    await order.until(lambda _: here.inboxes.of("operators") == ["alarm"])
    await order.report("completed")
    await order.until_phase(Phase.COMPLETED)


async def test_a_repeated_event_about_no_order_of_ours_is_noted_once(here: Scene) -> None:
    """A duplicate changes nothing, also where nobody knows what it is about."""
    order = await in_fulfillment(here)
    await order.report("shipped", ref="other-1", event_id="e-1")
    await order.report("shipped", ref="other-1", event_id="e-1")
    await order.until_alarm("unknownRef")
    await order.at_rest()
    assert len(await order.details(AuditKind.FULFILLMENT)) == 1


@pytest.mark.parametrize(("status", "alarm"), [("failed", "fulfillmentFailed"), ("cancelled", None)])
async def test_an_order_that_cannot_be_fulfilled_is_cancelled(
    here: Scene, status: str, alarm: str | None
) -> None:
    """Failed and cancelled end it in Cancelled; a failure also calls the operators."""
    order = await in_fulfillment(here)
    await order.report(status)
    assert (await order.result()).phase is Phase.CANCELLED
    there = await order.there()
    assert (there["state"], there["orderState"]) == ("Cancelled", "Cancelled")
    assert (await order.status()).alarm == alarm
    assert (await order.details(AuditKind.CLOSED))[0]["why"] == status
    assert here.inboxes.of("operators") == (["alarm"] if alarm else [])


async def test_cancelled_in_fulfilment_by_somebody_else(here: Scene) -> None:
    """A cancellation by `orderState` is followed, and the custom state brought in line."""
    order = await in_fulfillment(here)
    await order.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await order.changed()
    assert (await order.result()).phase is Phase.CANCELLED
    assert (await order.there())["state"] == "Cancelled"
    closed = [e for e in (await order.audit()).entries if e.kind is AuditKind.CLOSED]
    assert [(e.actor, e.detail["why"]) for e in closed] == [("outside", "the order was cancelled")]
    assert (await order.status()).alarm == "changedAfterHandOver"


async def test_completed_in_fulfilment_by_somebody_else(here: Scene) -> None:
    """Their transition is followed and not written again."""
    order = await in_fulfillment(here)
    await order.move("Completed")
    await order.changed()
    await order.until_phase(Phase.COMPLETED)
    assert (await order.details(AuditKind.CHANGED_OUTSIDE))[0]["to"] == "Completed"
    assert await order.told_moves() == [
        (None, "PendingApproval"),
        ("PendingApproval", "Approved"),
        ("Approved", "InFulfillment"),
    ]


async def test_deleted_in_fulfilment(here: Scene) -> None:
    """There is nothing left to fulfil; the record stays."""
    order = await in_fulfillment(here)
    await order.delete()
    await order.changed()
    assert (await order.result()).phase is Phase.CANCELLED
    assert (await order.custom_object("placet-audit"))["status"]["phase"] == "cancelled"


async def test_content_changed_after_the_hand_over_is_an_alarm(here: Scene) -> None:
    """What was handed over is pinned: operators are told once, nobody's approval is asked for again."""
    order = await in_fulfillment(here)
    await order.edit()
    await order.changed()
    status = await order.until_alarm("changedAfterHandOver")
    assert (status.phase, status.revision) == (Phase.IN_FULFILLMENT, 1)
    await order.changed()
    await order.at_rest()
    assert len(await order.details(AuditKind.ALARM)) == 1
    assert here.inboxes.of("operators") == ["alarm"]
    document = await order.custom_object("placet-fulfillment", f"{order.number}-1")
    assert document["content"]["shippingAddress"]["postalCode"] == "10115"


async def test_moved_back_in_fulfilment_is_an_alarm(here: Scene) -> None:
    """Somebody's transition is on record and not overwritten; operators look."""
    order = await in_fulfillment(here)
    await order.move("PendingApproval", force=True)
    await order.changed()
    await order.until_alarm("movedOutside")
    assert (await order.there())["state"] == "PendingApproval"
    assert (await order.details(AuditKind.CHANGED_OUTSIDE))[0] == {
        "from": "InFulfillment",
        "to": "PendingApproval",
        "client": "shop",
    }


async def test_a_completion_the_machine_has_no_way_to_is_an_alarm(here: Scene) -> None:
    """The order was moved elsewhere meanwhile: the report is kept on record, a person must mend it."""
    order = await in_fulfillment(here)
    await order.move("Approved", force=True)
    await order.report("completed")
    await order.until_alarm("noWay")
    assert (await order.there())["state"] == "Approved"
    assert (await order.details(AuditKind.FULFILLMENT))[0]["status"] == "completed"
