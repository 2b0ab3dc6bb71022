"""Money: integer minor units with a currency. Comparing two currencies is an error, not a number."""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, model_validator

from domain.value import Value

CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

# ISO 4217: the currencies whose minor unit is not a hundredth.
_FRACTION_DIGITS = {
    **dict.fromkeys(("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").split(), 0),
    **dict.fromkeys(("BHD IQD JOD KWD LYD OMR TND").split(), 3),
    **dict.fromkeys(("CLF UYW").split(), 4),
}
_WRITTEN = re.compile(r"^(?P<currency>[A-Z]{3})\s+(?P<amount>-?[0-9]{1,3}(?:,?[0-9]{3})*(?:\.[0-9]+)?)$")


class CurrencyMismatchError(ValueError):
    """Two amounts of different currencies were compared or added; only a declared rate could relate them."""


def fraction_digits(currency_code: str) -> int:
    """How many decimal places the currency's minor unit has (ISO 4217)."""
    return _FRACTION_DIGITS.get(currency_code, 2)


class Money(Value):
    """An amount in minor units, as commercetools' CentPrecisionMoney has it."""

    cent_amount: int
    currency_code: CurrencyCode
    fraction_digits: int = Field(
        default_factory=lambda known: fraction_digits(known["currency_code"]), ge=0, le=20
    )

    @model_validator(mode="before")
    @classmethod
    def _from_writing(cls, data: Any) -> Any:
        return parse_money(data).model_dump() if isinstance(data, str) else data

    def __lt__(self, other: "Money") -> bool:
        """Whether less.

        Raises:
            CurrencyMismatchError: the currencies differ.
        """
        return self.amount < self._same_currency(other).amount

    def __ge__(self, other: "Money") -> bool:
        """Whether at least as much; raises as `<` does."""
        return not self < other

    def __add__(self, other: "Money") -> "Money":
        """The sum, in the finer of the two minor units; raises as `<` does."""
        digits = max(self.fraction_digits, self._same_currency(other).fraction_digits)
        added = sum(m.cent_amount * 10 ** (digits - m.fraction_digits) for m in (self, other))
        return self.model_copy(update={"cent_amount": added, "fraction_digits": digits})

    def __str__(self) -> str:
        return f"{self.currency_code} {self.amount:,.{self.fraction_digits}f}"

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.cent_amount).scaleb(-self.fraction_digits)

    def _same_currency(self, other: "Money") -> "Money":
        if self.currency_code != other.currency_code:
            raise CurrencyMismatchError(f"{self.currency_code} cannot be compared with {other.currency_code}")
        return other


def parse_money(written: str) -> Money:
    """Read an amount as people write it in a policy: `EUR 10,000.00`.

    Raises:
        ValueError: no currency, no number, or more decimal places than the currency has.
    """
    match = _WRITTEN.match(written.strip())
    if match is None:
        raise ValueError(f"'{written}' is not an amount with its currency; write it like 'EUR 1,000.00'")
    digits = fraction_digits(match["currency"])
    units, _, decimals = match["amount"].replace(",", "").partition(".")
    if len(decimals) > digits:
        raise ValueError(f"'{written}' has more decimal places than {match['currency']} has ({digits})")
    minor = int(units + decimals.ljust(digits, "0"))
    return Money(cent_amount=minor, currency_code=match["currency"], fraction_digits=digits)
