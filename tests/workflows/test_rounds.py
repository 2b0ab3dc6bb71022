"""An order that changes under its approval: sent back, asked about again, edited in parts, or changed without harm."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.audit import AuditKind
from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.drafts import order_draft
from tests.workflows.office import office
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene

LARGE = 1_000_000
RITA = "rita@example.com"


@pytest.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """An office where nobody is away."""
    async with scene(environment, configuration=office()) as set_up:
        yield set_up


async def waiting(here: Scene, cents: int = 150_000, **draft: Any) -> Placed:
    """An order of rita's that waits for ana or ben."""
    order = await here.place(cents, customerEmail=RITA, **draft)
    await order.until_pending("ana", "ben")
    return order


async def of_two_lines(here: Scene, first: int, second: int) -> Placed:
    """An order of two lines at these prices, that waits for ana or ben."""
    lines = [order_draft("", cents)["lineItems"][0] for cents in (first, second)]
    lines[1] |= {"variant": {"sku": "VALVE-2"}}
    return await waiting(here, first + second, lineItems=lines)


async def sent_back(here: Scene, cents: int = 150_000, by: str = "ana") -> Placed:
    """An order of rita's that ana wants changed."""
    order = await waiting(here, cents)
    assert (await order.decide(by, "requestChanges", comment="two of them")).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.CHANGES_REQUESTED)
    return order


async def test_an_order_is_asked_about_again_without_an_edit(here: Scene) -> None:
    """The requester is told what is wanted and answers by resubmitting: the same step is asked anew, with new time."""
    order = await sent_back(here)
    await order.until(lambda _: here.inboxes.of("rita") == ["changesRequested"])
    told = next(n for n in here.inboxes.received.values() if n.recipient == "rita")
    assert told.detail == "ana asks for changes: two of them"
    assert (await order.decide("ben")).receipt is Receipt.NOT_PENDING
    assert (await order.resubmit(RITA, comment="only one is to be had")).receipt is Receipt.ACCEPTED
    status = await order.until_pending("ana", "ben")
    assert (status.revision, status.phase) == (1, Phase.PENDING)
    await order.until(lambda _: here.inboxes.of("ben") == ["requested", "requested"])
    assert (await order.details(AuditKind.RESUBMITTED))[0]["comment"] == "only one is to be had"
    assert (await order.decide("ana", revision=1)).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_an_operator_resubmits_for_a_requester(here: Scene) -> None:
    """Only where changes were requested: before that there is nothing to resubmit."""
    order = await waiting(here)
    assert (await order.resubmit("olga")).receipt is Receipt.NOT_PENDING
    await order.decide("ana", "requestChanges")
    await order.until_phase(Phase.CHANGES_REQUESTED)
    assert (await order.resubmit("olga")).receipt is Receipt.ACCEPTED
    await order.until_pending("ana", "ben")
    assert (await order.resubmit("rita")).receipt is Receipt.NOT_PENDING


async def test_changes_are_requested_so_often_and_no_oftener(here: Scene) -> None:
    """Once, says the policy: after the resubmission a second request is refused, and there is a yes or a no."""
    order = await sent_back(here)
    await order.resubmit("rita")
    await order.until_pending("ana", "ben")
    again = await order.decide("ben", "requestChanges")
    assert (again.receipt, again.message) == (
        Receipt.NOT_ALLOWED,
        "changes were requested 1 of 1 times; approve or reject",
    )
    assert (await order.decide("ben", "reject", comment="then no")).receipt is Receipt.ACCEPTED
    assert (await order.result()).phase is Phase.REJECTED


async def test_an_edited_order_resumes_at_the_step_that_the_policy_names(here: Scene) -> None:
    """Finance wanted the change, and finance is asked about it: the manager's yes stands on the new revision."""
    order = await waiting(here, LARGE)
    await order.decide("ana")
    await order.until_pending("cem")
    assert (await order.decide("cem", "requestChanges")).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.CHANGES_REQUESTED)
    await order.edit()
    await order.changed()
    status = await order.until_pending("cem", revision=2)
    assert [(d.approver, d.void) for d in status.decisions or ()] == [("ana", False), ("cem", True)]
    assert here.inboxes.of("ben") == ["requested"]
    assert (await order.decide("cem", revision=2)).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_an_order_edited_to_the_rest_has_the_yes_of_who_asked_for_it(here: Scene) -> None:
    """ana would agree without the valve; an Order Edit takes it out, nothing else: nobody is asked again."""
    order = await of_two_lines(here, 150_000, 60_000)
    _, valve = await order.lines()
    assert (await order.decide("ana", "requestChanges", without=(valve,))).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.CHANGES_REQUESTED)
    await order.take_out(valve)
    await order.changed()
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    assert [(d.approver, d.granted, d.without, d.void) for d in status.decisions or ()] == [
        ("ana", True, (valve,), False)
    ]
    assert here.inboxes.of("ana") == here.inboxes.of("ben") == ["requested"]
    assert (await order.there())["totalPrice"]["centAmount"] == 150_000


