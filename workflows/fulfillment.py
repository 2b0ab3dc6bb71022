"""From the claim to the end: handed over once, followed to delivery, and kept open for returns."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.requests import HandOverRequest, LookRequest, MoveOutcome, Seen
from domain.alarms import Alarm
from domain.audit import OUTSIDE, AuditKind, Detail, Fact
from domain.events import Alarmed, Moved, Reached
from domain.fulfillment import GAVE_UP, FulfillmentEvent, FulfillmentStatus, HandOver
from domain.phases import Phase
from domain.standing import ENDS, Standing, end_of
from workflows import calls
from workflows.ledger import Ledger
from workflows.memory import Ending


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
        ledger, memory = self._ledger, self._ledger.memory
        suspended = ledger.case.suspended  # until the next look a person has the word
        try:
            if memory.look:
                await self._look()
                ledger.tell_of_drifts()
            elif memory.logistic_order is not None and not memory.handed_over and not suspended:
                await self._hand_over()
            elif memory.ending is not None and not suspended:
                await self._close(memory.ending)
            elif memory.inbox:
                self._take(memory.inbox.pop(0))
            else:
                await ledger.wait(None, None, self._has_news)
        except ActivityError as error:
            ledger.hindered(error)

    def _has_news(self) -> bool:
        return self._ledger.memory.look or bool(self._ledger.memory.inbox)

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
        try:
            await self._take_return()
        except ActivityError as error:
            self._ledger.hindered(error)

    async def _take_return(self) -> None:
        memory = self._ledger.memory
        if memory.inbox:
            self._note_event(memory.inbox.pop(0))
        elif memory.look:
            await self._look_back()
            self._ledger.tell_of_drifts()
        else:
            await self._ledger.wait(memory.stays_until, "open for returns", self._has_news)

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
        at = workflow.now()
        record = memory.record().after((fact,), at, memory.state)
        handed_over = await calls.hand_over(HandOverRequest(hand_over=document, record=record))
        memory.handed_over = True
        ledger.note(fact, at=at)
        if handed_over.recorded:
            memory.recorded = max(memory.recorded, len(record.entries))
        if handed_over.announce:
            memory.announcement = document

    def take_in_rest(self) -> None:
        """Put on record what was reported and moves nothing any more."""
        inbox = self._ledger.memory.inbox
        while inbox:
            self._note_event(inbox.pop(0))

    def _take(self, event: FulfillmentEvent) -> None:
        """One event of the fulfilment system; completed and given up end the order, unless they are old news."""
        logistic = self._ledger.memory.logistic_order
        heard_of = logistic.heard_of if logistic is not None else None
        if not self._note_event(event) or (heard_of is not None and event.occurred_at < heard_of):
            return
        if event.status is FulfillmentStatus.COMPLETED:
            self._ledger.memory.ending = Ending(phase=Phase.COMPLETED, detail={"ref": event.ref})
        elif event.status in GAVE_UP:
            detail = {"ref": event.ref, "why": event.reason or event.status.value}
            self._ledger.memory.ending = Ending(phase=Phase.CANCELLED, detail=detail)

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
            update={
                "status": event.status,
                "heard_of": max(event.occurred_at, logistic.heard_of or event.occurred_at),
                "events": (*logistic.events, event.event_id),
            }
        )
        if event.status is FulfillmentStatus.FAILED:
            detail_text = event.reason or f"{event.ref} failed"
            self._ledger.feed(Alarmed(alarm=Alarm.FULFILLMENT_FAILED, detail=detail_text))
        return True

    def _heard_before(self, event_id: str) -> bool:
        """Whether the trail has that event already, whichever reference it named."""
        entries = self._ledger.memory.trail.entries
        return any(e.kind is AuditKind.FULFILLMENT and e.detail.get("eventId") == event_id for e in entries)

    async def _close(self, ending: Ending) -> None:
        ledger = self._ledger
        moves = await ledger.close(ending.phase, ledger.closed(ending.phase, **ending.detail))
        if moves.outcome is not MoveOutcome.MOVED and end_of(moves.standing) is not None:
            ledger.memory.look = True
        elif moves.outcome is not MoveOutcome.MOVED:
            detail_text = f"the machine has no way from {moves.state or 'no state'} to {ending.phase}"
            ledger.feed(Alarmed(alarm=Alarm.NO_WAY, detail=detail_text))

    async def _look(self) -> None:
        """Somebody touched an order that is on its way: note it, follow it to its end, never overwrite it."""
        ledger, memory = self._ledger, self._ledger.memory
        memory.look = False
        seen = await calls.look_at_order(LookRequest(order_id=ledger.case.order_id))
        cancelled = seen.standing is Standing.CANCELLED
        ledger.note_outside_move(seen.state, seen.modified_by, cancelled=cancelled)
        end = end_of(seen.standing)
        if end is None:
            self._note_astray(seen)
            return
        if end is not Phase.COMPLETED:
            # The goods may be on their way: somebody has to tell the fulfilment system.
            detail = f"{ENDS[seen.standing]} after its hand-over"
            ledger.feed(Alarmed(alarm=Alarm.CHANGED_AFTER_HAND_OVER, detail=detail))
        closed = ledger.closed(end, OUTSIDE, why=ENDS[seen.standing])
        if seen.standing is not Standing.GONE:
            await ledger.close(end, closed)  # brings the state in line where only `orderState` says so
        if ledger.case.phase is not end:
            ledger.feed(Moved(phase=end))
            ledger.note(closed)

    async def _look_back(self) -> None:
        """Somebody touched a completed order: it is noted and told, and nothing is moved any more."""
        ledger, memory = self._ledger, self._ledger.memory
        memory.look = False
        seen = await calls.look_at_order(LookRequest(order_id=ledger.case.order_id))
        ledger.note_outside_move(seen.state, seen.modified_by)
        if seen.standing is not Standing.COMPLETED:
            what = ENDS.get(seen.standing, f"the order was moved to {seen.state or 'no state'}")
            self._alarm_once(Alarm.MOVED_OUTSIDE, f"{what} after its completion")
        elif seen.digest != ledger.case.digest:
            what = "the order's content was changed after its completion"
            self._alarm_once(Alarm.CHANGED_AFTER_HAND_OVER, what)

    def _note_astray(self, seen: Seen) -> None:
        ledger = self._ledger
        if seen.standing is not Standing.IN_FULFILLMENT:
            detail_text = f"the order was moved to {seen.state or 'no state'} while it was in fulfilment"
            self._alarm_once(Alarm.MOVED_OUTSIDE, detail_text)
            return
        ledger.feed(Reached())
        if seen.digest != ledger.case.digest:
            self._alarm_once(
                Alarm.CHANGED_AFTER_HAND_OVER, "the order's content was changed after its hand-over"
            )

    def _alarm_once(self, alarm: Alarm, detail: str) -> None:
        if self._ledger.case.alarm is not alarm:
            self._ledger.feed(Alarmed(alarm=alarm, detail=detail))
