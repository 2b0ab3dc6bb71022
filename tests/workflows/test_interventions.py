"""What people tell a waiting order beside deciding it, each by its update: answered, on record, and never a way past anybody."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from domain.audit import AuditKind
from domain.decision import Receipt
from domain.interventions import (
    DeadlineExtension,
    Delegation,
    Intervention,
    Reassignment,
    Remark,
    Resubmission,
)
from domain.phases import Phase
from tests.workflows.drafts import a_decision
from tests.workflows.office import office
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from workflows.hearing import DECISION_ID_REUSED, NOT_ALLOWED, REASON_REQUIRED, UNKNOWN_LINES

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LARGE = 1_000_000
RITA = "rita@example.com"


@pytest.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """An office where nobody is away."""
    async with scene(environment, configuration=office()) as set_up:
        yield set_up


async def waiting(here: Scene, cents: int = 150_000) -> Placed:
    """An order of rita's that waits for ana or ben."""
    order = await here.place(cents, customerEmail=RITA)
    await order.until_pending("ana", "ben")
    return order


async def unheard(order: Placed, sent: Intervention) -> str:
    """The type of the error with which the validator refuses it; the history is no longer for it."""
    await order.at_rest()
    before = await order.length()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await order.tell(sent)
    assert isinstance(refused.value.cause, ApplicationError)
    assert await order.length() == before
    return refused.value.cause.type or ""


async def test_an_operator_reassigns(here: Scene) -> None:
    """gil decides in place of ana, who is refused from then on; ben may decide as before."""
    order = await waiting(here)
    assert (
        await order.reassign("olga", "gil", approver="ana", comment="ana is ill")
    ).receipt is Receipt.ACCEPTED
    await order.until_pending("ben", "gil")
    await order.until(lambda _: here.inboxes.of("gil") == ["requested"])
    assert (await order.decide("ana")).receipt is Receipt.NOT_ALLOWED
    assert (await order.decide("gil", revision=1)).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)
    told = await order.details(AuditKind.REASSIGNED)
    assert [(d["from"], d["to"], d["comment"]) for d in told] == [("ana", "gil", "ana is ill")]


async def test_an_approver_hands_their_own_place_on(here: Scene) -> None:
    """ana may do so for herself, and for nobody else; the deadline stays as it was."""
    order = await waiting(here)
    due = (await order.status()).pending[0].due_at
    assert (await order.reassign("ana", "gil", approver="ben")).receipt is Receipt.NOT_ALLOWED
    assert (await order.reassign("ana", "gil", approver="ana")).receipt is Receipt.ACCEPTED
    status = await order.until_pending("ben", "gil")
    assert {p.due_at for p in status.pending} == {due}


@pytest.mark.parametrize("to", ["rita", "nobody", "ben"])
async def test_nobody_is_reassigned_to_who_cannot_decide(here: Scene, to: str) -> None:
    """Not the requester, nobody who is not in the directory, and nobody who is asked anyway: two places are not one."""
    order = await waiting(here)
    assert (await order.reassign("olga", to, approver="ana")).receipt is Receipt.NOT_ALLOWED
    assert (await order.until_pending("ana", "ben")).alarm is None


async def test_an_approver_is_added_ad_hoc(here: Scene) -> None:
    """gil's yes is wanted as well: a step behind the present one, opened by a reading of the directory."""
    order = await waiting(here)
    assert (await order.reassign("ana", "gil")).receipt is Receipt.ACCEPTED
    await order.until_pending("ana", "ben")
    assert (await order.decide("gil")).receipt is Receipt.NOT_ALLOWED
    assert (await order.decide("ben")).receipt is Receipt.ACCEPTED
    status = await order.until_pending("gil")
    assert status.phase is Phase.PENDING
    assert status.pending[0].step == "manager+gil"
    assert (await order.there())["state"] == "PendingApproval"
    assert (await order.decide("gil")).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_a_delegate_decides_on_behalf_of_an_approver(here: Scene) -> None:
    """ana lets gil decide and may still decide herself; one of the two counts, and the other comes too late."""
    order = await waiting(here, LARGE)
    assert (await order.delegate("ana", "gil")).receipt is Receipt.ACCEPTED
    status = await order.until_pending("ana", "ben", "gil")
    assert [(p.approver, p.on_behalf_of) for p in status.pending if p.on_behalf_of] == [("gil", "ana")]
    await order.until(lambda _: here.inboxes.of("gil") == ["requested"])
    assert (await order.decide("gil")).receipt is Receipt.ACCEPTED
    status = await order.until_pending("cem")
    assert [(d.approver, d.on_behalf_of) for d in status.decisions or ()] == [("gil", "ana")]
    late = await order.decide("ana")
    assert late.receipt is Receipt.ALREADY_DECIDED
    assert "gil has decided on behalf of ana" in late.message


