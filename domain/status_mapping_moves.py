"""Which changes of an order's free states are really changes, and which would take back what was reached.

commercetools lets `orderState`, `paymentState` and `shipmentState` go anywhere (reference, section 3.4); a late or
repeated message of a provider must not. What counts as a step back is a table, and each row has its reason.
"""

from collections.abc import Mapping
from typing import NamedTuple

from domain.status_mapping import Kind, Mapped, Unmapped
from domain.value import Value


class Regress(NamedTuple):
    """From any of these to any of those is a step back, because."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    why: str


_BEFORE_IT_GOES = ("Pending", "Backorder", "Delayed", "Ready")

REGRESS: Mapping[Kind, tuple[Regress, ...]] = {
    Kind.ORDER: (
        Regress(("Confirmed",), ("Open",), "a confirmed order is not opened again"),
        Regress(
            ("Complete",),
            ("Open", "Confirmed", "Cancelled"),
            "a complete order stays complete: what comes back is a return",
        ),
        Regress(("Cancelled",), ("Open", "Confirmed", "Complete"), "Cancelled is final"),
    ),
    Kind.PAYMENT: (
        Regress(
            ("Paid", "CreditOwed"), ("Pending",), "what was paid is not awaited again: the message is late"
        ),
        Regress(
            ("Paid", "CreditOwed"), ("Failed",), "an attempt that failed takes back no payment that succeeded"
        ),
        Regress(("CreditOwed",), ("BalanceDue",), "who is owed money owes none"),
    ),
    Kind.SHIPMENT: (
        Regress(
            ("Backorder", "Delayed", "Ready"),
            ("Pending",),
            "Pending is where a shipment begins: the message is late",
        ),
        Regress(("Partial",), _BEFORE_IT_GOES, "part of it is on its way"),
        Regress(("Partial",), ("Canceled",), "part of it is on its way: the rest is cancelled by quantity"),
        Regress(("Shipped",), (*_BEFORE_IT_GOES, "Partial"), "all of it is on its way"),
        Regress(
            ("Shipped",), ("Canceled",), "what is on its way is not cancelled: it comes back as a return"
        ),
        Regress(("Delivered",), (*_BEFORE_IT_GOES, "Partial", "Shipped"), "it has arrived"),
        Regress(
            ("Delivered",), ("Canceled",), "what has arrived is not cancelled: it comes back as a return"
        ),
        # Not to Partial, Shipped or Delivered: a cancellation that came too late loses against the goods that went.
        Regress(("Canceled",), _BEFORE_IT_GOES, "it was cancelled before it went"),
    ),
}
"""A shipment may well go between Backorder, Delayed and Ready: those are plans, and plans change both ways."""

_WHY: dict[tuple[Kind, str, str], str] = {
    (kind, source, target): row.why
    for kind, rows in REGRESS.items()
    for row in rows
    for source in row.sources
    for target in row.targets
}
_SAME = "it is so already"


class States(Value):
    """The free states of an order as read at one version; None where it has none yet."""

    order: str
    payment: str | None = None
    shipment: str | None = None

    def of(self, kind: Kind) -> str | None:
        """The state of one kind."""
        state: str | None = getattr(self, kind.value)
        return state


class StateChange(Value):
    """A state to set that is not set yet and takes nothing back."""

    kind: Kind
    target: str


class LeftOut(Value):
    """A target that is not set, and why."""

    kind: Kind
    current: str
    target: str
    why: str

    @property
    def is_regress(self) -> bool:
        """Whether it would have taken something back; else it was so already."""
        return self.current != self.target

    def __str__(self) -> str:
        return f"{self.kind.field} {self.current} -> {self.target} left out: {self.why}"


class Changes(Value):
    """What to do about a mapped message. With anything `unmapped`, nothing: it is to be parked."""

    todo: tuple[StateChange, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()


def regress(kind: Kind, current: str | None, target: str) -> str | None:
    """Why the move would be a step back; None if it would not."""
    return None if current is None else _WHY.get((kind, current, target))


def changes(current: States, mapped: Mapped) -> Changes:
    """The changes that are really changes, and why the others were left out.

    All or nothing: a message of which a part cannot be understood changes nothing at all.
    """
    if mapped.unmapped:
        return Changes(unmapped=mapped.unmapped)
    todo: list[StateChange] = []
    left_out: list[LeftOut] = []
    for kind in Kind:
        state, target = current.of(kind), mapped.target(kind)
        if target is None:
            continue
        why = _SAME if state == target else regress(kind, state, target)
        if why is None:
            todo.append(StateChange(kind=kind, target=target))
        else:
            left_out.append(LeftOut(kind=kind, current=state or "", target=target, why=why))
    return Changes(todo=tuple(todo), left_out=tuple(left_out))
