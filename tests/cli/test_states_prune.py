"""`placet states apply --prune`: what the file leaves out is deleted only then, and never while something is in it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clients.state_drafts import set_transitions, state_draft
from tests.cli.conftest import Placet
from tests.cli.states_project import SMALL, Project, at


@pytest.fixture
async def project(placet: Placet, sandbox_url: str, tmp_path: Path) -> AsyncIterator[Project]:
    """A project as the file says, and with three states more, two of them in a circle."""
    async with at(sandbox_url, tmp_path / "states.yaml") as project:
        await placet("states", "apply", project.declare(SMALL))
        for key in ("Audit", "Ping", "Pong"):
            await project.client.create_state(state_draft(key, type_="OrderState", initial=False))
        await project.change("Ping", set_transitions(["Pong"]))
        await project.change("Pong", set_transitions(["Ping", "Audit"]))
        await project.change("Audit", set_transitions([]))
        await project.client.create_state(state_draft("Paid", type_="PaymentState", initial=True))
        yield project


async def test_nothing_is_deleted_without_being_asked(placet: Placet, project: Project) -> None:
    """They are listed, and stay; states of types that the file does not speak of are not even listed."""
    ended = await placet("states", "apply", str(project.file))
    assert ended.code == 0
    assert ended.out.splitlines() == [
        *(
            f"unmanaged    OrderState {key}: in the project and not in the file"
            for key in ("Audit", "Ping", "Pong")
        ),
        "nothing to change; 3 unmanaged, which only --prune deletes",
    ]
    assert {"Audit", "Ping", "Pong", "Paid"} <= set(await project.states())


async def test_prune_deletes_what_the_file_leaves_out(placet: Placet, project: Project) -> None:
    """Also a circle, whose moves are taken away first; also a state to which a declared one led."""
    await project.change("Claimed", set_transitions(["Done", "Audit"]))
    planned = await placet("states", "plan", str(project.file), "--prune")
    assert planned.out.splitlines() == [
        "transitions  OrderState Claimed: + Refused, - Audit",
        "release      OrderState Ping: transitions: - Pong",
        "delete       OrderState Pong",
        "delete       OrderState Audit",
        "delete       OrderState Ping",
        "1 with other transitions, 3 to delete",
    ]
    ended = await placet("states", "apply", str(project.file), "--prune")
    assert ended.code == 0, ended.err
    assert set(await project.states()) == {"Waiting", "Approved", "Claimed", "Done", "Refused", "Paid"}
    assert (await placet("states", "plan", str(project.file), "--prune")).out == "nothing to change\n"


async def test_a_state_in_use_is_kept_and_told(placet: Placet, project: Project) -> None:
    """An order is in Ping: it keeps its moves, and what they lead to stays with it; exit code 1."""
    await project.order("Ping")
    ended = await placet("states", "apply", str(project.file), "--prune")
    assert ended.code == 1
    told = [line.split(":")[0] for line in ended.out.splitlines() if line.startswith("kept")]
    assert [line.split()[1] for line in told] == ["Ping", "Pong", "Audit"]
    moves = await project.moves()
    assert moves["Ping"] == ("Pong",)
    assert set(moves["Pong"] or ()) == {"Ping", "Audit"}


async def test_the_rest_goes_when_a_state_without_a_circle_is_in_use(
    placet: Placet, project: Project
) -> None:
    """Each is judged by itself: what nobody is in and nothing leads to is deleted."""
    await project.order("Audit")
    ended = await placet("states", "apply", str(project.file), "--prune")
    assert ended.code == 1
    assert set(await project.states()) == {
        "Waiting",
        "Approved",
        "Claimed",
        "Done",
        "Refused",
        "Paid",
        "Audit",
    }


async def test_what_was_taken_from_a_state_that_stays_is_given_back(placet: Placet, project: Project) -> None:
    """An order is in the other one of the circle: neither goes, and both lead where they led."""
    await project.order("Pong")
    ended = await placet("states", "apply", str(project.file), "--prune", "--json")
    assert ended.code == 1
    results = json.loads(ended.out)
    assert results["ok"] is False
    assert {one["state"] for one in results["results"] if one["outcome"] == "kept"} == {
        "Ping",
        "Pong",
        "Audit",
    }
    moves = await project.moves()
    assert moves["Ping"] == ("Pong",)
    assert set(moves["Pong"] or ()) == {"Ping", "Audit"}
