"""Telling people and systems beside the story, so that an unreachable one never holds up a decision."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from activities.requests import TellRequest
from domain.alarms import Alarm
from domain.audit import AuditKind, Fact
from domain.events import Alarmed, Reached
from domain.fulfillment import HandOver
from domain.notification import Notice, NoticeKind, notifications
from domain.phases import FINAL, Phase
from workflows import calls
from workflows.ledger import Ledger
from workflows.notices import ENDS, in_one_alarm, together


class Courier:
    """Carries beside the story: messages to people, the announcement of a hand-over, and the lasting record at rest.

    Each has a way of its own, so that none waits for another that cannot be delivered.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._telling = False
        self._recording = False

    @property
    def idle(self) -> bool:
        """Whether everybody was told everything."""
        memory = self._ledger.memory
        return not memory.outbox and not memory.announcements and not self._recording

    @property
    def tells_of_the_end(self) -> bool:
        """Whether somebody has yet to hear that the order ended without an approval: an end that earlier versions told nobody."""
        return any(notice.kind in ENDS for notice in self._ledger.memory.outbox)

    async def run(self) -> None:
        """Carry for as long as the workflow lives."""
        await asyncio.gather(self._tell_all(), self._announce_all(), self._record_all())

    async def _tell_all(self) -> None:
        """One message after the other, in the order in which the case wants them told."""
        outbox = self._ledger.memory.outbox
        while True:
            await workflow.wait_condition(lambda: bool(outbox))
            self._telling = True
            await self._tell(together(outbox))
            self._telling = False

    async def _announce_all(self) -> None:
        memory = self._ledger.memory
        while True:
            await workflow.wait_condition(lambda: bool(memory.announcements))
            await self._announce(memory.announcements[0])
            memory.announcements.pop(0)

    async def _announce(self, document: HandOver) -> None:
        """Until the fulfilment system has it, or the order is cancelled: then it must not hear of it any more."""
        telling = asyncio.create_task(calls.announce_hand_over(document))
        await workflow.wait_condition(lambda: telling.done() or self._ledger.case.phase is Phase.CANCELLED)
        if not telling.done():
            telling.cancel()
        try:
            await telling
        except ActivityError as error:
            if not is_cancelled_exception(error):
                detail = f"the fulfilment system refuses {document.ref}: {calls.reason(error)}"
                self._ledger.feed(Alarmed(alarm=Alarm.NOT_DELIVERED, detail=detail))

    async def _record_all(self) -> None:
        """What no other step writes along: a refusal, a report from the way, changes that were asked for."""
        while True:
            await workflow.wait_condition(lambda: self._nobody_records)
            self._recording = True
            await self._ledger.record()
            self._recording = False

    @property
    def _nobody_records(self) -> bool:
        waiting = bool(self._ledger.memory.outbox) and not self._telling  # telling writes the record along
        return self._ledger.unrecorded_at_rest and not waiting

    async def _tell(self, notices: list[Notice]) -> None:
        memory = self._ledger.memory
        order, case = memory.order, self._ledger.case
        before = memory.recorded
        # An order that is not Placet's has no record, or one that another run has closed.
        record = memory.record() if memory.not_taken_up is None else None
        total = order.content.total if order is not None else None
        why = case.route.why if case.route is not None else ""
        messages = tuple(
            message
            for notice in notices
            for message in notifications(notice, case.order_id, memory.order_number, total, why)
        )
        if record is not None:  # its first attempt writes it, whoever can be told
            memory.recorded = max(before, len(record.entries))
        try:
            if not await calls.tell_people(TellRequest(notifications=messages, record=record)):
                memory.recorded = before
        except ActivityError:
            memory.recorded = before
            for told in in_one_alarm(notices):
                self._undelivered(told)
        for notice in notices:
            self._drop(notice)

    def _drop(self, notice: Notice) -> None:
        self._ledger.memory.outbox.remove(notice)

    def _undelivered(self, notices: list[Notice]) -> None:
        """A message that cannot be delivered is an alarm; it does not stop the order. Of an alarm it is on record."""
        first = notices[0]
        detail = "; ".join(f"{n.kind} could not be told to {', '.join(n.recipients)}" for n in notices)
        if first.kind is not NoticeKind.ALARM:
            self._ledger.feed(Alarmed(alarm=Alarm.NOT_DELIVERED, detail=detail))
            if first.kind in ENDS and self._ledger.case.phase in FINAL:
                # Operators are told; the closed order itself waits for nobody, and is in no list of alarms.
                self._ledger.feed(Reached(mended=Alarm.NOT_DELIVERED))
            return
        fact = {"alarm": Alarm.NOT_DELIVERED.value, "why": detail}
        self._ledger.note(Fact(kind=AuditKind.ALARM, revision=first.revision, detail={**fact}))
