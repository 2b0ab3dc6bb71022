"""Histories of earlier versions replay on this one: whoever changes a workflow hears of it here, not in production."""

import json
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from tests.histories.altered import AlteredOrder
from worker import PURE, WORKFLOWS

FOLDER = Path(__file__).parents[1] / "histories"
RECORDED = sorted(FOLDER.glob("*.json"))


def history(file: Path, text: str | None = None) -> WorkflowHistory:
    """A recorded history, perhaps with another text, under the workflow id that it has."""
    read = WorkflowHistory.from_json(f"order/{file.stem}", text or file.read_text())
    recorded = read.events[0].workflow_execution_started_event_attributes.workflow_id
    return WorkflowHistory(recorded or read.workflow_id, read.events)


def replayer(*workflows: type) -> Replayer:
    """As the worker runs them."""
    return Replayer(
        workflows=workflows or WORKFLOWS, workflow_runner=PURE, data_converter=pydantic_data_converter
    )


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
async def test_a_recorded_history_replays(file: Path) -> None:
    """Every step that was taken then would be taken now."""
    await replayer().replay_workflow(history(file))


def test_every_workflow_type_has_a_history() -> None:
    """A new workflow type comes with a recorded life; an empty folder is an error."""
    assert RECORDED
    recorded = {
        history(file).events[0].workflow_execution_started_event_attributes.workflow_type.name
        for file in RECORDED
    }
    registered = {getattr(one, "__temporal_workflow_definition").name for one in WORKFLOWS}
    assert recorded == registered


def test_a_life_of_two_runs_is_among_them() -> None:
    """Going on in a new run is replayed from both sides."""
    assert {"long_lived-1", "long_lived-2"} <= {file.stem for file in RECORDED}


@pytest.mark.parametrize(
    ("life", "asked"), [("approved", "release_order"), ("two_steps_opened", "open_level")]
)
async def test_a_changed_history_is_noticed(life: str, asked: str) -> None:
    """An activity under another name is not what this version would have asked for."""
    file = FOLDER / f"{life}.json"
    text = file.read_text()
    changed = text.replace(f'"{asked}"', f'"{asked}_soon"')
    assert changed != text
    assert json.loads(changed)["events"]
    with pytest.raises(workflow.NondeterminismError):
        await replayer().replay_workflow(history(file, changed))


@pytest.mark.parametrize("life", ["approved", "two_steps_opened"])
async def test_a_changed_workflow_is_noticed(life: str) -> None:
    """Another `Order` that sleeps first fails on every life that was lived without it."""
    with pytest.raises(workflow.NondeterminismError):
        await replayer(AlteredOrder).replay_workflow(history(FOLDER / f"{life}.json"))
