"""The lint on any machine: it knows every move that the workflow makes, and a clean machine keeps the guard's word."""

import pytest
from hypothesis import given

from domain.guard import Caller, refusal_of_creation, refusal_of_move, released_states
from domain.phases import UNDECIDED, Phase
from domain.states import DeclaredStates, Edge, State, StateMachine, StateType
from domain.states_lint import ENDED_WITHOUT, NEEDED, Finding, findings, reachable
from tests.domain.machines import SHIPPED, grown, leads, machines
from tests.domain.test_states import STATE_OF_ITS_OWN


def linted(machine: StateMachine) -> tuple[Finding, ...]:
    """What is found in a file with that machine alone."""
    return findings(DeclaredStates(states=machine.states, phases=machine.phases))


def without(machine: StateMachine, source: str, target: str) -> StateMachine:
    """The machine with one edge less."""
    states = tuple(
        state.model_copy(update={"transitions": tuple(e for e in state.transitions or () if e.to != target)})
        if state.key == source
        else state
        for state in machine.states
    )
    return StateMachine(states=states, phases=machine.phases)


def test_the_shipped_machine_is_clean() -> None:
    """Otherwise the cases below would show nothing."""
    assert linted(SHIPPED) == ()


@pytest.mark.parametrize(("first", "then"), NEEDED)
def test_every_move_that_the_workflow_makes_is_needed(first: Phase, then: Phase) -> None:
    """Taken away, it is missed by name, at the state that it leads from."""
    source, target = SHIPPED.key(first), SHIPPED.key(then)
    found = linted(without(SHIPPED, source, target))
    assert [finding.state for finding in found if "the edge is missing" in finding.message] == [source]
    assert any(f"to {target} ({then})" in finding.message for finding in found)


def test_a_move_of_nobodys_is_not_missed() -> None:
    """What only operators do is theirs to leave out."""
    assert linted(without(SHIPPED, "InFulfillment", "Cancelled")) == ()


def test_a_move_between_phases_that_share_a_state_is_none() -> None:
    """Where claiming is approving, there is no edge between the two."""
    shared = grown({"Approved": ["PendingApproval", "Completed"]}, in_fulfillment="Approved")
    assert [found for found in linted(shared) if "the edge is missing" in found.message] == []


@pytest.mark.parametrize("phase", sorted(UNDECIDED | ENDED_WITHOUT))
def test_no_phase_before_approval_shares_a_state_with_one_after_it(phase: Phase) -> None:
    """The phase is named, and its line is the phase's."""
    found = linted(grown({}, **{phase.name: "Completed"}))
    message = f"Completed would be both {phase} and approved"
    assert Finding(None, ("phases", phase.value), message) in found


def test_a_state_that_approved_orders_come_to_is_no_entry() -> None:
    """`initial` left on, as commercetools has it by default: any order could be created behind the approval."""
    states = tuple(
        state.model_copy(update={"transitions": (*(state.transitions or ()), Edge(to="Packing"))})
        if state.key == "InFulfillment"
        else state
        for state in SHIPPED.states
    )
    packing = State(key="Packing", initial=True, transitions=(Edge(to="Completed"),))
    declared = DeclaredStates(
        states=(*states, packing), phases=SHIPPED.phases, several_initial=(StateType.ORDER,)
    )
    message = "approved orders come to Packing, in which any order may be created; it should not be initial"
    assert findings(declared) == (Finding("Packing", ("initial",), message),)


def test_states_of_their_own_for_every_phase_can_be_clean() -> None:
    """A machine that shares nothing, with the workflow's edges and a way in."""
    states = [State(key=key, initial=phase is Phase.ROUTING) for phase, key in STATE_OF_ITS_OWN.items()]
    moves = {phase: [STATE_OF_ITS_OWN[then] for first, then in NEEDED if first is phase] for phase in Phase}
    moves[Phase.ROUTING] = [STATE_OF_ITS_OWN[phase] for phase in (Phase.PENDING, Phase.CHANGES_REQUESTED)]
    moves[Phase.IN_FULFILLMENT].append(STATE_OF_ITS_OWN[Phase.CANCELLED])
    listed = [
        State.model_validate({**state.to_json_dict(), "transitions": moves[phase]})
        for phase, state in zip(Phase, states, strict=True)
    ]
    assert linted(StateMachine(states=tuple(listed), phases=STATE_OF_ITS_OWN)) == ()


@given(machines())
def test_what_is_reached_is_where_the_edges_lead(machine: StateMachine) -> None:
    """From the initial states, without force."""
    ways = leads(machine, lambda _, __: True)
    assert reachable(machine.states) == {target for source, target in ways if source is None}


@given(machines())
def test_what_the_guard_never_lets_through_is_found(machine: StateMachine) -> None:
    """Each entry that it refuses, and each end with a move that it refuses for want of a yes; and nothing else."""
    found = [(one.state, one.message) for one in linted(machine)]
    entries = {key for key in machine.entries if refusal_of_creation(machine, key) is not None}
    assert {key for key, message in found if "only an approved one" in message} == entries
    released, ends = released_states(machine), set[str]()
    for phase in ENDED_WITHOUT:
        ended = machine.state(machine.key(phase))
        assert ended is not None
        for target in ended.targets or ():
            refused = refusal_of_move(machine, ended.key, target, Caller.PLACET, released=False)
            if ended.key not in released and refused is not None:
                ends.add(ended.key)
    assert {key for key, message in found if "the guard lets no order" in message} == ends


@pytest.mark.parametrize("type_", [type_ for type_ in StateType if type_ is not StateType.ORDER])
def test_states_of_any_type_are_looked_over(type_: StateType) -> None:
    """Entries, reach and ends are for all; phases are the order's."""
    states = (
        State(key="In", type=type_, initial=True, transitions=("In",)),
        State(key="Off", type=type_, transitions=()),
    )
    found = findings(DeclaredStates(states=states))
    assert [(one.state, one.place) for one in found] == [("Off", ()), ("In", ("transitions",))]
