"""The thresholds of a policy as ranges of minor units of one currency, and those ranges in words."""

import math
from fractions import Fraction

from domain.amounts import EVERY, NONE, Judged, Range
from domain.money import Money, fraction_digits
from domain.rates import Rates


def reaches(threshold: Money, currency: str, rates: Rates | None) -> Judged:
    """From which amount on the threshold is reached, in the minor units of that currency."""
    left = right = Fraction(1)
    if currency != threshold.currency_code:
        factors = rates.factors(currency, threshold.currency_code) if rates is not None else None
        if factors is None:
            return Judged(NONE, EVERY)
        left, right = Fraction(factors.left), Fraction(factors.right)
    least = Fraction(threshold.amount) * right / left * 10 ** fraction_digits(currency)
    return Judged((Range(max(0, math.ceil(least))),))


def words(amounts: Range, currency: str) -> str:
    """A range as an order would be told: `below EUR 5.00`, `exactly EUR 5.00`, `any amount of EUR`."""
    low, high = (
        None if cents is None else Money(cent_amount=cents, currency_code=currency)
        for cents in (amounts.low, amounts.high)
    )
    if high is None:
        return f"{low} or more" if amounts.low else f"any amount of {currency}"
    if amounts.high == amounts.low + 1:
        return f"exactly {low}"
    return f"{low} to below {high}" if amounts.low else f"below {high}"
