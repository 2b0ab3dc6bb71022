"""`placet states pull`: a project as a file, with what only a file can know kept."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clients.resources import StateResource
from clients.state_drafts import change_initial, set_transitions, state_draft
from configuration import load_states
from domain.progress import LineStage
from domain.states import DeclaredStates, Doubt, Edge, Mover, State, StateRole, StateType
from settings import SHIPPED_CONFIG
from starter.exits import RefusedError
from starter.states_file import file_text
from starter.states_pull import pull
from tests.cli.conftest import Placet
from tests.cli.states_project import ORDERS, SMALL, Project, at


@pytest.fixture
async def project(sandbox_url: str, tmp_path: Path) -> AsyncIterator[Project]:
    """An empty project."""
    async with at(sandbox_url, tmp_path / "states.yaml") as project:
        yield project


async def test_what_was_applied_is_pulled_as_it_was(placet: Placet, project: Project, tmp_path: Path) -> None:
    """The shipped file there and back: the same states, movers and phases; a plan with it is empty."""
    shipped = SHIPPED_CONFIG / "states.yaml"
    await placet("states", "apply", str(shipped))
    ended = await placet("states", "pull", str(shipped))
    assert ended.code == 0, ended.err
    pulled = tmp_path / "pulled.yaml"
    pulled.write_text(ended.out, encoding="utf-8")
    assert load_states(pulled) == load_states(shipped)
    assert "      - {to: Cancelled, by: operator}\n" in ended.out
    assert (await placet("states", "plan", str(pulled))).out == "nothing to change\n"
    assert (await placet("states", "check", str(pulled), "--remote")).code == 0


async def test_any_project_round_trips(placet: Placet, project: Project, tmp_path: Path) -> None:
    """States of several types that no file knows: the plan with the pulled one is empty, and it asks for phases."""
    for key, type_, initial in (
        ("Start", "OrderState", True),
        ("End", "OrderState", False),
        ("Anywhere", "OrderState", False),
        ("Back", "LineItemState", False),
        ("yes", "PaymentState", True),
        ("12", "RecurringOrderState", True),
    ):
        name = {"en": "No: really #1", "no": "Ny"} if initial else None
        await project.client.create_state(state_draft(key, type_=type_, initial=initial, name=name))
    await project.change("Start", set_transitions(["End", "Start", "Anywhere"]))
    await project.change("End", set_transitions([]))
    await project.change("Initial", set_transitions(["Back"]))
    missing = tmp_path / "none" / "states.yaml"
    missing.parent.mkdir()
    ended = await placet("states", "pull", "--out", str(missing))
    assert (ended.code, ended.out) == (0, f"wrote {missing}\n"), ended.err
    assert (await placet("states", "plan", str(missing))).out == "nothing to change\n"
    pulled = load_states(missing)
    assert pulled.phases == {}
    assert "# phases: which state an order has" in missing.read_text(encoding="utf-8")
    assert {state.key: state.targets for state in pulled.states} == {
        "Start": ("End", "Start", "Anywhere"),
        "End": (),
        "Anywhere": None,
        "Initial": ("Back",),
        "Back": None,
        "yes": None,
        "12": None,
    }


async def test_by_and_phases_are_kept_edge_by_edge(placet: Placet, project: Project) -> None:
    """Somebody added a state and a move by hand: what the file said stays, and what is new is Placet's alone."""
    doubtful = "{ to: Refused, by: operator, unknownCaller: allow, noVerdict: allow }"
    file = project.declare(SMALL.replace("{ to: Refused, by: operator }", doubtful))
    await placet("states", "apply", file)
    await project.client.create_state(state_draft("Held", type_="OrderState", initial=False))
    await project.change("Held", set_transitions(["Waiting"]))
    await project.change("Claimed", set_transitions(["Held", "Refused", "Done"]))
    ended = await placet("states", "pull", file, "--out", file, "--replace")
    assert ended.code == 0, ended.err
    pulled = load_states(project.file)
    assert [state.key for state in pulled.states] == [
        "Waiting",
        "Approved",
        "Claimed",
        "Done",
        "Refused",
        "Held",
    ]
    assert pulled.states[2].transitions == (
        Edge(to="Done"),
        Edge(to="Refused", by=Mover.OPERATOR, unknown_caller=Doubt.ALLOW, no_verdict=Doubt.ALLOW),
        Edge(to="Held", by=Mover.PLACET),
    )
    assert pulled.phases
    assert (await placet("states", "plan", file)).out == "nothing to change\n"


