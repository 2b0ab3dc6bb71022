"""The logistic orders of a run: every event goes through their reducer, and what follows is noted or put down to be done."""

from datetime import datetime
from typing import NamedTuple

from temporalio import workflow

from activities.requests import Moves, Seen
from domain.alarms import Alarm
from domain.audit import AuditKind, Detail, Fact
from domain.cancellation_answer import too_late
from domain.events import Alarmed, Moved, Reached
from domain.forwarding import Forwarding
from domain.fulfillment import (
    GAVE_UP,
    FulfillmentEvent,
    FulfillmentStatus,
    LogisticOrder,
    logistic_order_ref,
)
from domain.inbound_record import has_heard, not_theirs
from domain.logistic_events import (
    CancelRequested,
    CancelToAsk,
    Effect,
    HandedOver,
    LogisticEvent,
    NotCancellable,
    Raised,
)
from domain.logistic_order import CUSTOM_OBJECT
from domain.logistic_orders import LogisticOrders
from domain.logistic_reducer import reduce_logistics
from domain.logistic_standing import FindingKind, standing
from domain.phases import Phase
from domain.portal_returns import news_of, of_others
from domain.progress import End, Progress, infer
from domain.progress_due import due
from domain.shipment_contents import less
from domain.status_mapping import Mapped
from domain.status_mapping_together import together
from workflows.cancelled_after_all import quiet_if_cancelled
from workflows.ledger import Ledger
from workflows.memory import Ending

_PAST_US = "cancelled-in-commercetools"
"""The request to cancel everything: there is but one in an order's life."""
_ONLY_WHAT_LEFT = "cancellation-alarm-only-for-what-left"
_END = {End.COMPLETED: Phase.COMPLETED, End.CANCELLED: Phase.CANCELLED}


def begin(ledger: Ledger, released: Moves) -> None:
    """The order is claimed: from now on there are logistic orders. A worker of an earlier version makes but one."""
    memory = ledger.memory
    one = LogisticOrder(ref=logistic_order_ref(memory.order_number, ledger.case.order_id))
    memory.logistics = released.logistics or LogisticOrders(orders=(one,))
    if released.split_again:
        memory.logistics, memory.split_again = LogisticOrders(rules_digest=""), True
    memory.line_stages = released.line_stages
    ledger.feed(Moved(phase=Phase.IN_FULFILLMENT))
    if released.payment is not None:
        memory.forwarding = Forwarding(payment=released.payment)
    tell_of_held(ledger)


def alarm_once(ledger: Ledger, alarm: Alarm, detail: str) -> None:
    """Call a person, unless one was called for just that, and it is not over: it is tried again with every look."""
    told = {"alarm": alarm.value, "why": detail}
    entries = ledger.memory.trail.entries
    known = any(e.kind is AuditKind.ALARM and told.items() <= e.detail.items() for e in entries)
    if not known or ledger.case.alarm is not alarm:
        ledger.feed(Alarmed(alarm=alarm, detail=detail))


def mend(ledger: Ledger, alarm: Alarm) -> None:
    """What an alarm was about is over."""
    if ledger.case.alarm is alarm:
        ledger.feed(Reached(mended=alarm))


def refuse_export(ledger: Ledger, order: LogisticOrder, why: str) -> None:
    """Call a person for what a provider does not take; it is tried again with the next look."""
    ledger.memory.refused_exports.append(order.ref)
    alarm_once(ledger, Alarm.EXPORT_REFUSED, f"{order.provider} does not take {order.ref}: {why}")


def cannot_be_drafted(error: Exception) -> str:
    """Why a fault of ours lets nobody have it: by its kind alone, since its text may repeat what is in the order."""
    return f"it cannot be drafted: {type(error).__name__}"


def export_taken(ledger: Ledger) -> None:
    """A provider has what it was given: that may have been the last that was refused."""
    if not ledger.memory.refused_exports:
        mend(ledger, Alarm.EXPORT_REFUSED)


def tell_of_held(ledger: Ledger) -> None:
    """Call a person for what nobody fulfils."""
    held = ledger.memory.logistics.held if ledger.memory.logistics is not None else ()
    if held:
        what = "; ".join(f"{one.quantity} of line {one.line_item_id}: {one.why}" for one in held)
        alarm_once(ledger, Alarm.UNITS_HELD, what)
    else:
        mend(ledger, Alarm.UNITS_HELD)


