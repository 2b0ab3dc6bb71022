"""An order as a policy looks at it, and what there is to say: yes, no, or why it cannot be known."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from domain.facts import Facts
from domain.money import CurrencyMismatchError, Money
from domain.order import OrderContent
from domain.rates import Rate, Rates


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why it cannot be known whether a condition holds."""

    why: str


Truth = bool | Doubt


@dataclass(slots=True)
class Subject:
    """One order before the policy, and the rates that were used on it so far."""

    content: OrderContent
    facts: Facts
    rates: Rates | None = None
    used: dict[Rate, None] = field(default_factory=dict)
    unit: tuple[str, int] = field(init=False)
    """The currency of its total, and how many decimal places its minor unit has."""
    cents: int = field(init=False)
    """Its total in that unit."""
    gathered: tuple[str, ...] | None = field(init=False, default=None)
    """Its SKUs, once somebody has asked for them: whoever asks in every rule may look here first."""

    def __post_init__(self) -> None:
        """What every threshold asks for is looked up once, not by every rule."""
        total = self.content.total
        self.unit, self.cents = (total.currency_code, total.fraction_digits), total.cent_amount

    @property
    def skus(self) -> tuple[str, ...]:
        """The SKUs of its lines. Many rules may ask for them, so they are gathered once."""
        if self.gathered is None:
            self.gathered = tuple({line.sku: None for line in self.content.lines if line.sku is not None})
        return self.gathered

    def is_at_least(self, amount: Money, threshold: Money) -> Truth:
        """Whether an amount reaches a threshold; across currencies only by a declared rate."""
        try:
            return amount >= threshold
        except CurrencyMismatchError as mismatch:
            compared = self.rates.compare(amount, threshold) if self.rates is not None else None
            if compared is None:
                return Doubt(f"the policy compares amounts across currencies: {mismatch}")
            self.used.update(dict.fromkeys(compared[1]))
            return compared[0] >= 0


Test: TypeAlias = Callable[[Subject], Truth]
"""One thing that is asked of an order."""
