"""Moving an order along the declared machine, on the version that was read, never with `force`."""

from collections.abc import Sequence

from clients.commercetools import Commercetools
from clients.drafts import OrderUpdateAction, change_order_state, transition_state
from domain.audit import Transition
from domain.order import Order
from domain.phases import Phase
from domain.states import StateMachine

# DESIGN: orderState moves in the same update, and is never lowered.
_ORDER_STATE = {
    Phase.IN_FULFILLMENT: "Confirmed",  # with the approval: both moves are one update
    Phase.COMPLETED: "Complete",
    Phase.REJECTED: "Cancelled",
    Phase.WITHDRAWN: "Cancelled",
    Phase.CANCELLED: "Cancelled",
}
_RANK = {"Open": 0, "Confirmed": 1, "Complete": 2, "Cancelled": 2}


async def move(  # noqa: PLR0913 - what a move is made of, each by its name
    commercetools: Commercetools,
    order: Order,
    way: tuple[str, ...],
    phase: Phase,
    external_user: str | None = None,
    *,
    along: Sequence[OrderUpdateAction] = (),
) -> tuple[Order, tuple[Transition, ...]]:
    """Take the order along `way` in one update on the version that was read, with what else belongs to it before.

    Raises:
        ConcurrentModification: somebody wrote in between; nothing was moved.
        InvalidOperation: the project's machine does not have the move; nothing was moved.
    """
    wanted = _ORDER_STATE.get(phase)
    raised = wanted is not None and _RANK[wanted] > _RANK[order.order_state]
    actions = [
        *along,
        *(transition_state(key) for key in way),
        *((change_order_state(wanted),) if raised and wanted else ()),
    ]
    if not actions:
        return order, ()
    moved = await commercetools.update_order(order.id, order.version, actions, external_user=external_user)
    return moved, transitions(order.state, way)


def transitions(source: str | None, way: tuple[str, ...]) -> tuple[Transition, ...]:
    """The moves along a way, one after the other."""
    return tuple(Transition(source=s, target=t) for s, t in zip((source, *way), way, strict=False))


def way_to(machine: StateMachine, order: Order, phase: Phase) -> tuple[str, ...] | None:
    """The moves from where the order is to a phase; by way of pending, where there is no direct one."""
    target, pending = machine.key(phase), machine.key(Phase.PENDING)
    direct = machine.way(order.state, target)
    if direct is not None:
        return direct
    back, on = machine.way(order.state, pending), machine.way(pending, target)
    return (*back, *on) if back is not None and on is not None else None


async def moved_by_us(commercetools: Commercetools, order: Order) -> bool:
    """Whether it was our client that put the order where it is; any doubt means no.

    Messages lag behind the order: the newest one tells nothing unless it leads to where the order is.
    """
    if order.last_modified_by == commercetools.client_id:
        return True
    last = await commercetools.last_transition(order.id)
    if last is None or last.state_key != order.state:
        return False
    return last.client_id == commercetools.client_id
