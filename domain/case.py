"""The approval case of one order: all that the rules of approval need to know, and nothing else."""

from datetime import datetime
from enum import StrEnum
from operator import not_

from pydantic import AwareDatetime, Field, field_serializer

from domain.alarms import SUSPENDING, Alarm
from domain.decision import Comment, Decision, DecisionReceipt, PersonId, Receipt, Verdict, Withdrawal
from domain.phases import Phase
from domain.route import Level, Route, RouteStep
from domain.value import Value


class Intent(StrEnum):
    """What the case wants done to the order next; it stays until the order is seen to be there."""

    RELEASE = "release"
    REJECT = "reject"
    WITHDRAW = "withdraw"


class DecisionRecord(Value):
    """An accepted decision. `void` once the content that it was about has changed before release."""

    decision_id: str
    approver: PersonId
    verdict: Verdict
    comment: Comment | None = None
    revision: int
    revision_assumed: bool
    step: str
    level: int = Field(default=0, exclude_if=not_)
    """At which level of the step's escalation."""
    at: AwareDatetime
    void: bool = False


class Answer(Value):
    """A receipt given, with the digest of the body that it answered. The first of an id is the one that counts."""

    body_digest: str
    receipt: DecisionReceipt


class Case(Value):
    """The state of the approval of one order. Changed only by `domain.reducer.reduce`."""

    order_id: str
    phase: Phase = Phase.ROUTING
    revision: int = 0
    digest: str = ""
    route: Route | None = None
    asking: int = 0
    """How often approval was asked for, new content or not: each asking has messages of its own."""
    step: int = 0
    level: int = 0
    due_at: AwareDatetime | None = None
    reminders: tuple[AwareDatetime, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()
    answers: tuple[Answer, ...] = ()
    early: tuple[Decision | Withdrawal, ...] = ()
    """What came before the route was known, in the order of coming; answered as soon as it is."""
    known_people: frozenset[str] = frozenset()
    """Everybody who was ever on a route of this order."""
    intent: Intent | None = None
    withdrawn: bool = False
    """Whether a withdrawal was accepted: nothing brings the order back, however long its last move takes."""
    alarm: Alarm | None = None

    @field_serializer("known_people")
    def _in_order(self, people: frozenset[str]) -> list[str]:
        """A set has no order of its own, and what is written must not differ from process to process."""
        return sorted(people)

    @property
    def suspended(self) -> bool:
        """Whether the order stands in commercetools where no approval can move it from; a person has been called."""
        return self.alarm in SUSPENDING

    @property
    def current_step(self) -> RouteStep | None:
        """The step that waits for a decision, if one does."""
        waiting = self.phase is Phase.PENDING and self.intent is None and not self.suspended
        if not waiting or self.withdrawn or self.route is None or self.route.held is not None:
            return None
        return self.route.steps[self.step] if self.step < len(self.route.steps) else None

    @property
    def current_level(self) -> Level | None:
        """The level of the current step that has the authority now."""
        step = self.current_step
        return step.levels[self.level] if step is not None and self.level < len(step.levels) else None

    @property
    def counted(self) -> frozenset[str]:
        """Everybody whose yes on this revision counts already; nobody counts twice."""
        return frozenset(d.approver for d in self.decisions if d.verdict is Verdict.APPROVE and not d.void)

    @property
    def deciders(self) -> tuple[str, ...]:
        """Who may decide now."""
        level = self.current_level
        return tuple(p for p in level.approvers if p not in self.counted) if level is not None else ()

    def yes_at(self, step: int, level: int) -> frozenset[str]:
        """Whose yes counts at that level of that step; a level that the authority has moved on to begins anew."""
        name = self.route.steps[step].step if self.route is not None else None
        return frozenset(
            d.approver
            for d in self.decisions
            if d.verdict is Verdict.APPROVE and not d.void and (d.step, d.level) == (name, level)
        )

    def missing(self, step: int, level: int) -> int | None:
        """How many more have to say yes at that level; None if there are not that many left who may."""
        if self.route is None:
            return None
        asked = self.route.steps[step].levels[level]
        left = sum(person not in self.counted for person in asked.approvers)
        if asked.everybody:
            return left
        needed = max(0, asked.needed - len(self.yes_at(step, level)))
        return needed if needed <= left else None

    @property
    def next_instant(self) -> datetime | None:
        """When time has something to say next: a reminder or the deadline."""
        return min((*self.reminders, *(() if self.due_at is None else (self.due_at,))), default=None)

    @property
    def occasion(self) -> str:
        """The beginning of what tells the messages of one moment of the case from all others."""
        return f"{self.revision}/{self.asking}/{self.step}/{self.level}"

    def answer_to(self, decision_id: str) -> Answer | None:
        """The first answer given under that id."""
        return next((a for a in self.answers if a.receipt.decision_id == decision_id), None)

    def receipt(
        self, kind: Receipt, message: str, decision_id: str, request_id: str | None = None
    ) -> DecisionReceipt:
        """A receipt that tells where the case stands now."""
        step = self.current_step
        return DecisionReceipt(
            receipt=kind,
            message=message,
            order_id=self.order_id,
            phase=self.phase,
            step=step.step if step else None,
            revision=max(self.revision, 1),
            decision_id=decision_id,
            request_id=request_id,
        )
