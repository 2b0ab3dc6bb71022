"""Orders that are not approved: rejected, sent back for changes, withdrawn."""

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.audit import AuditKind
from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.scene import Scene


async def test_a_rejected_order_is_closed_with_its_reason(here: Scene) -> None:
    """One no suffices: state Rejected, orderState Cancelled, the reason in the audit, and the workflow ends."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    receipt = await order.decide("ana", "reject", comment="too expensive")
    assert receipt.receipt is Receipt.ACCEPTED
    assert (await order.result()).phase is Phase.REJECTED
    there = await order.there()
    assert (there["state"], there["orderState"]) == ("Rejected", "Cancelled")
    assert await order.details(AuditKind.CLOSED) == [{"phase": "rejected"}]
    decided = (await order.details(AuditKind.DECIDED))[0]
    assert (decided["verdict"], decided["comment"]) == ("reject", "too expensive")
    assert [w["externalUserId"] for w in await here.writes(order.id)] == [None, "ana"]
    assert await order.custom_object("placet-fulfillment", f"{order.number}-1") is None


async def test_requested_changes_wait_for_the_requester(here: Scene) -> None:
    """Meanwhile no decision counts and no clock runs; the edited order is routed again as revision 2."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    assert (await order.decide("ana", "requestChanges", comment="split it")).receipt is Receipt.ACCEPTED
    status = await order.until_phase(Phase.CHANGES_REQUESTED)
    assert status.pending == ()
    assert (await order.decide("ben")).receipt is Receipt.NOT_PENDING
    assert (await order.there())["state"] == "PendingApproval"
    await order.edit()
    await order.changed()
    status = await order.until_pending("ana", "ben", revision=2)
    assert [(d.approver, d.void) for d in status.decisions or ()] == [("ana", True)]
    assert (await order.decide("ana", revision=2)).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_the_requester_withdraws(here: Scene) -> None:
    """A requester whom the directory knows by e-mail withdraws under their id: state Cancelled, phase withdrawn."""
    order = await here.place(customerEmail="Cleo@example.com")
    await order.until_pending("ana", "ben")
    assert (await order.withdraw("cleo", comment="ordered twice")).receipt is Receipt.ACCEPTED
    assert (await order.result()).phase is Phase.WITHDRAWN
    there = await order.there()
    assert (there["state"], there["orderState"]) == ("Cancelled", "Cancelled")
    assert (await order.details(AuditKind.WITHDRAWN))[0]["comment"] == "ordered twice"
    assert (await order.details(AuditKind.ROUTED))[0]["requester"] == ["cleo"]


async def test_an_operator_withdraws_for_an_outsider(here: Scene) -> None:
    """A requester who is not in the directory cannot act; an operator enters the withdrawal, others may not."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    for stranger in ("ana", "mallory"):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await order.withdraw(stranger)
        assert getattr(refused.value.cause, "type", None) == "notAllowed"
    assert (await order.withdraw("dana")).receipt is Receipt.ACCEPTED
    assert (await order.result()).phase is Phase.WITHDRAWN
    assert (await order.details(AuditKind.ROUTED))[0]["requester"] == "outsider"


async def test_an_outsider_withdraws_under_the_identity_that_the_order_names(here: Scene) -> None:
    """Whom the directory does not know is still the requester, by the e-mail in the order, however it is written."""
    order = await here.place(customerEmail="buyer@acme.example")
    await order.until_pending("ana", "ben")
    assert (await order.withdraw("Buyer@ACME.example")).receipt is Receipt.ACCEPTED
    assert (await order.result()).phase is Phase.WITHDRAWN


async def test_a_withdrawal_while_changes_are_requested(here: Scene) -> None:
    """The order is still undecided, so its requester may take it back."""
    order = await here.place(customerEmail="cleo@example.com")
    await order.until_pending("ana", "ben")
    await order.decide("ana", "requestChanges")
    assert (await order.withdraw("cleo")).receipt is Receipt.ACCEPTED
    assert (await order.result()).phase is Phase.WITHDRAWN


async def test_a_withdrawal_after_the_decision_is_too_late(here: Scene) -> None:
    """Once the order is on its way it is not the requester's to take back."""
    order = await here.place(customerEmail="cleo@example.com")
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    await order.until_phase(Phase.IN_FULFILLMENT)
    assert (await order.withdraw("cleo")).receipt is Receipt.ALREADY_DECIDED
    assert (await order.there())["state"] == "InFulfillment"


async def test_a_decision_after_the_withdrawal_finds_the_order_not_pending(here: Scene) -> None:
    """The late approver is told that nobody decided: the order was taken back."""
    await here.fault("slow", delayMs=300, method="POST", path="^/orders/", action="Cancelled")
    order = await here.place(customerEmail="cleo@example.com")
    await order.until_pending("ana", "ben")
    await order.withdraw("cleo")
    assert (await order.decide("ana")).receipt is Receipt.NOT_PENDING
    assert (await order.result()).phase is Phase.WITHDRAWN


async def test_an_early_withdrawal_is_answered_with_the_route(here: Scene) -> None:
    """Who the requester is, the route knows; until then the withdrawal waits."""
    await here.fault("slow", delayMs=300, method="GET", path="^/orders/", times=2)
    order = await here.place(customerEmail="cleo@example.com")
    assert (await order.withdraw("cleo")).receipt is Receipt.ACCEPTED
    assert (await order.result()).phase is Phase.WITHDRAWN
    assert (await order.there())["state"] == "Cancelled"


async def test_the_requester_never_approves(here: Scene) -> None:
    """An order placed by a manager is decided by the other one, whatever the group says."""
    order = await here.place(customerEmail="ana@example.com")
    await order.until_pending("ben")
    assert here.inboxes.of("ana") == []
    assert (await order.decide("ben")).receipt is Receipt.ACCEPTED


async def test_a_requester_among_the_approvers_is_not_heard(here: Scene) -> None:
    """The requester is taken off the route: their yes is refused like a stranger's."""
    await here.fault("slow", delayMs=300, method="GET", path="^/orders/", times=2)
    order = await here.place(customerEmail="ana@example.com")
    assert (await order.decide("ana")).receipt is Receipt.NOT_ALLOWED
    await order.until_pending("ben")
