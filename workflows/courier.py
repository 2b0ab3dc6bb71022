"""Telling people and systems beside the story, so that an unreachable one never holds up a decision."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.requests import TellRequest
from domain.alarms import Alarm
from domain.audit import AuditKind, Fact
from domain.case import Alarmed
from domain.notification import Notice, NoticeKind, notifications
from workflows import calls
from workflows.ledger import Ledger


class Courier:
    """Empties the outbox in order, one message after the other; what was not delivered stays in it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def idle(self) -> bool:
        """Whether everybody was told everything."""
        memory = self._ledger.memory
        return not memory.outbox and memory.announcement is None

    async def run(self) -> None:
        """Carry for as long as the workflow lives."""
        while True:
            await workflow.wait_condition(lambda: not self.idle)
            if self._ledger.memory.announcement is not None:
                await self._announce()
            else:
                await self._tell(self._ledger.memory.outbox[0])

    async def _announce(self) -> None:
        memory = self._ledger.memory
        if memory.announcement is not None:
            await calls.announce_hand_over(memory.announcement)
            memory.announcement = None

    async def _tell(self, notice: Notice) -> None:
        memory = self._ledger.memory
        order, route = memory.order, self._ledger.case.route
        if order is None:  # nothing was ever read that somebody could be told of
            self._drop(notice)
            return
        record = memory.record()
        messages = notifications(
            notice, order.id, order.order_number, order.content.total, route.why if route is not None else ""
        )
        try:
            await calls.tell_people(TellRequest(notifications=messages, record=record))
            memory.recorded = max(memory.recorded, len(record.entries))
        except ActivityError:
            self._undelivered(notice)
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
