"""The schedule that has orders and workflows held against each other again and again, as a part of the set-up."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

from pydantic import ValidationError
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleDescription,
    ScheduleHandle,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from starter.setup_plan import Change, ChangedMeanwhileError, Part, Step
from workflows.names import ORDERS_QUEUE, RECONCILIATION_ID
from workflows.policies import AT_LEISURE
from workflows.reconciliation import ReconciliationStart

SCHEDULE_ID = "reconciliation"
# What a server that was down has missed is not made up for: the next one finds all of it.
_CATCH_UP = timedelta(minutes=1)
_START = ReconciliationStart(scheduled=True)


def reconciliation_schedule(client: Client, every: timedelta) -> "SchedulePart":
    """The schedule of the reconciliation as a part of the set-up: planned first, and made or mended where it is not right."""
    return SchedulePart(client, every)


class SchedulePart(Part):
    """One schedule. Whether somebody has paused it is theirs, and stays."""

    thing = f"schedule {SCHEDULE_ID}"

    def __init__(self, client: Client, every: timedelta) -> None:
        self._client = client
        self._every = every

    async def plan(self) -> Sequence[Step]:
        """Compare how often, what is started, and what happens when one is still under way."""
        wanted = (f"every {self._every}",)
        try:
            present = await self._handle().describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return [Step(self.thing, Change.CREATED, wanted, self._create)]
        differences = await self._differences(present)
        if differences:
            return [Step(self.thing, Change.UPDATED, differences, self._update)]
        paused = (f"paused: {present.schedule.state.note or 'by somebody'}",)
        return [Step(self.thing, Change.UNCHANGED, paused if present.schedule.state.paused else wanted)]

    async def _differences(self, present: ScheduleDescription) -> tuple[str, ...]:
        told = []
        intervals = [interval.every for interval in present.schedule.spec.intervals]
        if present.schedule.spec != self._schedule().spec:
            before = ", ".join(map(str, intervals)) or "at other times"
            told.append(f"every: {before} -> {self._every}")
        if not await self._starts_it(present):
            told.append("what is started -> the reconciliation")
        policy = present.schedule.policy
        if (policy.overlap, policy.catchup_window) != (ScheduleOverlapPolicy.SKIP, _CATCH_UP):
            told.append(
                f"when one is under way: {policy.overlap.name.lower()} -> skip; catches up {_CATCH_UP}"
            )
        return tuple(told)

    async def _starts_it(self, present: ScheduleDescription) -> bool:
        action = present.schedule.action
        if not isinstance(action, ScheduleActionStartWorkflow):
            return False
        if (action.workflow, action.task_queue) != ("Reconciliation", ORDERS_QUEUE):
            return False
        payloads = [one for one in action.args if isinstance(one, Payload)]
        if action.id != RECONCILIATION_ID or len(payloads) != 1:
            return False
        try:
            held = await self._client.data_converter.decode(payloads, [ReconciliationStart])
        except (ValidationError, ValueError, RuntimeError):
            return False
        return bool(held == [_START])

    async def _create(self) -> None:
        try:
            await self._client.create_schedule(SCHEDULE_ID, self._schedule())
        except ScheduleAlreadyRunningError as error:
            raise ChangedMeanwhileError from error

    async def _update(self) -> None:
        def mended(found: ScheduleUpdateInput) -> ScheduleUpdate:
            state = found.description.schedule.state
            return ScheduleUpdate(dataclasses.replace(self._schedule(), state=state))

        await self._handle().update(mended)

    def _handle(self) -> ScheduleHandle:
        return self._client.get_schedule_handle(SCHEDULE_ID)

    def _schedule(self) -> Schedule:
        return Schedule(
            action=ScheduleActionStartWorkflow(
                "Reconciliation",
                _START,
                id=RECONCILIATION_ID,  # the server adds the time
                task_queue=ORDERS_QUEUE,
                priority=AT_LEISURE,
                static_summary="has the reconciliation done",
            ),
            spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=self._every)]),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP),
        )
