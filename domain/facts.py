"""What a policy may ask beside the order's content. What is not known is doubt, never a no."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, JsonValue

from domain.calendars import ZoneName
from domain.money import Money
from domain.order import Order, OrderContent
from domain.rates import Rate
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


class Budget(Purse):
    """Holds once the approved orders of the period and this one come to at least that much."""

    at_least: Money


class Spent(Value):
    """The sum of the orders approved in the period before this one."""

    purse: Purse
    since: AwareDatetime
    total: Money

    def __str__(self) -> str:
        return f"{self.total} approved per {self.purse.per} since {self.since.isoformat()}"


class Facts(Value):
    """What is known about an order beside its content, read for it at the moment of routing."""

    custom: dict[str, JsonValue] = {}
    """The order's custom fields."""
    associates: dict[str, tuple[str, ...]] | None = None
    """Per associate role, the customers who have it in the order's business unit; None if that was not read."""
    spent: tuple[Spent, ...] = ()

    def roles(self, content: OrderContent) -> tuple[str, ...] | None:
        """The requester's roles in the order's business unit: none without a unit, None if they are not known."""
        if content.business_unit is None:
            return ()
        if self.associates is None:
            return None
        requester = content.requester
        mine = {requester.associate_id, requester.customer_id}
        return tuple(sorted(role for role, people in self.associates.items() if mine.intersection(people)))

    def sum_of(self, purse: Purse, currency: str) -> Spent | None:
        """The sum of that purse in that currency, None if it is not known."""
        wanted = (purse.per, purse.period, purse.zone, currency)
        return next((s for s in self.spent if _of(s) == wanted), None)


class Evidence(Value):
    """What a route relied on beside the order's content, as it was then: only what the policy asked for."""

    rates: tuple[Rate, ...] = ()
    custom: dict[str, JsonValue] = {}
    requester_roles: tuple[str, ...] | None = None
    spent: tuple[Spent, ...] = ()

    def words(self) -> list[str]:
        """The same for the audit, a line each."""
        roles = self.requester_roles
        return [
            *(f"rate: {rate}" for rate in self.rates),
            *(f"custom field {name}: {_brief(value)}" for name, value in sorted(self.custom.items())),
            *(() if roles is None else (f"requester's roles: {', '.join(roles) or 'none'}",)),
            *(f"budget: {one}" for one in self.spent),
        ]


def facts_of(order: Order) -> Facts:
    """What the order itself says beside its content."""
    return Facts(custom=order.custom)


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


def _of(spent: Spent) -> tuple[Per, Period, str, str]:
    return spent.purse.per, spent.purse.period, spent.purse.zone, spent.total.currency_code


def _brief(value: JsonValue) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 100 else f"{text[:99]}…"
