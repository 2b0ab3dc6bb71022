"""`placet states apply --prune` that fails on its way: what was taken from a state for a deletion is given back, or told.

Ping and Pong lead to each other, and an order is in Pong: so Ping loses its way to Pong, and neither can be deleted.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from clients.commercetools import Commercetools
from clients.resources import StateResource
from clients.state_drafts import StateUpdateAction, set_transitions, state_draft
from configuration import load_states
from starter.states_apply import ROUNDS, Applying
from starter.states_plan import StepKind
from tests.cli.conftest import Placet
from tests.cli.states_project import SMALL, Project, at

DELETE = {"method": "DELETE", "path": "^/states/"}
RELEASE = {"method": "POST", "path": "^/states/"}
"""Once the file is applied, the first change of a state; the second gives it back what it lost."""
GIVE_BACK = {**RELEASE, "action": '"Pong"'}
LED = {"Pong", "Done"}
"""Where Ping leads: into the circle, and to a state that stays."""


@pytest.fixture
async def project(placet: Placet, sandbox_url: str, tmp_path: Path) -> AsyncIterator[Project]:
    """A project as the file says, and a circle that is to go, with an order in the half that is not looked at first."""
    async with at(sandbox_url, tmp_path / "states.yaml") as project:
        await placet("states", "apply", project.declare(SMALL))
        for key in ("Ping", "Pong"):
            await project.client.create_state(state_draft(key, type_="OrderState", initial=False))
        await project.change("Ping", set_transitions(["Pong", "Done"]))
        await project.change("Pong", set_transitions(["Ping"]))
        await project.order("Pong")
        yield project


async def of_ping(project: Project) -> set[str]:
    """Where Ping leads now."""
    return set((await project.moves())["Ping"] or ())


@pytest.mark.parametrize(
    ("kind", "request_"),
    [("errorBeforeCommit", DELETE), ("errorBeforeCommit", RELEASE), ("errorAfterCommit", RELEASE)],
    ids=["delete", "release", "release after all"],
)
async def test_what_was_taken_is_given_back_when_a_request_fails(
    placet: Placet, project: Project, kind: str, request_: dict[str, str]
) -> None:
    """Exit code 3 with the failure alone; nothing is lost, and the next run finds it all as the first did."""
    await project.fault({"kind": kind, **request_, "status": 503})
    failed = await placet("states", "apply", str(project.file), "--prune")
    assert failed.code == 3
    assert failed.err.count("\n") == 1
    assert "run it again to do the rest" in failed.err
    assert await of_ping(project) == LED
    again = await placet("states", "apply", str(project.file), "--prune")
    assert (again.code, again.err) == (1, "")
    assert [line.split()[0] for line in again.out.splitlines()[-3:]] == ["done", "kept", "kept"]
    assert await of_ping(project) == LED


@pytest.mark.parametrize(
    "fault",
    [{"kind": "conflict"}, {"kind": "errorAfterCommit"}, {"kind": "errorBeforeCommit", "times": 2}],
    ids=["conflict", "done all the same", "twice"],
)
async def test_giving_back_is_tried_again(placet: Placet, project: Project, fault: dict[str, object]) -> None:
    """On the version that the state has by then; the run ends as if nothing had been."""
    await project.fault({**fault, **GIVE_BACK})
    ended = await placet("states", "apply", str(project.file), "--prune")
    assert (ended.code, ended.err) == (1, "")
    assert await of_ping(project) == LED


async def test_what_cannot_be_given_back_is_told(placet: Placet, project: Project) -> None:
    """Which state has to be given which transitions by hand, and why; what leads to states that stay was never taken."""
    await project.fault({"kind": "errorBeforeCommit", **GIVE_BACK, "status": 503, "times": 50})
    ended = await placet("states", "apply", str(project.file), "--prune")
    assert ended.code == 3
    assert "placet: OrderState Ping lost transitions for a deletion" in ended.err
    assert "(commercetools answered 503" in ended.err
    assert ended.err.endswith("; see to it that it leads again to Pong\n")
    assert await of_ping(project) == {"Done"}


async def test_both_failures_are_told(placet: Placet, project: Project) -> None:
    """The deletion that ended the run, and the giving back: a line each."""
    await project.fault(
        {"kind": "errorBeforeCommit", **DELETE, "status": 502},
        {"kind": "errorBeforeCommit", **GIVE_BACK, "status": 503, "times": 50},
    )
    ended = await placet("states", "apply", str(project.file), "--prune")
    assert ended.code == 3
    first, second = ended.err.splitlines()
    assert first.startswith("placet: delete Pong: commercetools answered 502")
    assert second.startswith("placet: OrderState Ping lost transitions")


async def test_it_is_given_back_when_somebody_else_does_not_give_up(placet: Placet, project: Project) -> None:
    """As many rounds as there are, and then no: also a run that ends so leaves nothing without its way."""
    await project.fault({"kind": "conflict", **DELETE, "times": 50})
    ended = await placet("states", "apply", str(project.file), "--prune")
    assert ended.code == 1
    assert ended.out.count("again ") == ROUNDS
    assert await of_ping(project) == LED


async def test_it_is_given_back_when_the_run_is_stopped(project: Project) -> None:
    """Ctrl-C while a deletion is under way."""
    await project.fault({"kind": "slow", **DELETE, "delayMs": 60_000})
    applying = Applying(project.client, load_states(project.file), prune=True)
    released = asyncio.Event()

    async def run() -> None:
        async for event in applying.run(await applying.plan()):
            if event.step.kind is StepKind.RELEASE:
                released.set()

    running = asyncio.create_task(run())
    await asyncio.wait_for(released.wait(), 10)
    assert await of_ping(project) == {"Done"}
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await of_ping(project) == LED


async def test_it_is_given_back_when_the_run_is_closed_early(project: Project) -> None:
    """Whoever reads the events stops reading and closes."""
    applying = Applying(project.client, load_states(project.file), prune=True)
    run = applying.run(await applying.plan())
    assert (await anext(run)).step.kind is StepKind.RELEASE
    await run.aclose()
    assert await of_ping(project) == LED


class Meddled(Commercetools):
    """Somebody gives Ping other moves just before the first deletion."""

    async def delete_state(self, state_id: str, version: int) -> StateResource:
        """The same, after that."""
        ping = await self.state("Ping")
        assert ping is not None
        if ping.transitions is not None and len(ping.transitions) == 1:
            actions: Sequence[StateUpdateAction] = [set_transitions(["Refused", "Done"])]
            await super().update_state(ping.id, ping.version, actions)
        return await super().delete_state(state_id, version)


async def test_what_somebody_else_gave_it_meanwhile_stays(project: Project) -> None:
    """Theirs is the later word on where it leads."""
    meddled = Meddled(project.client._session.account, project.http)
    applying = Applying(meddled, load_states(project.file), prune=True)
    _ = [event async for event in applying.run(await applying.plan())]
    assert await of_ping(project) == {"Refused", "Done"}
