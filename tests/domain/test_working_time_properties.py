"""What holds of working time in every calendar, zone and year: found by hypothesis, checked against a naive count."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendars import WEEKDAYS, Calendar, Stretch
from domain.spans import Unit, WorkingSpan
from domain.working_time import add_working, is_working

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "America/Havana", "Australia/Lord_Howe", "Asia/Kolkata",
    "Pacific/Chatham", "Africa/Casablanca", "America/Santiago", "Africa/Cairo",
)  # fmt: skip
CHANGES = (
    datetime(2026, 3, 8, 6, tzinfo=UTC),  # in America the clocks go forward
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # in Europe
    datetime(2026, 4, 4, 15, tzinfo=UTC),  # in Australia they go back
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 5, tzinfo=UTC),
    datetime(2026, 12, 31, 23, tzinfo=UTC),  # and this is the end of a year
)
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.slow


@st.composite
def days(draw: st.DrawFn) -> str:
    """The hours of a day: one to three stretches, by any minute."""
    bounds = draw(st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(sorted))
    stretches = [Stretch(*bounds[n : n + 2]) for n in range(0, len(bounds) - 1, 2)]
    return ", ".join(map(str, stretches))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any hours on at least one day of the week, anywhere, with some days off."""
    week = draw(st.dictionaries(st.sampled_from(WEEKDAYS), days(), min_size=1))
    off = draw(st.sets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5))
    holidays = draw(st.sampled_from([None, None, "DE-BE", "US"]))
    fields: dict[str, Any] = {"week": week, "days_off": sorted(off), "holidays": holidays}
    return Calendar(id="any", zone=draw(st.sampled_from(ZONES)), **fields)


@st.composite
def starts(draw: st.DrawFn) -> datetime:
    """A whole minute, mostly near to a change of the clocks or of the year."""
    near = st.builds(lambda at, off: at + off * MINUTE, st.sampled_from(CHANGES), st.integers(-3000, 3000))
    anywhen = st.integers(0, 525_600).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)
    return draw(st.one_of(near, near, anywhen))


spans = st.builds(
    WorkingSpan, count=st.integers(1, 200), unit=st.sampled_from([Unit.MINUTE, Unit.HOUR, Unit.DAY])
)
seconds = st.timedeltas(timedelta(0), timedelta(minutes=1))


def works_naively(at: datetime, calendar: Calendar) -> bool:
    """Whether the clock on the wall shows working hours."""
    wall = at.astimezone(calendar.clock)
    minute = wall.hour * 60 + wall.minute
    hours = calendar.week[wall.weekday()] if wall.date() not in calendar.off(wall.year) else ()
    return any(begins <= minute < ends for begins, ends in hours)


def minutes_of(day: date, calendar: Calendar) -> int:
    """How many working minutes a local day has, from every minute that could be in it."""
    around = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    instants = (around + n * MINUTE for n in range(54 * 60))
    return sum(works_naively(at, calendar) for at in instants if at.astimezone(calendar.clock).date() == day)


@given(calendars(), starts(), st.integers(1, 300))
@settings(max_examples=60, deadline=None)
def test_adding_minutes_is_counting_minutes(calendar: Calendar, start: datetime, count: int) -> None:
    """Minute by minute, and only working ones count."""
    span = WorkingSpan(count=count, unit=Unit.MINUTE)
    end, at, found = start + timedelta(days=14), start, 0
    while found < count and at < end:
        found += works_naively(at, calendar)
        at += MINUTE
    if found == count:
        assert add_working(start, span, calendar) == at
    else:
        assert add_working(start, span, calendar) > end


@given(calendars(), starts(), st.integers(1, 2))
@settings(max_examples=30, deadline=None)
def test_adding_days_is_counting_shares_of_days(calendar: Calendar, start: datetime, count: int) -> None:
    """Each working minute is that share of a working day which its day's minutes make it."""
    found = add_working(start, WorkingSpan(count=count, unit=Unit.DAY), calendar)
    shares: dict[date, Fraction] = {}
    at, passed = start, Fraction(0)
    while at < min(found, start + timedelta(days=10)):
        if works_naively(at, calendar):
            day = at.astimezone(calendar.clock).date()
            if day not in shares:
                shares[day] = Fraction(1, minutes_of(day, calendar))
            part = min(Fraction((found - at) // timedelta(microseconds=1), 60_000_000), Fraction(1))
            passed += shares[day] * part
        at += MINUTE
    if at >= found:
        assert abs(passed - count) < Fraction(1, 60_000_000)
    else:
        assert passed < count


@given(calendars(), starts(), seconds, spans)
@settings(max_examples=60, deadline=None)
def test_it_ends_where_somebody_works(
    calendar: Calendar, start: datetime, more: timedelta, span: WorkingSpan
) -> None:
    """After the start, and the moment before the end is working time."""
    found = add_working(start + more, span, calendar)
    assert found > start + more
    assert is_working(found - timedelta(microseconds=1), calendar)
    assert works_naively(found - timedelta(microseconds=1), calendar)


@given(calendars(), starts(), seconds, st.integers(1, 2000), st.integers(1, 2000))
@settings(max_examples=60, deadline=None)
def test_one_span_after_another_is_both_at_once(
    calendar: Calendar, start: datetime, more: timedelta, a: int, b: int
) -> None:
    """Of minutes to the microsecond, of days to what rounding to microseconds makes of a day's share."""
    for unit, count, then in ((Unit.MINUTE, a, b), (Unit.DAY, a % 60 + 1, b % 60 + 1)):
        first, second = WorkingSpan(count=count, unit=unit), WorkingSpan(count=then, unit=unit)
        both = WorkingSpan(count=count + then, unit=unit)
        in_two = add_working(add_working(start + more, first, calendar), second, calendar)
        at_once = add_working(start + more, both, calendar)
        if unit is Unit.MINUTE:
            assert in_two == at_once
        else:
            sooner, later = sorted((at_once, in_two))
            second_later = sooner + timedelta(seconds=1)
            assert later < second_later or not is_working(second_later, calendar)


@given(
    calendars(), starts(), seconds, spans, st.integers(1, 400), st.timedeltas(timedelta(0), timedelta(days=9))
)
@settings(max_examples=60, deadline=None)
def test_more_takes_longer_and_later_ends_no_sooner(  # noqa: PLR0917 - what two sums are made of
    calendar: Calendar, start: datetime, more: timedelta, span: WorkingSpan, extra: int, later: timedelta
) -> None:
    """It is monotonic in the span and in the start."""
    found = add_working(start + more, span, calendar)
    longer = WorkingSpan(count=span.count + extra, unit=span.unit)
    assert add_working(start + more, longer, calendar) > found
    assert add_working(start + more + later, span, calendar) >= found


@given(calendars(), starts())
@settings(max_examples=60, deadline=None)
def test_working_time_is_what_the_wall_clock_says(calendar: Calendar, start: datetime) -> None:
    """Over the hours around any instant."""
    for n in range(0, 720, 7):
        at = start + n * MINUTE
        assert is_working(at, calendar) is works_naively(at, calendar)
