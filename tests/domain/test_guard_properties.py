"""The guard's promises on any machine whatever, against a second telling of where each machine leads."""

from hypothesis import given
from hypothesis import strategies as st

from domain.guard import (
    Caller,
    Objection,
    drift,
    needs_release,
    refusal_of_creation,
    refusal_of_move,
    released_states,
)
from domain.phases import Phase
from domain.states import DeclaredStates, Doubt, Mover, State, StateMachine
from tests.domain.machines import Place, asked, keys, leads, machines, open_to, released_by_hand, taken_back

callers = st.sampled_from(Caller)
not_ours = st.sampled_from([caller for caller in Caller if caller is not Caller.PLACET])
no_yes = st.sampled_from([None, False])
insisting = machines(silent=(Doubt.REFUSE,))
Asked = tuple[StateMachine, Place, str]


def gates(of: StateMachine) -> set[str]:
    """The two states that nobody comes to without the workflow's word."""
    return {of.phases[Phase.APPROVED], of.phases[Phase.IN_FULFILLMENT]}


@given(asked(), callers)
def test_a_released_order_goes_where_its_mover_may_walk(move: Asked, caller: Caller) -> None:
    """With the workflow's yes, exactly along declared edges that are open to the caller, in one step or several."""
    machine, source, target = move
    is_open = open_to(caller)
    led = (source, target) in leads(machine, lambda _, edge: is_open(edge))
    refused = refusal_of_move(machine, source, target, caller, released=True)
    back = taken_back(machine, source, target, caller)
    assert (refused is None) == (led or back or source == target)


@given(asked())
def test_ours_goes_exactly_where_the_declared_edges_lead(move: Asked) -> None:
    """Our own client may walk every edge, and nothing that is none."""
    machine, source, target = move
    led = (source, target) in leads(machine, lambda _, __: True)
    refused = refusal_of_move(machine, source, target, Caller.PLACET, released=True)
    assert (refused is None) == (led or source == target)
    assert refused is None or refused.objection is Objection.NOT_ON_THE_MACHINE


@given(asked(insisting), not_ours, st.sampled_from([None, False, True]))
def test_nobody_else_gets_along_an_edge_of_placets(
    move: Asked, caller: Caller, released: bool | None
) -> None:
    """Where every way has an edge of Placet's alone in it, no other caller comes through, whatever the verdict."""
    machine, source, target = move
    free = leads(
        machine,
        lambda _, edge: (
            edge.by is not Mover.PLACET or (caller is Caller.UNKNOWN and edge.unknown_caller is Doubt.ALLOW)
        ),
    )
    back = taken_back(machine, source, target, caller)
    if source != target and not back and (source, target) not in free:
        assert refusal_of_move(machine, source, target, caller, released=released) is not None


@given(asked(), callers)
def test_without_a_yes_nobody_is_let_go(move: Asked, caller: Caller) -> None:
    """A no keeps every order out of the released states and the gates, whoever moves it, whatever edges say."""
    machine, source, target = move
    released = released_by_hand(machine)
    into = target in released and source not in released
    if source != target and (into or target in gates(machine)):
        refused = refusal_of_move(machine, source, target, caller, released=False)
        assert refused is not None


@given(asked(insisting), callers, no_yes)
def test_silence_is_a_no(move: Asked, caller: Caller, released: bool | None) -> None:
    """Where no edge says otherwise, an order whose workflow does not answer is let go no more than a refused one."""
    machine, source, target = move
    inside = released_by_hand(machine)
    into = target in inside and source not in inside
    if source != target and (into or target in gates(machine)):
        assert refusal_of_move(machine, source, target, caller, released=released) is not None


@given(asked(), callers)
def test_silence_passes_only_where_every_edge_lets_it(move: Asked, caller: Caller) -> None:
    """Without a verdict, a way into the released states is made of edges that say `noVerdict: allow`."""
    machine, source, target = move
    inside, is_open = released_by_hand(machine), open_to(caller)

    def passes(here: Place, there: str) -> bool:
        return there in gates(machine) or (there in inside and here not in inside)

    ways = leads(machine, lambda _, edge: is_open(edge))
    quiet = leads(
        machine,
        lambda here, edge: is_open(edge) and (edge.no_verdict is Doubt.ALLOW or not passes(here, edge.to)),
    )
    refused = refusal_of_move(machine, source, target, caller, released=None)
    expected = (source, target) in (quiet if passes(source, target) else ways)
    back = taken_back(machine, source, target, caller)
    assert (refused is None) == (expected or back or source == target)


@given(asked(), callers)
def test_a_yes_never_hurts(move: Asked, caller: Caller) -> None:
    """What is accepted with a no is accepted in doubt, and what is accepted in doubt is accepted with a yes."""
    machine, source, target = move
    accepted = [
        refusal_of_move(machine, source, target, caller, released=word) is None
        for word in (False, None, True)
    ]
    assert accepted == sorted(accepted)


@given(machines())
def test_the_released_states_by_hand(machine: StateMachine) -> None:
    """The gates, the completed one and what is behind them, unless it is before them too."""
    released = released_states(machine)
    assert released == released_by_hand(machine)
    for source in (None, *keys(machine)):
        for target in keys(machine):
            into = target in released and source not in released
            assert needs_release(machine, source, target) == (into or target in gates(machine))


@given(machines())
def test_an_order_is_created_before_the_gate(machine: StateMachine) -> None:
    """In an initial state that only an approved order may be in, as little as in one that is not initial."""
    inside = released_by_hand(machine)
    for state in machine.states:
        refused = refusal_of_creation(machine, state.key)
        assert (refused is None) == (state.initial and state.key not in inside)


@given(asked(), callers)
def test_a_single_move_drifts_unless_its_edge_was_its_movers(move: Asked, caller: Caller) -> None:
    """Messages tell of moves one by one, so there is an edge or there is none."""
    machine, source, target = move
    held = machine.state(source) if source is not None else None
    is_open = open_to(caller)
    if held is None:
        allowed = target in machine.entries
    elif held.transitions is None:
        allowed = True
    else:
        allowed = any(edge.to == target and is_open(edge) for edge in held.transitions)
    allowed = allowed or taken_back(machine, source, target, caller)
    assert (drift(machine, source, target, caller, forced=False) is None) == allowed


@given(machines())
def test_what_is_written_is_read_again(machine: StateMachine) -> None:
    """Every state says where it leads, as a word or a list, and reads back as it was."""
    for state in machine.states:
        written = state.to_json_dict()
        word = "any" if state.transitions is None else "final"
        assert state.transitions or written["transitions"] == word
        assert State.model_validate(written) == state
    declared = DeclaredStates(states=machine.states, phases=machine.phases)
    assert DeclaredStates.model_validate(declared.to_json_dict()) == declared
    assert DeclaredStates.model_validate_json(declared.model_dump_json()) == declared
    assert StateMachine.model_validate(machine.to_json_dict()) == machine
