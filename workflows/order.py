"""The workflow `Order`: one for each order, from its first message to the end of its window for returns."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ApplicationError, is_cancelled_exception

from domain.answering import actor_of
from domain.audit import AuditKind, AuditTrail, Fact
from domain.cancellation import Cancellation, Sayable
from domain.decision import Decision, DecisionIdReusedError, DecisionReceipt, Receipt, Withdrawal
from domain.fulfillment import FulfillmentEvent
from domain.interventions import (
    DeadlineExtension,
    Delegation,
    Reassignment,
    Remark,
    Resubmission,
    Said,
)
from domain.release import ReleaseVerdict, release_verdict
from domain.status import OrderStatus
from domain.value import Value
from workflows.approval import Approval
from workflows.asking import NOT_TOLD, READ, Question
from workflows.cancelling import Cancelling
from workflows.courier import Courier
from workflows.forwarder import Forwarder
from workflows.fulfillment import Fulfillment
from workflows.hearing import DECISION_ID_REUSED, refuse_unheard
from workflows.ledger import Ledger
from workflows.memory import OrderChanged, OrderMemory, OrderResult, OrderStart
from workflows.names import ALARM, PHASE
from workflows.passing_on import heed

_WAYS_GIVEN = 10
"""An activity's end is with the coroutine that waits for it after two turns of the loop; some more do no harm."""


