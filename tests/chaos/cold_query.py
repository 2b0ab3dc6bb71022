"""What chaos found, as small as it gets: `python -m tests.chaos.cold_query [TIMES]`. No product code; one order is one small workflow.

A query waits because no worker is there. Then something happens to the workflow (a signal here; a finished activity does it
too) and somebody sends an update. A worker comes and is given the query first, with a history that already has the signal: the
SDK runs the workflow on, beyond its last workflow task. The update comes with the next task, to a workflow that has moved
already. What is written down then (signal's commands first, the update's acceptance behind) is not what a replay makes of the
same task (acceptance first): TMPRL1100, and the workflow is stuck from its next replay on.

`--read-by-update` asks by an update that its validator always refuses, which leaves no event: then it does not happen.
"""

import argparse
import asyncio
import contextlib
import shutil
import sys
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

_HOUR = timedelta(hours=1)


@activity.defn
async def look() -> None:
    """Something to be done after a signal."""


@workflow.defn
class Small:
    """Waits with a timer, looks when it is told to, counts decisions, and may be asked for their number."""

    def __init__(self) -> None:
        self.told = False
        self.decisions = 0

    @workflow.run
    async def run(self) -> None:
        """Until terminated."""
        while True:
            await workflow.wait_condition(lambda: self.told, timeout=_HOUR)
            self.told = False
            await workflow.execute_activity(look, start_to_close_timeout=_HOUR)

    @workflow.signal
    def tell(self) -> None:
        """There is something to look at."""
        self.told = True

    @workflow.update
    def decide(self) -> int:
        """One more."""
        self.decisions += 1
        return self.decisions

    @workflow.query
    def status(self) -> int:
        """How many."""
        return self.decisions

    @workflow.update
    def read(self) -> int:
        """The same question; always answered by its validator."""
        return self.decisions

    @read.validator
    def _answer(self) -> None:
        raise ApplicationError("status", self.decisions, type="status")


def _worker(client: Client, queue: str) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        workflows=[Small],
        activities=[look],
        workflow_runner=UnsandboxedWorkflowRunner(),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
    )


async def replays(client: Client, number: int, *, by_update: bool) -> bool:
    """Whether the history of one workflow that was treated like that can be replayed."""
    queue = f"small-{number}"
    async with _worker(client, queue):
        handle = await client.start_workflow(Small.run, id=queue, task_queue=queue)
        await handle.execute_update(Small.decide)
    questions = [asyncio.create_task(_ask(handle, by_update=by_update)) for _ in range(3)]
    await asyncio.sleep(1.5)
    await handle.signal(Small.tell)
    decision = asyncio.create_task(handle.execute_update(Small.decide, id="second"))
    await asyncio.sleep(0.5)
    async with _worker(client, queue):
        await asyncio.wait([decision, *questions], timeout=20)
    for pending in (decision, *questions):
        pending.cancel()
    history = await handle.fetch_history()
    replayer = Replayer(workflows=[Small], workflow_runner=UnsandboxedWorkflowRunner())
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    return result.replay_failure is None


async def _ask(handle: WorkflowHandle[Small, None], *, by_update: bool) -> None:
    """The answer is of no interest, only that there was a question."""
    with contextlib.suppress(WorkflowUpdateFailedError):
        await (handle.execute_update(Small.read) if by_update else handle.query(Small.status))


async def main() -> int:
    """Say how often it went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("times", type=int, nargs="?", default=10)
    parser.add_argument("--read-by-update", action="store_true")
    given = parser.parse_args()
    beside = shutil.which("temporal", path=str(Path(sys.executable).parent))
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=beside) as environment:
        good = [
            await replays(environment.client, n, by_update=given.read_by_update) for n in range(given.times)
        ]
    sys.stdout.write(f"{good.count(False)} of {len(good)} histories cannot be replayed\n")
    return 1 if False in good else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
