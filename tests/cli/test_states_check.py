"""`placet states check`: the file alone, and the file against the project."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clients.state_drafts import set_state_name, set_transitions, state_draft
from settings import SHIPPED_CONFIG
from tests.cli.conftest import Placet
from tests.cli.states_project import ORDERS, PHASES, SMALL, Project, at


@pytest.fixture
async def project(sandbox_url: str, tmp_path: Path) -> AsyncIterator[Project]:
    """An empty project."""
    async with at(sandbox_url, tmp_path / "states.yaml") as project:
        yield project


async def test_a_file_that_is_right_is_0(placet: Placet) -> None:
    """The shipped file: every state with its moves, in words and as JSON."""
    file = str(SHIPPED_CONFIG / "states.yaml")
    ended = await placet("states", "check", file)
    assert ended.code == 0
    assert f"ok: {file}, 6 states" in ended.out
    assert "* PendingApproval -> Approved, Rejected, Cancelled" in ended.out
    assert "  Completed -> final" in ended.out
    told = json.loads((await placet("states", "check", file, "--json")).out)
    assert told == {"ok": True, "file": file, "findings": []}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[Done, { to: Refused, by: operator }]", "any"), "5: states[2].transitions: 'any' switches"),
        (("Done, transitions", "Done, initial: true, transitions"), "6: states[3].initial: several states"),
        (("initial: true, ", ""), "2: states: no state is initial"),
        (("transitions: [Claimed, Waiting]", "transitions: [Waiting]"), "4: states[1].transitions: "),
        (("[Approved, Refused]", "[Approved, Refused, Paid]"), "3: states[0].transitions[2]: "),
        ((PHASES, ""), "1: phases: no phase of the workflow has a state"),
    ],
)
async def test_what_cannot_be_meant_is_named_with_its_line(
    placet: Placet, project: Project, change: tuple[str, str], said: str
) -> None:
    """Each with file, line and field; exit code 1."""
    paid = "  - { key: Paid, type: PaymentState, initial: true, transitions: final }\n"
    whole = ORDERS + paid + PHASES
    assert change[0] in whole
    file = project.declare(whole.replace(*change))
    ended = await placet("states", "check", file)
    assert ended.code == 1
    lines = [text.removeprefix("placet: ") for text in (ended.out + ended.err).splitlines()]
    assert any(line.startswith(f"{file}:{said}") for line in lines), lines


async def test_a_file_that_cannot_be_read_is_told_as_json_too(placet: Placet, project: Project) -> None:
    """The errors are findings on stdout; stderr and the exit code are as without `--json`."""
    file = project.declare(SMALL.replace("[Approved, Refused]", "[Aproved, Refused]"))
    ended = await placet("states", "check", file, "--json")
    assert ended.code == 1
    told = json.loads(ended.out)
    assert told["ok"] is False
    assert told["findings"][0]["line"] == 3
    assert told["findings"][0]["field"] == "states[0].transitions[0]"
    assert "did you mean 'Approved'?" in told["findings"][0]["message"]
    assert f"{file}:3: " in ended.err


async def test_no_drift_is_0(placet: Placet, project: Project) -> None:
    """As applied: nothing to tell, in words and as JSON."""
    file = project.declare(SMALL)
    await placet("states", "apply", file)
    ended = await placet("states", "check", file, "--remote")
    assert (ended.code, ended.out) == (0, f"ok: {file}, 5 states\n")
    told = json.loads((await placet("states", "check", file, "--remote", "--json")).out)
    assert told == {
        "ok": True,
        "file": file,
        "findings": [],
        "drift": [],
        "onlyByForce": [],
        "unmanaged": [],
    }


async def test_drift_is_1_and_each_difference_a_line(placet: Placet, project: Project) -> None:
    """Missing states, other names and other moves; what only the project has is a note."""
    file = project.declare(SMALL)
    await placet("states", "apply", file)
    await project.change("Approved", set_state_name({"en": "Go", "de": "Frei"}))
    await project.change("Claimed", set_transitions(["Done"]))
    more = project.declare(SMALL.replace(PHASES, "  - { key: Held, transitions: final }\n" + PHASES))
    await project.client.create_state(state_draft("Extra", type_="OrderState", initial=True, transitions=()))
    ended = await placet("states", "check", more, "--remote")
    assert ended.code == 1
    assert ended.out.splitlines()[-4:] == [
        'drift: state Approved: name.en: "Go" -> "Approved"',
        "drift: state Held: missing",
        "drift: state Claimed: transitions: + Refused",
        "note: OrderState Extra is in the project and not in the file",
    ]


async def test_an_unmanaged_state_alone_is_no_drift(placet: Placet, project: Project) -> None:
    """Somebody else's state is told, and the exit code is 0."""
    file = project.declare(SMALL)
    await placet("states", "apply", file)
    await project.client.create_state(state_draft("Extra", type_="OrderState", initial=True, transitions=()))
    ended = await placet("states", "check", file, "--remote")
    assert ended.code == 0
    assert ended.out.splitlines()[1:] == ["note: OrderState Extra is in the project and not in the file"]
    told = json.loads((await placet("states", "check", file, "--remote", "--json")).out)
    assert told["unmanaged"] == [{"type": "OrderState", "state": "Extra"}]


async def test_an_order_state_that_only_force_reaches_is_named(placet: Placet, project: Project) -> None:
    """Along the project's own transitions, also where the state is not the file's; other types do not matter."""
    file = project.declare(SMALL)
    await placet("states", "apply", file)
    for key, type_ in (("Attic", "OrderState"), ("Cellar", "OrderState"), ("Vault", "PaymentState")):
        await project.client.create_state(state_draft(key, type_=type_, initial=False, transitions=()))
    await project.change("Attic", set_transitions(["Cellar"]))
    ended = await placet("states", "check", file, "--remote")
    assert ended.code == 1
    assert [line for line in ended.out.splitlines() if line.startswith("only by force: ")] == [
        f"only by force: {key}: no way leads there from an initial state of the project"
        for key in ("Attic", "Cellar")
    ]
    told = json.loads((await placet("states", "check", file, "--remote", "--json")).out)
    assert (told["ok"], told["onlyByForce"], told["drift"]) == (False, ["Attic", "Cellar"], [])
    await project.change("Claimed", set_transitions(None))
    told = json.loads((await placet("states", "check", file, "--remote", "--json")).out)
    assert told["onlyByForce"] == []
    assert told["drift"] == ["state Claimed: transitions: any -> Done, Refused"]


async def test_no_commercetools_is_3(placet: Placet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there: one line, and nothing said of drift."""
    monkeypatch.setenv("PLACET_SANDBOX_ADDRESS", "127.0.0.1:1")
    for command in (["check", "--remote"], ["plan"], ["apply"]):
        ended = await placet("states", *command)
        assert ended.code == 3
        assert len(ended.err.splitlines()) == 1
        assert not ended.out
