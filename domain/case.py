"""The approval case of one order: all that the rules of approval need to know, and nothing else."""

from datetime import datetime
from enum import StrEnum
from operator import not_

from pydantic import AwareDatetime, Field, field_serializer

from domain.alarms import SUSPENDING, Alarm
from domain.decision import Comment, DecisionReceipt, LineItemId, PersonId, Receipt, Verdict
from domain.interventions import Delegation, Reassignment, Said
from domain.notification import NoticeKind
from domain.phases import Phase
from domain.route import Level, Route, RouteStep
from domain.substitution import Mandate, left
from domain.value import Value


def _is_none(value: object) -> bool:
    return value is None


class Intent(StrEnum):
    """What the case wants done to the order next; it stays until the order is seen to be there."""

    RELEASE = "release"
    REJECT = "reject"
    WITHDRAW = "withdraw"


class DecisionRecord(Value):
    """An accepted decision. `void` once the content that it was about has changed before release."""

    decision_id: str
    approver: PersonId
    on_behalf_of: PersonId | None = Field(default=None, exclude_if=_is_none)
    """Whose authority it was, where it was not the approver's own."""
    verdict: Verdict
    comment: Comment | None = None
    without: tuple[LineItemId, ...] = Field(default=(), exclude_if=not_)
    """The lines that the approver wants taken out; the rest has their yes."""
    granted: bool = Field(default=False, exclude_if=not_)
    """Whether the order was edited to just that rest: from then on it counts as a yes."""
    revision: int
    """The one that the approver named; it may be older than the current one by harmless changes."""
    revision_assumed: bool
    step: str
    level: int = Field(default=0, exclude_if=not_)
    """At which level of the step's escalation."""
    at: AwareDatetime
    void: bool = False

    @property
    def yes(self) -> bool:
        """Whether it counts as a yes now."""
        return not self.void and (self.verdict is Verdict.APPROVE or self.granted)

    @property
    def mandate(self) -> Mandate:
        """Who decided, and on whose behalf."""
        return Mandate(decides=self.approver, on_behalf_of=self.on_behalf_of or self.approver)


class Answer(Value):
    """A receipt given, with the digest of the body that it answered. The first of an id is the one that counts."""

    body_digest: str
    receipt: DecisionReceipt


class Opens(Value):
    """A level that is about to open, once the directory has been read for it. Until then nobody has the authority."""

    step: int
    level: int
    kind: NoticeKind


class StandIn(Value):
    """Somebody who was asked in a step as a delegate or substitute."""

    step: str
    person: str


