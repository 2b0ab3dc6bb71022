"""Every decision gets its typed answer: by update, by signal, twice, at once, late, early and from strangers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.audit import OUTSIDER, AuditKind
from domain.decision import Decision, DecisionReceipt, Receipt
from domain.phases import Phase
from tests.workflows.drafts import a_decision
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from workflows.hearing import DECISION_ID_REUSED, NOT_ALLOWED
from workflows.order import Order

HEARD = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
}


async def refusal(order: Placed, decision: Decision) -> ApplicationError:
    """Why the validator does not even hear a decision."""
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await order.send(decision)
    assert isinstance(refused.value.cause, ApplicationError)
    return refused.value.cause


@asynccontextmanager
async def unrouted(here: Scene, heard: int) -> AsyncIterator[None]:
    """While inside, no order can be read; leaving waits until so many early decisions were heard by the last one."""
    await here.fault("errorBeforeCommit", times=1000, method="GET", path="^/orders/")
    yield
    counted = 0
    while counted < heard:
        history = await here.started[-1].fetch_history()
        counted = sum(event.event_type in HEARD for event in history.events)
        await asyncio.sleep(0.01)
    await here.mend()


async def test_a_decision_by_signal_counts_and_leaves_its_receipt(here: Scene) -> None:
    """For senders that cannot wait: the same decision, its receipt in the status."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    sent = a_decision("ana", revision=1)
    await order.handle.signal(Order.decision, sent)
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    assert [(r.decision_id, r.receipt) for r in status.receipts or ()] == [
        (sent.decision_id, Receipt.ACCEPTED)
    ]


async def test_a_refused_signal_leaves_its_receipt_too(here: Scene) -> None:
    """A signal has no validator in front of it: whoever sent it, the answer is on record."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.handle.signal(Order.decision, a_decision("cleo"))
    status = await order.until(lambda s: bool(s.receipts))
    assert [r.receipt for r in status.receipts or ()] == [Receipt.NOT_ALLOWED]
    assert status.phase is Phase.PENDING
    refused = await order.details(AuditKind.REFUSED)
    assert refused[0]["receipt"] == "notAllowed"


async def test_the_same_update_again_finds_its_own_answer(here: Scene) -> None:
    """A retry under the same update id is answered by Temporal itself, word for word."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    sent = a_decision("ana")
    first = await order.send(sent)
    assert await order.send(sent) == first
    assert (await order.status()).receipts == (first,)


async def test_the_same_decision_sent_by_somebody_else_is_a_duplicate(here: Scene) -> None:
    """Same id, same body, another sending under another update id: `duplicate`, with the first outcome."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    sent = a_decision("ana")
    assert (await order.send(sent)).receipt is Receipt.ACCEPTED
    again = sent.model_copy(update={"request_id": "another"})
    second = await order.send(again, "update-2")
    assert (second.receipt, second.first, second.request_id) == (
        Receipt.DUPLICATE,
        Receipt.ACCEPTED,
        "another",
    )
    assert [d.approver for d in (await order.status()).decisions or ()] == ["ana"]
    await order.until_pending("cem", "cleo")


async def test_a_decision_by_signal_and_then_by_update_is_a_duplicate(here: Scene) -> None:
    """The channel makes no difference to what counts as the same."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    sent = a_decision("ana")
    await order.handle.signal(Order.decision, sent)
    await order.until_pending("cem", "cleo")
    receipt = await order.send(sent)
    assert (receipt.receipt, receipt.first) == (Receipt.DUPLICATE, Receipt.ACCEPTED)


async def test_a_refused_decision_stays_refused_when_repeated(here: Scene) -> None:
    """What was answered once is answered so again, even though the same person might be heard by now."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    early = a_decision("cleo")
    assert (await order.send(early)).receipt is Receipt.NOT_ALLOWED
    await order.decide("ana")
    receipt = await order.send(early, "update-2")
    assert (receipt.receipt, receipt.first) == (Receipt.DUPLICATE, Receipt.NOT_ALLOWED)
    await order.until_pending("cem", "cleo")


async def test_an_id_used_for_something_else_is_an_error_of_its_own(here: Scene) -> None:
    """Another body under a known id is no decision: refused with the first answer, and nothing in the history."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    first = await order.decide("cleo", decision_id="d-1")
    await order.at_rest()
    before = await order.length()
    cause = await refusal(order, a_decision("ana", decision_id="d-1"))
    assert cause.type == DECISION_ID_REUSED
    assert DecisionReceipt.model_validate(cause.details[0]) == first
    assert await order.length() == before
    assert (await order.status()).phase is Phase.PENDING


async def test_an_id_used_again_by_signal_is_on_record(here: Scene) -> None:
    """Nobody waits for the answer, so the audit keeps it; the order's case does not move."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    await order.handle.signal(Order.decision, a_decision("cleo", decision_id="d-1"))
    await order.handle.signal(Order.decision, a_decision("ana", decision_id="d-1"))
    await order.at_rest()
    first, second = await order.details(AuditKind.REFUSED)
    assert first["decisionId"] == second["decisionId"] == "d-1"
    assert "already used" in second["why"]
    assert len((await order.status()).receipts or ()) == 1
    await order.until_pending("ana", "ben")


async def test_an_id_used_again_by_a_stranger_names_nobody(here: Scene) -> None:
    """An address that somebody enters is no person's id, and goes into no trail."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    for who in ("cleo", "jane@acme.example"):
        await order.handle.signal(Order.decision, a_decision(who, decision_id="d-1"))
    await order.at_rest()
    refused = [e for e in (await order.audit()).entries if e.kind is AuditKind.REFUSED]
    assert [entry.actor for entry in refused] == ["cleo", OUTSIDER]