async def test_a_delegation_does_not_reach_back_to_the_requester(here: Scene) -> None:
    """ana cannot let rita decide about rita's own order, by whichever way round."""
    order = await waiting(here)
    assert (await order.delegate("ana", "rita")).receipt is Receipt.NOT_ALLOWED
    assert (await order.delegate("ana", "nobody")).receipt is Receipt.NOT_ALLOWED
    await order.until_pending("ana", "ben")


async def test_a_delegation_holds_for_later_levels(here: Scene) -> None:
    """What ben lets gil do is kept when the order is asked about anew; for dana's level it means nothing."""
    order = await waiting(here)
    assert (await order.delegate("ben", "gil")).receipt is Receipt.ACCEPTED
    assert (await order.decide("ana", "requestChanges")).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.CHANGES_REQUESTED)
    assert (await order.resubmit(RITA)).receipt is Receipt.ACCEPTED
    await order.until_pending("ana", "ben", "gil")
    await order.pass_time(2 * DAY + HOUR)
    await order.until_pending("dana")


async def test_an_operator_moves_the_deadline(here: Scene) -> None:
    """Two days later than it was: no reminder is lost, nobody is escalated to before, and all are told."""
    order = await waiting(here)
    due = (await order.status()).pending[0].due_at
    assert due is not None
    assert (await order.extend("olga", due + 2 * DAY)).receipt is Receipt.ACCEPTED
    status = await order.until(lambda s: {p.due_at for p in s.pending} == {due + 2 * DAY})
    await order.until(lambda _: here.inboxes.of("ana") == here.inboxes.of("ben") == ["requested", "extended"])
    await order.pass_time(3 * DAY)
    await order.until(lambda _: here.inboxes.of("ana")[-1:] == ["reminded"])
    assert (await order.until_pending("ana", "ben")).pending == status.pending
    await order.pass_time(DAY + HOUR)
    await order.until_pending("dana")
    moved = (await order.details(AuditKind.EXTENDED))[0]
    assert (moved["from"], moved["to"]) == (due.isoformat(), (due + 2 * DAY).isoformat())


async def test_an_overdue_order_gets_new_time(here: Scene) -> None:
    """Held after its last level: the alarm is over, dana has until then; missed again, operators are told again."""
    order = await waiting(here)
    await order.pass_time(3 * DAY + HOUR)
    await order.until_alarm("overdue")
    now = (await order.audit()).entries[-1].at
    assert (await order.extend("olga", now - DAY)).receipt is Receipt.NOT_ALLOWED
    assert (await order.extend("olga", now + DAY)).receipt is Receipt.ACCEPTED
    status = await order.until(lambda s: s.alarm is None)
    assert [(p.approver, p.due_at) for p in status.pending] == [("dana", now + DAY)]
    await order.pass_time(DAY + HOUR)
    await order.until_alarm("overdue")
    await order.until(lambda _: here.inboxes.of("operators") == ["alarm", "alarm"])
    assert (await order.decide("dana")).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_comments_are_on_record_and_decide_nothing(here: Scene) -> None:
    """Approvers, the requester and operators, while it waits and while it is on its way; an outsider's name is kept out."""
    order = await waiting(here)
    for who in ("ana", "rita", "olga"):
        assert (await order.comment(who, f"{who} was here")).receipt is Receipt.ACCEPTED
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    await order.until_phase(Phase.IN_FULFILLMENT)
    assert (await order.comment(RITA, "thank you")).receipt is Receipt.ACCEPTED
    said = [
        (e.actor, e.detail["comment"]) for e in (await order.audit()).entries if e.kind is AuditKind.COMMENTED
    ]
    assert said[:3] == [(who, f"{who} was here") for who in ("ana", "rita", "olga")]
    assert said[3][1] == "thank you"
    assert RITA not in str(said)


