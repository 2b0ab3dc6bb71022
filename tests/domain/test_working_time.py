"""Working time by example: nights, weekends, holidays, and the two days of the year on which the clocks are changed."""

from datetime import UTC, date, datetime, timedelta
from time import process_time
from typing import Any

import pytest

from domain.calendars import STANDARD, Calendar
from domain.spans import parse_span
from domain.working_time import NoWorkingTimeError, add_span, is_working

OFFICE, FRIDAYS_SHORT = {"mon-fri": "09:00-17:00"}, {"mon-thu": "09:00-17:00", "fri": "09:00-13:00"}
NIGHTS = {"mon-sun": ["00:00-06:00", "22:00-24:00"]}
BERLIN, NEW_YORK, KOLKATA = "Europe/Berlin", "America/New_York", "Asia/Kolkata"


def after(local: str, span: str, zone: str, week: dict[str, Any], **more: Any) -> str:
    """When the span has passed since a local time, in local time again with its offset."""
    calendar = Calendar(id="hours", zone=zone, week=week, **more)
    start = datetime.fromisoformat(local).replace(tzinfo=calendar.clock)
    found = add_span(start, parse_span(span), calendar)
    assert found.tzinfo is UTC
    return found.astimezone(calendar.clock).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("start", "span", "wanted"),
    [
        ("2026-01-05T09:00", "8 working hours", "2026-01-05T17:00+01:00"),
        ("2026-01-05T09:00", "481 working minutes", "2026-01-06T09:01+01:00"),
        ("2026-01-05T16:00", "2 working hours", "2026-01-06T10:00+01:00"),
        ("2026-01-05T03:00", "2 working hours", "2026-01-05T11:00+01:00"),  # at night
        ("2026-01-05T20:00", "2 working hours", "2026-01-06T11:00+01:00"),
        ("2026-01-09T16:00", "2 working hours", "2026-01-12T10:00+01:00"),  # over a weekend
        ("2026-01-10T12:00", "8 working hours", "2026-01-12T17:00+01:00"),  # from a Saturday
        ("2026-01-05T10:00", "2 working days", "2026-01-07T10:00+01:00"),
        ("2026-01-08T10:00", "2 working days", "2026-01-12T10:00+01:00"),
        ("2026-01-10T12:00", "2 working days", "2026-01-13T17:00+01:00"),
        ("2026-01-05T10:00", "50 working days", "2026-03-16T10:00+01:00"),
        ("2026-01-09T16:00", "P2D", "2026-01-11T16:00+01:00"),  # plain time passes on a Sunday, too
        ("2026-03-28T12:00", "P1D", "2026-03-29T13:00+02:00"),  # and is 24 hours when the clocks change
    ],
)
def test_working_time_passes_only_while_people_work(start: str, span: str, wanted: str) -> None:
    """Nights and weekends do not count; a span that is used up at the end of a day ends there."""
    assert after(start, span, BERLIN, OFFICE) == wanted


@pytest.mark.parametrize(
    ("start", "span", "wanted"),
    [
        (
            "2026-01-08T13:00",
            "1 working day",
            "2026-01-09T11:00+01:00",
        ),  # noon of a long Thursday, of a short Friday
        ("2026-01-09T11:00", "1 working day", "2026-01-12T13:00+01:00"),
        ("2026-01-08T13:00", "2 working days", "2026-01-12T13:00+01:00"),
        ("2026-01-09T13:00", "1 working day", "2026-01-12T17:00+01:00"),
    ],
)
def test_a_working_day_is_a_share_of_each_day(start: str, span: str, wanted: str) -> None:
    """Where Friday is short, half of Thursday's hours correspond to half of Friday's."""
    assert after(start, span, BERLIN, FRIDAYS_SHORT) == wanted


