"""The `temporal` commands of docs/operations.md, and the one that `placet orders show` prints, run as they stand there."""

import asyncio
import shlex
from datetime import UTC, datetime

import pytest
from temporalio.client import WorkflowExecutionStatus

from domain.alarms import Alarm
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus
from starter.logistic_views import lines_of_alarm
from starter.temporal_orders import TemporalOrders
from tests.docs.command_lines import command_lines
from tests.docs.markdown import ROOT
from tests.workflows.conftest import temporal_binary
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene

pytestmark = pytest.mark.slow
SHOWN = [words for _, words in command_lines(ROOT / "docs" / "operations.md") if words[0] == "temporal"]


def the(word: str) -> list[str]:
    """The one command of the page in which a word stands."""
    (found,) = [words for words in SHOWN if word in words]
    return found


def named(words: list[str], **names: str) -> list[str]:
    """A command with names of ours in the place of those of the page."""
    for name, value in names.items():
        words = [word.replace(name, value) for word in words]
    return words


async def run(here: Scene, words: list[str]) -> None:
    """Run it as an operator does."""
    client = here.environment.client
    there = ["--address", client.service_client.config.target_host, "--namespace", client.namespace]
    ran = await asyncio.create_subprocess_exec(
        *(temporal_binary(), *words[1:], *there),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await asyncio.wait_for(ran.communicate(), 30)
    assert ran.returncode == 0, told.decode()


async def waiting(here: Scene) -> Placed:
    """An order that waits for ana or ben, at rest."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.at_rest()
    return order


def test_every_command_is_run_here() -> None:
    """Two signals, a start and a reset: one that is added to the page must be added to these tests."""
    assert sorted(words[2] for words in SHOWN) == ["reset", "signal", "signal", "start"]


async def test_an_order_is_looked_at_again(here: Scene) -> None:
    """By the page's command, and by the one that is shown beside an alarm: what changed meanwhile is seen."""
    order = await waiting(here)
    held = (await order.status()).model_copy(update={"alarm": Alarm.HELD})
    line = named(the("order_changed"), ORDER_ID=order.id)
    assert shlex.split(dict(lines_of_alarm(held))["look again"]) == line
    await order.edit()
    await run(here, line)
    await order.until_pending("ana", "ben", revision=2)


async def test_what_was_parked_is_settled(here: Scene) -> None:
    """The workflow that keeps an event ends by it."""
    event = FulfillmentEvent(
        event_id="late-1",
        ref="SO-1-1",
        status=FulfillmentStatus.SHIPPED,
        occurred_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    client = here.environment.client
    await TemporalOrders(client).park("order-1", event, "its order has ended")
    await run(here, named(the("settle"), EVENT_ID="late-1"))
    handle = client.get_workflow_handle("inbound/fulfillment/late-1")
    await asyncio.wait_for(handle.result(), 20)
    assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED


@pytest.mark.parametrize("how", ["start", "reset"])
async def test_a_workflow_starts_over(here: Scene, how: str) -> None:
    """After somebody has terminated it: everybody is asked again."""
    order = await waiting(here)
    await order.handle.terminate("by mistake")
    await run(here, named(the(how), ORDER_ID=order.id))
    await order.until_pending("ana", "ben", revision=2)
