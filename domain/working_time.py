"""The instant at which a span of working time has passed in somebody's calendar.

An hour of working time is an hour that really passes while the clock on the wall shows working hours: a night shift in
which the clocks go forward is an hour shorter, one in which they go back an hour longer.
A working day is one day's hours. Where days differ in length the same share of the day counts: from the middle of a
long Thursday, one working day lasts until the middle of a short Friday.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, groupby, pairwise
from zoneinfo import ZoneInfo

from domain.calendars import Calendar
from domain.spans import Unit, WorkingSpan

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MINUTE = 60_000_000
_DAY = 24 * 60 * _MINUTE
_COUNTED = {Unit.MINUTE: _MINUTE, Unit.HOUR: 60 * _MINUTE, Unit.DAY: 1}


class NoWorkingTimeError(ValueError):
    """A calendar leaves a whole year without any working time, so that no span of it would ever pass."""


def add_span(start: datetime, span: timedelta | WorkingSpan, calendar: Calendar) -> datetime:
    """The instant, in UTC, at which the span has passed since `start`; plain time passes by every clock alike.

    Raises:
        ValueError: `start` has no zone.
        NoWorkingTimeError: as `add_working` does.
    """
    if start.tzinfo is None:
        raise ValueError("an instant without a zone is another one everywhere")
    if isinstance(span, timedelta):
        return start.astimezone(UTC) + span
    return add_working(start, span, calendar)


def add_working(start: datetime, span: WorkingSpan, calendar: Calendar) -> datetime:
    """The instant, in UTC, at which so much working time has passed since `start` (aware).

    It lies within working hours or at their very end: eight hours from Monday 09:00 have passed on Monday at 17:00,
    not on Tuesday at 09:00.

    Raises:
        NoWorkingTimeError: the calendar leaves a year without any.
    """
    year = start.astimezone(calendar.clock).year
    table = _table(calendar, year, span.unit is Unit.DAY)
    target = table.passed_at(_since_epoch(start)) + span.count * _COUNTED[span.unit]
    while target > table.total:
        target -= table.total
        year += 1
        table = _table(calendar, year, span.unit is Unit.DAY)
    return _EPOCH + table.instant_of(target) * _MICROSECOND


def is_working(at: datetime, calendar: Calendar) -> bool:
    """Whether that instant (aware) is working time; raises as `add_working` does."""
    table, instant = _table(calendar, at.astimezone(calendar.clock).year, False), _since_epoch(at)
    found = bisect_right(table.begins, instant) - 1
    return found >= 0 and instant < table.ends[found]


@dataclass(frozen=True)
class _Table:
    """A year's working time, stretch by stretch: instants in microseconds since 1970, amounts of what is counted."""

    begins: tuple[int, ...]
    ends: tuple[int, ...]
    rates: tuple[Fraction, ...]
    """How much passes in a microsecond of each stretch: of microseconds 1, of days one in as many as the day has."""
    passed: tuple[Fraction, ...]
    """How much has passed at the end of each stretch since the year began."""

    @property
    def total(self) -> Fraction:
        return self.passed[-1]

    def passed_at(self, instant: int) -> Fraction:
        """How much has passed at an instant since the year began."""
        found = bisect_right(self.begins, instant) - 1
        if found < 0:
            return Fraction(0)
        return self.passed[found] - max(self.ends[found] - instant, 0) * self.rates[found]

    def instant_of(self, amount: Fraction) -> int:
        """The first instant, in whole microseconds, at which that much has passed."""
        found = bisect_left(self.passed, amount)
        return self.ends[found] - (self.passed[found] - amount) // self.rates[found]


@lru_cache(maxsize=1024)
def _table(calendar: Calendar, year: int, by_day: bool) -> _Table:
    days = [list(of_day) for _, of_day in groupby(_stretches(calendar, year), key=lambda found: found[0])]
    rated = [
        (begins, ends, Fraction(1, sum(end - begin for _, begin, end in of_day) if by_day else 1))
        for of_day in days
        for _, begins, ends in of_day
    ]
    if not rated:
        raise NoWorkingTimeError(f"the calendar '{calendar.id}' leaves {year} without any working time")
    # Where the clocks go back over a midnight, the end of a day comes again after the next has begun.
    rated.sort()
    begins, ends, rates = zip(*rated, strict=True)
    passed = accumulate((end - begin) * rate for begin, end, rate in rated)
    return _Table(begins, ends, rates, tuple(passed))


def _stretches(calendar: Calendar, year: int) -> Iterator[tuple[date, int, int]]:
    """Every day's stretches from and until which instant they are; none for hours that the clocks leave out."""
    off, pieces = calendar.off(year), _pieces(calendar.zone or "UTC", year)
    day = date(year, 1, 1)
    while day.year == year:
        midnight = (day.toordinal() - _EPOCH.toordinal()) * _DAY
        for stretch in () if day in off else calendar.week[day.weekday()]:
            for begins, ends, offset in pieces:
                begin = max(midnight + stretch.begins * _MINUTE - offset, begins)
                end = min(midnight + stretch.ends * _MINUTE - offset, ends)
                if begin < end:
                    yield day, begin, end
        day += timedelta(days=1)


@lru_cache(maxsize=1024)
def _pieces(zone_name: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """From and until when, around a year, the zone's clocks are how far ahead of UTC; all in microseconds."""
    zone = ZoneInfo(zone_name)
    first = _since_epoch(datetime(year, 1, 1, tzinfo=UTC)) - 2 * _DAY
    days = [first + n * _DAY for n in range(371)]
    changes = [
        _change(zone, *two) for two in pairwise(days) if _offset(zone, two[0]) != _offset(zone, two[1])
    ]
    bounds = [days[0], *changes, days[-1]]
    return tuple((begins, ends, _offset(zone, begins)) for begins, ends in pairwise(bounds))


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first instant of the offset that `after` has. No zone changes twice in a day."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, instant: int) -> int:
    ahead = (_EPOCH + instant * _MICROSECOND).astimezone(zone).utcoffset()
    return 0 if ahead is None else ahead // _MICROSECOND


def _since_epoch(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
