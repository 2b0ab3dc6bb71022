"""`placet states apply` when something goes wrong halfway, and when somebody else writes at the same time."""

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest

from clients.commercetools import Commercetools
from clients.resources import StateResource
from clients.state_drafts import StateDraft, StateUpdateAction, set_state_name, set_transitions, state_draft
from configuration import load_states
from starter.exits import RefusedError
from starter.states_apply import ROUNDS, Applying, Event, Outcome
from starter.states_plan import StepKind
from tests.cli.conftest import Placet
from tests.cli.states_project import SMALL, Project, at


@pytest.fixture
async def project(sandbox_url: str, tmp_path: Path) -> AsyncIterator[Project]:
    """An empty project."""
    async with at(sandbox_url, tmp_path / "states.yaml") as project:
        yield project


@pytest.mark.parametrize("kind", ["errorBeforeCommit", "errorAfterCommit"])
async def test_a_failure_while_states_are_made_is_gone_on_from(
    placet: Placet, project: Project, kind: str
) -> None:
    """The third write fails, done or not: exit code 3 and how far it came; the next run does just the rest."""
    file = project.declare(SMALL)
    await project.fault(
        {"kind": kind, "method": "POST", "path": "states", "action": '"Claimed"', "status": 503},
    )
    failed = await placet("states", "apply", file)
    assert failed.code == 3
    assert "placet: create Claimed: commercetools answered 503" in failed.err
    assert "what was done stays, run it again to do the rest" in failed.err
    assert [line for line in failed.out.splitlines() if line.startswith("done")] == [
        "done         create Waiting",
        "done         create Approved",
    ]
    made = set(await project.states())
    assert made == {"Waiting", "Approved"} | ({"Claimed"} if kind == "errorAfterCommit" else set())
    # Nothing can leave a state whose moves are not there yet.
    assert set((await project.moves()).values()) == {()}
    rest = await placet("states", "apply", file)
    assert rest.code == 0, rest.err
    done = [line.split()[1:] for line in rest.out.splitlines() if line.startswith("done")]
    assert [key for kind_, key in done if kind_ == "create"] == [
        key for key in ("Waiting", "Approved", "Claimed", "Done", "Refused") if key not in made
    ]
    assert (await placet("states", "plan", file)).out == "nothing to change\n"


async def test_a_failure_while_moves_are_set_is_gone_on_from(placet: Placet, project: Project) -> None:
    """The states are there and one has its moves: the next run sets those of the others."""
    file = project.declare(SMALL)
    await project.fault(
        {
            "kind": "errorBeforeCommit",
            "action": '"Done"',
            "path": "states/",
            "method": "POST",
            "status": 502,
        },
    )
    failed = await placet("states", "apply", file)
    assert failed.code == 3
    assert "transitions Claimed" in failed.err
    assert {key: bool(moves) for key, moves in (await project.moves()).items()} == {
        "Waiting": True,
        "Approved": True,
        "Claimed": False,
        "Done": False,
        "Refused": False,
    }
    rest = await placet("states", "apply", file)
    assert rest.out.splitlines() == [
        "transitions  OrderState Claimed: + Done, + Refused",
        "1 with other transitions",
        "done         transitions Claimed",
    ]


async def test_a_concurrent_change_is_read_and_planned_anew(placet: Placet, project: Project) -> None:
    """commercetools answers 409: it is told, and the run goes on from what is there then."""
    file = project.declare(SMALL)
    await placet("states", "apply", file)
    await project.change("Approved", set_state_name({"en": "Go"}))
    await project.fault({"kind": "conflict", "path": "states/", "times": 2})
    ended = await placet("states", "apply", file, "--json")
    assert ended.code == 0, ended.err
    outcomes = [(one["outcome"], one["state"]) for one in json.loads(ended.out)["results"]]
    assert outcomes == [("again", "Approved"), ("again", "Approved"), ("done", "Approved")]
    assert (await placet("states", "plan", file)).out == "nothing to change\n"


async def test_it_gives_up_when_somebody_else_does_not(placet: Placet, project: Project) -> None:
    """Bounded: after five times the answer is no, in one line."""
    file = project.declare(SMALL)
    await placet("states", "apply", file)
    await project.change("Approved", set_state_name({"en": "Go"}))
    await project.fault({"kind": "conflict", "path": "states/", "times": 50})
    ended = await placet("states", "apply", file)
    assert ended.code == 1
    assert ended.out.count("again ") == ROUNDS
    assert (
        ended.err
        == "placet: somebody else changed the states 5 times meanwhile; run it again when they are done\n"
    )


