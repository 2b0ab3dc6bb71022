"""Several logistic orders make one commercial order: what the targets of each mean for the whole."""

from collections.abc import Iterable, Sequence

from domain.status_mapping import Kind, Mapped

_FAR: dict[Kind, tuple[str, ...]] = {
    Kind.ORDER: ("Open", "Confirmed", "Complete"),
    Kind.PAYMENT: ("Failed", "Pending", "BalanceDue", "Paid", "CreditOwed"),
    Kind.SHIPMENT: ("Backorder", "Delayed", "Pending", "Ready", "Partial", "Shipped", "Delivered"),
}
"""From the one that counts most for the whole while any part is there."""
_ENDED = {Kind.ORDER: "Cancelled", Kind.SHIPMENT: "Canceled"}
_GONE = frozenset({"Partial", "Shipped", "Delivered"})


def together(parts: Sequence[Mapped]) -> Mapped:
    """One `Mapped` for all parts of an order, of which each has its newest targets.

    The whole is as far as the part that is least far: complete or delivered only if every part is. Cancelled parts do
    not count, unless all are. A shipment is `Partial` as soon as something has gone and something has not. As long as
    a part says nothing of a kind, nothing is said of the whole; what is unmapped in any part is unmapped.
    """
    return Mapped(
        order=_whole(Kind.ORDER, [part.order for part in parts]),
        payment=_whole(Kind.PAYMENT, [part.payment for part in parts]),
        shipment=_whole(Kind.SHIPMENT, [part.shipment for part in parts]),
        unmapped=tuple(dict.fromkeys(one for part in parts for one in part.unmapped)),
    )


def _whole(kind: Kind, targets: Iterable[str | None]) -> str | None:
    told = list(targets)
    left = [target for target in told if target is None or target != _ENDED.get(kind)]
    if not left:
        return _ENDED.get(kind) if told else None
    known = [target for target in left if target is not None]
    if kind is Kind.SHIPMENT and _GONE.intersection(known) and not {"Shipped", "Delivered"}.issuperset(left):
        return "Partial"
    if len(known) < len(left):
        return None
    return min(known, key=_FAR[kind].index)