class Case(Value):
    """The state of the approval of one order. Changed only by `domain.reducer.reduce`."""

    order_id: str
    phase: Phase = Phase.ROUTING
    revision: int = 0
    binds_from: int = Field(default=0, exclude_if=not_)
    """The first revision since which only harmless things changed, so that a decision on it counts; 0: only the current."""
    digest: str = ""
    route: Route | None = None
    amended: tuple[RouteStep, ...] = Field(default=(), exclude_if=not_)
    """The route's steps as people have changed them since: reassigned, or with an approver added."""
    asking: int = 0
    """How often approval was asked for, new content or not: each asking has messages of its own."""
    step: int = 0
    level: int = 0
    opens: Opens | None = Field(default=None, exclude_if=_is_none)
    mandates: tuple[Mandate, ...] = Field(default=(), exclude_if=not_)
    """Who may decide at the open level, and on whose behalf; empty: its approvers for themselves."""
    delegations: tuple[Mandate, ...] = Field(default=(), exclude_if=not_)
    """What approvers of this order have delegated."""
    stood_in: tuple[StandIn, ...] = Field(default=(), exclude_if=not_)
    """Whoever was asked on somebody's behalf, in which step: so that their late word gets the answer of the asked."""
    asked: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """Who was asked last, while nobody can decide: those who hear of an end without an approval."""
    due_at: AwareDatetime | None = None
    reminders: tuple[AwareDatetime, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()
    rounds: int = Field(default=0, exclude_if=not_)
    """How often changes were requested."""
    news: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """What is different from the content that was asked about before, in words."""
    answers: tuple[Answer, ...] = ()
    early: tuple[Said, ...] = ()
    """What came before it was known who decides, in the order of coming; answered as soon as it is."""
    operators: tuple[str, ...] | None = Field(default=None, exclude_if=_is_none)
    """The operators by the newest reading of the directory; None: those of the route."""
    learned: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """Whom the directory knows as the requester by now, and did not when the order was routed."""
    proposals: tuple[Reassignment | Delegation, ...] = Field(default=(), exclude_if=not_)
    """What was asked for by those who may, and waits until the directory has been read."""
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
    def steps(self) -> tuple[RouteStep, ...]:
        """The steps that need a yes, as they are now."""
        return self.amended or (self.route.steps if self.route is not None else ())

    @property
    def stranded(self) -> int | None:
        """The first step that nobody was left to decide when the order was routed, while it is held for that."""
        held = self.route is not None and self.route.held is not None and self.alarm is Alarm.HELD
        if not held or self.phase is not Phase.PENDING or self.withdrawn or self.intent is not None:
            return None
        return next((n for n, step in enumerate(self.steps) if not step.levels), None)

    @property
    def current_step(self) -> RouteStep | None:
        """The step that waits for a decision, if one does."""
        waiting = self.phase is Phase.PENDING and self.intent is None and not self.suspended
        if not waiting or self.withdrawn or self.route is None or self.route.held is not None:
            return None
        return self.steps[self.step] if self.step < len(self.steps) and self.opens is None else None

    @property
    def current_level(self) -> Level | None:
        """The level of the current step that has the authority now."""
        step = self.current_step
        return step.levels[self.level] if step is not None and self.level < len(step.levels) else None

    @property
    def never(self) -> frozenset[str]:
        """Whoever never decides: the requester, by all ids that are known by now."""
        return frozenset((*(self.route.requester if self.route is not None else ()), *self.learned))

    @property
    def who_operates(self) -> tuple[str, ...]:
        """The operators, by the newest reading of the directory."""
        if self.operators is not None:
            return self.operators
        return self.route.operators if self.route is not None else ()

    @property
    def voices(self) -> tuple[Mandate, ...]:
        """The mandates by which a yes counts already: neither who decided nor on whose behalf counts twice."""
        return tuple(d.mandate for d in self.decisions if d.yes)

    @property
    def heard(self) -> frozenset[str]:
        """Everybody whose voice has counted, own or lent."""
        return frozenset(person for m in self.voices for person in (m.decides, m.on_behalf_of))

    @property
    def authority(self) -> tuple[Mandate, ...]:
        """The mandates of the level that was opened last which can still count."""
        steps = self.steps
        if self.step >= len(steps) or self.level >= len(steps[self.step].levels):
            return ()
        own = (Mandate(decides=p, on_behalf_of=p) for p in steps[self.step].levels[self.level].approvers)
        pinned = self.mandates or tuple(own)
        if self.learned:
            pinned = tuple(m for m in pinned if not self.never & {m.decides, m.on_behalf_of})
        return left(pinned, self.voices)

    @property
    def deciders(self) -> tuple[str, ...]:
        """Who may decide now."""
        level = self.current_level
        return tuple(dict.fromkeys(m.decides for m in self.authority)) if level is not None else ()

    @property
    def next_instant(self) -> datetime | None:
        """When time has something to say next: a reminder or the deadline."""
        return min((*self.reminders, *(() if self.due_at is None else (self.due_at,))), default=None)

    @property
    def occasion(self) -> str:
        """The beginning of what tells the messages of one moment of the case from all others."""
        return f"{self.revision}/{self.asking}/{self.step}/{self.level}"

    def answer_to(self, sent_id: str) -> Answer | None:
        """The first answer given under that id."""
        return next((a for a in self.answers if a.receipt.decision_id == sent_id), None)

    def was_asked(self, person: str, step: RouteStep) -> bool:
        """Whether that step asks or has asked them, at any level, on their own behalf or on somebody else's."""
        named = any(person in level.approvers for level in step.levels)
        return named or StandIn(step=step.step, person=person) in self.stood_in

    def given_to(self, mandates: tuple[Mandate, ...]) -> "Case":
        """The case with these mandates at the level where it is."""
        name = self.steps[self.step].step
        lent = (StandIn(step=name, person=m.decides) for m in mandates if not m.own)
        return self.model_copy(
            update={
                "mandates": mandates,
                "stood_in": tuple(dict.fromkeys((*self.stood_in, *lent))),
                "known_people": self.known_people | {m.decides for m in mandates},
            }
        )

    def receipt(
        self, kind: Receipt, message: str, sent_id: str, request_id: str | None = None
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
            decision_id=sent_id,
            request_id=request_id,
        )
