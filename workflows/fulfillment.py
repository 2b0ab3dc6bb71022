"""From the claim to the end: handed over once, followed to delivery, and kept open for returns."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.requests import (
    LookRequest,
    MoveOutcome,
    ProgressRequest,
    Seen,
    SplitRequest,
)
from domain.alarms import Alarm
from domain.audit import OUTSIDE
from domain.events import Alarmed, Moved, Reached
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus
from domain.phases import Phase
from domain.splitting_held import held_content
from domain.standing import ENDS, Standing, end_of
from workflows import calls, logistic_calls
from workflows.handing_over import HandingOver
from workflows.ledger import Ledger
from workflows.logistics import Logistics, tell_of_held
from workflows.memory import Ending
from workflows.passing_on import PassingOn
from workflows.policies import ANSWER_WITHIN
from workflows.put_off import ask_again

_SPLITS_WHAT_IS_HELD = "splits-what-is-held"
"""Runs of earlier versions have split what was cancelled meanwhile, and, with nothing held any more, all of the order."""
_ON_ITS_WAY = frozenset({FulfillmentStatus.SHIPPED, FulfillmentStatus.DELIVERED, FulfillmentStatus.COMPLETED})


class Fulfillment:
    """The second half of an order's story."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._logistics = Logistics(ledger)
        self._handing_over = HandingOver(ledger)
        self._passing_on = PassingOn(ledger)

    @property
    def goes_on(self) -> bool:
        """Whether the order is on its way."""
        return self._ledger.case.phase is Phase.IN_FULFILLMENT

    async def step(self) -> None:
        """Do the next thing that has to be done, or wait for one. Called until the order is at its end."""
        ledger, memory = self._ledger, self._ledger.memory
        suspended = ledger.case.suspended  # until the next look a person has the word
        try:
            if memory.look or self._passing_on.is_news:
                await self._look()
                ledger.tell_of_drifts()
            elif memory.split_again and not suspended:
                await self._split()
            elif (order := self._handing_over.next) is not None and not suspended:
                await self._handing_over.hand_over(order)
            elif memory.inbox:
                self._take(memory.inbox.pop(0))
            elif memory.ending is not None and not suspended:
                await self._close(memory.ending)
            elif self._logistics.is_due and not suspended:
                await self._tell_progress()
            else:
                await ledger.wait(None, None, self._has_work)
        except ActivityError as error:
            ledger.hindered(error)

    def _has_news(self) -> bool:
        memory, case = self._ledger.memory, self._ledger.case
        looks = memory.look or self._passing_on.is_news
        return looks or bool(memory.inbox) or (self._logistics.is_due and not case.suspended)

    def _has_work(self) -> bool:
        """News, or the end that a provider's answer has brought beside the story."""
        may_end = self._ledger.memory.ending is not None and not self._ledger.case.suspended
        return may_end or self._has_news()

    def keep_open(self) -> bool:
        """Whether something may still come: what comes back of a completed order, what providers answer of a cancelled one.

        The window starts once, with the first look.
        """
        memory, case = self._ledger.memory, self._ledger.case
        answers = self._logistics.awaits_answers or (
            memory.stays_until is not None and self._logistics.is_due
        )
        waits = case.phase is not Phase.COMPLETED and answers
        if case.route is None or not (case.phase is Phase.COMPLETED or waits):
            return False
        if memory.stays_until is None:
            window = case.route.returns_within
            memory.stays_until = workflow.now() + (max(window, ANSWER_WITHIN) if waits else window)
        return workflow.now() < memory.stays_until

    async def return_step(self) -> None:
        """Take in what comes after the end; nothing moves the order any more."""
        try:
            await self._take_return()
        except ActivityError as error:
            self._ledger.hindered(error)

    async def _take_return(self) -> None:
        memory = self._ledger.memory
        if memory.inbox:
            self._take_late(memory.inbox.pop(0))
        elif memory.look:
            await self._look_back()
            self._ledger.tell_of_drifts()
        elif self._logistics.is_due and not self._ledger.case.suspended:
            await self._tell_progress()
        else:
            waits = self._ledger.case.phase is not Phase.COMPLETED
            what = "until providers have answered" if waits else "open for returns"
            await self._ledger.wait(
                memory.stays_until, what, lambda: self._has_news() or (waits and not self.keep_open())
            )

    async def _split(self) -> None:
        """What was approved, or what is held of it, is split under the rules as they are now."""
        ledger, memory = self._ledger, self._ledger.memory
        if memory.order is None:
            raise ApplicationError("an order was claimed that was never read", type="Unread")
        known = self._logistics.orders
        if known.are_all and workflow.patched(_SPLITS_WHAT_IS_HELD):
            memory.split_again = False  # what was held is cancelled by now
            tell_of_held(ledger)
            return
        content = memory.order.content
        more = await logistic_calls.split_order(
            SplitRequest(
                order_id=memory.order.id,
                order_number=memory.order.order_number,
                content=held_content(content, known.held) if known.held else content,
                first=len(known.orders) + 1,
            )
        )
        if self._logistics.orders.held != known.held and workflow.patched(_SPLITS_WHAT_IS_HELD):
            return  # some of it was cancelled meanwhile: what was made of it is nobody's, and the rest is split anew
        memory.split_again = False
        memory.logistics = self._logistics.orders.with_more(more)
        if more.held != known.held:
            tell_of_held(ledger)

    async def _tell_progress(self) -> None:
        """Whatever has changed since the last time, in one update."""
        memory, case, told = self._ledger.memory, self._ledger.case, self._logistics.told
        if told is None:
            return
        at, record = workflow.now(), memory.record()
        answer = await logistic_calls.apply_progress(
            ProgressRequest(
                order_id=case.order_id,
                phase=case.phase,
                progress=told.progress,
                mapped=told.mapped,
                at=at,
                record=record,
            )
        )
        if answer.elsewhere:
            memory.look = True
            return
        self._logistics.was_told(told, answer.fact, answer.refused, at)
        self._passing_on.wrote(told.mapped, answer.fact)
        if answer.recorded:
            written = len(record.entries) + (answer.fact is not None)
            memory.recorded = max(memory.recorded, written)

    def take_in_rest(self) -> None:
        """Put on record what was reported and moves nothing any more."""
        inbox = self._ledger.memory.inbox
        while inbox:
            self._logistics.hear(inbox.pop(0))

    def _take(self, event: FulfillmentEvent) -> None:
        """One event of a provider; it ends the order once nothing is to come, unless it is old news."""
        late = self._logistics.is_late(event)
        if self._logistics.hear(event) and not late:
            self._logistics.end_by_word(event)

    async def _close(self, ending: Ending) -> None:
        ledger = self._ledger
        if not self._logistics.still_ends():
            return
        told = self._logistics.told
        along = (told.progress, told.mapped) if told is not None else None
        at, closed = workflow.now(), ledger.closed(ending.phase, **ending.detail)
        moves = await ledger.close(ending.phase, closed, along=along)
        if moves.outcome is MoveOutcome.MOVED and told is not None:
            self._logistics.was_told(told, None, moves.progress_refused, at)
        if moves.outcome is not MoveOutcome.MOVED and end_of(moves.standing) is not None:
            ledger.memory.look = True
        elif moves.outcome is not MoveOutcome.MOVED:
            detail_text = f"the machine has no way from {moves.state or 'no state'} to {ending.phase}"
            ledger.feed(Alarmed(alarm=Alarm.NO_WAY, detail=detail_text))

    async def _look(self) -> None:
        """Somebody touched an order that is on its way: note it, follow it to its end, never overwrite it."""
        ledger, memory = self._ledger, self._ledger.memory
        memory.look = memory.payment_news = False
        seen = await calls.look_at_order(self._passing_on.look_request())
        cancelled = seen.standing is Standing.CANCELLED
        ledger.note_outside_move(seen.state, seen.modified_by, cancelled=cancelled)
        self._logistics.note_returns(seen)
        end = end_of(seen.standing)
        if end is None:
            self._note_astray(seen)
            return
        if end is not Phase.COMPLETED:
            # The goods may be on their way: somebody has to tell the fulfilment system.
            detail = f"{ENDS[seen.standing]} after its hand-over"
            ledger.feed(Alarmed(alarm=Alarm.CHANGED_AFTER_HAND_OVER, detail=detail))
            self._logistics.ask_to_cancel_all()
        closed = ledger.closed(end, OUTSIDE, why=ENDS[seen.standing])
        if seen.standing is not Standing.GONE:
            await ledger.close(end, closed)  # brings the state in line where only `orderState` says so
        if ledger.case.phase is not end:
            ledger.feed(Moved(phase=end))
            ledger.note(closed)

    def _take_late(self, event: FulfillmentEvent) -> None:
        """What was cancelled and leaves all the same, a person has to know."""
        news = self._logistics.hear(event)
        if news and self._ledger.case.phase is not Phase.COMPLETED and event.status in _ON_ITS_WAY:
            detail = f"{event.ref} was cancelled, and is {event.status}"
            self._alarm_once(Alarm.CANCELLATION_REFUSED, detail)

    async def _look_back(self) -> None:
        """Somebody touched a completed order: it is noted and told, and nothing is moved any more."""
        ledger, memory = self._ledger, self._ledger.memory
        memory.look = False
        seen = await calls.look_at_order(LookRequest(order_id=ledger.case.order_id))
        ledger.note_outside_move(seen.state, seen.modified_by)
        self._logistics.note_returns(seen)
        memory.progress_refused = ""
        ask_again(ledger)
        if seen.standing is Standing.GONE:
            memory.progress_refused = self._logistics.told.digest if self._logistics.told else ""
        if ledger.case.phase is not Phase.COMPLETED:
            return
        if seen.standing is not Standing.COMPLETED:
            what = ENDS.get(seen.standing, f"the order was moved to {seen.state or 'no state'}")
            self._alarm_once(Alarm.MOVED_OUTSIDE, f"{what} after its completion")
        elif seen.digest not in self._contents:
            what = "the order's content was changed after its completion"
            self._alarm_once(Alarm.CHANGED_AFTER_HAND_OVER, what)

    @property
    def _contents(self) -> set[str]:
        """The digests of the contents that nobody need be called to: what was approved, and a harmless change of it."""
        forwarding = self._ledger.memory.forwarding
        return {self._ledger.case.digest, forwarding.content if forwarding is not None else ""}

    def _note_astray(self, seen: Seen) -> None:
        ledger = self._ledger
        if seen.standing is not Standing.IN_FULFILLMENT:
            detail_text = f"the order was moved to {seen.state or 'no state'} while it was in fulfilment"
            self._alarm_once(Alarm.MOVED_OUTSIDE, detail_text)
            return
        ledger.feed(Reached())
        self._try_again()
        self._passing_on.seen(seen)
        if not self._passing_on.pass_on(seen):
            self._alarm_once(
                Alarm.CHANGED_AFTER_HAND_OVER, "the order's content was changed after its hand-over"
            )

    def _try_again(self) -> None:
        """A person may have mended what a provider refused, or the rules by which something is held."""
        memory = self._ledger.memory
        memory.refused_exports.clear()
        ask_again(self._ledger)
        memory.progress_refused = ""
        memory.split_again = memory.split_again or bool(self._logistics.orders.held)

    def _alarm_once(self, alarm: Alarm, detail: str) -> None:
        if self._ledger.case.alarm is not alarm:
            self._ledger.feed(Alarmed(alarm=alarm, detail=detail))
