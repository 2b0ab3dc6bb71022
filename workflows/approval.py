"""From the first look to the release: routed, waited for, decided, and carried out on the content decided on."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.requests import (
    KnownContent,
    MoveOutcome,
    Moves,
    ReleaseRequest,
    RouteRequest,
    Routing,
)
from domain.alarms import Alarm
from domain.audit import OUTSIDE
from domain.case import Intent
from domain.changes import ContentChange, changed
from domain.events import Alarmed, DirectoryRead, Moved, Reached, Resumed, Routed, TimePassed
from domain.phases import UNDECIDED, Phase
from domain.standing import ENDS, UNRELEASED, Standing, end_of
from workflows import calls
from workflows.authority import Authority
from workflows.ledger import Ledger
from workflows.logistics import begin

_END = {Intent.REJECT: Phase.REJECTED, Intent.WITHDRAW: Phase.WITHDRAWN}


class Approval:
    """The first half of an order's story."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._authority = Authority(ledger)

    async def step(self) -> None:
        """Do the next thing that has to be done, or wait for one. Called until the order is decided."""
        ledger = self._ledger
        try:
            if ledger.memory.look:
                await self._look()
                ledger.feed(Reached())
            elif ledger.case.intent is Intent.RELEASE:
                await self._release()
            elif ledger.case.intent is not None:
                await self._close(_END[ledger.case.intent])
            elif ledger.case.opens is not None:
                await self._authority.open_level()
            elif ledger.case.proposals:
                await self._authority.consult()
            else:
                await ledger.wait(ledger.case.next_instant, self._waiting_for(), self._has_work)
                ledger.feed(TimePassed())
        except ActivityError as error:
            ledger.hindered(error)

    @property
    def goes_on(self) -> bool:
        """Whether the order is still to be decided."""
        return self._ledger.memory.not_taken_up is None and self._ledger.case.phase in UNDECIDED

    def _has_work(self) -> bool:
        case = self._ledger.case
        waits = case.intent is not None or case.opens is not None or bool(case.proposals)
        return self._ledger.memory.look or waits

    async def _look(self) -> None:
        memory, case = self._ledger.memory, self._ledger.case
        first = memory.order is None
        known = None
        if case.route is not None and case.route.held is None:
            known = KnownContent(digest=case.digest, automatic=case.route.automatic)
        memory.look = False
        request = RouteRequest(
            order_id=case.order_id,
            known=known,
            known_state=memory.state,
            first=first,
            adopted=first and memory.adopted,
            at=workflow.now(),
        )
        routing = await calls.route_order(request)
        if routing.not_taken_up is not None:
            memory.not_taken_up, memory.closed_before = routing.not_taken_up, routing.closed_before
            self._ledger.tell_of_drifts()
            return
        if first:
            self._take_up(routing)
        else:
            cancelled = routing.standing is Standing.CANCELLED
            self._ledger.note_outside_move(routing.found_state, routing.modified_by, cancelled=cancelled)
        change = None
        if routing.order is not None:
            if memory.order is not None and memory.order.content.digest != routing.order.content.digest:
                change = changed(memory.order.content, routing.order.content)
                self._ledger.note_change(change, routing.modified_by)
            memory.order = routing.order
        self._ledger.note_moves(routing.moves)
        end = end_of(routing.standing)
        if end in {None, Phase.COMPLETED}:
            self._seen(routing, change)
        if end is not None:
            await self._ended_outside(end, routing.standing, follow=not first)
        self._ledger.tell_of_drifts()

    def _take_up(self, routing: Routing) -> None:
        """Where the order was found is no change. An earlier workflow's trail goes on; its decisions do not count."""
        memory, earlier = self._ledger.memory, routing.earlier
        memory.state = routing.found_state
        if earlier is not None:
            memory.trail = memory.trail.continuing(earlier.trail)
            memory.earlier_revision = earlier.status.revision
            memory.recorded = len(earlier.entries)

    def _seen(self, routing: Routing, change: ContentChange | None) -> None:
        ledger = self._ledger
        alarm, detail = _astray(routing)
        if routing.route is not None and routing.order is not None:
            digest = routing.order.content.digest
            hindered = None if routing.route.automatic else alarm
            earlier = ledger.memory.earlier_revision
            ledger.feed(
                Routed(
                    route=routing.route,
                    digest=digest,
                    alarm=hindered,
                    detail=detail,
                    earlier_revision=earlier,
                    change=change,
                )
            )
            if routing.route.automatic:
                self._found_released(routing.standing, alarm, detail)
            return
        if routing.reading is not None:
            ledger.feed(DirectoryRead(reading=routing.reading))
        if alarm is None:
            ledger.feed(Resumed())
        elif ledger.case.alarm is not alarm:
            ledger.feed(Alarmed(alarm=alarm, detail=detail))

    def _found_released(self, standing: Standing, alarm: Alarm | None, detail: str) -> None:
        """An order that needs nobody's yes, and that somebody else has moved already."""
        if standing is Standing.IN_FULFILLMENT:
            self._ledger.feed(Moved(phase=Phase.IN_FULFILLMENT))
        elif alarm is Alarm.UNKNOWN_STATE:
            self._ledger.feed(Alarmed(alarm=alarm, detail=detail))

    async def _ended_outside(self, end: Phase, standing: Standing, *, follow: bool) -> None:
        """Somebody else closed the order. If only `orderState` says so, the state is brought in line."""
        closed = self._ledger.closed(end, OUTSIDE, why=ENDS[standing])
        if follow and standing is Standing.CANCELLED:
            await self._ledger.close(end, closed)
        if self._ledger.case.phase is not end:
            self._ledger.feed(Moved(phase=end))
            self._ledger.note(closed)

    async def _release(self) -> None:
        ledger, memory = self._ledger, self._ledger.memory
        approver = self._last_approver()
        moves = await calls.release_order(
            ReleaseRequest(
                order_id=ledger.case.order_id,
                digest=ledger.case.digest,
                known_state=memory.state,
                on_behalf_of=approver,
                agreed=tuple(sorted(ledger.case.heard)),
            )
        )
        if moves.moved_before is not None:
            ledger.note_outside_move(moves.moved_before, moves.moved_before_by)
        ledger.note_moves(moves.moves, approver)
        self._not_carried_out(moves)
        if moves.outcome is MoveOutcome.MOVED:
            begin(ledger, moves)

    async def _close(self, phase: Phase) -> None:
        """Reject or withdraw. A rejection binds to its content as an approval does; a withdrawal does not."""
        case = self._ledger.case
        closed = self._ledger.closed(phase)
        if phase is Phase.REJECTED:
            moves = await self._ledger.close(phase, closed, case.digest, self._last_approver())
        else:
            moves = await self._ledger.close(phase, closed)
        self._not_carried_out(moves)

    def _not_carried_out(self, moves: Moves) -> None:
        """If the order was not moved as intended: look again and let the case decide afresh."""
        if moves.outcome is MoveOutcome.NO_WAY:
            detail = f"the machine has no way on from {moves.state or 'an order without a state'}"
            self._ledger.feed(Alarmed(alarm=Alarm.NO_WAY, detail=detail))
        elif moves.outcome is not MoveOutcome.MOVED:
            self._ledger.memory.look = True

    def _last_approver(self) -> str | None:
        standing = [record for record in self._ledger.case.decisions if not record.void]
        return standing[-1].approver if standing else None

    def _waiting_for(self) -> str:
        step = self._ledger.case.current_step
        people = ", ".join(self._ledger.case.deciders)
        return f"step {step.step}: waits for {people}" if step is not None else "waits for a person"


def _astray(routing: Routing) -> tuple[Alarm | None, str]:
    """The alarm for an order that stands where no approval can move it from."""
    if routing.no_way:
        return (
            Alarm.NO_WAY,
            f"the machine has no way from {routing.state or 'no state'} to where it has to wait",
        )
    if routing.standing in UNRELEASED:
        return None, ""
    if routing.standing is Standing.UNKNOWN:
        return Alarm.UNKNOWN_STATE, f"the order is in {routing.state}, which the machine does not have"
    return Alarm.MOVED_OUTSIDE, f"the order was moved to {routing.state} without its approval"
