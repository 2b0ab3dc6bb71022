"""The declared machine allows what commercetools would allow, and says where an order stands."""

import pytest
from pydantic import ValidationError

from domain.order import Order
from domain.phases import Phase
from domain.standing import Standing, end_of, standing
from domain.states import State, StateMachine
from tests.domain.cast import MONDAY, content

SHIPPED = StateMachine(
    states=(
        State(key="PendingApproval", initial=True, transitions=("Approved", "Rejected", "Cancelled")),
        State(key="Approved", transitions=("InFulfillment", "PendingApproval", "Cancelled")),
        State(key="InFulfillment", transitions=("Completed", "Cancelled")),
        State(key="Rejected", transitions=()),
        State(key="Completed", transitions=()),
        State(key="Cancelled", transitions=()),
    ),
    phases={
        Phase.ROUTING: "PendingApproval",
        Phase.PENDING: "PendingApproval",
        Phase.CHANGES_REQUESTED: "PendingApproval",
        Phase.APPROVED: "Approved",
        Phase.IN_FULFILLMENT: "InFulfillment",
        Phase.COMPLETED: "Completed",
        Phase.REJECTED: "Rejected",
        Phase.WITHDRAWN: "Cancelled",
        Phase.CANCELLED: "Cancelled",
    },
)
STATE_OF_ITS_OWN = {phase: f"our-{phase.value}" for phase in Phase}


def every_phase_its_own() -> StateMachine:
    """A machine with a state for each phase, and no validation of moves."""
    states = tuple(State(key=key, initial=True) for key in STATE_OF_ITS_OWN.values())
    return StateMachine(states=states, phases=STATE_OF_ITS_OWN)


def with_transitions(transitions: tuple[str, ...] | None) -> StateMachine:
    """The shipped machine, with other moves from `Approved`."""
    states = (
        state.model_copy(update={"transitions": transitions}) if state.key == "Approved" else state
        for state in SHIPPED.states
    )
    return StateMachine(states=tuple(states), phases=SHIPPED.phases)


def order(state: str | None, order_state: str = "Open") -> Order:
    """An order in a custom state."""
    return Order(
        id="order-1", version=1, created_at=MONDAY, order_state=order_state, state=state, content=content()
    )


def test_a_list_allows_what_is_in_it() -> None:
    """The declared moves, and no others, not even to stay."""
    allowed = {state.key for state in SHIPPED.states if SHIPPED.allows("Approved", state.key)}
    assert allowed == {"InFulfillment", "PendingApproval", "Cancelled"}


def test_absent_transitions_turn_validation_off() -> None:
    """commercetools: a State whose `transitions` are not set allows every move."""
    machine = with_transitions(None)
    assert all(machine.allows("Approved", state.key) for state in machine.states)
    assert not machine.allows("Approved", "Nowhere")


def test_an_empty_list_is_final() -> None:
    """commercetools: a State with no transitions is an end."""
    machine = with_transitions(())
    assert not any(machine.allows("Approved", state.key) for state in machine.states)


def test_an_order_without_a_state_may_only_enter_an_initial_one() -> None:
    """Whatever the others allow."""
    entries = {state.key for state in SHIPPED.states if SHIPPED.allows(None, state.key)}
    assert entries == {"PendingApproval"}


def test_a_state_that_is_not_declared_allows_nothing() -> None:
    """Neither from it nor to it."""
    assert not SHIPPED.allows("Limbo", "PendingApproval")
    assert not SHIPPED.allows("PendingApproval", "Limbo")
    assert not SHIPPED.allows(None, "Limbo")


def test_the_way_is_the_moves_in_order() -> None:
    """None to make, one, or two for an order that has no state yet."""
    assert SHIPPED.way("Approved", "Approved") == ()
    assert SHIPPED.way("PendingApproval", "Approved") == ("Approved",)
    assert SHIPPED.way(None, "PendingApproval") == ("PendingApproval",)
    assert SHIPPED.way(None, "Approved") == ("PendingApproval", "Approved")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("PendingApproval", "InFulfillment"),
        ("Rejected", "Approved"),
        ("Completed", "PendingApproval"),
        ("Limbo", "Approved"),
        (None, "InFulfillment"),
        (None, "Limbo"),
    ],
)
def test_there_is_no_way_round(source: str | None, target: str) -> None:
    """An order is never taken through states that it has no business in."""
    assert SHIPPED.way(source, target) is None