async def test_strangers_leave_no_trace_in_the_history(here: Scene) -> None:
    """Whoever has no say is refused by the validator, whatever it is; the receipt travels in the error."""
    order = await waiting(here)
    later = datetime.now(UTC) + 9 * DAY
    for sent in (
        Resubmission(resubmission_id="s-1", requester="ana"),
        Reassignment(reassignment_id="s-2", by="fay", approver="ana", to="fay"),
        Delegation(delegation_id="s-3", approver="fay", delegate="gil"),
        DeadlineExtension(extension_id="s-4", operator="ana", until=later),
        Remark(comment_id="s-5", author="fay", comment="let me in"),
    ):
        assert await unheard(order, sent) == NOT_ALLOWED
    assert (await order.status()).receipts == ()


async def test_an_id_is_one_thing_only(here: Scene) -> None:
    """Decisions and all else share one space of ids: another thing under a known id is an error of its own."""
    order = await waiting(here, LARGE)
    assert (await order.decide("ana", decision_id="x-1")).receipt is Receipt.ACCEPTED
    sent = Remark(comment_id="x-1", author="ben", comment="fine")
    assert await unheard(order, sent) == DECISION_ID_REUSED


async def test_the_same_intervention_twice_counts_once(here: Scene) -> None:
    """Under the same update id Temporal finds the answer, under another one it is a duplicate; gil is asked once."""
    order = await waiting(here)
    sent = Reassignment(reassignment_id="r-1", by="ana", to="gil", request_id="one")
    first = await order.tell(sent)
    assert await order.tell(sent) == first
    again = await order.tell(sent.model_copy(update={"request_id": "two"}), "another")
    assert (again.receipt, again.first) == (Receipt.DUPLICATE, Receipt.ACCEPTED)
    assert (await order.kinds()).count("reassigned") == 1


async def test_a_verdict_that_needs_a_reason_is_not_heard_without_one(here: Scene) -> None:
    """The validator refuses it with a type of its own, and nothing is in the history; with a reason it counts."""
    order = await waiting(here)
    await order.at_rest()
    before = await order.length()
    for comment in (None, "  "):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await order.decide("ana", "reject", comment=comment)
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == REASON_REQUIRED
    assert await order.length() == before
    assert (await order.decide("ana", "reject", comment="too dear")).receipt is Receipt.ACCEPTED
    assert (await order.result()).phase is Phase.REJECTED


async def test_lines_to_take_out_are_lines_of_the_order(here: Scene) -> None:
    """What can never come true is not heard: a line that is not there, or every line; nothing is in the history."""
    order = await waiting(here)
    await order.at_rest()
    before = await order.length()
    every = tuple(line["id"] for line in (await order.there())["lineItems"])
    for without in (("nope",), every):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await order.decide("ana", "requestChanges", without=without)
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == UNKNOWN_LINES
    assert await order.length() == before


async def test_a_signal_without_its_reason_is_answered_in_the_record(here: Scene) -> None:
    """No validator stands before a signal: it is refused, and the order waits on."""
    order = await waiting(here)
    await order.handle.signal("decision", a_decision("ana", "reject"))
    status = await order.until(lambda s: bool(s.receipts))
    assert [r.receipt for r in status.receipts or ()] == [Receipt.NOT_ALLOWED]
    await order.until_pending("ana", "ben")


async def test_two_proposals_at_once_are_carried_out_one_after_the_other(here: Scene) -> None:
    """Both take ana's place: the second is looked at again when the first is carried out, and then refused."""
    order = await waiting(here)
    answers = await asyncio.gather(
        order.reassign("olga", "gil", approver="ana"), order.reassign("ana", "fay", approver="ana")
    )
    assert sorted(a.receipt for a in answers) == [Receipt.ACCEPTED, Receipt.NOT_ALLOWED]
    status = await order.until(lambda s: len(s.pending) == 2 and "ana" not in [p.approver for p in s.pending])
    assert "ben" in [p.approver for p in status.pending]


async def test_a_decision_beside_a_proposal(here: Scene) -> None:
    """ana decides while the directory is read for her substitution: her yes counts, and there is nothing to hand on."""
    here.lookups.clear()
    order = await waiting(here)
    proposed = asyncio.create_task(order.reassign("olga", "gil", approver="ana"))
    await asyncio.sleep(0.2)
    assert (await order.decide("ana", revision=1)).receipt is Receipt.ACCEPTED
    here.lookups.set()
    assert (await proposed).receipt is Receipt.ALREADY_DECIDED
    await order.until_phase(Phase.IN_FULFILLMENT)
