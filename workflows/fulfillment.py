"""From the claim to the end: handed over once, followed to delivery, and kept open for returns."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.requests import HandOverRequest, LookRequest, MoveOutcome, Seen
from domain.alarms import Alarm
from domain.audit import OUTSIDE, AuditKind, Detail, Fact
from domain.case import Alarmed, Moved
from domain.fulfillment import GAVE_UP, FulfillmentEvent, FulfillmentStatus, HandOver
from domain.phases import Phase
from domain.standing import Standing, end_of
from workflows import calls
from workflows.ledger import Ledger


class Fulfillment:
    """The second half of an order's story."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def goes_on(self) -> bool:
        """Whether the order is on its way."""
        return self._ledger.case.phase is Phase.IN_FULFILLMENT

    async def step(self) -> None:
        """Do the next thing that has to be done, or wait for one. Called until the order is at its end."""
        memory = self._ledger.memory
        try:
            if memory.logistic_order is not None and not memory.handed_over:
                await self._hand_over()
            elif memory.inbox:
                await self._take(memory.inbox[0])
                del memory.inbox[0]
            elif memory.look:
                await self._look()
            else:
                await self._ledger.wait(None, None, lambda: memory.look or bool(memory.inbox))
        except ActivityError as error:
            self._refused(error)

    def keep_open_for_returns(self) -> bool:
        """Start the window for returns, once; whether it is open now."""
        memory, case = self._ledger.memory, self._ledger.case
        if case.phase is not Phase.COMPLETED or case.route is None:
            return False
        if memory.stays_until is None:
            memory.stays_until = workflow.now() + case.route.returns_within
        return workflow.now() < memory.stays_until

    async def return_step(self) -> None:
        """Take in what comes after the completion; nothing moves the order any more."""
        memory = self._ledger.memory
        if memory.inbox:
            self._note_event(memory.inbox.pop(0))
        else:
            memory.look = False
            await self._ledger.wait(memory.stays_until, "open for returns", lambda: bool(memory.inbox))

    async def _hand_over(self) -> None:
        ledger, memory = self._ledger, self._ledger.memory
        if memory.order is None or memory.logistic_order is None:
            raise ApplicationError("an order was claimed that was never read", type="Unread")
        document = HandOver(
            ref=memory.logistic_order.ref,
            order_id=memory.order.id,
            order_number=memory.order.order_number,
            revision=ledger.case.revision,
            digest=ledger.case.digest,
            content=memory.order.content,
        )
        fact = Fact(kind=AuditKind.HANDED_OVER, revision=document.revision, detail={"ref": document.ref})
        memory.handed_over = (
            True  # also where it is refused for good: the alarm then says what a person must mend
        )
        at = workflow.now()
        record = memory.record().after((fact,), at, memory.state)
        handed_over = await calls.hand_over(HandOverRequest(hand_over=document, record=record))
        ledger.note(fact, at=at)
        memory.recorded = max(memory.recorded, len(record.entries))
        if handed_over.announce:
            memory.announcement = document

    async def _take(self, event: FulfillmentEvent) -> None:
        """One event of the fulfilment system; completed and given up end the order."""
        if not self._note_event(event):
            return
        if event.status is FulfillmentStatus.COMPLETED:
            await self._close(Phase.COMPLETED, ref=event.ref)
        elif event.status in GAVE_UP:
            await self._close(Phase.CANCELLED, ref=event.ref, why=event.reason or event.status.value)

    def _note_event(self, event: FulfillmentEvent) -> bool:
        """Note an event once; whether it was news about a logistic order of ours."""
        memory, logistic = self._ledger.memory, self._ledger.memory.logistic_order
        if self._heard_before(event.event_id):
            return False
        detail: Detail = {"ref": event.ref, "status": event.status.value, "eventId": event.event_id}
        detail["occurredAt"] = event.occurred_at.isoformat()
        self._ledger.note(Fact(kind=AuditKind.FULFILLMENT, actor="fulfillment", detail=detail))
        if logistic is None or logistic.ref != event.ref:
            self._ledger.feed(
                Alarmed(alarm=Alarm.UNKNOWN_REF, detail=f"{event.ref} is no logistic order of ours")
            )
            return False
        memory.logistic_order = logistic.model_copy(
            update={"status": event.status, "events": (*logistic.events, event.event_id)}
        )
        if event.status is FulfillmentStatus.FAILED:
            detail_text = event.reason or f"{event.ref} failed"
            self._ledger.feed(Alarmed(alarm=Alarm.FULFILLMENT_FAILED, detail=detail_text))
        return True

    def _heard_before(self, event_id: str) -> bool:
        """Whether the trail has that event already, whichever reference it named."""
        entries = self._ledger.memory.trail.entries
        return any(e.kind is AuditKind.FULFILLMENT and e.detail.get("eventId") == event_id for e in entries)

    async def _close(self, phase: Phase, **detail: str) -> None:
        ledger = self._ledger
        moves = await ledger.close(phase, ledger.closed(phase, **detail))
        if moves.outcome is MoveOutcome.MOVED:
            return
        if end_of(moves.standing) is not None:
            ledger.memory.look = True
        else:
            detail_text = f"the machine has no way from {moves.state or 'no state'} to {phase}"
            ledger.feed(Alarmed(alarm=Alarm.NO_WAY, detail=detail_text))

    async def _look(self) -> None:
        """Somebody touched an order that is on its way: note it, follow it to its end, never overwrite it."""
        ledger, memory = self._ledger, self._ledger.memory
        memory.look = False
        seen = await calls.look_at_order(LookRequest(order_id=ledger.case.order_id))
        ledger.note_outside_move(seen.state, seen.modified_by)
        end = end_of(seen.standing)
        if end is None:
            self._note_astray(seen)
            return
        closed = ledger.closed(end, OUTSIDE, why="somebody else closed the order")
        if seen.standing is not Standing.GONE:
            await ledger.close(end, closed)  # brings the state in line where only `orderState` says so
        if ledger.case.phase is not end:
            ledger.feed(Moved(phase=end))
            ledger.note(closed)

    def _note_astray(self, seen: Seen) -> None:
        ledger = self._ledger
        if seen.standing is not Standing.IN_FULFILLMENT:
            detail_text = f"the order was moved to {seen.state or 'no state'} while it was in fulfilment"
            self._alarm_once(Alarm.MOVED_OUTSIDE, detail_text)
        elif seen.digest != ledger.case.digest:
            self._alarm_once(
                Alarm.CHANGED_AFTER_HAND_OVER, "the order's content was changed after its hand-over"
            )

    def _alarm_once(self, alarm: Alarm, detail: str) -> None:
        if self._ledger.case.alarm is not alarm:
            self._ledger.feed(Alarmed(alarm=alarm, detail=detail))

    def _refused(self, error: ActivityError) -> None:
        cause = error.cause
        if not isinstance(cause, ApplicationError):
            raise error
        self._ledger.feed(Alarmed(alarm=Alarm.REFUSED, detail=cause.message))
