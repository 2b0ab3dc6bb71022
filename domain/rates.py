"""Exchange rates that a policy declares, so that it may compare amounts across currencies."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, ClassVar, Literal, NamedTuple, Self

from pydantic import ConfigDict, Field, model_validator

from domain.money import CurrencyCode, Money
from domain.value import Value

Worth = Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]


class Rate(Value):
    """What one unit of a currency was held to be worth in another, for one order: pinned with its route."""

    of: CurrencyCode
    worth: Decimal
    currency: CurrencyCode
    date: date
    source: str

    def __str__(self) -> str:
        return f"{self.of} 1 = {self.currency} {self.worth} ({self.source}, {self.date.isoformat()})"


class Factors(NamedTuple):
    """An amount times `left` against a threshold times `right`: no division, so nothing is rounded."""

    left: Decimal
    right: Decimal
    rates: tuple[Rate, ...]


class Rates(Value):
    """Fixed rates of one day. `EUR: { USD: "0.92" }` says that one USD is worth EUR 0.92."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")
    __pydantic_extra__: dict[CurrencyCode, dict[CurrencyCode, Worth]] = Field(init=False)

    source: Literal["fixed"]
    date: date

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any(self.table.values()):
            raise ValueError('rates without a rate; write them like EUR: { USD: "0.92" }')
        own = [currency for currency, row in self.table.items() if currency in row]
        if own:
            raise ValueError(f"{own[0]} is worth itself; leave it out")
        return self

    @property
    def table(self) -> dict[str, dict[str, Decimal]]:
        """Per currency, what one unit of each other one is worth in it."""
        return self.__pydantic_extra__

    @property
    def currencies(self) -> frozenset[str]:
        """Every currency that some rate is about."""
        return frozenset(self.table).union(*self.table.values())

    def factors(self, one: str, other: str) -> Factors | None:
        """How amounts in two different currencies are made comparable; None if no rate relates them."""
        straight = self._rate(one, other)
        if straight is not None:
            return Factors(straight.worth, Decimal(1), (straight,))
        back = self._rate(other, one)
        if back is not None:
            return Factors(Decimal(1), back.worth, (back,))
        for base in self.table:
            left, right = self._rate(one, base), self._rate(other, base)
            if left is not None and right is not None:
                return Factors(left.worth, right.worth, (left, right))
        return None

    def compare(self, amount: Money, threshold: Money) -> tuple[int, tuple[Rate, ...]] | None:
        """-1, 0 or 1 as the amount is less than, the same as or more than the threshold, and by which rates."""
        factors = self.factors(amount.currency_code, threshold.currency_code)
        if factors is None:
            return None
        left, right = amount.amount * factors.left, threshold.amount * factors.right
        return (left > right) - (left < right), factors.rates

    def _rate(self, of: str, currency: str) -> Rate | None:
        worth = self.table.get(currency, {}).get(of)
        return None if worth is None else _rate(of, str(worth), currency, self.date, self.source)


@lru_cache(maxsize=1024)
def _rate(of: str, worth: str, currency: str, day: date, source: str) -> Rate:
    """The same rate as the same object: many thresholds may use it."""
    return Rate(of=of, worth=Decimal(worth), currency=currency, date=day, source=source)