async def test_a_stranger_is_refused_without_a_trace_in_the_history(here: Scene) -> None:
    """Whoever is on no route of this order is refused by the validator; the receipt travels in the error."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.at_rest()
    before = await order.length()
    cause = await refusal(order, a_decision("mallory"))
    assert cause.type == NOT_ALLOWED
    assert DecisionReceipt.model_validate(cause.details[0]).receipt is Receipt.NOT_ALLOWED
    assert await order.length() == before
    assert (await order.status()).receipts == ()


async def test_two_at_once_are_one_accepted_and_one_decided_already(here: Scene) -> None:
    """Whoever clicks second, however close, is told by whom it was decided."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    receipts = await asyncio.gather(order.decide("ana"), order.decide("ben", "reject"))
    assert sorted(r.receipt.value for r in receipts) == ["accepted", "alreadyDecided"]
    winner, loser = sorted(receipts, key=lambda r: r.receipt.value)
    approver = next(d.approver for d in (await order.status()).decisions or ())
    assert loser.message == f"the order was already decided by {approver}"
    await order.until_phase(Phase.IN_FULFILLMENT if approver == "ana" else Phase.REJECTED)
    assert winner.decision_id != loser.decision_id


async def test_the_second_approver_finds_it_decided(here: Scene) -> None:
    """One of the group suffices, and the other one gets an answer, while the order is on its way and later."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    assert (await order.decide("ben")).receipt is Receipt.ALREADY_DECIDED
    await order.until_phase(Phase.IN_FULFILLMENT)
    assert (await order.decide("ben", "reject")).receipt is Receipt.ALREADY_DECIDED
    await order.report("completed")
    await order.until_phase(Phase.COMPLETED)
    assert (await order.decide("ben", "reject")).receipt is Receipt.ALREADY_DECIDED


async def test_a_decision_without_a_revision_binds_to_the_current_one(here: Scene) -> None:
    """Left out, it is assumed, and the audit says that it was."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    assert (await order.details(AuditKind.DECIDED))[0]["revisionAssumed"] is True
    assert [(d.revision, d.revision_assumed) for d in (await order.status()).decisions or ()] == [(1, True)]


async def test_a_decision_on_another_revision_is_superseded(here: Scene) -> None:
    """A revision that is not the current one is never counted for it, whichever way it differs."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    assert (await order.decide("ana", revision=2)).receipt is Receipt.SUPERSEDED
    await order.until_pending("ana", "ben")


async def test_a_decision_that_comes_before_the_route_is_answered_with_it(here: Scene) -> None:
    """Early decisions wait until the route is known: approvers are heard, strangers are told no."""
    async with unrouted(here, heard=2):
        order = await here.place(1_000_000)
        asked = asyncio.gather(order.decide("mallory"), order.decide("ana", revision=1))
    stranger, approver = await asked
    assert (stranger.receipt, approver.receipt) == (Receipt.NOT_ALLOWED, Receipt.ACCEPTED)
    await order.until_pending("cem", "cleo")


async def test_an_early_decision_repeated_early_is_answered_once(here: Scene) -> None:
    """Two sendings of one early decision get the same answer, and it counts once."""
    async with unrouted(here, heard=2):
        order, sent = await here.place(), a_decision("ana")
        asked = asyncio.gather(order.send(sent), order.send(sent, "update-2"))
    first, second = await asked
    assert first == second
    assert first.receipt is Receipt.ACCEPTED
    assert len((await order.status()).decisions or ()) == 1


async def test_an_early_id_used_for_something_else_is_refused(here: Scene) -> None:
    """The id is taken from the moment that it was heard, not only once it is answered."""
    async with unrouted(here, heard=2):
        order = await here.place()
        first = asyncio.create_task(order.decide("ana", decision_id="d-1"))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(refusal(order, a_decision("ana", "reject", decision_id="d-1")))
    assert (await second).type == DECISION_ID_REUSED
    assert (await first).receipt is Receipt.ACCEPTED


async def test_early_decisions_by_signal_are_not_lost(here: Scene) -> None:
    """A signal that comes with the start is kept until the route is known."""
    async with unrouted(here, heard=1):
        order = await here.place(start=False)
        await order.start(start_signal="decision", start_signal_args=[a_decision("ana", "reject")])
    status = await order.until_phase(Phase.REJECTED)
    assert [r.receipt for r in status.receipts or ()] == [Receipt.ACCEPTED]


async def test_an_early_decision_on_an_automatic_order_is_answered(here: Scene) -> None:
    """Nobody is asked, so nobody's word counts; but nobody is left without an answer."""
    async with unrouted(here, heard=1):
        order = await here.place(100)
        asked = asyncio.create_task(order.decide("ana"))
    assert (await asked).receipt is Receipt.ALREADY_DECIDED
    await order.until_phase(Phase.IN_FULFILLMENT)
