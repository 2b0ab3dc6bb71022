"""A workflow of the same names as the real one, and small: to see what Temporal itself does at its door."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.audit import AuditTrail
    from domain.decision import Decision, DecisionReceipt, Receipt, Withdrawal
    from domain.fulfillment import FulfillmentEvent
    from domain.interventions import (
        DeadlineExtension,
        Delegation,
        Reassignment,
        Remark,
        Resubmission,
        Said,
    )
    from domain.phases import Phase
    from domain.status import OrderStatus
    from workflows.memory import OrderChanged, OrderStart
    from workflows.names import PENDING, PHASE


@workflow.defn(name="Order")
class SmallOrder:
    """Waits until it is approved; hears ana only."""

    @workflow.init
    def __init__(self, start: OrderStart) -> None:
        self.order_id = start.order_id
        self.heard: list[str] = []
        self.over = False

    @workflow.run
    async def run(self, start: OrderStart) -> None:
        """Be listed for ana, and wait."""
        workflow.upsert_search_attributes([PHASE.value_set("pending"), PENDING.value_set(["person:ana"])])
        await workflow.wait_condition(lambda: self.over)
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update
    def decide(self, decision: Decision) -> DecisionReceipt:
        """An approval ends it; a request for changes fails as a reused id does, a rejection wants its reason."""
        if decision.verdict == "reject" and decision.comment == "":
            raise ApplicationError("say why", type="reasonRequired")
        if decision.verdict == "requestChanges":
            raise ApplicationError("used before", type="decisionIdReused")
        self.over = decision.verdict == "approve"
        return self._receipt(Receipt.ACCEPTED, decision.decision_id, decision.request_id)

    @decide.validator
    def _only_ana(self, decision: Decision) -> None:
        if decision.approver != "ana":
            refused = self._receipt(Receipt.NOT_ALLOWED, decision.decision_id, decision.request_id)
            raise ApplicationError("not heard", refused.to_json_dict(), type="notAllowed")

    @workflow.update
    def withdraw(self, withdrawal: Withdrawal) -> DecisionReceipt:
        """Taken note of."""
        return self._receipt(Receipt.ACCEPTED, withdrawal.withdrawal_id, withdrawal.request_id)

    @workflow.update
    def resubmit(self, resubmission: Resubmission) -> DecisionReceipt:
        """Taken note of."""
        return self._noted(resubmission)

    @workflow.update
    def reassign(self, reassignment: Reassignment) -> DecisionReceipt:
        """Taken note of."""
        return self._noted(reassignment)

    @workflow.update
    def delegate(self, delegation: Delegation) -> DecisionReceipt:
        """Taken note of."""
        return self._noted(delegation)

    @workflow.update
    def extend(self, extension: DeadlineExtension) -> DecisionReceipt:
        """Taken note of."""
        return self._noted(extension)

    @workflow.update
    def comment(self, remark: Remark) -> DecisionReceipt:
        """Taken note of."""
        return self._noted(remark)

    @workflow.signal
    def order_changed(self, change: OrderChanged) -> None:
        """Remember it."""
        self.heard.append(change.message_id)

    @workflow.signal
    def fulfillment_event(self, event: FulfillmentEvent) -> None:
        """Remember it."""
        self.heard.append(event.event_id)

    @workflow.query
    def status(self) -> OrderStatus:
        """What was heard, as the reason."""
        return OrderStatus(order_id=self.order_id, phase=Phase.PENDING, revision=1, why=",".join(self.heard))

    @workflow.query
    def audit(self) -> AuditTrail:
        """Nothing yet."""
        return AuditTrail(order_id=self.order_id)

    def _noted(self, said: Said) -> DecisionReceipt:
        self.heard.append(type(said).__name__)
        return self._receipt(Receipt.ACCEPTED, said.sent_id, said.request_id)

    def _receipt(self, kind: Receipt, decision_id: str, request_id: str | None) -> DecisionReceipt:
        return DecisionReceipt(
            receipt=kind,
            message="so be it",
            order_id=self.order_id,
            phase=Phase.PENDING,
            revision=1,
            decision_id=decision_id,
            request_id=request_id,
        )
