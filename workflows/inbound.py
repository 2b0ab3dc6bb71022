"""The workflow `InboundEvent`: what came from outside and found nobody to take it in. Kept and shown, not dropped."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.requests import AfterEnd
from domain.alarms import Alarm
from workflows import calls
from workflows.memory import DriftedMove, OrderChanged, Parked


@workflow.defn(name="InboundEvent")
class InboundEvent:
    """Holds one event until a person has seen to it."""

    @workflow.init
    def __init__(self, parked: Parked) -> None:
        self._parked = parked
        self._settled: str | None = None

    @workflow.run
    async def run(self, parked: Parked) -> str:
        """Wait for a person; how it was settled."""
        workflow.set_current_details(_story(parked))
        change = parked.change
        if change is not None and change.drifted is not None:
            await self._tell(parked.order_id, change, change.drifted)
        await workflow.wait_condition(lambda: self._settled is not None)
        return self._settled or ""

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

    @workflow.query
    def parked(self) -> Parked:
        """What is kept, and why."""
        return self._parked


def _story(parked: Parked) -> str:
    """What is kept, in Markdown for the Temporal UI."""
    lines = [f"**Order** {parked.order_id}", parked.why]
    if parked.event is not None:
        event = parked.event
        lines.insert(0, f"### Parked: {event.status} of {event.ref}")
        lines.append(f"**Event** {event.event_id}, happened {event.occurred_at.isoformat()}")
    if parked.change is not None:
        lines.insert(0, f"### Parked: {parked.change.type}")
        lines.append(f"**Message** {parked.change.message_id}")
    return "\n\n".join(lines)
