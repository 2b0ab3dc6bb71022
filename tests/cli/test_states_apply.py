"""`placet states plan` and `apply`, over HTTP against the sandbox."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clients.state_drafts import (
    change_initial,
    set_state_description,
    set_state_name,
    set_state_roles,
    set_transitions,
    state_draft,
)
from tests.cli.conftest import Placet
from tests.cli.states_project import ORDERS, PHASES, SMALL, Project, at


@pytest.fixture
async def project(sandbox_url: str, tmp_path: Path) -> AsyncIterator[Project]:
    """An empty project."""
    async with at(sandbox_url, tmp_path / "states.yaml") as project:
        yield project


async def test_an_empty_project_is_planned_applied_and_then_right(placet: Placet, project: Project) -> None:
    """The plan names every state and move and writes nothing; apply does it; the next plan is empty."""
    file = project.declare(SMALL)
    planned = await placet("states", "plan", file)
    assert planned.code == 0
    assert "create       OrderState Waiting: initial" in planned.out
    assert "transitions  OrderState Waiting: + Approved, + Refused" in planned.out
    assert planned.out.splitlines()[-1] == "5 to create, 3 with other transitions"
    assert await project.states() == {}
    applied = await placet("states", "apply", file)
    assert applied.code == 0, applied.err
    assert applied.out.splitlines()[-8:] == [
        *(f"done         create {key}" for key in ("Waiting", "Approved", "Claimed", "Done", "Refused")),
        *(f"done         transitions {key}" for key in ("Waiting", "Approved", "Claimed")),
    ]
    assert await project.moves() == {
        "Waiting": ("Approved", "Refused"),
        "Approved": ("Claimed", "Waiting"),
        "Claimed": ("Done", "Refused"),
        "Done": (),
        "Refused": (),
    }
    assert (await project.state("Approved")).name == {"en": "Approved", "de": "Frei"}
    assert [key for key, state in (await project.states()).items() if state.initial] == ["Waiting"]
    before = await project.states()
    again = await placet("states", "plan", file, "--json")
    assert json.loads(again.out) == {"ok": True, "steps": [], "refusals": [], "unmanaged": []}
    assert (await placet("states", "apply", file)).out == "nothing to change\n"
    assert await project.states() == before


async def test_a_dry_run_is_a_plan(placet: Placet, project: Project) -> None:
    """It shows the same, and writes nothing."""
    file = project.declare(SMALL)
    dry = await placet("states", "apply", file, "--dry-run")
    assert (dry.code, dry.out) == (0, (await placet("states", "plan", file)).out)
    assert await project.states() == {}


async def test_each_difference_is_told_and_mended_alone(placet: Placet, project: Project) -> None:
    """Every field that a state has: what is and what shall be, and no action for what is right."""
    file = project.declare(SMALL)
    await placet("states", "apply", file)
    untouched = await project.state("Done")
    await project.change(
        "Approved",
        change_initial(initial=True),
        set_state_name({"en": "Go", "fr": "Oui"}),
        set_state_description({"en": "By hand"}),
        set_transitions(["Claimed", "Done"]),
    )
    await project.change("Refused", set_transitions(None))
    planned = await placet("states", "plan", file)
    assert planned.out.splitlines() == [
        "update       OrderState Approved",
        "             initial: yes -> no",
        '             name.de: none -> "Frei"',
        '             name.en: "Go" -> "Approved"',
        '             name.fr: "Oui" -> none',
        '             description.en: "By hand" -> none',
        "transitions  OrderState Approved: + Waiting, - Done",
        "transitions  OrderState Refused: any -> final",
        "1 to update, 2 with other transitions",
    ]
    assert (await placet("states", "apply", file)).code == 0
    assert (await project.moves())["Refused"] == ()
    assert (await project.state("Done")).version == untouched.version
    assert (await placet("states", "plan", file)).out == "nothing to change\n"


async def test_the_order_of_moves_and_roles_is_no_difference(placet: Placet, project: Project) -> None:
    """commercetools keeps lists, and they mean sets."""
    file = project.declare(SMALL)
    await placet("states", "apply", file)
    await project.change("Waiting", set_transitions(["Refused", "Approved"]))
    assert (await placet("states", "plan", file)).out == "nothing to change\n"


async def test_line_items_with_the_built_in_state(placet: Placet, project: Project) -> None:
    """The built-in one gets a name and moves and is never made; roles are set; other types are left alone."""
    file = project.declare(
        """
