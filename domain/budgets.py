"""Budgets over calendar periods: whose approved orders are added up, and what they come to."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field

from domain.calendars import ZoneName
from domain.money import CurrencyCode, Money, fraction_digits
from domain.rates import Rate, Rates
from domain.value import Value


class Per(StrEnum):
    """Whose orders a budget adds up."""

    BUSINESS_UNIT = "businessUnit"
    REQUESTER = "requester"


class Period(StrEnum):
    """The calendar period of a budget. A week begins on Monday (ISO 8601)."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Purse(Value):
    """Whose approved orders are added up, over which period: what a sum is about."""

    per: Per
    period: Period
    zone: ZoneName = "UTC"
    """The IANA time zone in which the period begins and ends."""

    @property
    def unknown(self) -> str:
        """Why an order is held whose route depends on a sum that nobody has computed."""
        return f"what was approved this {self.period} per {self.per} is not known"


class Budget(Purse):
    """Holds once the approved orders of the period and this one come to at least that much."""

    at_least: Money

    @property
    def purse(self) -> Purse:
        """What is added up for it."""
        return Purse(per=self.per, period=self.period, zone=self.zone)


class Approved(Value):
    """The approved orders of one purse in one period: how many, and their total prices, added up per currency."""

    orders: int = 0
    totals: tuple[Money, ...] = ()


class Spent(Value):
    """The sum of the orders approved in the period before this one."""

    purse: Purse
    since: AwareDatetime
    total: Money
    orders: int = Field(default=0, ge=0)
    """How many orders were added up."""
    rates: tuple[Rate, ...] = ()
    """By which those in other currencies were converted."""

    def __str__(self) -> str:
        told = f"{self.total} approved per {self.purse.per} since {self.since.isoformat()}"
        counted = f" in {self.orders} order{'s' if self.orders > 1 else ''}" if self.orders else ""
        return f"{told}{counted}{''.join(f', {rate}' for rate in self.rates)}"


class Unsummed(Value):
    """A sum that was looked for and cannot be known."""

    purse: Purse
    currency: CurrencyCode
    why: str


def summed(
    purse: Purse, since: datetime, approved: Approved, currency: str, rates: Rates | None
) -> Spent | Unsummed:
    """What the orders come to in that currency, rounded up to its minor unit; by a declared rate, or not at all."""
    total, used = Fraction(), dict[Rate, None]()
    for amount in approved.totals:
        if amount.currency_code == currency:
            total += Fraction(amount.amount)
            continue
        factors = rates.factors(amount.currency_code, currency) if rates is not None else None
        if factors is None:
            without = f"{amount.currency_code} cannot be converted to {currency} without a rate"
            return unsummed(purse, currency, without)
        total += Fraction(amount.amount) * Fraction(factors.left) / Fraction(factors.right)
        used |= dict.fromkeys(factors.rates)
    cents = ceil(total * 10 ** fraction_digits(currency))
    return Spent(
        purse=purse,
        since=since,
        total=Money(cent_amount=cents, currency_code=currency),
        orders=approved.orders,
        rates=tuple(used),
    )


def unsummed(purse: Purse, currency: str, why: str) -> Unsummed:
    """The sum that cannot be known, with the reason as an order that is held for it tells it."""
    return Unsummed(purse=purse, currency=currency, why=f"{purse.unknown}: {why}")


def added_up(amounts: Iterable[Money]) -> Approved:
    """The total prices of that many orders, in minor units, per currency in the order of their coming."""
    totals, orders = dict[str, Money](), 0
    for amount in amounts:
        before = totals.get(amount.currency_code)
        totals[amount.currency_code] = amount if before is None else before + amount
        orders += 1
    return Approved(orders=orders, totals=tuple(totals.values()))


def bounds(period: Period, zone: str, instant: datetime) -> tuple[datetime, datetime]:
    """The first instant of the calendar period around an instant, and the first after it; in the zone's own time."""
    there = ZoneInfo(zone)
    day = instant.astimezone(there).date()
    if period is Period.WEEK:
        first = day - timedelta(days=day.weekday())
        after = first + timedelta(days=7)
    else:
        months = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}[period]
        first = day.replace(month=day.month - (day.month - 1) % months, day=1)
        year, month = divmod(first.month - 1 + months, 12)
        after = first.replace(year=first.year + year, month=month + 1)
    begins, ends = (datetime.combine(date, time(), there) for date in (first, after))
    return begins, ends
