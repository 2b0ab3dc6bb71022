"""The phases of an order's approval, as everybody names them."""

from enum import StrEnum


class Phase(StrEnum):
    """Where an order stands with Placet."""

    ROUTING = "routing"
    PENDING = "pending"
    CHANGES_REQUESTED = "changesRequested"
    APPROVED = "approved"
    IN_FULFILLMENT = "inFulfillment"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


UNDECIDED = frozenset({Phase.ROUTING, Phase.PENDING, Phase.CHANGES_REQUESTED})
FINAL = frozenset({Phase.COMPLETED, Phase.REJECTED, Phase.WITHDRAWN, Phase.CANCELLED})
# Ends in which nobody decided: a late decision finds the order not pending, rather than decided already.
UNDECIDED_ENDS = frozenset({Phase.WITHDRAWN, Phase.CANCELLED})
