"""What the reconciliation says of one order: nothing, or what is to be done about it and why.

The rule is given what is at hand, and asks for what else it has to know; what costs a call is asked for only where it
matters. Nothing here is evidence for an approval: whoever is started or told reads the order again by itself.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.findings import Finding, Kind
from domain.order import Order, created_before
from domain.phases import FINAL, Phase
from domain.standing import ENDS, UNRELEASED, Standing, end_of, standing_of
from domain.status import OrderRecord
from domain.value import Value

# Standings in which only `orderState`, or nothing at all, tells of the end: the custom state says nothing of it.
_ENDED_BESIDE_THE_STATE = frozenset({Standing.CANCELLED, Standing.COMPLETED, Standing.GONE})
_HEARD = frozenset({AuditKind.HANDED_OVER, AuditKind.FULFILLMENT})


class RunStatus(StrEnum):
    """How an order's workflow stands with Temporal."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TERMINATED = "terminated"
    TIMED_OUT = "timed out"


class Run(Value):
    """An order's workflow. `phase` is its search attribute; absent where it found that the order is none of ours."""

    status: RunStatus
    phase: Phase | None = None
    started_by: str | None = None
    """The reconciliation that started it, if one did."""


class Terms(Value):
    """What holds for a whole reconciliation."""

    now: datetime
    adopt_since: datetime
    silent_after: timedelta
    """For how long a fulfilment system may say nothing about an order that was handed over."""


class Ask(StrEnum):
    """What the rule has to know before it can say anything."""

    RECORD = "record"
    KNOWN = "known"
    """Whether the workflow knows the order's present content."""
    STATUS = "status"
    CALLED = "called"
    """Whether a person was called to the order's present content, though another alarm stands by now."""


class Facts(Value):
    """What is known of one order. What was asked for and is not there could not be had."""

    order_id: str
    order: Order | None = None
    """Absent where it was deleted."""
    place: Standing
    ours: bool = False
    """Whether our own client wrote the order last: then its workflow knows."""
    run: Run | None = None
    asked: frozenset[Ask] = frozenset()
    record: OrderRecord | None = None
    record_unreadable: bool = False
    known: bool | None = None
    phase: Phase | None = None
    """As the workflow says, when it was asked."""
    state: str | None = None
    """The custom state that the workflow last saw."""
    alarm: str | None = None
    noted: str | None = None
    """The digest of the content that the workflow has looked at after the hand-over, where that was harmless."""
    called: bool = False

    def finding(self, kind: Kind, why: str) -> Finding:
        """What is said of this order."""
        number = self.order.order_number if self.order is not None else None
        return Finding(order_id=self.order_id, order_number=number, kind=kind, why=why)

    @property
    def where(self) -> str:
        """Where the order stands, in words."""
        if self.order is None:
            return "deleted"
        state = f"in {self.order.state}" if self.order.state is not None else "in no state"
        return f"{state}, orderState {self.order.order_state}"


def judge(facts: Facts, terms: Terms) -> Finding | Ask | None:
    """What is to be said of an order; None: nothing. An `Ask` names what has to be found out first."""
    run = facts.run
    if run is None or (run.status is RunStatus.COMPLETED and run.phase is None):
        return _without_workflow(facts, terms)
    if run.status is RunStatus.RUNNING:
        return (None if facts.ours else _unheard(facts)) or _silent(facts, terms)
    if end_of(facts.place) is not None:
        return None
    if run.status is RunStatus.COMPLETED:
        return facts.finding(
            Kind.CLOSED_BEFORE, f"its workflow has ended ({run.phase}), but the order is {facts.where}"
        )
    return facts.finding(
        Kind.ENDED_BADLY, f"its workflow has ended ({run.status}), and the order is {facts.where}"
    )


def _without_workflow(facts: Facts, terms: Terms) -> Finding | Ask | None:
    order = facts.order
    if order is None or end_of(facts.place) is not None:
        return None
    if created_before(order, terms.adopt_since):
        since = f"{terms.adopt_since:%Y-%m-%d %H:%M:%S} UTC"
        return facts.finding(Kind.OLDER, f"placed before {since}, since when orders are taken up")
    if facts.place is Standing.UNKNOWN:
        return _unknown_state(facts)
    return _by_its_record(facts) if Ask.RECORD in facts.asked else Ask.RECORD


