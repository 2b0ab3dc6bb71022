"""The approval policy: which orders need whose yes, by when, and what happens if nobody answers."""

from datetime import timedelta
from enum import StrEnum
from operator import not_
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, model_validator

from domain.conditions import Condition, Names
from domain.decision import Verdict
from domain.policy_changes import Changes, Harmless
from domain.rates import Rates
from domain.spans import LONGEST, Span, WorkingSpan, is_shorter
from domain.value import Value

__all__ = [
    "Approvers",
    "Asking",
    "Changes",
    "Condition",
    "Escalation",
    "Match",
    "Needs",
    "Outcome",
    "Policy",
    "Rule",
    "Step",
]


class Outcome(StrEnum):
    """What a deadline missed at the last level means. `hold` waits, with an alarm, and is the default."""

    REJECT = "reject"
    APPROVE = "approve"
    HOLD = "hold"


class Match(StrEnum):
    """Which rules route an order: the first that matches, or all that match, one after the other."""

    FIRST = "first"
    ALL = "all"


class Approvers(Value):
    """Who may decide: everybody who is named in any of these ways."""

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    role: Names | None = None
    """Whoever has one of these associate roles in the order's business unit, if the directory knows them."""
    requesters_manager: bool = Field(default=False, exclude_if=not_)
    """The manager whom the directory gives for the requester."""

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if not (self.people or self.groups or self.role or self.requesters_manager):
            raise ValueError("name at least one of people or groups, a role, or the requester's manager")
        return self

    def beside(self, other: "Approvers") -> "Approvers":
        """These people and the others."""
        return Approvers(
            people=tuple(dict.fromkeys((*self.people, *other.people))),
            groups=tuple(dict.fromkeys((*self.groups, *other.groups))),
            role=tuple(dict.fromkeys((*(self.role or ()), *(other.role or ())))) or None,
            requesters_manager=self.requesters_manager or other.requesters_manager,
        )


class Needs(Value):
    """Whose yes a step needs: one person's (`any`), everybody's (`all`), or that of so many (`{ of: 2 }`)."""

    of: int = Field(default=1, ge=1)
    everybody: bool = Field(default=False, exclude_if=not_)

    @model_validator(mode="before")
    @classmethod
    def _from_writing(cls, given: Any) -> Any:
        if isinstance(given, str):
            if given not in {"any", "all"}:
                raise ValueError(f"'{given}' is no number of people; write any, all or {{ of: 2 }}")
            return {"everybody": given == "all"}
        return given


ONE = Needs()


def _is_one(needs: Needs) -> bool:
    return needs == ONE


def _is_none(value: object) -> bool:
    return value is None


class Asking(NamedTuple):
    """One level of a step: who is asked, how many of them have to say yes, within what, and reminded after what."""

    approvers: Approvers
    needs: Needs
    within: timedelta | WorkingSpan
    remind: tuple[timedelta | WorkingSpan, ...]


class Escalation(Value):
    """Who takes over when the level before has not decided in time, and for how long."""

    to: Approvers
    needs: Needs = Field(default=ONE, exclude_if=_is_one)
    keeps_earlier: bool = Field(default=False, exclude_if=not_)
    """Whether those of the level before may decide as well; otherwise only the new ones do."""
    within: Span
    remind: tuple[Span, ...] = ()


class Step(Value):
    """A yes that is needed, of one or more people. `remind` counts from the opening of the step; so does `within`."""

    step: str = Field(min_length=1, max_length=64)
    approvers: Approvers
    needs: Needs = Field(default=ONE, exclude_if=_is_one)
    within: Span
    remind: tuple[Span, ...] = ()
    escalate: tuple[Escalation, ...] = ()
    on_timeout: Outcome = Outcome.HOLD

    @property
    def levels(self) -> tuple[Asking, ...]:
        """Who has the authority one after the other: the step's own approvers, then whom it escalates to."""
        levels = [Asking(self.approvers, self.needs, self.within, self.remind)]
        for one in self.escalate:
            people = levels[-1].approvers.beside(one.to) if one.keeps_earlier else one.to
            levels.append(Asking(people, one.needs, one.within, one.remind))
        return tuple(levels)

    @model_validator(mode="after")
    def _reminds_in_time(self) -> Self:
        for _, _, within, remind in self.levels:
            if any(is_shorter(reminder, within) is False for reminder in remind):
                raise ValueError("a reminder must come before the deadline it reminds of")
        return self


class Rule(Value):
    """A rule of the policy. Without steps, the orders that it matches are approved automatically."""

    rule: str = Field(min_length=1, max_length=64)
    why: str = Field(min_length=1, max_length=500)
    when: Condition | None = None
    steps: tuple[Step, ...] = ()
    changes: Changes | None = Field(default=None, exclude_if=_is_none)
    """What approvers may ask of the requester; without it, three times, and all steps are asked anew."""

    @model_validator(mode="after")
    def _steps_differ(self) -> Self:
        names = [step.step for step in self.steps]
        if len(set(names)) != len(names):
            raise ValueError(f"rule {self.rule} has two steps of the same name")
        return self


class Policy(Value):
    """All rules in order. `returnsWithin` keeps the case open after delivery."""

    match: Match = Field(default=Match.FIRST, exclude_if=lambda match: match is Match.FIRST)
    rates: Rates | None = None
    """By which amounts are compared across currencies; without it they never are."""
    reason_required: tuple[Verdict, ...] = Field(default=(), exclude_if=not_)
    """The verdicts that need a comment."""
    harmless: tuple[Harmless, ...] = Field(default=(), exclude_if=not_)
    """The parts of an order whose change voids no decision, if the order is routed as before."""
    rules: tuple[Rule, ...] = Field(min_length=1)
    returns_within: Annotated[timedelta, Field(ge=timedelta(0), le=LONGEST)] = timedelta(days=30)

    @model_validator(mode="after")
    def _rules_differ(self) -> Self:
        names = [rule.rule for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"rules declared twice: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _steps_of_one_name_are_one(self) -> Self:
        """Where all matching rules are asked, a step of one name is asked once: a second meaning of it would be lost."""
        first: dict[str, tuple[str, Step]] = {}
        for rule in self.rules if self.match is Match.ALL else ():
            for step in rule.steps:
                of, known = first.setdefault(step.step, (rule.rule, step))
                if known != step:
                    raise ValueError(
                        f"step {step.step} of rule {rule.rule} is another one than that of rule {of}, and both may be "
                        "asked about one order: give them different names"
                    )
        return self

    @model_validator(mode="after")
    def _resumes_at_steps(self) -> Self:
        for rule in self.rules:
            at = rule.changes.resume_at if rule.changes is not None else None
            if at is not None and at not in {step.step for step in rule.steps}:
                raise ValueError(f"rule {rule.rule} resumes at a step that it does not have: {at}")
        return self
