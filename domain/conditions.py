"""What must hold for a rule to match: the models of `when` in a policy. `domain.judging` evaluates them."""

import re
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PlainSerializer, StrictBool, model_validator

from domain.budgets import Budget
from domain.money import CurrencyCode, Money
from domain.value import Value

_PATTERN = re.compile(r"^[^*]+\*?$|^\*$")


def _listed(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


def _as_written(names: tuple[str, ...]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)


Name = Annotated[str, Field(min_length=1, max_length=256)]
Names = Annotated[
    tuple[Name, ...], BeforeValidator(_listed), PlainSerializer(_as_written), Field(min_length=1)
]
"""One name or several; one of them suffices."""
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Countries = Annotated[
    tuple[Country, ...], BeforeValidator(_listed), PlainSerializer(_as_written), Field(min_length=1)
]


def _listed_scalar(given: Any) -> Any:
    return given if isinstance(given, list | tuple) else (given,)


def _threshold(given: Any) -> Any:
    """A bare number keeps its digits; text is an amount with its currency."""
    return Decimal(str(given)) if isinstance(given, float) else given


Scalar = StrictBool | int | Decimal | str
Scalars = Annotated[tuple[Scalar, ...], BeforeValidator(_listed_scalar), Field(min_length=1)]
Threshold = Annotated[Money | Decimal, BeforeValidator(_threshold)]


class CustomField(Value):
    """One custom field of the order. `is` and `in` compare texts, numbers and booleans; sets match by any element."""

    field: str = Field(min_length=2, max_length=36)
    is_: Scalars | None = Field(default=None, alias="is")
    in_: Scalars | None = Field(default=None, alias="in")
    at_least: Threshold | None = None
    below: Threshold | None = None
    present: bool | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        asked = (self.is_, self.in_, self.at_least, self.below, self.present)
        if all(one is None for one in asked):
            raise ValueError("say what the field must be: is, in, atLeast, below or present")
        if self.is_ is not None and len(self.is_) > 1:
            raise ValueError("`is` takes one value; write several with `in`")
        return self


class Quantity(Value):
    """How many pieces all lines have together."""

    at_least: int | None = Field(default=None, ge=0)
    below: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.at_least is None and self.below is None:
            raise ValueError("say atLeast or below")
        return self


class Condition(Value):
    """What must hold: everything that is given. Amounts are of the order's total price."""

    at_least: Money | None = None
    below: Money | None = None
    currency: CurrencyCode | None = None
    currency_other_than: CurrencyCode | None = None
    customer_group: Names | None = None
    business_unit: Names | None = None
    store: Names | None = None
    country: Countries | None = None
    """Some of the goods go to one of these countries."""
    country_other_than: Countries | None = None
    """Some of the goods go to a country that is none of these."""
    shipping_method: Names | None = None
    sku: Names | None = None
    """Some line has one of these; `PUMP-*` is every SKU that begins so."""
    product_type: Names | None = None
    """Some line is of one of these product types, by key."""
    quantity: Quantity | None = None
    custom: CustomField | None = None
    requester_role: Names | None = None
    """The requester has one of these associate roles in the order's business unit."""
    budget: Budget | None = None
    any: tuple["Condition", ...] | None = None
    all: tuple["Condition", ...] | None = None
    not_: "Condition | None" = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("an empty condition; leave `when` out for a rule that always matches")
        for name, inner in (("any", self.any), ("all", self.all)):
            if inner is not None and not inner:
                raise ValueError(f"`{name}` needs at least one condition")
        return self

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.at_least is not None and self.below is not None:
            same = self.at_least.currency_code == self.below.currency_code
            if same and self.at_least >= self.below:
                raise ValueError(f"no amount is at least {self.at_least} and below {self.below}")
        wrong = [sku for sku in self.sku or () if not _PATTERN.match(sku)]
        if wrong:
            raise ValueError(f"'{wrong[0]}': a star may only stand at the end of a SKU")
        return self

    def parts(self) -> "tuple[Condition, ...]":
        """This condition and every one within it."""
        inner = (*(self.any or ()), *(self.all or ()), *((self.not_,) if self.not_ else ()))
        return (self, *(part for one in inner for part in one.parts()))