class Told(NamedTuple):
    """How far logistic orders have come, as commercetools is told it."""

    of: LogisticOrders
    progress: Progress
    mapped: Mapped
    digest: str


class Logistics:
    """Takes events in, for a run whose memory has logistic orders or, where we claimed nothing, has none."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._told: Told | None = None

    @property
    def orders(self) -> LogisticOrders:
        """All of them."""
        return self._ledger.memory.logistics or LogisticOrders()

    def ask_to_cancel_all(self) -> None:
        """The order was cancelled past us: whoever has a part of it is asked, as far as there is anybody to ask.

        What lies in a custom object is told by the alarm that goes with it.
        """
        memory = self._ledger.memory
        if not self.orders.quantities_are_known:
            return
        everything = CancelRequested(request_id=_PAST_US)
        memory.logistics, effects = reduce_logistics(self.orders, everything, workflow.now())
        self._to_ask(*effects)
        for ref in memory.export_attempts:
            self.ask_who_may_have(ref)

    def ask_who_may_have(self, ref: str) -> None:
        """A provider whose answer to an export was never heard is asked to cancel as if it had the logistic order."""
        _, effects = reduce_logistics(self.orders, HandedOver(ref=ref), workflow.now())
        self._to_ask(*effects)

    def _to_ask(self, *effects: Effect) -> None:
        known, put_off = self._ledger.memory.cancellations, self._ledger.memory.cancellations_put_off
        for one in effects:
            if (
                isinstance(one, CancelToAsk)
                and one.provider != CUSTOM_OBJECT
                and one not in (*known, *put_off)
            ):
                known.append(one)

    @property
    def awaits_answers(self) -> bool:
        """Whether a provider that was asked to cancel has still to say what became of it."""
        orders = self.orders
        if not orders.quantities_are_known:
            return False
        attempts = self._ledger.memory.export_attempts
        others = [one for one in orders.orders if one.provider != CUSTOM_OBJECT]
        asked = [one for one in others if one.handed_over or one.ref in attempts]
        return any(standing(one).cancel_requested for one in asked if one.requests)

    @property
    def told(self) -> "Told | None":
        """How far the order has come, and its digest; None where that cannot be known."""
        orders = self.orders
        if not orders.quantities_are_known:
            return None
        if self._told is None or self._told.of is not orders:
            progress, mapped = infer(orders), together([one.mapped for one in orders.orders])
            digest = due(progress, mapped, self._ledger.memory.line_stages)
            self._told = Told(of=orders, progress=progress, mapped=mapped, digest=digest)
        return self._told

    @property
    def is_due(self) -> bool:
        """Whether commercetools has to be told of something."""
        memory, told = self._ledger.memory, self.told
        return told is not None and told.digest not in {"", memory.progress_told, memory.progress_refused}

    def was_told(self, told: "Told", fact: Fact | None, refused: str | None, at: datetime) -> None:
        """Commercetools has the progress; or it does not take it, and a person is called."""
        memory = self._ledger.memory
        if fact is not None:
            self._ledger.note(fact, at=at)
        if refused is None:
            memory.progress_told = told.digest
            mend(self._ledger, Alarm.PROGRESS_REFUSED)
        elif memory.progress_refused != told.digest:
            memory.progress_refused = told.digest
            alarm_once(self._ledger, Alarm.PROGRESS_REFUSED, refused)

    def note_returns(self, seen: Seen) -> None:
        """Put on record what somebody else wrote of returns; what is ours came from our providers."""
        memory, told = self._ledger.memory, self.told
        ours = [one.key for one in told.progress.returns] if told is not None else []
        others = of_others(seen.returns, ours)
        self._ledger.note(*news_of(others, memory.returns_noted, seen.modified_by))
        memory.returns_noted = [one.id for one in others]

    def hear(self, event: FulfillmentEvent) -> bool:
        """Take in and note an event of a provider, once; whether it was news about a logistic order of ours."""
        if has_heard(self._ledger.memory.trail, event):
            return False
        if (why := not_theirs(self.orders, event)) is not None:
            alarm_once(self._ledger, Alarm.REPORTS_DISAGREE, why)
            return False
        detail: Detail = {"ref": event.ref, "status": event.status.value, "eventId": event.event_id}
        detail["occurredAt"] = event.occurred_at.isoformat()
        self._ledger.note(Fact(kind=AuditKind.FULFILLMENT, actor="fulfillment", detail=detail))
        if self.orders.of(event.ref) is None:
            self._alarm(Alarm.UNKNOWN_REF, f"{event.ref} is no logistic order of ours")
            return False
        self.feed(event)
        if not self.orders.quantities_are_known and event.status is FulfillmentStatus.FAILED:
            self._alarm(Alarm.FULFILLMENT_FAILED, event.reason or f"{event.ref} failed")
        return True

    def feed(self, event: LogisticEvent) -> tuple[Effect, ...]:
        """Put an event before the reducer, and what follows where it belongs."""
        self._ledger.memory.logistics, effects = reduce_logistics(self.orders, event, workflow.now())
        if self.orders.quantities_are_known:
            for effect in effects:
                self._follow(effect)
            self._end_if_done(event)
            quiet_if_cancelled(self._ledger)
        return effects

    def end_by_word(self, event: FulfillmentEvent) -> None:
        """Where quantities are not known, the order ends as the event says."""
        if self.orders.quantities_are_known:
            return
        if event.status is FulfillmentStatus.COMPLETED:
            self._end(Phase.COMPLETED, event.ref, "")
        elif event.status in GAVE_UP:
            self._end(Phase.CANCELLED, event.ref, event.reason or event.status.value)

    def is_late(self, event: FulfillmentEvent) -> bool:
        """Whether an event is older than what was heard before: without known quantities it then ends nothing."""
        order = self.orders.of(event.ref)
        heard_of = order.heard_of if order is not None else None
        return heard_of is not None and event.occurred_at < heard_of

    def _end(self, phase: Phase, ref: str, why: str) -> None:
        detail = {"ref": ref, "why": why} if phase is Phase.CANCELLED else {"ref": ref}
        self._ledger.memory.ending = Ending(phase=phase, detail=detail)

    def _end_if_done(self, event: LogisticEvent) -> None:
        """The order ends once nothing of it is to come any more, as it stands now: until it is there that may change."""
        if self._ledger.case.phase is not Phase.IN_FULFILLMENT or self.still_ends():
            return
        end = infer(self.orders).end
        if end is not None:
            why = FulfillmentStatus.CANCELLED.value
            if isinstance(event, FulfillmentEvent):
                why = event.reason or event.status.value
            self._end(_END[end], event.ref or "", why)

    def still_ends(self) -> bool:
        """Whether the end that was reported is the one that there is; if not, it is forgotten."""
        memory = self._ledger.memory
        if memory.ending is None:
            return False
        if not self.orders.quantities_are_known:
            return True
        end = infer(self.orders).end
        if end is None or _END[end] is not memory.ending.phase:
            memory.ending = None
        return memory.ending is not None

    def _follow(self, effect: Effect) -> None:
        match effect:
            case Raised():
                found = effect.finding
                if found.kind is FindingKind.FAILED:
                    self._alarm(Alarm.FULFILLMENT_FAILED, effect.reason or f"{found.ref} failed")
                else:
                    self._alarm(Alarm.REPORTS_DISAGREE, str(found))
            case CancelToAsk() if effect.provider == CUSTOM_OBJECT:
                why = "nobody can be asked: tell whoever fulfils it"
                self._alarm(Alarm.CANCELLATION_REFUSED, f"{effect.ref}: {why}")
            case CancelToAsk():
                self._to_ask(effect)
            case NotCancellable():
                # An earlier version called a person also for what was asked back twice.
                apart = effect.already if effect.already and workflow.patched(_ONLY_WHAT_LEFT) else {}
                if gone := less(effect.items, apart):
                    self._alarm(Alarm.CANCELLATION_REFUSED, too_late(gone))
            case _:
                pass

    def _alarm(self, alarm: Alarm, detail: str) -> None:
        self._ledger.feed(Alarmed(alarm=alarm, detail=detail))