def _by_its_record(facts: Facts) -> Finding:
    """Whether the lasting record lets a workflow be started. Any doubt means no."""
    if facts.record_unreadable:
        return facts.finding(Kind.UNREADABLE_RECORD, "what stands in placet-audit is no record of it")
    if facts.record is not None and facts.record.closed:
        return facts.finding(
            Kind.CLOSED_BEFORE, f"its record says {facts.record.status.phase}, but it is {facts.where}"
        )
    return facts.finding(Kind.NO_WORKFLOW, f"no workflow holds it, and it is {facts.where}")


def _unheard(facts: Facts) -> Finding | Ask | None:
    """What the workflow of an order does not know, where somebody else wrote the order last."""
    if facts.order is not None and Ask.KNOWN not in facts.asked:
        return Ask.KNOWN
    if facts.known and facts.phase is not None and _agree(facts.phase, facts.place):
        return None
    if Ask.STATUS not in facts.asked and (facts.order is None or facts.known is not None):
        return Ask.STATUS
    if facts.phase is None:
        return facts.finding(Kind.UNANSWERED, f"its workflow does not answer, and the order is {facts.where}")
    has_just_ended = facts.phase in FINAL - {Phase.COMPLETED}
    is_about_to_look = facts.phase is Phase.ROUTING and facts.alarm is None
    if has_just_ended or is_about_to_look:
        return None
    return _told_of(facts, facts.phase)


def _told_of(facts: Facts, phase: Phase) -> Finding | Ask | None:
    called = facts.alarm is not None and facts.order is not None and facts.state == facts.order.state
    if facts.place is Standing.UNKNOWN and called:
        return _unknown_state(facts)
    if not _agree(phase, facts.place):
        if called and facts.place not in _ENDED_BESIDE_THE_STATE:
            return None  # a person has been called to it
        what = ENDS.get(facts.place, f"the order is {facts.where}")
        return facts.finding(Kind.MOVED, f"{what}, and its workflow knows it as {phase}")
    return None if facts.known else _changed(facts, phase)


def _changed(facts: Facts, phase: Phase) -> Finding | Ask | None:
    """Another content than the approved one: no news once it was looked at, and is on record or a person's to see to."""
    noted = facts.noted is not None
    if facts.order is None or (noted and facts.order.content.digest == facts.noted):
        return None
    on_its_way = phase is Phase.IN_FULFILLMENT
    if facts.alarm == Alarm.CHANGED_AFTER_HAND_OVER and not (noted and on_its_way):
        return None
    if on_its_way and not noted:
        if Ask.CALLED not in facts.asked:
            return Ask.CALLED
        if facts.called:
            return None
    return facts.finding(Kind.CONTENT_CHANGED, f"its content is not what its workflow knows ({phase})")


def called_since(record: OrderRecord, instant: datetime) -> bool:
    """Whether somebody was called to what was changed after the hand-over, since then."""
    return any(
        entry.kind is AuditKind.ALARM
        and entry.detail.get("alarm") == Alarm.CHANGED_AFTER_HAND_OVER
        and entry.at >= instant
        for entry in record.entries
    )


def _silent(facts: Facts, terms: Terms) -> Finding | Ask | None:
    """An order that was handed over, and of which nothing was heard for too long."""
    order, run = facts.order, facts.run
    if facts.place is not Standing.IN_FULFILLMENT or run is None or run.phase is not Phase.IN_FULFILLMENT:
        return None
    if order is None or order.created_at > terms.now - terms.silent_after:
        return None
    if Ask.RECORD not in facts.asked:
        return Ask.RECORD
    entries = facts.record.entries if facts.record is not None else ()
    heard = [entry for entry in entries if entry.kind in _HEARD]
    if not heard or heard[-1].at > terms.now - terms.silent_after:
        return None
    last = heard[-1]
    said = "it was handed over" if last.kind is AuditKind.HANDED_OVER else f"it was {last.detail['status']}"
    return facts.finding(Kind.SILENT, f"nothing was heard since {said} at {last.at:%Y-%m-%d %H:%M:%S} UTC")


def _unknown_state(facts: Facts) -> Finding:
    return facts.finding(Kind.UNKNOWN_STATE, f"it is {facts.where}, which the machine does not have")


def _agree(phase: Phase, place: Standing) -> bool:
    """Whether an order that stands there is where its workflow has it, or is about to bring it."""
    return place is standing_of(phase) or (phase in {Phase.ROUTING, Phase.APPROVED} and place in UNRELEASED)
