"""Where an order stands in commercetools, whoever put it there."""

from enum import StrEnum

from domain.order import Order
from domain.phases import Phase
from domain.states import StateMachine


class Standing(StrEnum):
    """An order's place on the declared machine."""

    NEW = "new"
    """In no custom state yet."""
    PENDING = "pending"
    APPROVED = "approved"
    IN_FULFILLMENT = "inFulfillment"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """In a state that the machine does not have."""
    GONE = "gone"
    """Deleted."""


UNRELEASED = frozenset({Standing.NEW, Standing.PENDING, Standing.APPROVED})

_OF_PHASE = {
    Phase.ROUTING: Standing.PENDING,
    Phase.PENDING: Standing.PENDING,
    Phase.CHANGES_REQUESTED: Standing.PENDING,
    Phase.APPROVED: Standing.APPROVED,
    Phase.IN_FULFILLMENT: Standing.IN_FULFILLMENT,
    Phase.COMPLETED: Standing.COMPLETED,
    Phase.REJECTED: Standing.REJECTED,
    Phase.WITHDRAWN: Standing.CANCELLED,
    Phase.CANCELLED: Standing.CANCELLED,
}
_ENDED = {
    Standing.COMPLETED: Phase.COMPLETED,
    Standing.REJECTED: Phase.REJECTED,
    Standing.CANCELLED: Phase.CANCELLED,
}

ENDS = {
    Standing.GONE: "the order was deleted",
    Standing.CANCELLED: "the order was cancelled",
    Standing.REJECTED: "the order was rejected by somebody else",
    Standing.COMPLETED: "the order was completed by somebody else",
}
"""What a final standing that is not our doing means, in words."""


def standing(order: Order | None, machine: StateMachine) -> Standing:
    """Where the order stands. `orderState` Cancelled or Complete counts, whatever the custom state says."""
    if order is None:
        return Standing.GONE
    of_state = _of_state(order.state, machine)
    if order.order_state == "Cancelled" and of_state is not Standing.REJECTED:
        return Standing.CANCELLED
    if order.order_state == "Complete":
        return Standing.COMPLETED
    return of_state


def standing_of(phase: Phase) -> Standing:
    """Where the order of a case in that phase stands, once Placet has brought it there."""
    return _OF_PHASE[phase]


def end_of(place: Standing) -> Phase | None:
    """The final phase that a standing means, None if it is not final."""
    return Phase.CANCELLED if place is Standing.GONE else _ENDED.get(place)


def _of_state(key: str | None, machine: StateMachine) -> Standing:
    if key is None:
        return Standing.NEW
    phase = machine.phase(key)
    return _OF_PHASE[phase] if phase is not None else Standing.UNKNOWN
