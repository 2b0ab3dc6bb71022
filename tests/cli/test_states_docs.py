"""docs/states.md: what it shows is what the commands print, and its file is one that loads and has no findings."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clients.state_drafts import set_state_name, set_transitions, state_draft
from configuration import lint_states, load_states
from domain.states import Doubt, Edge, Mover
from settings import SHIPPED_CONFIG
from tests.cli.conftest import Placet
from tests.cli.states_project import Project, at
from tests.docs.markdown import block

PAGE = "states.md"


@pytest.fixture
async def project(sandbox_url: str, tmp_path: Path) -> AsyncIterator[Project]:
    """An empty project."""
    async with at(sandbox_url, tmp_path / "states.yaml") as project:
        yield project


async def test_the_diagram_is_that_of_the_shipped_machine(placet: Placet) -> None:
    """Held to the file by the command that draws it."""
    assert (await placet("states", "diagram")).out == block(PAGE, "mermaid", "shipped")


async def test_plan_drift_and_prune_print_what_is_shown(placet: Placet, project: Project) -> None:
    """An empty project; then one that somebody changed in the way that the page says; then pruned."""
    assert (await placet("states", "plan")).out == block(PAGE, "text", "plan")
    assert (await placet("states", "apply")).code == 0
    await project.change("Approved", set_state_name({"en": "Released", "de": "Freigegeben"}))
    await project.change("InFulfillment", set_transitions(["Completed", "Cancelled", "Approved"]))
    await project.client.create_state(state_draft("OnHold", type_="OrderState", initial=False))
    assert (await placet("states", "check", "--remote")).out == block(PAGE, "text", "drift")
    assert (await placet("states", "apply", "--prune")).out == block(PAGE, "text", "prune")


async def test_the_file_that_is_shown_means_what_it_says(placet: Placet, project: Project) -> None:
    """It loads without findings, has the movers and doubts that it speaks of, and can be applied."""
    file = project.declare(block(PAGE, "yaml", "example"))
    assert lint_states(project.file)[1] == ()
    pending = load_states(project.file).states[0]
    assert pending.transitions == (
        Edge(to="Approved"),
        Edge(to="Cancelled", by=Mover.OPERATOR),
        Edge(to="Rejected", unknown_caller=Doubt.ALLOW),
    )
    assert (await placet("states", "apply", file)).code == 0
    assert (await placet("states", "check", file, "--remote")).code == 0


async def test_the_shipped_file_is_the_default(placet: Placet) -> None:
    """Commands without a file mean the configured one."""
    assert (await placet("states", "check")).out == (
        await placet("states", "check", str(SHIPPED_CONFIG / "states.yaml"))
    ).out
