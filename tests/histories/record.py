"""Record the histories that every later version must replay: `python -m tests.histories.record [NAME...]`.

Each story runs on an ordinary dev server, because histories of the time-skipping one hold events of its own. A story
that goes on in a new run leaves a file for each run. What is here already is replaced.
"""

import asyncio
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from domain.fulfillment import FulfillmentEvent, FulfillmentStatus
from starter.temporal_orders import TemporalOrders
from tests.histories.inbound import CONFIGURATION as INBOUND_OF
from tests.histories.inbound import INBOUND
from tests.histories.openings import OPENINGS
from tests.histories.reconciliations import RECONCILIATIONS
from tests.histories.shipments import PROVIDERS, SHIPMENTS
from tests.histories.stories import LONG, STORIES, WAREHOUSES
from tests.workflows.conftest import temporal_binary
from tests.workflows.inbound_scene import acme
from tests.workflows.scene import scene
from workflows.inbound import InboundEvent
from workflows.names import SEARCH_ATTRIBUTES, inbound_workflow_id

PARKED = "parked"
FOLDER = Path(__file__).parent
STACK_TRACE = re.compile(
    r'"stackTrace": "(?:[^"\\]|\\.)*"'
)  # of no use to a replay, and full of this machine's paths
RECORDER = "placet-recorder"  # instead of this machine's name


async def record(names: list[str]) -> None:
    """Play the stories of those names, or all, and write down what happened."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=temporal_binary(),
        dev_server_log_level="error",
        data_converter=pydantic_data_converter,
        search_attributes=SEARCH_ATTRIBUTES,
        identity=RECORDER,
        dev_server_extra_args=["--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={LONG}"],
    ) as environment:
        for story, configuration in (*STORIES, *OPENINGS, *SHIPMENTS):
            name = story.__name__
            if names and name not in names:
                continue
            async with scene(
                environment,
                configuration=configuration,
                fulfillment=WAREHOUSES.get(story),
                providers=PROVIDERS if (story, configuration) in SHIPMENTS else None,
                cached_workflows=1000,
            ) as here:
                order = await story(here)
                write(name, await runs(environment.client, order.handle.id))
        for reconciliation in RECONCILIATIONS:
            if not names or reconciliation.__name__ in names:
                async with scene(environment, cached_workflows=1000, page_size=2) as here:
                    workflow_id = await reconciliation(here)
                    write(reconciliation.__name__, await runs(environment.client, workflow_id))
        for event in INBOUND:
            if not names or event.__name__ in names:
                async with (
                    scene(environment, configuration=INBOUND_OF, cached_workflows=1000) as here,
                    acme(environment.client, here.commercetools) as provider,
                ):
                    workflow_id = await event(here, provider)
                    write(event.__name__, await runs(environment.client, workflow_id))
                    await let_go(environment.client, workflow_id)
        if not names or PARKED in names:
            async with scene(environment, cached_workflows=1000):
                write(PARKED, [await parked(environment)])
    await asyncio.sleep(0.3)  # the SDK's core must settle before the interpreter ends (sdk-python#300)


async def parked(environment: WorkflowEnvironment) -> WorkflowHistory:
    """An event that came too late, and was settled by a person."""
    event = FulfillmentEvent(
        event_id="late",
        ref="ON-1-1",
        status=FulfillmentStatus.RETURNED,
        occurred_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    await TemporalOrders(environment.client).park("order-1", event, "it came after the end")
    workflow_id = inbound_workflow_id("fulfillment", event.event_id)
    handle: WorkflowHandle[InboundEvent, str] = environment.client.get_workflow_handle_for(
        InboundEvent.run, workflow_id
    )
    await handle.signal(InboundEvent.settle, "booked by hand")
    await handle.result()
    return await handle.fetch_history()


async def let_go(client: Client, workflow_id: str) -> None:
    """What still runs would be taken up by the next story's workers."""
    handle = client.get_workflow_handle(workflow_id)
    if (await handle.describe()).close_time is None:
        await handle.terminate("its story is told")


async def runs(client: Client, workflow_id: str) -> list[WorkflowHistory]:
    """The histories of all runs of a workflow, the first one first."""
    found: list[WorkflowHistory] = []
    latest = await client.get_workflow_handle(workflow_id).describe()
    run_id: str | None = latest.raw_description.workflow_execution_info.first_run_id
    while run_id:
        handle = client.get_workflow_handle(workflow_id, run_id=run_id)
        history = await handle.fetch_history()
        found.append(history)
        run_id = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


def write(name: str, histories: list[WorkflowHistory]) -> None:
    """One file for each run."""
    for old in (*FOLDER.glob(f"{name}.json"), *FOLDER.glob(f"{name}-[0-9].json")):
        old.unlink()
    for number, history in enumerate(histories, 1):
        file = FOLDER / (f"{name}-{number}.json" if len(histories) > 1 else f"{name}.json")
        file.write_text(STACK_TRACE.sub('"stackTrace": ""', history.to_json()) + "\n")
        print(f"{file.name}: {len(history.events)} events")  # noqa: T201 - the answer to whoever started it


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1:]))
