"""Absences: from when until when somebody is away, who stands in for them, and what the substitute may decide."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from domain.money import CurrencyMismatchError, Money
from domain.value import Value


def _day_or_instant(written: Any) -> Any:
    """A day, or an instant with its offset from UTC."""
    if isinstance(written, str):
        try:
            written = (
                datetime.fromisoformat(written)
                if len(written) > len("2026-12-24")
                else date.fromisoformat(written)
            )
        except ValueError:
            written = None
    if isinstance(written, date) and (not isinstance(written, datetime) or written.tzinfo is not None):
        return written
    raise ValueError(
        "write a day, like 2026-12-24, or an instant with its offset, like 2026-12-24T12:00:00+01:00"
    )


Moment = Annotated[datetime | date, BeforeValidator(_day_or_instant)]
"""A whole day where the person lives, or an instant."""


class MayDecide(Value):
    """What somebody lets their substitute decide: everything that is given must hold. Left out altogether: all."""

    rules: tuple[str, ...] | None = Field(default=None, min_length=1)
    below: Money | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.rules is None and self.below is None:
            raise ValueError(
                "say `rules` or `below`; leave `mayDecide` out for a substitute who may decide everything"
            )
        return self

    def covers(self, rules: Collection[str], total: Money) -> bool:
        """Whether an order of that total under all those rules is among it; another currency's amount is below none."""
        if self.rules is not None and not set(rules) <= set(self.rules):
            return False
        try:
            return self.below is None or total < self.below
        except CurrencyMismatchError:
            return False


class Absence(Value):
    """Somebody is away: from the beginning of a day, or an instant, until the end of a day, or just before an instant."""

    begins: Moment = Field(alias="from")
    until: Moment
    substitute: str | None = None
    may_decide: MayDecide | None = None

    @model_validator(mode="after")
    def _lets_somebody(self) -> Self:
        if self.may_decide is not None and self.substitute is None:
            raise ValueError("`mayDecide` is for a substitute, and none is named")
        return self

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first instant and the first one after it, in UTC, for somebody who lives in that zone."""
        return _midnight(self.begins, zone), _midnight(self.until, zone, days=1)

    def covers(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether the person is away at that instant."""
        begins, ends = self.span(zone)
        return begins <= at < ends

    def lets(self, rules: Collection[str], total: Money) -> bool:
        """Whether the substitute may decide an order of that total under those rules."""
        return self.substitute is not None and (
            self.may_decide is None or self.may_decide.covers(rules, total)
        )


def _midnight(moment: datetime | date, zone: ZoneInfo, days: int = 0) -> datetime:
    """The instant itself, or the beginning of the day so many days after."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment + timedelta(days=days), time(), zone).astimezone(UTC)
