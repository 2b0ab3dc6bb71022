"""Telling people and systems beside the story, so that an unreachable one never holds up a decision."""

import asyncio
from itertools import takewhile

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from activities.requests import TellRequest
from domain.alarms import Alarm
from domain.audit import AuditKind, Fact
from domain.events import Alarmed
from domain.fulfillment import HandOver
from domain.notification import Notice, NoticeKind, notifications
from domain.phases import Phase
from workflows import calls
from workflows.ledger import Ledger


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

    async def run(self) -> None:
        """Carry for as long as the workflow lives."""
        await asyncio.gather(self._tell_all(), self._announce_all(), self._record_all())

    async def _tell_all(self) -> None:
        """One message after the other, in the order in which the case wants them told."""
        outbox = self._ledger.memory.outbox
        while True:
            await workflow.wait_condition(lambda: bool(outbox))
            self._telling = True
            # Whoever need only know is told along with those who have to act.
            along = takewhile(lambda notice: notice.kind is NoticeKind.INFORMED, outbox[1:])
            await self._tell([outbox[0], *along])
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
            for notice in notices:
                self._undelivered(notice)
        for notice in notices:
            self._drop(notice)

    def _drop(self, notice: Notice) -> None:
        self._ledger.memory.outbox.remove(notice)

    def _undelivered(self, notice: Notice) -> None:
        """A message that cannot be delivered is an alarm; it does not stop the order. Of an alarm it is on record."""
        people = ", ".join(notice.recipients)
        detail = f"{notice.kind} could not be told to {people}"
        if notice.kind is not NoticeKind.ALARM:
            self._ledger.feed(Alarmed(alarm=Alarm.NOT_DELIVERED, detail=detail))
            return
        fact = {"alarm": Alarm.NOT_DELIVERED.value, "why": detail}
        self._ledger.note(Fact(kind=AuditKind.ALARM, revision=notice.revision, detail={**fact}))
