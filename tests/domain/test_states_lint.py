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
    """Taken away, it is missed by name, once, at the state that it leads from."""
    source, target = SHIPPED.key(first), SHIPPED.key(then)
    found = linted(without(SHIPPED, source, target))
    missed = [finding for finding in found if "the edge is missing" in finding.message]
    assert [finding.state for finding in missed] == [source]
    assert f" to {target} (" in missed[0].message
    assert then in missed[0].message.rpartition("(")[2]


def test_a_move_of_nobodys_is_not_missed() -> None:
    """What only operators do is theirs to leave out."""
    assert linted(without(SHIPPED, "Approved", "Cancelled")) == ()


def test_a_move_between_phases_that_share_a_state_is_none() -> None:
    """Where claiming is approving, there is no edge between the two."""
    shared = grown({"Approved": ["PendingApproval", "Completed", "Cancelled"]}, in_fulfillment="Approved")
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
    assert Finding("Packing", ("initial",), message) in findings(declared)


@pytest.mark.parametrize("source", ["PendingApproval", "InFulfillment"])
def test_a_state_that_no_phase_names_is_found(source: str) -> None:
    """Whether it is before the gate or behind it: whoever gets there is not known to the workflow."""
    shipped = {state.key: state.targets or () for state in SHIPPED.states}
    there = grown({source: [*shipped[source], "Aside"], "Aside": ["Cancelled"]})
    message = "no phase names Aside: an order in it raises the alarm unknownState, and nobody is asked"
    assert linted(there) == (Finding("Aside", (), message),)


def test_an_entry_that_no_phase_names_is_found() -> None:
    """An order is created there, and its workflow does not know what to do with it."""
    there = grown({"New": ["PendingApproval"]}, initial=["New"])
    assert [finding.state for finding in linted(there)] == ["New"]


def test_a_state_that_only_force_leads_to_is_told_once() -> None:
    """That nothing leads there is the finding; that no phase names it is for states that are reached."""
    assert [finding.message for finding in linted(grown({"Aside": []}))] == [
        "Aside cannot be reached from an initial state: only force leads there"
    ]


def test_states_of_their_own_for_every_phase_can_be_clean() -> None:
    """A machine that shares nothing, with the workflow's edges and a way in."""
    states = [State(key=key, initial=phase is Phase.ROUTING) for phase, key in STATE_OF_ITS_OWN.items()]
    moves = {phase: [STATE_OF_ITS_OWN[then] for first, then in NEEDED if first is phase] for phase in Phase}
    moves[Phase.ROUTING] = [STATE_OF_ITS_OWN[phase] for phase in (Phase.PENDING, Phase.CHANGES_REQUESTED)]
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
    """Each entry that it refuses, and each move that it refuses for want of a yes that cannot come; and nothing else."""
    found = [(one.state, one.message) for one in linted(machine)]
    entries = {key for key in machine.entries if refusal_of_creation(machine, key) is not None}
    assert {key for key, message in found if "only an approved one" in message} == entries
    released, ends = released_states(machine), {machine.key(phase) for phase in ENDED_WITHOUT}
    gates = {machine.key(Phase.APPROVED), machine.key(Phase.IN_FULFILLMENT)}
    refused = {
        (state.key, target)
        for state in machine.states
        for target in state.targets or ()
        if state.key not in released and (state.key in ends or target not in gates)
        if refusal_of_move(machine, state.key, target, Caller.PLACET, released=False) is not None
    }
    told = [(key, message) for key, message in found if "the guard lets no order go there" in message]
    assert len(told) == len(refused)
    assert {(key, message.split()[4]) for key, message in told} == refused


def test_a_state_shared_by_waiting_and_approved_orders_is_found() -> None:
    """`OnHold` for both: behind the gate because of the one, so closed to the other until it is approved."""
    shipped = {state.key: state.targets or () for state in SHIPPED.states}
    both = {key: [*shipped[key], "OnHold"] for key in ("PendingApproval", "Approved")}
    found = linted(grown({**both, "OnHold": ["Cancelled"]}))
    message = "approved orders come to OnHold too, so the guard lets no order go there from PendingApproval that is not approved"
    assert Finding("PendingApproval", ("transitions",), message) in found


@pytest.mark.parametrize("type_", [type_ for type_ in StateType if type_ is not StateType.ORDER])
def test_states_of_any_type_are_looked_over(type_: StateType) -> None:
    """Entries, reach and ends are for all; phases are the order's."""
    states = (
        State(key="In", type=type_, initial=True, transitions=("In",)),
        State(key="Off", type=type_, transitions=()),
    )
    found = findings(DeclaredStates(states=states))
    assert [(one.state, one.place) for one in found] == [("Off", ()), ("In", ("transitions",))]
