"""The audit trail: what happened to an order, who did it, why, and on which revision."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime

from domain.value import Value

PLACET = "placet"
"""The actor of what the workflow does by itself."""
OUTSIDE = "outside"
"""The actor of what somebody did in commercetools past Placet; the detail names the API client where it is known."""

OUTSIDER = "outsider"
"""The actor who is not in the directory, such as a requester who is known by an e-mail address only."""

Detail = dict[str, str | int | bool | list[str]]


class AuditKind(StrEnum):
    """The closed list of what an entry can be about."""

    ROUTED = "routed"
    REQUESTED = "requested"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    TIMED_OUT = "timedOut"
    DECIDED = "decided"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    RESUBMITTED = "resubmitted"
    REASSIGNED = "reassigned"
    DELEGATED = "delegated"
    EXTENDED = "extended"
    COMMENTED = "commented"
    TRANSITIONED = "transitioned"
    CHANGED_OUTSIDE = "changedOutside"
    HANDED_OVER = "handedOver"
    FORWARDED = "forwarded"
    FULFILLMENT = "fulfillment"
    PROGRESSED = "progressed"
    CANCELLATION = "cancellation"
    ALARM = "alarm"
    CLOSED = "closed"


class AuditEntry(Value):
    """One line of the trail. `detail` says what its kind needs: verdict, comment, from, to, due..."""

    seq: int
    at: AwareDatetime
    kind: AuditKind
    actor: str
    step: str | None = None
    revision: int | None = None
    detail: Detail = {}


class AuditTrail(Value):
    """The trail of one order: the same shape in the query, the API and the custom object."""

    order_id: str
    order_number: str | None = None
    policy_digest: str | None = None
    entries: tuple[AuditEntry, ...] = ()

    def continuing(self, earlier: "AuditTrail") -> "AuditTrail":
        """This trail behind that of an earlier workflow of the same order, numbered on."""
        moved = (
            entry.model_copy(update={"seq": seq})
            for seq, entry in enumerate(self.entries, len(earlier.entries) + 1)
        )
        return self.model_copy(update={"entries": (*earlier.entries, *moved)})

    def has_told(self, message_id: str) -> bool:
        """Whether an entry is about that message in commercetools."""
        return any(entry.detail.get("messageId") == message_id for entry in self.entries)

    def with_entries(self, entries: "tuple[Fact, ...]", at: datetime) -> "AuditTrail":
        """The trail with facts added at its end, numbered without a gap."""
        first = len(self.entries) + 1
        added = tuple(fact.entry(seq, at) for seq, fact in enumerate(entries, first))
        return self.model_copy(update={"entries": self.entries + added})


class Transition(Value):
    """A move of the order's state that we made. `source` is absent for the first state an order ever gets."""

    source: str | None = None
    target: str


class Fact(Value):
    """An audit entry before it has its place and time in the trail."""

    kind: AuditKind
    actor: str = PLACET
    step: str | None = None
    revision: int | None = None
    detail: Detail = {}

    def entry(self, seq: int, at: datetime) -> AuditEntry:
        """The fact at its place in the trail."""
        return AuditEntry(
            seq=seq,
            at=at,
            kind=self.kind,
            actor=self.actor,
            step=self.step,
            revision=self.revision,
            detail=self.detail,
        )


def transitioned(
    moves: Iterable[Transition], revision: int | None, on_behalf_of: str | None = None
) -> tuple[Fact, ...]:
    """The facts of moves that we made, and on whose word."""
    facts = []
    for made in moves:
        detail: Detail = {"to": made.target}
        if made.source is not None:
            detail["from"] = made.source
        if on_behalf_of is not None:
            detail["onBehalfOf"] = on_behalf_of
        facts.append(Fact(kind=AuditKind.TRANSITIONED, revision=revision or None, detail=detail))
    return tuple(facts)
