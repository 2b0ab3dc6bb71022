"""How everything that a person can tell an order is called: as an update of its workflow, in a path, in the log."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.cancellation import Cancellation, Sayable
from domain.decision import Decision, Sent, Withdrawal
from domain.interventions import (
    DeadlineExtension,
    Delegation,
    Reassignment,
    Remark,
    Resubmission,
)


@dataclass(frozen=True)
class Saying:
    """The names of one kind of message (DESIGN: Temporal, HTTP edge)."""

    noun: str
    """In the log and in metrics."""
    update: str
    """The workflow's update."""
    path: str
    """Below `/orders/{orderId}/`."""
    sender: str
    """The field that says whose word it is, on the wire."""

    @property
    def id_field(self) -> str:
        """The field that has the message's id, on the wire."""
        return f"{self.noun}Id"


SAYINGS: Mapping[type[Sent], Saying] = {
    Decision: Saying("decision", "decide", "decisions", "approver"),
    Withdrawal: Saying("withdrawal", "withdraw", "withdrawal", "requester"),
    Resubmission: Saying("resubmission", "resubmit", "resubmission", "requester"),
    Reassignment: Saying("reassignment", "reassign", "reassignment", "by"),
    Delegation: Saying("delegation", "delegate", "delegation", "approver"),
    DeadlineExtension: Saying("extension", "extend", "extension", "operator"),
    Remark: Saying("comment", "comment", "comments", "author"),
    Cancellation: Saying("cancellation", "cancel", "cancellations", "by"),
}


def names_of(said: Sayable) -> Saying:
    """What that message is called."""
    return SAYINGS[type(said)]