@pytest.mark.parametrize(
    ("holidays", "start", "wanted"),
    [
        # Good Friday and Easter Monday 2026 are the 3rd and 6th of April (Easter is on the 5th).
        ("DE-BE", "2026-04-02T16:00", "2026-04-07T10:00+02:00"),
        ("US", "2026-04-02T16:00", "2026-04-03T10:00+02:00"),  # no federal holidays
        # Women's Day 2027, a Monday: in Berlin since 2019, not in Bavaria.
        ("DE-BE", "2027-03-05T16:00", "2027-03-09T10:00+01:00"),
        ("DE-BY", "2027-03-05T16:00", "2027-03-08T10:00+01:00"),
        # Friday 2026-12-25 is Christmas Day, Friday 2027-01-01 New Year's Day: two long weekends.
        ("DE", "2026-12-24T16:00", "2026-12-28T10:00+01:00"),
        ("DE", "2026-12-31T16:00", "2027-01-04T10:00+01:00"),
    ],
)
def test_public_holidays_are_no_working_time(holidays: str, start: str, wanted: str) -> None:
    """Two working hours from the afternoon before."""
    assert after(start, "2 working hours", BERLIN, OFFICE, holidays=holidays) == wanted


def test_days_off_are_no_working_time() -> None:
    """The company is closed between the years."""
    closed = [date(2026, 12, 28) + timedelta(days=n) for n in range(4)]
    found = after("2026-12-23T16:00", "10 working hours", BERLIN, OFFICE, holidays="DE", days_off=closed)
    assert found == "2027-01-04T10:00+01:00"


@pytest.mark.parametrize(
    ("zone", "start", "span", "wanted"),
    [
        # Directive 2000/84/EC: on the last Sunday of March 01:00 UTC the clocks go from 02:00 to 03:00, and back in October.
        (BERLIN, "2026-03-28T22:00", "8 working hours", "2026-03-29T23:00+02:00"),  # seven hours of night, and then one
        (BERLIN, "2026-03-28T22:00", "7 working hours", "2026-03-29T06:00+02:00"),
        (BERLIN, "2026-03-29T01:30", "1 working hour", "2026-03-29T03:30+02:00"),
        (BERLIN, "2026-10-24T22:00", "8 working hours", "2026-10-25T05:00+01:00"),  # the night has nine
        (BERLIN, "2026-10-24T22:00", "9 working hours", "2026-10-25T06:00+01:00"),
        (BERLIN, "2026-10-25T01:30", "1 working hour", "2026-10-25T02:30+02:00"),  # the first half past two
        (BERLIN, "2026-10-25T01:30", "2 working hours", "2026-10-25T02:30+01:00"),  # the second
        # Energy Policy Act of 2005: second Sunday of March, first of November, at 02:00.
        (NEW_YORK, "2026-03-08T01:30", "1 working hour", "2026-03-08T03:30-04:00"),
        (NEW_YORK, "2026-11-01T01:30", "1 working hour", "2026-11-01T01:30-05:00"),
        (KOLKATA, "2026-03-29T01:30", "1 working hour", "2026-03-29T02:30+05:30"),  # no such thing there
        # By half an hour only, on Lord Howe Island: the first Sunday of October, at 02:00.
        ("Australia/Lord_Howe", "2026-10-04T01:30", "1 working hour", "2026-10-04T03:00+11:00"),
        # Over midnight, in Havana: Sunday 2026-03-08 begins at 01:00, and Saturday's hours are not touched by that.
        ("America/Havana", "2026-03-07T23:30", "1 working hour", "2026-03-08T01:30-04:00"),
    ],
)  # fmt: skip
def test_an_hour_is_an_hour_on_the_day_the_clocks_change(
    zone: str, start: str, span: str, wanted: str
) -> None:
    """A night shift is an hour shorter over the gap and an hour longer over the fold."""
    assert after(start, span, zone, NIGHTS) == wanted


@pytest.mark.parametrize(
    ("start", "wanted"),
    [("2026-03-27T13:00", "2026-03-30T13:00+02:00"), ("2026-10-23T13:00", "2026-10-26T13:00+01:00")],
)
def test_a_working_day_over_the_change_of_clocks_ends_at_the_same_time(start: str, wanted: str) -> None:
    """The office keeps to the clock on the wall: from Friday to Monday are 71 or 73 hours, and eight working hours."""
    assert after(start, "1 working day", BERLIN, OFFICE) == wanted
    assert after(start, "8 working hours", BERLIN, OFFICE) == wanted