def test_every_way_is_made_of_allowed_moves() -> None:
    """Each single move of a way would be accepted."""
    keys = [None, *(state.key for state in SHIPPED.states)]
    for source in keys:
        for target in keys[1:]:
            way = SHIPPED.way(source, str(target)) or ()
            for here, there in zip((source, *way), way, strict=False):
                assert SHIPPED.allows(here, there)


def test_a_machine_is_whole() -> None:
    """Nothing twice, nothing undeclared, nothing missing, and a way in."""
    states, phases = SHIPPED.states, SHIPPED.phases
    faults = {
        "declared twice": (states + states[:1], phases),
        "transitions of PendingApproval": (states[:1], dict.fromkeys(Phase, "PendingApproval")),
        "the phases name": (states, {**phases, Phase.APPROVED: "Limbo"}),
        "phases without a state: approved": (
            states,
            {phase: key for phase, key in phases.items() if phase is not Phase.APPROVED},
        ),
        "no state is initial": (
            tuple(state.model_copy(update={"initial": False}) for state in states),
            phases,
        ),
    }
    for message, (wrong_states, wrong_phases) in faults.items():
        with pytest.raises(ValidationError, match=message):
            StateMachine(states=wrong_states, phases=wrong_phases)


@pytest.mark.parametrize("phase", sorted(Phase))
def test_the_phase_of_a_phases_own_state_is_that_phase(phase: Phase) -> None:
    """Where every phase has a state of its own, the state tells the phase."""
    machine = every_phase_its_own()
    assert machine.phase(machine.key(phase)) is phase


def test_shared_states_read_as_the_plainer_phase() -> None:
    """In the shipped machine the undecided are pending, and the withdrawn are cancelled."""
    assert SHIPPED.phase("PendingApproval") is Phase.PENDING
    assert SHIPPED.phase("Cancelled") is Phase.CANCELLED
    assert SHIPPED.phase("Limbo") is None


@pytest.mark.parametrize(
    ("state", "order_state", "expected"),
    [
        (None, "Open", Standing.NEW),
        ("PendingApproval", "Open", Standing.PENDING),
        ("Approved", "Confirmed", Standing.APPROVED),
        ("InFulfillment", "Confirmed", Standing.IN_FULFILLMENT),
        ("Completed", "Complete", Standing.COMPLETED),
        ("Rejected", "Cancelled", Standing.REJECTED),
        ("Cancelled", "Cancelled", Standing.CANCELLED),
        ("Limbo", "Open", Standing.UNKNOWN),
        ("InFulfillment", "Cancelled", Standing.CANCELLED),
        ("PendingApproval", "Complete", Standing.COMPLETED),
        (None, "Cancelled", Standing.CANCELLED),
    ],
)
def test_where_an_order_stands(state: str | None, order_state: str, expected: Standing) -> None:
    """By its custom state, and by an `orderState` that says it is over."""
    assert standing(order(state, order_state), SHIPPED) is expected


def test_a_deleted_order_is_gone_and_over() -> None:
    """Nobody can approve what is not there."""
    assert standing(None, SHIPPED) is Standing.GONE
    assert end_of(Standing.GONE) is Phase.CANCELLED


@pytest.mark.parametrize("phase", sorted(Phase))
def test_no_declared_state_is_unknown(phase: Phase) -> None:
    """Any project may declare its own machine: each of its states is a known place, withdrawn and all."""
    machine = every_phase_its_own()
    place = standing(order(machine.key(phase)), machine)
    expected = {
        Phase.ROUTING: Standing.PENDING,
        Phase.CHANGES_REQUESTED: Standing.PENDING,
        Phase.WITHDRAWN: Standing.CANCELLED,
    }
    assert place is (expected.get(phase) or Standing(phase.value))


def test_ends_are_ends() -> None:
    """The standings that are over, and only those, have a final phase."""
    assert {place: end_of(place) for place in Standing if end_of(place)} == {
        Standing.COMPLETED: Phase.COMPLETED,
        Standing.REJECTED: Phase.REJECTED,
        Standing.CANCELLED: Phase.CANCELLED,
        Standing.GONE: Phase.CANCELLED,
    }