states:
  - { key: Initial, type: LineItemState, initial: true, name: { en: Ordered }, transitions: [Back] }
  - { key: Back, type: LineItemState, roles: [Return], transitions: final }
"""
    )
    await project.client.create_state(state_draft("Other", type_="OrderState", initial=True))
    planned = await placet("states", "plan", file)
    assert planned.out.splitlines() == [
        'update       LineItemState Initial: name.en: "Initial" -> "Ordered"',
        "create       LineItemState Back",
        "transitions  LineItemState Initial: any -> Back",
        "1 to create, 1 to update, 1 with other transitions",
    ]
    assert (await placet("states", "apply", file, "--prune")).code == 0
    assert (await project.state("Back")).roles == ("Return",)
    assert (await project.state("Other")).initial
    await project.change("Back", set_state_roles([]))
    assert "roles: + Return" in (await placet("states", "plan", file)).out


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (
            "states: [{ key: Held, transitions: final, initial: true }]",
            "state Held: the key is taken by a state of type PaymentState, and a type is never changed here",
        ),
        (
            "states: [{ key: Stopped, previousKeys: [Held], transitions: final, initial: true }]",
            "state Stopped: its previous key Held is that of a state of type PaymentState",
        ),
        (
            "states: [{ key: First, type: LineItemState, previousKeys: [Initial], initial: true, transitions: any }]",
            "state First: Initial is built in and keeps its key; declare it as Initial",
        ),
    ],
)
async def test_what_cannot_be_is_refused_before_anything_is_done(
    placet: Placet, project: Project, wrong: str, why: str
) -> None:
    """Another type's key, and the built-in state's: exit code 1, the way out, and nothing written."""
    await project.client.create_state(state_draft("Held", type_="PaymentState", initial=True))
    file = project.declare(wrong + "\n")
    before = await project.states()
    for command in ("plan", "apply"):
        ended = await placet("states", command, file)
        assert ended.code == 1
        assert why in ended.err
    assert json.loads((await placet("states", "plan", file, "--json")).out)["ok"] is False
    assert await project.states() == before


async def test_a_state_is_renamed_by_its_previous_key(placet: Placet, project: Project) -> None:
    """It stays the same state, with its moves and whatever is in it, under the new key; also where others lead to it."""
    await placet("states", "apply", project.declare(SMALL))
    await project.order("Waiting")
    before = await project.state("Waiting")
    text = SMALL.replace("Waiting", "PendingApproval")
    file = project.declare(text.replace("initial: true,", "initial: true, previousKeys: [Older, Waiting],"))
    planned = await placet("states", "plan", file)
    assert planned.out.splitlines() == [
        "rename       OrderState PendingApproval",
        '             key: "Waiting" -> "PendingApproval"',
        '             name.en: "Waiting" -> "PendingApproval"',
        "1 to rename",
    ]
    assert (await placet("states", "apply", file)).code == 0
    after = await project.state("PendingApproval")
    assert (after.id, after.transitions) == (before.id, before.transitions)
    assert (await project.moves())["Approved"] == ("Claimed", "PendingApproval")
    assert (await placet("states", "plan", file)).out == "nothing to change\n"


async def test_a_previous_key_that_is_still_there_is_left_over(placet: Placet, project: Project) -> None:
    """Both there: the one with the key is it, and the other is one that the file leaves out."""
    file = project.declare(
        ORDERS.replace("initial: true,", "initial: true, previousKeys: [Before],") + PHASES
    )
    await placet("states", "apply", file)
    await project.client.create_state(state_draft("Before", type_="OrderState", initial=False))
    planned = await placet("states", "plan", file)
    assert "unmanaged    OrderState Before: in the project and not in the file" in planned.out
    assert planned.out.splitlines()[-1] == "nothing to change; 1 unmanaged, which only --prune deletes"