async def test_the_next_step_is_asked_about_the_rest(here: Scene) -> None:
    """The manager's yes to the rest is the manager's only: finance is asked about it."""
    order = await of_two_lines(here, LARGE, 60_000)
    _, valve = await order.lines()
    await order.decide("ben", "requestChanges", without=(valve,))
    await order.until_phase(Phase.CHANGES_REQUESTED)
    await order.take_out(valve)
    await order.changed()
    await order.until_pending("cem", revision=2)
    assert (await order.decide("ben")).receipt is Receipt.ALREADY_DECIDED


async def test_an_order_edited_to_something_else_is_asked_about_again(here: Scene) -> None:
    """The valve is out, and the pump is dearer: that is not what ana would have agreed to."""
    order = await of_two_lines(here, 150_000, 60_000)
    _, valve = await order.lines()
    await order.decide("ana", "requestChanges", without=(valve,))
    await order.until_phase(Phase.CHANGES_REQUESTED)
    await order.take_out(valve)
    await order.reprice(155_000)
    await order.changed()
    status = await order.until_pending("ana", "ben", revision=2)
    assert [d.void for d in status.decisions or ()] == [True]


async def test_a_harmless_change_keeps_what_was_decided(here: Scene) -> None:
    """A purchase order number comes late: the manager's yes stands, and cem's, made on the old revision, counts."""
    order = await waiting(here, LARGE)
    await order.decide("ana", revision=1)
    due = (await order.until_pending("cem")).pending[0].due_at
    await order.name_purchase("PO-77")
    await order.changed()
    status = await order.until(lambda s: s.revision == 2)
    assert [(p.approver, p.due_at) for p in status.pending] == [("cem", due)]
    assert [(d.approver, d.void) for d in status.decisions or ()] == [("ana", False)]
    routed = await order.details(AuditKind.ROUTED)
    assert routed[1]["harmless"] == ["purchase order number changed"]
    assert (await order.decide("cem", revision=1)).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)
    assert here.inboxes.of("ana") == here.inboxes.of("cem") == ["requested"]


async def test_a_harmless_change_found_at_the_gate_keeps_the_yes(here: Scene) -> None:
    """Nobody told of it: the gate compares, the policy is asked, and the order is released on its new content."""
    order = await waiting(here)
    await order.name_purchase("PO-78")
    assert (await order.decide("ana", revision=1)).receipt is Receipt.ACCEPTED
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    assert (status.revision, [d.void for d in status.decisions or ()]) == (2, [False])
    assert here.inboxes.of("ben") == ["requested"]


@pytest.mark.parametrize("verdict", ["approve", "reject"])
async def test_a_harmless_change_while_the_decision_is_carried_out(here: Scene, verdict: str) -> None:
    """It comes between our reading and our writing: the conflict is found, and the same is carried out once more."""
    order = await waiting(here)
    await here.fault("slow", delayMs=500, method="POST", path=f"^/orders/{order.id}$", times=1)
    assert (await order.decide("ana", verdict, revision=1, comment="so be it")).receipt is Receipt.ACCEPTED
    left = await here.faults_left()
    while left:  # our write is on its way, and late
        await asyncio.sleep(0.01)
        left = await here.faults_left()
    await order.name_purchase("PO-79")
    status = await order.until(lambda s: s.phase in {Phase.IN_FULFILLMENT, Phase.REJECTED})
    assert status.phase is (Phase.IN_FULFILLMENT if verdict == "approve" else Phase.REJECTED)
    assert (status.revision, [d.void for d in status.decisions or ()]) == (2, [False])
    told = [] if verdict == "approve" else ["noLongerPending"]
    await order.until(lambda _: here.inboxes.of("ben") == ["requested", *told])


async def test_a_harmless_change_answers_a_request_for_changes(here: Scene) -> None:
    """What was wanted may be just that: the order is asked about again, on the new revision."""
    order = await sent_back(here)
    await order.name_purchase("PO-80")
    await order.changed()
    await order.until_pending("ana", "ben", revision=2)
    assert (await order.decide("ana", revision=2)).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_any_other_change_voids_and_tells_what_is_different(here: Scene) -> None:
    """Amounts and quantities in words to whoever decided and whoever is asked; of an address only that it changed."""
    order = await waiting(here, LARGE)
    await order.decide("ana")
    await order.until_pending("cem")
    await order.reprice(1_200_000)
    await order.edit(postal_code="31337")
    await order.changed()
    status = await order.until_pending("ana", "ben", revision=2)
    assert [d.void for d in status.decisions or ()] == [True]
    await order.until(lambda _: here.inboxes.of("ana") == ["requested", "superseded", "requested"])
    told = {n.kind.value: n.detail or "" for n in here.inboxes.received.values() if n.recipient == "ana"}
    for detail in (told["superseded"], told["requested"]):
        assert "total EUR 10,000.00 → EUR 12,000.00" in detail
        assert "PUMP-9: price EUR 10,000.00 → EUR 12,000.00" in detail
        assert "shipping address changed" in detail
    assert "31337" not in str(here.inboxes.received)
    assert "31337" not in str((await order.audit()).entries)