async def test_phases_that_do_not_fit_are_asked_for(placet: Placet, project: Project) -> None:
    """A state that stood for a phase is gone, or none is initial any more: no phases rather than wrong ones."""
    file = project.declare(SMALL)
    await placet("states", "apply", file)
    await project.change("Waiting", change_initial(initial=False))
    ended = await placet("states", "pull", file)
    assert "\nphases:" not in ended.out
    assert "# phases:" in ended.out
    await project.change("Waiting", change_initial(initial=True))
    assert "\nphases:" in (await placet("states", "pull", file)).out


async def test_a_file_that_is_there_is_not_replaced_unasked(placet: Placet, project: Project) -> None:
    """Exit code 2, and the file is as it was."""
    file = project.declare(ORDERS)
    ended = await placet("states", "pull", "--out", file)
    assert ended.code == 2
    assert "--replace" in ended.err
    assert project.file.read_text(encoding="utf-8") == ORDERS


async def test_states_that_no_file_can_name(placet: Placet, project: Project, tmp_path: Path) -> None:
    """A move into another type is named and nothing is written; the exit code is 1."""
    await project.client.create_state(state_draft("Paid", type_="PaymentState", initial=True, transitions=()))
    await project.client.create_state(
        state_draft("Odd", type_="OrderState", initial=True, transitions=["Paid"])
    )
    out = tmp_path / "odd.yaml"
    ended = await placet("states", "pull", "--out", str(out))
    assert ended.code == 1
    assert "Odd is of type OrderState, Paid of PaymentState" in ended.err
    assert not out.exists()


def _found(**fields: Any) -> StateResource:
    return StateResource.model_validate(
        {"id": "i1", "version": 1, "type": "OrderState", "initial": True, **fields}
    )


def test_what_has_no_key_or_an_unknown_type_is_left_out_and_told() -> None:
    """A file could not name it; what leads to it, or has a key that is none here, is refused."""
    future = _found(id="i2", key="Later", type="ReturnState")
    pulled = pull([_found(), future, _found(id="i3", key="Start")], None)
    assert [state.key for state in pulled.declared.states] == ["Start"]
    assert pulled.notes == (
        "the OrderState i1 has no key, and is left out",
        "states of type ReturnState are not known here, and are left out",
    )
    leading = _found(id="i3", key="Start", transitions=[{"typeId": "state", "id": "i1"}])
    with pytest.raises(RefusedError, match="state Start leads to i1, which has no key"):
        pull([_found(), leading], None)
    with pytest.raises(RefusedError, match="state X cannot be written in a file: key: "):
        pull([_found(key="X")], None)


def test_line_states_are_kept_as_far_as_they_are_there() -> None:
    """The built-in one always is; the file would be refused if it named one that is gone."""
    known = DeclaredStates(
        states=(),
        line_item_states={
            LineStage.PENDING: "Initial",
            LineStage.SHIPPED: "Sent",
            LineStage.DELIVERED: "Gone",
        },
    )
    pulled = pull([_found(key="Sent", type="LineItemState")], known).declared
    assert pulled.line_item_states == {LineStage.PENDING: "Initial", LineStage.SHIPPED: "Sent"}


_TEXT = some.text(some.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40)
_WORDS = some.dictionaries(some.sampled_from(["en", "de", "no", "de-AT", "y"]), _TEXT, max_size=3)
_KEYS = some.lists(_TEXT.filter(lambda key: len(key) > 1), min_size=1, max_size=4, unique=True)


@some.composite
def _declared(draw: some.DrawFn) -> DeclaredStates:
    keys = draw(_KEYS)
    edges = some.builds(Edge, to=some.sampled_from(keys), by=some.sampled_from(Mover))
    moves = some.none() | some.lists(edges, max_size=3, unique_by=lambda edge: edge.to).map(tuple)
    return DeclaredStates(
        states=tuple(
            State(
                key=key,
                type=StateType.LINE_ITEM,
                name=draw(_WORDS),
                description=draw(_WORDS),
                initial=draw(some.booleans()),
                roles=draw(some.sampled_from([(), (StateRole.RETURN,)])),
                transitions=draw(moves),
            )
            for key in keys
        ),
        several_initial=draw(some.sampled_from([(), (StateType.LINE_ITEM,)])),
        line_item_states=draw(
            some.dictionaries(some.sampled_from(LineStage), some.sampled_from(keys), max_size=3)
        ),
    )


@given(_declared())
@settings(max_examples=60, deadline=None)
def test_whatever_is_declared_is_read_as_it_was_written(declared: DeclaredStates) -> None:
    """Names in any script, with quotes, colons and line ends of other scripts: the file says the same."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "states.yaml"
        file.write_text(file_text(declared), encoding="utf-8")
        assert load_states(file) == declared
