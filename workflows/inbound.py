"""The workflow `InboundEvent`: one event from outside, until an order has it or a person has seen to it."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.requests import AfterEnd
from domain.alarms import Alarm
from domain.inbound import Handled, Parking, ParkReason, Received
from workflows import calls, inbound_calls
from workflows.inbound_memory import Arrived, InboundState, InboundStatus, Resumed, ending, story, told_of
from workflows.memory import DriftedMove, OrderChanged, Parked
from workflows.names import ALARM

_AGAIN = "looked-at-again-where-nobody-could-be-told"
"""Lives from before do not have it: what found nobody was parked at once."""


@workflow.defn(name="InboundEvent")
class InboundEvent:
    """A message is handled and delivered; what nobody can take in is kept, shown, and replayed when a person says so."""

    @workflow.init
    def __init__(self, arrived: Arrived) -> None:
        earlier = arrived if isinstance(arrived, Resumed) else None
        self._what = _event(arrived)
        self._parking = earlier.parking if earlier is not None else _parked_for(self._what)
        self._attempts = earlier.attempts if earlier is not None else 0
        self._wanted = self._parking is None
        """Whether it is to be handled: at first, and whenever a person asks for it."""
        self._rounds = 0
        """How often handling it has come to an end, or to a provider that did not answer."""
        self._alarm: Alarm | None = Alarm.PARKED if self._parking is not None else None
        self._why = ""
        self._order_id = self._what.order_id if isinstance(self._what, Parked) else None
        self._settled: str | None = None
        self._done: str | None = None

    @workflow.run
    async def run(self, arrived: Arrived) -> str:
        """How it ended, in a sentence."""
        self._show()
        if isinstance(arrived, Parked) and arrived.change is not None and arrived.change.drifted is not None:
            await self._tell(arrived.order_id, arrived.change, arrived.change.drifted)
        while self._done is None:
            if self._settled is not None:
                self._done = self._settled
            elif self._wanted:
                await self._handle()
            else:
                await self._until_asked()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._done

    async def _until_asked(self) -> None:
        """Wait for a person; in a new run where this one has grown long."""
        if isinstance(self._what, Received) and workflow.info().is_continue_as_new_suggested():
            await workflow.wait_condition(workflow.all_handlers_finished)
            if self._settled is None and not self._wanted:
                self._go_on()
        await workflow.wait_condition(lambda: self._settled is not None or self._wanted)

    async def _handle(self) -> None:
        """Stage 2, once: afterwards it is done or parked; or the provider does not answer, and is to be asked again."""
        handled = await self._handled()
        if handled is not None:
            self._wanted = False
            self._attempts += 1
            await self._follow(handled)
        self._rounds += 1
        self._show()
        if handled is None and workflow.info().is_continue_as_new_suggested():
            await workflow.wait_condition(workflow.all_handlers_finished)
            self._go_on()

    async def _handled(self) -> Handled | None:
        if isinstance(self._what, Parked):
            return _again(self._what)
        handled = await inbound_calls.handle(self._what)
        if handled is None:
            self._parking, self._why = None, f"{self._what.provider} does not answer, and is asked on and on"
            self._ring(Alarm.OUT_OF_REACH)
        return handled

    async def _follow(self, handled: Handled) -> None:
        self._order_id = next((one.order_id for one in handled.deliveries), self._order_id)
        delivered = await inbound_calls.deliver(handled.deliveries)
        if delivered.parking is not None and isinstance(self._what, Received) and workflow.patched(_AGAIN):
            # An order may have ended while this was on its way to it: only now its record is complete.
            handled = await inbound_calls.handle(self._what) or handled
            delivered = await inbound_calls.deliver(handled.deliveries)
        self._parking = handled.parked or delivered.parking
        if self._parking is None:
            self._done = ending(handled, delivered.closed)
        else:
            self._ring(Alarm.PARKED)

    def _go_on(self) -> None:
        if isinstance(self._what, Received):
            workflow.continue_as_new(
                Resumed(received=self._what, parking=self._parking, attempts=self._attempts)
            )

    def _ring(self, alarm: Alarm) -> None:
        """An upsert is a billable action: only where the alarm is another one."""
        if self._alarm is not alarm:
            self._alarm = alarm
            workflow.upsert_search_attributes([ALARM.value_set(alarm.value)])

    def _show(self) -> None:
        workflow.set_current_details(story(self._what, self._parking, self._why))

    async def _tell(self, order_id: str, change: OrderChanged, drifted: DriftedMove) -> None:
        """Call a person; this workflow stays where they see it in any case."""
        detail = f"{drifted.words(change.by)}, after its end"
        told = AfterEnd(
            order_id=order_id,
            alarm=Alarm.PAST_THE_GUARD,
            detail=detail,
            message_id=change.message_id,
            at=workflow.now(),
        )
        try:
            await calls.tell_after_end(told)
        except ActivityError as error:
            workflow.logger.error("nobody could be told: %s", calls.reason(error))

    @workflow.signal
    def settle(self, how: str) -> None:
        """Somebody has seen to it; `how` is kept as the result."""
        self._settled = how

    @workflow.update
    async def replay(self) -> InboundStatus:
        """Handle it again, such as after the mapping was mended; how it stands then. One under way is joined."""
        rounds = self._rounds
        self._wanted = True
        await workflow.wait_condition(lambda: self._rounds > rounds or self._done is not None)
        return self.inbound()

    @replay.validator
    def _can_be_replayed(self) -> None:
        if isinstance(self._what, Parked) and self._what.event is None:
            raise ApplicationError(
                "a change of the order is not replayed: see to it, and settle it", type="NoReplay"
            )
        if self._done is not None or self._settled is not None:
            raise ApplicationError("it is done", type="NoReplay")

    @workflow.query
    def parked(self) -> Parked:
        """What the edge has parked, and why."""
        if not isinstance(self._what, Parked):
            raise ApplicationError("the edge has not parked this: ask for `inbound`", type="NotParked")
        return self._what

    @workflow.query
    def inbound(self) -> InboundStatus:
        """How the event stands."""
        what, state = self._what, InboundState.PARKED if self._parking is not None else InboundState.HANDLING
        _, provider, event_id = workflow.info().workflow_id.split("/", 2)
        if isinstance(what, Parked):
            (name, ref), received_at = told_of(what), workflow.info().start_time
        else:
            name, ref, received_at = what.name, what.entity_ref, what.received_at
        return InboundStatus(
            provider=provider,
            event_id=event_id,
            name=name,
            ref=ref,
            order_id=self._order_id,
            state=InboundState.DONE if self._done is not None else state,
            reason=self._parking.reason if self._parking is not None else None,
            why=self._done or (self._parking.why if self._parking is not None else self._why),
            attempts=self._attempts,
            received_at=received_at,
        )


def _event(arrived: Arrived) -> Parked | Received:
    return arrived.received if isinstance(arrived, Resumed) else arrived


def _parked_for(what: Parked | Received) -> Parking | None:
    """The edge parks what came after its order's end."""
    if isinstance(what, Received):
        return None
    return Parking(reason=ParkReason.TOO_LATE, why=what.why[:500])


def _again(parked: Parked) -> Handled:
    if parked.event is None:
        raise ApplicationError("there is no event to replay", type="NoReplay")
    return Handled.deliver(parked.order_id, parked.event)
