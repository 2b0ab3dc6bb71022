"""The second thing that chaos found, as small as it gets: `python -m tests.chaos.cold_update`. No product code.

Activities end one after the other, and the workflow has nothing to do about it: several workflow tasks in a row without a
command. Then an update is sent, and a worker that does not have the workflow in its cache takes it: the SDK gives the workflow
the last activity's end together with the update, the update first. A replay gives it the end first, in a task of its own.
A workflow that does not do the same either way is stuck from its next replay on (TMPRL1100). This prints both.
"""

import asyncio
import shutil
import sys
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

QUEUE = "small"


@activity.defn
async def rest(seconds: float) -> None:
    """End after so many seconds."""
    await asyncio.sleep(seconds)


@workflow.defn
class Small:
    """Notes what it hears of, in the order of hearing; three activities run beside."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    @workflow.run
    async def run(self) -> None:
        """Until terminated."""
        await asyncio.gather(*(self._beside(seconds) for seconds in (0.2, 0.5, 0.8)))
        await workflow.wait_condition(lambda: False)

    async def _beside(self, seconds: float) -> None:
        await workflow.execute_activity(rest, seconds, start_to_close_timeout=timedelta(seconds=30))
        self.heard.append(f"an activity of {seconds:g} s")

    @workflow.update
    def decide(self) -> str:
        """What was heard of before."""
        self.heard.append("the update")
        return ", ".join(self.heard)

    @workflow.query
    def told(self) -> str:
        """The same, whenever it is asked."""
        return ", ".join(self.heard)


def _worker(client: Client) -> Worker:
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=[Small],
        activities=[rest],
        workflow_runner=UnsandboxedWorkflowRunner(),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
    )


async def main() -> int:
    """Exit code 1 if a replay hears otherwise."""
    beside = shutil.which("temporal", path=str(Path(sys.executable).parent))
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=beside) as environment:
        client = environment.client
        async with _worker(client):
            handle = await client.start_workflow(Small.run, id=QUEUE, task_queue=QUEUE)
            await asyncio.sleep(1.5)
        update = asyncio.create_task(handle.execute_update(Small.decide))
        await asyncio.sleep(1.5)
        async with _worker(client):
            await update
            live = await handle.query(Small.told)
        async with _worker(client):
            replayed = await handle.query(Small.told)
        replayer = Replayer(workflows=[Small], workflow_runner=UnsandboxedWorkflowRunner())
        await replayer.replay_workflow(await handle.fetch_history())
    sys.stdout.write(f"live:     {live}\nreplayed: {replayed}\n")
    return int(live != replayed)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
