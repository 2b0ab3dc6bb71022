"""What a reconciliation has found: each finding says of which order, what was done about it, and why."""

from collections import Counter
from enum import StrEnum

from pydantic import AwareDatetime

from domain.value import Value

LISTED_OF_A_KIND = 100
"""So many findings of each kind are kept with their orders; the others are counted. One kind never hides another."""


class Act(StrEnum):
    """What is done about a finding."""

    START = "start"
    TELL = "tell"
    REPORT = "report"


class Kind(StrEnum):
    """The closed list of what a reconciliation can find."""

    NO_WORKFLOW = "noWorkflow"
    MOVED = "moved"
    CONTENT_CHANGED = "contentChanged"
    OLDER = "older"
    """Placed before orders were taken up: never moved."""
    CLOSED_BEFORE = "closedBefore"
    """Its case was closed, and yet the order is open."""
    ENDED_BADLY = "endedBadly"
    """Its workflow failed, or was cancelled or terminated: never started again by itself."""
    UNANSWERED = "unanswered"
    """Its workflow does not answer when it is asked."""
    SILENT = "silent"
    """Handed over, and nothing was heard since."""
    UNKNOWN_STATE = "unknownState"
    UNREADABLE_RECORD = "unreadableRecord"
    UNREADABLE_ORDER = "unreadableOrder"

    @property
    def act(self) -> Act:
        """What is done about it."""
        if self is Kind.NO_WORKFLOW:
            return Act.START
        return Act.TELL if self in {Kind.MOVED, Kind.CONTENT_CHANGED} else Act.REPORT

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to look: what is reported, except that which stays as it is for good."""
        return self.act is Act.REPORT and self is not Kind.OLDER


class Finding(Value):
    """One order that is not as it should be."""

    order_id: str
    order_number: str | None = None
    kind: Kind
    why: str


class Stage(StrEnum):
    """Where a reconciliation is: first the open orders, then the running workflows whose order is open no more."""

    ORDERS = "orders"
    WORKFLOWS = "workflows"
    DONE = "done"


class Page(Value):
    """What one page has brought. `after` is where the next one begins, absent behind the last of its stage."""

    looked_at: int
    after: str | None = None
    findings: tuple[Finding, ...] = ()


class Reconciled(Value):
    """A reconciliation so far, and in the end its result."""

    dry_run: bool = False
    """Whether nothing is started and nobody told: the findings say what would have been."""
    adopt_since: AwareDatetime | None = None
    """Orders placed before are not started; absent until it is known."""
    stage: Stage = Stage.ORDERS
    after: str | None = None
    """The last order of the page before, or in the second stage a token of Temporal's."""
    orders: int = 0
    """How many open orders were looked at."""
    workflows: int = 0
    """How many running workflows were held against their orders."""
    counts: dict[Kind, int] = {}
    findings: tuple[Finding, ...] = ()
    stopped: str | None = None
    """Why it went no further, where it did not come to its end."""
    refused: bool = False
    """Whether it stopped because somebody has to set something right first, rather than for an outside system."""

    @property
    def done(self) -> bool:
        """Whether there is no page left, or none that could be had."""
        return self.stage is Stage.DONE or self.stopped is not None

    @property
    def needs_person(self) -> bool:
        """Whether there is anything that somebody has to see to."""
        return any(count and kind.needs_person for kind, count in self.counts.items())

    def with_page(self, page: Page) -> "Reconciled":
        """This, and what a page has brought."""
        counts = Counter(self.counts) + Counter(finding.kind for finding in page.findings)
        listed, kept = Counter(finding.kind for finding in self.findings), list(self.findings)
        for finding in page.findings:
            listed[finding.kind] += 1
            if listed[finding.kind] <= LISTED_OF_A_KIND:
                kept.append(finding)
        of_orders = self.stage is Stage.ORDERS
        following = Stage.WORKFLOWS if of_orders else Stage.DONE
        return self.model_copy(
            update={
                "stage": self.stage if page.after is not None else following,
                "after": page.after,
                "orders": self.orders + (page.looked_at if of_orders else 0),
                "workflows": self.workflows + (0 if of_orders else page.looked_at),
                "counts": {kind: counts[kind] for kind in Kind if counts[kind]},
                "findings": tuple(kept),
            }
        )