class Meddled(Commercetools):
    """A client beside which somebody else does the same thing first, once; and whose queries lag behind for ever."""

    def __init__(self, other: Commercetools, http: httpx.AsyncClient) -> None:
        super().__init__(other._session.account, http)
        self._other, self._lagging = other, list[StateResource]()
        self.meddle_with: str | None = None

    async def states(self, type_: str | None = None) -> list[StateResource]:
        """What was there at the first time of asking."""
        self._lagging = self._lagging or await super().states(type_)
        return self._lagging

    async def create_state(self, draft: StateDraft) -> StateResource:
        """Somebody makes the one of that key just before."""
        if self.meddle_with is not None and self.meddle_with == draft.key:
            await self._other.create_state(state_draft(self.meddle_with, type_="OrderState", initial=True))
            self.meddle_with = None
        return await super().create_state(draft)

    async def update_state(
        self, state_id: str, version: int, actions: Sequence[StateUpdateAction]
    ) -> StateResource:
        """Somebody deletes the one that is named so just before."""
        found = await self._other.state_by_id(state_id)
        if found is not None and self.meddle_with == f"gone {found.key}":
            self.meddle_with = None
            await self._other.delete_state(found.id, found.version)
        return await super().update_state(state_id, version, actions)


async def _ran(applying: Applying) -> list[Event]:
    return [event async for event in applying.run(await applying.plan())]


async def test_a_state_that_somebody_else_made_meanwhile_is_taken_up(project: Project) -> None:
    """The key is taken all of a sudden, and the query does not show it yet: it is read by its key, and mended."""
    project.declare(SMALL)
    client = Meddled(project.client, project.http)
    client.meddle_with = "Claimed"
    events = await _ran(Applying(client, load_states(project.file)))
    assert [event.step.key for event in events if event.outcome is Outcome.AGAIN] == ["Claimed"]
    assert (await project.moves())["Claimed"] == ("Done", "Refused")
    assert not (await project.state("Claimed")).initial


async def test_a_state_that_somebody_else_deleted_meanwhile_is_made_again(project: Project) -> None:
    """It is gone when its moves are to be set, and the query still shows it."""
    project.declare(SMALL)
    made = state_draft("Waiting", type_="OrderState", initial=True, name={"en": "Waiting"}, transitions=())
    await project.client.create_state(made)
    client = Meddled(project.client, project.http)
    client.meddle_with = "gone Waiting"
    events = await _ran(Applying(client, load_states(project.file)))
    assert [event.step.key for event in events if event.outcome is Outcome.AGAIN] == ["Waiting"]
    assert (await project.moves())["Waiting"] == ("Approved", "Refused")


async def test_what_was_read_itself_counts_more_than_an_old_query(placet: Placet, project: Project) -> None:
    """Changed after it was planned, and the query goes on showing the old version: planned by the state as it is."""
    await placet("states", "apply", project.declare(SMALL))
    await project.change("Approved", set_state_name({"en": "Go"}))
    applying = Applying(Meddled(project.client, project.http), load_states(project.file))
    first = await applying.plan()
    await project.change("Approved", set_transitions(["Done"]))
    events = [event async for event in applying.run(first)]
    assert [(event.outcome, event.step.kind) for event in events] == [
        (Outcome.AGAIN, StepKind.UPDATE),
        (Outcome.DONE, StepKind.UPDATE),
        (Outcome.DONE, StepKind.TRANSITIONS),
    ]
    assert (await placet("states", "plan", str(project.file))).out == "nothing to change\n"


async def test_what_cannot_be_after_all_is_refused(project: Project) -> None:
    """Somebody else took the key for another type meanwhile: a refusal, not another round."""
    project.declare(SMALL)
    client = Meddled(project.client, project.http)
    applying = Applying(client, load_states(project.file))
    first = await applying.plan()
    await project.client.create_state(state_draft("Done", type_="PaymentState", initial=False))
    with pytest.raises(RefusedError, match="state Done: the key is taken by a state of type PaymentState"):
        _ = [event async for event in applying.run(first)]
