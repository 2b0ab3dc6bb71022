"""What may stand in a status map and cannot be right, or cannot be meant."""

import difflib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from domain.phases import Phase
from domain.states import StateMachine
from domain.status_mapping import TARGETS, Kind, folded, target_of
from domain.status_mapping_moves import regress

Written = Mapping[str, str | None]
"""A provider's statuses as they are written, each with commercetools' own name of its target."""

USUAL_FLOWS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "fluent": (
        (
            "CREATED", "RECEIVED", "PENDING_PAYMENT", "BOOKED", "AWAITING_WAVE", "ASSIGNED", "PICK", "PICK_PACK", "PACK",
            "PARTIALLY_FULFILLED", "FULFILLED", "AWAITING_COURIER_COLLECTION", "PARTIALLY_SHIPPED", "SHIPPED",
            "DELIVERED", "COMPLETE",
        ),
        (
            "CREATED", "RECEIVED", "PENDING_PAYMENT", "BOOKED", "PICK_PACK_CC", "AWAITING_CUSTOMER_COLLECTION",
            "COMPLETE",
        ),
    )
}  # fmt: skip
"""The ways that an order usually goes at a provider: Fluent's home delivery, and click and collect (reference,
fulfilment-systems: the order of its own mapping). ESCALATED is aside: an order comes to it from anywhere."""

_CANCELLED = {Kind.ORDER: ("Cancelled", "two l"), Kind.SHIPMENT: ("Canceled", "one l")}
_SET_WITH: Mapping[str, tuple[Phase, Phase]] = {
    "Confirmed": (Phase.PENDING, Phase.APPROVED),
    "Complete": (Phase.IN_FULFILLMENT, Phase.COMPLETED),
    "Cancelled": (Phase.IN_FULFILLMENT, Phase.CANCELLED),
}
"""With which move of the machine Placet sets an `orderState`: from the first phase's state to the second's."""

_NOT_WITH: Mapping[str, tuple[str, ...]] = {
    "Complete": ("Pending", "Backorder", "Delayed", "Ready", "Partial"),
    "Cancelled": ("Partial", "Shipped", "Delivered"),
}
"""Of one status: an order that is complete has sent everything, and what has left is not cancelled."""


class Fault(NamedTuple):
    """Something about one status of a map."""

    status: str
    message: str


def target_fault(kind: Kind, written: object) -> str | None:
    """Why something is no target of this kind; None if it is one, or null."""
    if written is None:
        return None
    if not isinstance(written, str):
        return f"a target is a text, or null where the status means nothing for {kind.field}"
    if target_of(kind, written) is not None:
        return None
    spelling, letters = _CANCELLED.get(kind, ("", ""))
    if spelling and folded(written) in {"cancelled", "canceled"}:
        return f"{kind.field} has no '{written}'; write '{spelling}', with {letters}"
    near = difflib.get_close_matches(folded(written), map(folded, TARGETS[kind]), n=1)
    meant = f"did you mean '{target_of(kind, near[0])}'?" if near else f"it has {', '.join(TARGETS[kind])}"
    return f"{kind.field} has no '{written}'; {meant}"


def differ_by_case(statuses: Written) -> Iterator[Fault]:
    """Statuses that are one and the same, since case does not count, and have different targets."""
    first: dict[str, str] = {}
    for status, target in statuses.items():
        other = first.setdefault(folded(status), status)
        if statuses[other] != target:
            yield Fault(status, f"'{other}' is the same status, and means {statuses[other]} and not {target}")


def unreachable(statuses: Written, machine: StateMachine) -> Iterator[Fault]:
    """Values of `orderState` for which the declared machine has no move: Placet sets the two together."""
    for status, target in statuses.items():
        phases = _SET_WITH.get(target or "")
        if phases is None:
            continue
        source, state = (machine.key(phase) for phase in phases)
        if source != state and not machine.allows(source, state):
            told = f"orderState {target} is set with the move from {source} to {state}"
            yield Fault(status, f"{told}, which the declared machine does not have")


def lowering(provider: str, kind: Kind, statuses: Written) -> tuple[Fault, ...]:
    """Targets that fall back along the provider's usual flow. They would be left out whenever they come."""
    written = {folded(status): status for status in statuses}
    found: dict[Fault, None] = {}
    for flow in _flows(provider, statuses):
        stages = [written[folded(status)] for status in flow if folded(status) in written]
        told = [(status, target) for status in stages if (target := statuses[status]) is not None]
        for (before, reached), (status, target) in pairwise(told):
            why = regress(kind, reached, target)
            if why is not None:
                fall = f"{kind.field} falls from {reached} ({before}) to {target}, which is never done: {why}"
                found[Fault(status, fall)] = None
    return tuple(found)


def gaps(statuses: Written, other: Written, other_kind: Kind) -> Iterator[Fault]:
    """Statuses of an order of which another of the provider's maps says nothing, not even null."""
    known = {folded(status) for status in other}
    for status in statuses:
        if folded(status) not in known:
            yield Fault(
                status,
                f"the {other_kind} map does not name {status}: give it a target there, or null if it means nothing",
            )


def at_odds(statuses: Written, shipments: Written) -> Iterator[Fault]:
    """Statuses by which an order ends while the shipment map has goods of it still to come, or on their way."""
    known = {folded(status): target for status, target in shipments.items()}
    for status, target in statuses.items():
        shipment = known.get(folded(status))
        if shipment in _NOT_WITH.get(target or "", ()):
            ends = f"it is {target} by this map, which ends the provider's part"
            yield Fault(status, f"{ends}, and {shipment} by the shipment map")


def _flows(provider: str, statuses: Written) -> tuple[tuple[str, ...], ...]:
    """The known ways; else the document's own order, unless that is the alphabet's, which says nothing."""
    if provider in USUAL_FLOWS:
        return USUAL_FLOWS[provider]
    written = tuple(status for status, target in statuses.items() if target not in {"Cancelled", "Canceled"})
    return () if list(written) == sorted(written) else (written,)