@workflow.defn(name="Order")
class Order:
    """Holds an order until the right people have said yes, then sees it through. Its history is the audit trail."""

    @workflow.init
    def __init__(self, start: OrderStart) -> None:
        self._memory = start.memory or OrderMemory.fresh(start.order_id, adopted=start.adopted)
        self._ledger = Ledger(self._memory, self._may_continue)
        self._courier = Courier(self._ledger)
        self._fulfillment = Fulfillment(self._ledger)
        self._forwarder = Forwarder(self._ledger)

    @workflow.run
    async def run(self, start: OrderStart) -> OrderResult:
        """The order's story, and how it ended."""
        courier = asyncio.create_task(self._courier.run())
        forwarder = asyncio.create_task(self._forwarder.run())
        try:
            await self._story()
        except BaseException as error:
            if is_cancelled_exception(error):
                await self._let_go()
            raise
        courier.cancel()
        forwarder.cancel()
        return OrderResult(
            order_id=start.order_id, phase=self._memory.case.phase, note=self._memory.not_taken_up
        )

    async def _story(self) -> None:
        approval, fulfillment = Approval(self._ledger), self._fulfillment
        while approval.goes_on:
            await approval.step()
            self._continue_if_long()
        while fulfillment.goes_on:
            await fulfillment.step()
            self._continue_if_long()
        while fulfillment.keep_open():
            await fulfillment.return_step()
            self._continue_if_long()
        await self._finish()

    async def _let_go(self) -> None:
        """An operator cancels the workflow: the order stays where it is, and whoever waits is told."""
        self._memory.not_taken_up = "an operator cancelled its workflow"
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update(description="An approver's decision on one revision of the order")
    async def decide(self, decision: Decision) -> DecisionReceipt:
        """Answered at once, or, while it is not known who decides, as soon as it is."""
        return await self._answer(decision)

    @workflow.update(description="The requester takes the order back")
    async def withdraw(self, withdrawal: Withdrawal) -> DecisionReceipt:
        """Answered as a decision is."""
        return await self._answer(withdrawal)

    @workflow.update(description="The requester asks anew after changes were requested")
    async def resubmit(self, resubmission: Resubmission) -> DecisionReceipt:
        """Answered as a decision is."""
        return await self._answer(resubmission)

    @workflow.update(description="Somebody decides in place of an approver, or as well")
    async def reassign(self, reassignment: Reassignment) -> DecisionReceipt:
        """Answered once the directory has been read for it."""
        return await self._answer(reassignment)

    @workflow.update(description="An approver lets somebody decide on their behalf")
    async def delegate(self, delegation: Delegation) -> DecisionReceipt:
        """Answered once the directory has been read for it."""
        return await self._answer(delegation)

    @workflow.update(description="An operator moves the deadline")
    async def extend(self, extension: DeadlineExtension) -> DecisionReceipt:
        """Answered as a decision is."""
        return await self._answer(extension)

    @workflow.update(description="Somebody says something for the record")
    async def comment(self, remark: Remark) -> DecisionReceipt:
        """Answered as a decision is."""
        return await self._answer(remark)

    @workflow.update(description="Units of an order that is on its way are to be cancelled")
    async def cancel(self, cancellation: Cancellation) -> DecisionReceipt:
        """Answered at once; what became of it, the providers' answers tell."""
        await _what_came_before()
        await workflow.wait_condition(
            lambda: self._memory.case.route is not None or self._memory.not_taken_up is not None
        )
        if self._memory.not_taken_up is not None:
            return self._not_ours(cancellation)
        return Cancelling(self._ledger).hear(cancellation)

    @cancel.validator
    def _may_cancel(self, cancellation: Cancellation) -> None:
        Cancelling(self._ledger).refuse_unheard(cancellation)

    @decide.validator
    def _may_decide(self, decision: Decision) -> None:
        refuse_unheard(self._memory.case, decision, self._memory.order)

    @withdraw.validator
    def _may_withdraw(self, withdrawal: Withdrawal) -> None:
        refuse_unheard(self._memory.case, withdrawal, self._memory.order)

    @resubmit.validator
    def _may_resubmit(self, resubmission: Resubmission) -> None:
        refuse_unheard(self._memory.case, resubmission, self._memory.order)

    @reassign.validator
    def _may_reassign(self, reassignment: Reassignment) -> None:
        refuse_unheard(self._memory.case, reassignment, self._memory.order)

    @delegate.validator
    def _may_delegate(self, delegation: Delegation) -> None:
        refuse_unheard(self._memory.case, delegation, self._memory.order)

    @extend.validator
    def _may_extend(self, extension: DeadlineExtension) -> None:
        refuse_unheard(self._memory.case, extension, self._memory.order)

    @comment.validator
    def _may_comment(self, remark: Remark) -> None:
        refuse_unheard(self._memory.case, remark, self._memory.order)

    @workflow.signal
    def decision(self, decision: Decision) -> None:
        """A decision whose sender cannot wait; its receipt is in the history and in the status."""
        try:
            self._ledger.hear(decision)
        except DecisionIdReusedError as error:
            detail = {"decisionId": decision.decision_id, "why": str(error)}
            actor = actor_of(self._memory.case, decision.approver)
            self._ledger.note(Fact(kind=AuditKind.REFUSED, actor=actor, detail=detail))

    @workflow.signal
    def order_changed(self, change: OrderChanged) -> None:
        """Something happened to the order in commercetools: look at it as it is now."""
        heed(self._ledger, change)

    @workflow.signal
    def fulfillment_event(self, event: FulfillmentEvent) -> None:
        """A fulfilment system reports; kept until the order is where it can be taken in."""
        self._memory.inbox.append(event)

    @workflow.query
    def status(self) -> OrderStatus:
        """How the order stands."""
        self._defer_to_record()
        return self._memory.status()

    @workflow.query
    def audit(self) -> AuditTrail:
        """What happened to the order so far."""
        self._defer_to_record()
        return self._memory.trail

    @workflow.query
    def released(self, digest: str) -> ReleaseVerdict:
        """Whether the order may go to fulfilment with that content: what the guard asks."""
        self._defer_to_record()
        return release_verdict(self._memory.case, digest)

    @workflow.update(description="A question, answered by being refused; see workflows/asking.py")
    async def read(self, question: Question) -> None:
        """Never carried out: whatever its validator lets through would be an event."""

    @read.validator
    def _told(self, question: Question) -> None:
        """The answer of the query of that name, as the details of the refusal."""
        answers = {"status": self.status, "audit": self.audit}
        if question.query == "released":
            told: Value = self.released(question.digest or "")
        elif question.query in answers:
            told = answers[question.query]()
        else:
            raise ApplicationError(f"there is no query {question.query}")
        raise ApplicationError(question.query, told.to_json_dict(), type=READ)

    def _defer_to_record(self) -> None:
        """What an earlier workflow has closed is told by its record; this run has nothing to tell."""
        if self._memory.closed_before:
            message = "the order was closed before; its record in placet-audit tells how"
            raise ApplicationError(message, type=NOT_TOLD)

    async def _answer(self, sent: Said) -> DecisionReceipt:
        await _what_came_before()
        try:
            receipt = self._ledger.hear(sent).receipt
        except DecisionIdReusedError as error:
            raise ApplicationError(str(error), type=DECISION_ID_REUSED) from error
        if receipt is not None:
            return receipt
        await workflow.wait_condition(
            lambda: (
                self._ledger.receipt_for(sent.sent_id) is not None or self._memory.not_taken_up is not None
            )
        )
        answered = self._ledger.receipt_for(sent.sent_id)
        if answered is not None:
            return answered
        return self._not_ours(sent)

    def _not_ours(self, sent: Sayable) -> DecisionReceipt:
        message = f"this order is not Placet's: {self._memory.not_taken_up}"
        return self._memory.case.receipt(Receipt.NOT_PENDING, message, sent.sent_id, sent.request_id)

    def _may_continue(self) -> bool:
        """Whether history or updates say that it is time for a new run, and nothing is under way."""
        suggested = workflow.info().is_continue_as_new_suggested()
        idle = self._courier.idle and self._forwarder.idle
        return suggested and workflow.all_handlers_finished() and idle

    def _continue_if_long(self) -> None:
        """Go on in a new run, with nothing lost."""
        if self._may_continue():
            workflow.continue_as_new(OrderStart(order_id=self._memory.case.order_id, memory=self._memory))

    async def _finish(self) -> None:
        """Answer whoever waits, tell whoever must be told, and leave the record complete."""
        memory = self._memory
        self._forwarder.give_up()
        if self._courier.tells_of_the_end:
            self._ledger.publish()  # lists need not wait until everybody was reached
        await self._settled()
        if memory.not_taken_up is not None:
            alarm = memory.case.alarm
            told = [ALARM.value_set(alarm.value)] if alarm is not None else []
            workflow.upsert_search_attributes([PHASE.value_unset(), *told])  # it belongs in no list
            return
        self._ledger.publish()
        self._fulfillment.take_in_rest()
        while memory.recorded < len(memory.trail.entries):
            await self._ledger.record()
            await self._settled()
            self._fulfillment.take_in_rest()

    async def _settled(self) -> None:
        """Nobody waits for an answer any more, and everybody was told everything."""
        while True:
            await workflow.wait_condition(
                lambda: workflow.all_handlers_finished() and self._courier.idle and self._forwarder.idle
            )
            if not self._memory.drifts:
                return
            self._ledger.tell_of_drifts()
            if self._memory.not_taken_up is None:
                self._ledger.publish()


async def _what_came_before() -> None:
    """Let what an earlier task brought be taken in before an update that comes with it.

    A worker that has not cached the workflow may be given both at once, and runs the update's handler first; the commands
    then have an order that no replay makes, and the workflow is stuck (temporalio 1.35.0; docs/decisions/0012). Giving
    way costs nothing and changes no order where they come one after the other: conditions are looked at only when
    nothing is left to run.
    """
    for _ in range(_WAYS_GIVEN):
        await asyncio.sleep(0)
