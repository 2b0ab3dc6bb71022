"""A decision binds to the content that was decided on: whatever changes it makes a new revision."""

import pytest

from domain.audit import AuditKind
from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.scene import Scene


async def test_content_edited_while_pending_is_a_new_revision(here: Scene) -> None:
    """Approvers are asked again; a decision on the old revision is superseded, one on the new counts."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    await order.decide("ana", revision=1)
    await order.until_pending("cem", "cleo")
    await order.edit()
    await order.changed()
    status = await order.until_pending("ana", "ben", revision=2)
    assert [(d.approver, d.void) for d in status.decisions or ()] == [("ana", True)]
    assert [r.receipt for r in status.receipts or ()] == [Receipt.ACCEPTED, Receipt.SUPERSEDED]
    await order.until(lambda _: here.inboxes.of("ana") == ["requested", "superseded", "requested"])
    assert (await order.decide("ben", revision=1)).receipt is Receipt.SUPERSEDED
    assert (await order.decide("ben", revision=2)).receipt is Receipt.ACCEPTED
    await order.until_pending("cem", "cleo", revision=2)


async def test_content_edited_unnoticed_is_found_at_the_gate(here: Scene) -> None:
    """The message was missed: the gate compares, the yes is void, its approver is told, everybody asked again."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.edit()
    assert (await order.decide("ana", revision=1)).receipt is Receipt.ACCEPTED
    status = await order.until_pending("ana", "ben", revision=2)
    assert [r.receipt for r in status.receipts or ()] == [Receipt.ACCEPTED, Receipt.SUPERSEDED]
    assert [(d.approver, d.void) for d in status.decisions or ()] == [("ana", True)]
    assert await order.transitions() == [(None, "PendingApproval")]
    await order.until(lambda _: here.inboxes.of("ana") == ["requested", "superseded", "requested"])
    await order.until(lambda _: here.inboxes.of("ben") == ["requested", "requested"])
    superseded = (await order.details(AuditKind.SUPERSEDED))[0]
    assert superseded["decisionIds"] == [d.decision_id for d in status.decisions or ()]
    assert (await order.decide("ana", revision=2)).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_a_rejection_binds_to_its_content_too(here: Scene) -> None:
    """A no to content that is no longer there closes nothing."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.edit()
    assert (await order.decide("ana", "reject", revision=1)).receipt is Receipt.ACCEPTED
    await order.until_pending("ana", "ben", revision=2)
    assert (await order.there())["orderState"] == "Open"


async def test_a_withdrawal_does_not_bind_to_content(here: Scene) -> None:
    """Taking the order back means the order, whatever it holds by now."""
    order = await here.place(customerEmail="cleo@example.com")
    await order.until_pending("ana", "ben")
    await order.edit()
    assert (await order.withdraw("cleo")).receipt is Receipt.ACCEPTED
    assert (await order.result()).phase is Phase.WITHDRAWN


async def test_an_order_edit_that_raises_the_price_brings_in_finance(here: Scene) -> None:
    """An applied Order Edit is a change of content like any other: the new total is routed."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.reprice(1_200_000)
    await order.changed()
    status = await order.until_pending("ana", "ben", revision=2)
    assert status.rule == "large-order"
    await order.decide("ana", revision=2)
    await order.until_pending("cem", "cleo")


async def test_an_order_edited_down_needs_nobody_any_more(here: Scene) -> None:
    """What policy approves automatically by now is released by the same gate, with the reason."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.reprice(500)
    await order.changed()
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    assert (status.rule, status.revision, status.decisions) == ("automatic", 2, ())
    assert (await order.details(AuditKind.ROUTED))[1]["automatic"] is True


@pytest.mark.slow
async def test_an_automatic_order_edited_up_before_its_release_waits(here: Scene) -> None:
    """Between routing and the gate it became a large order: the gate sees it, and nobody's yes is not enough."""
    order = await here.place(100, start=False)
    await here.fault("slow", delayMs=500, method="GET", path=f"^/orders/{order.id}", times=2)
    await order.start()
    await order.until(lambda s: s.rule == "automatic")
    await order.reprice(1_200_000)
    status = await order.until_pending("ana", "ben")
    assert (status.rule, status.revision) == ("large-order", 2)
    assert await order.transitions() == [(None, "PendingApproval")]


async def test_a_touch_that_changes_no_content_disturbs_nobody(here: Scene) -> None:
    """Another version is not another revision: decisions stand, nobody is asked again."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    await order.until_pending("cem", "cleo")
    await order.update({"action": "changePaymentState", "paymentState": "Paid"})
    await order.changed()
    await order.at_rest()
    status = await order.status()
    assert (status.revision, [d.void for d in status.decisions or ()]) == (1, [False])
    assert here.inboxes.of("ana") == ["requested"]
    await order.decide("cleo", revision=1)
    await order.until_phase(Phase.IN_FULFILLMENT)
