"""The one place where a run changes what it knows: every change leaves its facts in the trail and tells whom it must."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.requests import CloseRequest, MoveOutcome, Moves
from domain.alarms import Alarm
from domain.audit import OUTSIDE, PLACET, AuditKind, AuditTrail, Detail, Fact, Transition, transitioned
from domain.case import Case
from domain.changes import ContentChange
from domain.decision import DecisionReceipt
from domain.events import Alarmed, Event, Moved, Reduction, TimePassed
from domain.interventions import Said
from domain.phases import Phase
from domain.progress import Progress
from domain.reducer import reduce
from domain.status import OrderRecord
from domain.status_mapping import Mapped
from workflows import calls
from workflows.memory import OrderMemory
from workflows.notices import to_tell
from workflows.outlook import attributes, story


class Ledger:
    """The memory of a run, and the rules for changing it."""

    def __init__(self, memory: OrderMemory, may_continue: Callable[[], bool]) -> None:
        self.memory = memory
        self.may_continue = may_continue
        """Whether it is time for a new run, and nothing is under way that would be lost by it."""
        self._wakes: Callable[[], bool] | None = None

    @property
    def case(self) -> Case:
        """The case as it is."""
        return self.memory.case

    def feed(self, event: Event) -> Reduction:
        """Put an event before the case; what follows is noted and will be carried out.

        Raises:
            DecisionIdReusedError: a decision id came again with another body.
        """
        reduction = reduce(self.memory.case, event, workflow.now())
        self.memory.case = reduction.case
        self.memory.outbox.extend(to_tell(reduction.notices))
        self.note(*reduction.facts)
        return reduction

    def hear(self, sent: Said) -> Reduction:
        """Put what somebody says before the case as it is now: a deadline that has passed counts before it.

        Raises:
            DecisionIdReusedError: as `feed`.
        """
        self.feed(TimePassed())
        return self.feed(sent)

    def note_change(self, change: ContentChange, by: str | None) -> None:
        """Note that somebody else changed what an approver would say yes to, and what is different."""
        detail: Detail = {"content": list(change.parts), "words": list(change.words)}
        if by is not None:
            detail["client"] = by
        revision = self.case.revision or None
        self.note(Fact(kind=AuditKind.CHANGED_OUTSIDE, actor=OUTSIDE, revision=revision, detail=detail))

    def note(self, *facts: Fact, at: datetime | None = None) -> None:
        """Put facts at the end of the trail; `at` is now, unless the same facts were written out before."""
        self.memory.trail = self._named_trail().with_entries(facts, at or workflow.now())

    def note_moves(
        self, moves: Sequence[Transition], on_behalf_of: str | None = None, at: datetime | None = None
    ) -> None:
        """Note the moves that we made, and where the order is now."""
        self.note(*transitioned(moves, self.case.revision, on_behalf_of), at=at)
        if moves:
            self.memory.state = moves[-1].target

    def note_outside_move(self, found: str | None, by: str | None, *, cancelled: bool = False) -> None:
        """Note that somebody else moved the order, or cancelled it by `orderState` alone, if somebody did."""
        if found == self.memory.state and not cancelled:
            return
        detail: Detail = {"to": found or "no state"}
        if found == self.memory.state:
            detail = {"orderState": "Cancelled"}
        elif self.memory.state is not None:
            detail["from"] = self.memory.state
        if by is not None:
            detail["client"] = by
        revision = self.case.revision or None
        self.note(Fact(kind=AuditKind.CHANGED_OUTSIDE, actor=OUTSIDE, revision=revision, detail=detail))
        self.memory.state = found

    def tell_of_drifts(self) -> None:
        """Call a person for every move past the guard: once the order has been looked at, so that the alarm stays."""
        while self.memory.drifts:
            change = self.memory.drifts.pop(0)
            if change.drifted is not None and change.message_id not in self.memory.drifts_told:
                self.memory.drifts_told.append(change.message_id)
                why = change.drifted.words(change.by)
                told = Alarmed(alarm=Alarm.PAST_THE_GUARD, detail=why, message_id=change.message_id)
                self.feed(told)

    def is_only_about(self, alarm: Alarm, *words: str) -> bool:
        """Whether the alarm was raised, and each time about something that one of these words speaks of."""
        facts = [entry.detail for entry in self.memory.trail.entries if entry.kind is AuditKind.ALARM]
        told = [str(one.get("why")) for one in facts if one.get("alarm") == alarm.value]
        return bool(told) and all(any(one in why for one in words) for why in told)

    def receipt_for(self, decision_id: str) -> DecisionReceipt | None:
        """The first answer given under that id."""
        answer = self.case.answer_to(decision_id)
        return answer.receipt if answer is not None else None

    def record_at(self, phase: Phase) -> OrderRecord:
        """The record with the case at that phase; nothing is changed here."""
        case = self.case.model_copy(update={"phase": phase, "intent": None, "due_at": None})
        return self.memory.model_copy(update={"case": case, "trail": self._named_trail()}).record()

    def closed(self, phase: Phase, actor: str = PLACET, **detail: str) -> Fact:
        """The fact that the order has come to its end."""
        revision = self.case.revision or None
        return Fact(
            kind=AuditKind.CLOSED, actor=actor, revision=revision, detail={"phase": phase.value, **detail}
        )

    async def close(
        self,
        phase: Phase,
        closed: Fact,
        digest: str | None = None,
        approver: str | None = None,
        along: tuple[Progress, Mapped] | None = None,
    ) -> Moves:
        """Try to bring the order to its end; where that succeeds, it is noted just as the record has it.

        `along`: how far the order has come, and what its providers' statuses mean, for the same update.
        """
        at, record = workflow.now(), self.record_at(phase)
        moves = await calls.close_order(
            CloseRequest(
                order_id=self.case.order_id,
                phase=phase,
                digest=digest,
                known_state=self.memory.state,
                on_behalf_of=approver,
                at=at,
                closed=closed,
                record=record,
                progress=along[0] if along is not None else None,
                mapped=along[1] if along is not None else None,
            )
        )
        if moves.outcome is MoveOutcome.MOVED:
            written = (moves.progressed,) if moves.progressed is not None else ()
            self.note(*written, at=at)
            self.note_moves(moves.moves, approver, at)
            self.note(closed, at=at)
            self.feed(Moved(phase=phase))
            if moves.recorded:
                self.memory.recorded = len(record.entries) + len(written) + len(moves.moves) + 1
        return moves

    def publish(self) -> None:
        """Bring lists and the Temporal UI up to date. An upsert is a billable action: only what has changed."""
        self.tell_story()
        current = workflow.info().typed_search_attributes
        changed = [update for update in attributes(self.memory) if current.get(update.key) != update.value]
        if changed:
            workflow.upsert_search_attributes(changed)

    def tell_story(self) -> None:
        """Bring the story in the Temporal UI up to date. It costs nothing."""
        workflow.set_current_details(story(self.memory))

    async def wait(self, until: datetime | None, summary: str | None, work: Callable[[], bool]) -> None:
        """Sleep until there is work, or the case is another, or an instant comes. Waiting costs but one timer."""
        self.publish()
        shown = self._shown()
        timeout = max(until - workflow.now(), timedelta(0)) if until is not None else None
        self._wakes = lambda: work() or self._shown() != shown or self.may_continue()
        try:
            await workflow.wait_condition(self._wakes, timeout=timeout, timeout_summary=summary)
        except TimeoutError:
            return
        finally:
            self._wakes = None

    @property
    def unrecorded_at_rest(self) -> bool:
        """Whether something happened that the lasting record lacks, and no step is coming that would write it.

        A refusal alone waits for the next step: whoever is refused must not be able to have the record written.
        """
        at_rest = self._wakes is not None and not self._wakes()
        added = self.memory.trail.entries[self.memory.recorded :]
        return at_rest and any(entry.kind is not AuditKind.REFUSED for entry in added)

    async def record(self) -> None:
        """Write the record by itself. One that is refused for good stops nothing: the history has it all.

        What is told in the Temporal UI changes with it: what a provider answers beside the story wakes nobody else.
        """
        self.tell_story()
        record = self.memory.record()
        while True:
            try:
                await calls.record_order(record)
            except ActivityError as error:
                if not calls.is_refused(error):
                    continue
                workflow.logger.exception("the lasting record is refused for good")
            break
        self.memory.recorded = max(self.memory.recorded, len(record.entries))

    def hindered(self, error: ActivityError) -> None:
        """A step could not be done: what is refused for good waits for a person, all else is tried again.

        Raises:
            ActivityError: the workflow itself is cancelled.
        """
        if calls.is_refused(error):
            self.feed(Alarmed(alarm=Alarm.REFUSED, detail=calls.reason(error)))
            self.tell_of_drifts()
            return
        self.memory.look = True
        if self.case.alarm is not Alarm.OUT_OF_REACH:
            self.feed(Alarmed(alarm=Alarm.OUT_OF_REACH, detail=calls.reason(error)))

    def _named_trail(self) -> AuditTrail:
        """The trail under the names known by now."""
        route = self.case.route
        return self.memory.trail.model_copy(
            update={
                "order_number": self.memory.order_number,
                "policy_digest": route.policy_digest if route else None,
            }
        )

    def _shown(self) -> tuple[object, ...]:
        """What a change of makes it worth waking up: the next instant, and all that lists show."""
        case = self.case
        return case.next_instant, case.due_at, case.deciders, case.phase, case.alarm
