"""The approval policy: which orders need whose yes, by when, and what happens if nobody answers."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.money import CurrencyCode, Money
from domain.order import OrderContent
from domain.value import Value

Duration = Annotated[timedelta, Field(gt=timedelta(0))]


class Outcome(StrEnum):
    """What a deadline missed at the last level means. `hold` waits, with an alarm, and is the default."""

    REJECT = "reject"
    APPROVE = "approve"
    HOLD = "hold"


class Approvers(Value):
    """Who may decide: people by id, groups by id; one of them all suffices."""

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if not self.people and not self.groups:
            raise ValueError("name at least one of people or groups")
        return self


class Escalation(Value):
    """Who takes over when the level before has not decided in time, and for how long."""

    to: Approvers
    within: Duration
    remind: tuple[Duration, ...] = ()


class Step(Value):
    """One yes that is needed. `remind` counts from the opening of the step; so does `within`."""

    step: str = Field(min_length=1, max_length=64)
    approvers: Approvers
    within: Duration
    remind: tuple[Duration, ...] = ()
    escalate: tuple[Escalation, ...] = ()
    on_timeout: Outcome = Outcome.HOLD

    @model_validator(mode="after")
    def _reminds_in_time(self) -> Self:
        levels = [(self.within, self.remind), *((level.within, level.remind) for level in self.escalate)]
        for within, remind in levels:
            if any(reminder >= within for reminder in remind):
                raise ValueError("a reminder must come before the deadline it reminds of")
        return self


class Condition(Value):
    """What must hold for a rule to match: everything that is given."""

    at_least: Money | None = None
    below: Money | None = None
    currency: CurrencyCode | None = None
    currency_other_than: CurrencyCode | None = None
    customer_group: str | None = None
    any: tuple["Condition", ...] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("an empty condition; leave `when` out for a rule that always matches")
        if self.any is not None and not self.any:
            raise ValueError("`any` needs at least one condition")
        return self

    def holds(self, content: OrderContent) -> bool:
        """Whether the order meets it.

        Raises:
            CurrencyMismatchError: an amount in another currency than the order's had to be compared.
        """
        total, group = content.total, content.customer_group
        if self.currency is not None and total.currency_code != self.currency:
            return False
        if self.currency_other_than is not None and total.currency_code == self.currency_other_than:
            return False
        if self.customer_group is not None and (group is None or group.key != self.customer_group):
            return False
        if self.at_least is not None and total < self.at_least:
            return False
        if self.below is not None and total >= self.below:
            return False
        return self.any is None or any(condition.holds(content) for condition in self.any)


class Rule(Value):
    """A rule of the policy. Without steps, the orders that it matches are approved automatically."""

    rule: str = Field(min_length=1, max_length=64)
    why: str = Field(min_length=1, max_length=500)
    when: Condition | None = None
    steps: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _steps_differ(self) -> Self:
        names = [step.step for step in self.steps]
        if len(set(names)) != len(names):
            raise ValueError(f"rule {self.rule} has two steps of the same name")
        return self

    def matches(self, content: OrderContent) -> bool:
        """Whether this rule is for that order; raises as its condition does."""
        return self.when is None or self.when.holds(content)


class Policy(Value):
    """All rules in order; the first that matches routes the order. `returnsWithin` keeps the case open after delivery."""

    rules: tuple[Rule, ...] = Field(min_length=1)
    returns_within: Annotated[timedelta, Field(ge=timedelta(0))] = timedelta(days=30)

    @model_validator(mode="after")
    def _rules_differ(self) -> Self:
        names = [rule.rule for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"rules declared twice: {', '.join(twice)}")
        return self