def test_hours_that_the_clocks_leave_out_do_not_exist() -> None:
    """Whoever works on Sundays from 02:00 to 03:00 works on the next Sunday, and twice as long in autumn."""
    early = {"sun": "02:00-03:00"}
    assert after("2026-03-28T12:00", "1 working hour", BERLIN, early) == "2026-04-05T03:00+02:00"
    assert after("2026-10-24T12:00", "2 working hours", BERLIN, early) == "2026-10-25T03:00+01:00"


def test_a_day_that_a_zone_leaves_out_does_not_exist() -> None:
    """Samoa went from Thursday 2011-12-29 to Saturday the 31st (International Date Line Act 2011): Friday's hours were on Monday."""
    week = {"mon-fri": "09:00-17:00"}
    assert after("2011-12-29T16:00", "2 working hours", "Pacific/Apia", week) == "2012-01-02T10:00+14:00"


@pytest.mark.parametrize(
    ("span", "wanted"),
    [("30 working minutes", "2010-11-07T00:00-02:30"), ("31 working minutes", "2010-11-07T00:01-02:30"),
     ("32 working minutes", "2010-11-06T23:02-03:30"), ("91 working minutes", "2010-11-07T00:01-03:30"),
     # Saturday has 539 such minutes, 450 before this one; Sunday 481, of which 450/539 are over at 22:40:34.
     ("1 working day", "2010-11-07T22:40-03:30")],
)  # fmt: skip
def test_a_day_that_comes_again_after_the_next_has_begun(span: str, wanted: str) -> None:
    """Newfoundland's clocks went back from 00:01 to 23:01 until 2011: a minute of Sunday, and the end of Saturday again."""
    found = after("2010-11-06T23:30", span, "America/St_Johns", NIGHTS)
    assert datetime.fromisoformat(found) == datetime.fromisoformat(wanted)


def test_the_year_ends_by_the_clock_on_the_wall() -> None:
    """Where it is New Year in UTC already, the last evening of the old year counts."""
    calendar = Calendar(id="nights", zone=NEW_YORK, week=NIGHTS)
    start = datetime(2027, 1, 1, 4, tzinfo=UTC)  # 23:00 of the 31st in New York
    assert add_span(start, parse_span("1 working hour"), calendar) == start + timedelta(hours=1)


def test_a_calendar_without_working_time_in_a_year_is_an_error() -> None:
    """Rather than a search without an end; 2027 is closed on every day."""
    closed = tuple(date(2027, 1, 1) + timedelta(days=n) for n in range(365))
    calendar = Calendar(id="closed", week=OFFICE, days_off=closed)
    december = datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert add_span(december, parse_span("1 working hour"), calendar) == december + timedelta(hours=1)
    with pytest.raises(
        NoWorkingTimeError, match="the calendar 'closed' leaves 2027 without any working time"
    ):
        add_span(december, parse_span("2 working hours"), calendar)
    with pytest.raises(NoWorkingTimeError):
        is_working(datetime(2027, 6, 1, tzinfo=UTC), calendar)


def test_an_instant_needs_a_zone() -> None:
    """It would be read by the clock of whichever machine it is."""
    for span in ("P1D", "1 working hour"):
        with pytest.raises(ValueError, match="without a zone"):
            add_span(datetime.fromisoformat("2026-01-05T09:00"), parse_span(span), STANDARD)


def test_long_spans_take_no_longer_than_short_ones() -> None:
    """A span of years is a few steps once the years' tables are made: 1,000 of them well within a second."""
    start, span = datetime(2026, 1, 5, tzinfo=UTC), parse_span("9000 working hours")
    last = add_span(start, span, STANDARD)
    assert last.year == 2030
    began = process_time()
    assert all(add_span(start, span, STANDARD) == last for _ in range(1000))
    assert process_time() - began < 1
