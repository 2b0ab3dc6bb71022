"""How an order stands, as status API, inbox and the lasting record tell it."""

from collections.abc import Collection
from datetime import datetime
from operator import not_

from pydantic import AwareDatetime, Field

from domain.alarms import Alarm
from domain.audit import AuditKind, AuditTrail, Fact
from domain.case import Case, DecisionRecord
from domain.decision import DecisionReceipt
from domain.logistic_status import HandOverStage, HeldUnits, LogisticsShown, LogisticStatus
from domain.phases import FINAL, Phase
from domain.substitution import mandate_of
from domain.value import Value


class PendingDecision(Value):
    """One person who may decide now, on which step, until when."""

    approver: str
    on_behalf_of: str | None = None
    """Whose authority it is, where it is not their own."""
    step: str
    due_at: AwareDatetime | None = None


class OrderStatus(Value):
    """Where an order stands. `state` is the key of its custom state as Placet last saw it."""

    order_id: str
    order_number: str | None = None
    phase: Phase
    state: str | None = None
    revision: int
    rule: str | None = None
    why: str | None = None
    """The rule's words; of an order that its route holds, what it is held for."""
    pending: tuple[PendingDecision, ...] = ()
    decisions: tuple[DecisionRecord, ...] | None = None
    receipts: tuple[DecisionReceipt, ...] | None = None
    alarm: str | None = None
    alarm_why: str | None = Field(default=None, exclude_if=not_)
    """What the alarm is about, where `why` does not say it."""
    logistic_orders: tuple[LogisticStatus, ...] = Field(default=(), exclude_if=not_)
    """Absent before the order was split, and of one that is handed over by nobody."""
    more_logistic_orders: int = Field(default=0, exclude_if=not_)
    """How many there are beside those."""
    held_units: tuple[HeldUnits, ...] = Field(default=(), exclude_if=not_)
    """What nobody fulfils, by reason."""
    noted_content: str | None = Field(default=None, exclude_if=not_)
    """The digest of the harmlessly changed content that was looked at last, after the hand-over."""

    def summary(self) -> "OrderStatus":
        """The status as lists show it: without decisions and receipts, and without how its parts stand."""
        left_out = {"decisions": None, "receipts": None}
        parts = {"logistic_orders": (), "more_logistic_orders": 0, "held_units": (), "noted_content": None}
        return self.model_copy(update={**left_out, **parts})

    def with_logistics(self, shown: LogisticsShown) -> "OrderStatus":
        """The status, and how its logistic orders stand."""
        update = {
            "logistic_orders": shown.orders,
            "more_logistic_orders": shown.more,
            "held_units": shown.held,
        }
        return self.model_copy(update=update)

    def handed_over(self, refs: Collection[str]) -> "OrderStatus":
        """The status once logistic orders, by reference, are handed over of which nothing was heard before."""
        before = {HandOverStage.PLANNED, HandOverStage.ASKED}
        orders = tuple(
            one.model_copy(update={"stage": HandOverStage.HANDED_OVER})
            if one.ref in refs and one.stage in before
            else one
            for one in self.logistic_orders
        )
        return self.model_copy(update={"logistic_orders": orders})


class OrderRecord(AuditTrail):
    """The lasting record in `placet-audit`: the audit trail, and beside it the status when it was written."""

    status: OrderStatus

    @property
    def closed(self) -> bool:
        """Whether the order has come to its end, so that no workflow may start for it again."""
        return self.status.phase in FINAL

    def after(self, facts: tuple[Fact, ...], at: datetime, state: str | None) -> "OrderRecord":
        """The record with facts at its end and the order in that state."""
        entries = self.trail.with_entries(facts, at).entries
        handed_over = [fact.detail.get("ref") for fact in facts if fact.kind is AuditKind.HANDED_OVER]
        status = self.status.handed_over([str(ref) for ref in handed_over])
        return self.model_copy(
            update={"entries": entries, "status": status.model_copy(update={"state": state})}
        )

    def alarmed(self, alarm: Alarm, why: str, message_id: str, at: datetime) -> "OrderRecord":
        """The record with an alarm that came after the order's end."""
        fact = Fact(kind=AuditKind.ALARM, detail={"alarm": alarm.value, "why": why, "messageId": message_id})
        marked = self.after((fact,), at, self.status.state)
        status = marked.status.model_copy(update={"alarm": alarm.value, "alarm_why": why})
        return marked.model_copy(update={"status": status})

    @property
    def trail(self) -> AuditTrail:
        """The audit trail by itself."""
        return AuditTrail(
            order_id=self.order_id,
            order_number=self.order_number,
            policy_digest=self.policy_digest,
            entries=self.entries,
        )


def status_of(case: Case, order_number: str | None, state: str | None) -> OrderStatus:
    """The status that a case amounts to."""
    step = case.current_step
    mandates = (mandate_of(person, case.authority) for person in case.deciders)
    pending = tuple(
        PendingDecision(
            approver=mandate.decides,
            on_behalf_of=None if mandate.own else mandate.on_behalf_of,
            step=step.step,
            due_at=case.due_at,
        )
        for mandate in mandates
        if step is not None and mandate is not None
    )
    return OrderStatus(
        order_id=case.order_id,
        order_number=order_number,
        phase=case.phase,
        state=state,
        revision=max(case.revision, 1),
        rule=case.route.rule if case.route else None,
        why=why_of(case),
        pending=pending,
        decisions=case.decisions,
        receipts=tuple(answer.receipt for answer in case.answers),
        alarm=case.alarm,
    )


def alarm_why_of(trail: AuditTrail, alarm: Alarm) -> str | None:
    """What an alarm was last raised for."""
    raised = (
        one.detail
        for one in reversed(trail.entries)
        if one.kind is AuditKind.ALARM and one.detail.get("alarm") == alarm.value
    )
    why = next((detail.get("why") for detail in raised), None)
    return why if isinstance(why, str) else None


def why_of(case: Case) -> str | None:
    """Why the order is asked about; held at its routing, why nobody can be, unless people have mended it since."""
    if case.route is None:
        return None
    held = None if case.amended else case.route.held
    return held or case.route.why
