"""The floor's worker: `python -m benchmarks.floor_worker`, with the same options as the product's."""

import argparse
import asyncio
from datetime import timedelta

import httpx
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from benchmarks.floor import Floor, FloorDecision, FloorInbox
from benchmarks.floor_activities import FloorActivities
from benchmarks.stack import FLOOR_NAMESPACE
from worker import GRACE
from workflows.names import COMMERCETOOLS_QUEUE, ORDERS_QUEUE

READY = "floor worker ready"
# As the product's: what a workflow imports is loaded once, and only its own file for each run.
_PURE = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules(
        "benchmarks.floor_activities", "benchmarks.story", "httpx", "workflows", "domain"
    )
)


async def work(address: str, sink: str, cached_workflows: int, sticky_seconds: float) -> None:
    """Work until the process is ended."""
    client = await Client.connect(address, namespace=FLOOR_NAMESPACE, data_converter=pydantic_data_converter)
    async with httpx.AsyncClient() as http:
        activities = FloorActivities(http, f"{sink}/write")
        orders = Worker(
            client,
            task_queue=ORDERS_QUEUE,
            workflows=[Floor, FloorDecision, FloorInbox],
            activities=[activities.write],
            workflow_runner=_PURE,
            max_cached_workflows=cached_workflows,
            sticky_queue_schedule_to_start_timeout=timedelta(seconds=sticky_seconds),
            graceful_shutdown_timeout=GRACE,
        )
        writes = Worker(
            client,
            task_queue=COMMERCETOOLS_QUEUE,
            activities=[activities.write],
            graceful_shutdown_timeout=GRACE,
        )
        async with orders, writes:
            print(READY, flush=True)  # noqa: T201 - whoever started it waits for this line
            await asyncio.Event().wait()


def main() -> None:
    """Read the arguments and work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--temporal", required=True)
    parser.add_argument("--sink", required=True)
    parser.add_argument("--cached-workflows", type=int, default=1000)
    parser.add_argument("--sticky-seconds", type=float, default=2)
    given = parser.parse_args()
    asyncio.run(work(given.temporal, given.sink, given.cached_workflows, given.sticky_seconds))


if __name__ == "__main__":
    main()
