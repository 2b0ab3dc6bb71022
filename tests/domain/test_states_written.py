"""States as the file has them: a word or a list, an edge with nothing special as its state alone."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.states import DeclaredStates, Doubt, Edge, Mover, State, StateRole, StateType
from tests.domain.machines import SHIPPED

ALL_ABOUT = {"to": "Done", "by": "operator", "unknownCaller": "allow", "noVerdict": "allow"}


@pytest.mark.parametrize(
    ("written", "edges"),
    [
        ("final", ()),
        ([], ()),
        ("any", None),
        (["Done"], (Edge(to="Done"),)),
        ([{"to": "Done"}], (Edge(to="Done"),)),
        ([{"to": "Done", "by": "anyone"}, "Off"], (Edge(to="Done", by=Mover.ANYONE), Edge(to="Off"))),
        (
            [ALL_ABOUT],
            (Edge(to="Done", by=Mover.OPERATOR, unknown_caller=Doubt.ALLOW, no_verdict=Doubt.ALLOW),),
        ),
    ],
)
def test_where_a_state_leads(written: Any, edges: tuple[Edge, ...] | None) -> None:
    """Read as written, with Placet alone and no by doubt where an edge says nothing."""
    state = State.model_validate({"key": "Waiting", "transitions": written})
    assert state.transitions == edges
    assert state.targets == (None if edges is None else tuple(edge.to for edge in edges))
    assert State.model_validate(state.to_json_dict()) == state


@pytest.mark.parametrize(
    ("written", "again"),
    [
        ("any", "any"),
        ("final", "final"),
        ([], "final"),
        ([{"to": "Done", "by": "placet", "noVerdict": "refuse"}], ["Done"]),
        (["Done", {"to": "Off", "by": "anyone"}], ["Done", {"to": "Off", "by": "anyone"}]),
        ([ALL_ABOUT], [ALL_ABOUT]),
    ],
)
def test_where_a_state_leads_is_written_as_short_as_can_be(written: Any, again: Any) -> None:
    """Also with defaults left out: a file that does not say where a state leads is refused."""
    state = State.model_validate({"key": "Waiting", "transitions": written})
    assert state.to_json_dict()["transitions"] == again
    short = state.model_dump(mode="json", exclude_defaults=True)
    assert short == {"key": "Waiting", "transitions": again}
    assert State.model_validate(short) == state


@pytest.mark.parametrize(
    "written",
    ["Done", "Final", "", {"to": "Done"}, [{"by": "anyone"}], [{"to": "Done", "by": "everyone"}], [7], 7],
)
def test_what_says_nowhere_is_refused(written: Any) -> None:
    """A lone state is not a list, and nothing is guessed."""
    with pytest.raises(ValidationError):
        State.model_validate({"key": "Waiting", "transitions": written})


@pytest.mark.parametrize("key", ["", "a", "a" * 257])
def test_a_key_has_the_length_that_keys_have(key: str) -> None:
    """2 to 256 characters, as commercetools wants of most keys."""
    with pytest.raises(ValidationError):
        State(key=key)


def test_the_edge_to_a_state() -> None:
    """The one that is declared; anybody's where validation is off; none where there is none."""
    waiting = SHIPPED.state("PendingApproval")
    assert waiting is not None
    assert waiting.edge("Cancelled") == Edge(to="Cancelled", by=Mover.OPERATOR)
    assert waiting.edge("Approved") == Edge(to="Approved", by=Mover.PLACET)
    assert waiting.edge("Completed") is None
    assert State(key="Loose").edge("Completed") == Edge(to="Completed", by=Mover.ANYONE)
    assert State(key="Ended", transitions=()).edge("Completed") is None


def test_a_file_holds_states_of_several_types() -> None:
    """Each type by itself, in the order of the file; the machine is made of the order's alone."""
    returned = State(key="Returned", type=StateType.LINE_ITEM, initial=True, roles=(StateRole.RETURN,))
    declared = DeclaredStates(states=(returned, *SHIPPED.states), phases=SHIPPED.phases)
    assert declared.types == (StateType.LINE_ITEM, StateType.ORDER)
    assert declared.of(StateType.LINE_ITEM) == (returned,)
    assert declared.of(StateType.PAYMENT) == ()
    assert declared.machine == SHIPPED
    assert DeclaredStates.model_validate(declared.to_json_dict()) == declared


def test_a_move_to_another_type_is_none_of_the_machines() -> None:
    """An order's state that leads to a line item's is no machine."""
    astray = State(key="Astray", transitions=("Returned",))
    returned = State(key="Returned", type=StateType.LINE_ITEM)
    declared = DeclaredStates(states=(*SHIPPED.states, astray, returned), phases=SHIPPED.phases)
    with pytest.raises(ValidationError, match="the transitions of Astray name states that are not declared"):
        _ = declared.machine
