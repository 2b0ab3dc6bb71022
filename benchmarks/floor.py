"""The floor: the least that bare Temporal needs for the outside effects of one order, and nothing else.

How it is kept fair, and hard to beat:

- **The same writes.** Ten HTTP POSTs an order, as `benchmarks/story.py` lists them and the sink counts them; each is a plain
  activity of its own, with the same kind of HTTP client. They are as small as can be: an id and a number.
- **The same waits.** One timer (a day, never due), one update, one signal, at the same places of the story. What the product does
  side by side (telling people, while the order waits) the floor does side by side.
- **The same engine.** One server, one pair of task queues named alike, in a namespace of its own, so that neither worker
  is handed the other's tasks; the same worker options, data converter and sandboxed runner; a worker process like ours.
- **Nothing else.** No reads, no routing, no policy, no audit, no search attributes, no summaries, no heartbeats, no
  queries, no validator, no dedupe, no retry limits.

`packed` is a harder floor than the one asked for: the ten POSTs in six activities, as the product has them. Nobody could need
fewer activities without giving up that separate systems are retried separately; it is what an order's billable actions are
held against, and its throughput is reported beside the plain one.

The worker is `benchmarks/floor_worker.py`.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow

from benchmarks.floor_activities import FloorActivities, Written
from benchmarks.story import GROUPS
from workflows.names import COMMERCETOOLS_QUEUE, ORDERS_QUEUE

_ANNOUNCEMENT = (8,)
"""The one write that the product makes on the orders' own queue."""
_ATTEMPT = timedelta(seconds=90)


@dataclass(frozen=True)
class FloorStart:
    """The order, and whether its writes go into one activity each or into the product's six."""

    order_id: str
    packed: bool = False


@workflow.defn
class Floor:
    """Write, wait for the decision, write, wait for the event, write."""

    @workflow.init
    def __init__(self, start: FloorStart) -> None:
        self._start = start
        self._decided = False
        self._completed = False

    @workflow.run
    async def run(self, start: FloorStart) -> None:
        """The story of `benchmarks/story.py`, bare."""
        await self._write(GROUPS[0])
        telling = asyncio.create_task(self._write(GROUPS[1]))
        await workflow.wait_condition(lambda: self._decided, timeout=timedelta(days=1))
        for group in GROUPS[2:5]:
            await self._write(group)
        await workflow.wait_condition(lambda: self._completed)
        await self._write(GROUPS[5])
        await telling

    @workflow.update
    def decide(self, who: str) -> str:
        """The decision."""
        self._decided = True
        return who

    @workflow.signal
    def complete(self, event: str) -> None:
        """The fulfilment system's event."""
        self._completed = True

    async def _write(self, group: tuple[int, ...]) -> None:
        """A group in one activity if packed; else one activity each: those beside the wait at once, others in turn."""
        if self._start.packed:
            await self._activity(group)
        elif group == GROUPS[1]:
            await asyncio.gather(*(self._activity((number,)) for number in group))
        else:
            for number in group:
                await self._activity((number,))

    async def _activity(self, numbers: tuple[int, ...]) -> None:
        await workflow.execute_activity_method(
            FloorActivities.write,
            Written(self._start.order_id, numbers),
            task_queue=ORDERS_QUEUE if numbers == _ANNOUNCEMENT else COMMERCETOOLS_QUEUE,
            start_to_close_timeout=_ATTEMPT,
        )


@workflow.defn
class FloorDecision:
    """One update, one activity, one POST: what a decision's latency is held against."""

    def __init__(self) -> None:
        self._decided = False

    @workflow.run
    async def run(self, start: FloorStart) -> None:
        """Wait for the decision, and write it down."""
        await workflow.wait_condition(lambda: self._decided, timeout=timedelta(days=1))
        await workflow.execute_activity_method(
            FloorActivities.write,
            Written(start.order_id, (1,)),
            task_queue=COMMERCETOOLS_QUEUE,
            start_to_close_timeout=_ATTEMPT,
        )

    @workflow.update
    def decide(self, who: str) -> str:
        """The decision."""
        self._decided = True
        return who


@workflow.defn
class FloorInbox:
    """Takes signals and does nothing: what a notification's way into Temporal is held against."""

    def __init__(self) -> None:
        self._told = 0

    @workflow.run
    async def run(self, start: FloorStart) -> None:
        """Wait to be told once."""
        await workflow.wait_condition(lambda: self._told > 0)

    @workflow.signal
    def tell(self, message_id: str) -> None:
        """A message."""
        self._told += 1
