"""Calendars are read as people write them, and what cannot be meant is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain.calendars import STANDARD, Calendar, public_holidays
from domain.working_time import is_working

OFFICE: dict[str, Any] = {
    "id": "office",
    "zone": "Europe/Berlin",
    "week": {"mon-thu": "08:30-12:00, 13:00-17:00", "fri": ["08:30-14:00"]},
    "holidays": "DE-BE",
    "daysOff": [date(2026, 12, 24)],
}
BERLIN = ZoneInfo("Europe/Berlin")


def test_a_calendar_travels_and_comes_back() -> None:
    """What is written out is read to the same calendar, so that its digest means it."""
    office = Calendar.model_validate(OFFICE)
    assert Calendar.model_validate(office.to_json_dict()) == office
    assert office.to_json_dict()["week"] == {
        **{day: ["08:30-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu")},
        "fri": ["08:30-14:00"],
    }


@pytest.mark.parametrize(
    ("local", "working"),
    [
        ("2026-11-23T08:29:59", False),
        ("2026-11-23T08:30", True),
        ("2026-11-23T11:59:59", True),
        ("2026-11-23T12:00", False),  # lunch
        ("2026-11-23T16:59:59", True),
        ("2026-11-23T17:00", False),
        ("2026-11-27T14:00", False),  # Friday afternoon
        ("2026-11-28T10:00", False),  # Saturday
        ("2026-12-24T10:00", False),  # the extra day off
        ("2026-12-25T10:00", False),  # Christmas Day, a Friday
        ("2026-12-28T10:00", True),
        ("2027-01-01T10:00", False),  # New Year's Day, a Friday
    ],
)
def test_working_time_is_what_the_clock_on_the_wall_says(local: str, working: bool) -> None:
    """Nights, lunch, weekends, public holidays and days off are not working time; the end of a stretch is not in it."""
    at = datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)
    assert is_working(at, Calendar.model_validate(OFFICE)) is working


def test_holidays_are_those_of_the_subdivision() -> None:
    """Women's Day is one in Berlin and not in Bavaria, Epiphany the other way round (the laws on holidays of the two)."""
    women, epiphany = date(2027, 3, 8), date(2027, 1, 6)
    assert (women in public_holidays("DE-BE", 2027), epiphany in public_holidays("DE-BE", 2027)) == (
        True,
        False,
    )
    assert (women in public_holidays("DE-BY", 2027), epiphany in public_holidays("DE-BY", 2027)) == (
        False,
        True,
    )
    assert women not in public_holidays("DE", 2027)


def test_a_holiday_on_a_weekend_is_observed_where_the_law_says_so() -> None:
    """5 U.S.C. 6103(b): New Year's Day 2022, a Saturday, is observed on Friday, in the year before. Not so in Germany."""
    assert date(2021, 12, 31) in public_holidays("US", 2021)
    assert date(2021, 12, 31) not in public_holidays("DE", 2021)


def test_people_without_hours_work_from_nine_to_five() -> None:
    """Monday to Friday, by the clocks of UTC unless they have a zone."""
    monday = datetime(2026, 1, 5, tzinfo=UTC)
    worked = [h for h in range(168) if is_working(monday + timedelta(hours=h), STANDARD)]
    assert worked == [24 * day + hour for day in range(5) for hour in range(9, 17)]


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("week", {}, "a week without working hours"),
        ("week", {"mon": []}, "a week without working hours"),
        ("week", {"monday": "09:00-17:00"}, "'monday' is no day of the week"),
        ("week", {"fri-mon": "09:00-17:00"}, "'fri-mon' runs backwards"),
        ("week", {"mon-wed": "09:00-17:00", "tue": "09:00-12:00"}, "tue is given twice"),
        ("week", {"mon": "9-17"}, "'9-17' are no working hours"),
        ("week", {"mon": "09:60-17:00"}, "'09:60-17:00' are no working hours"),
        ("week", {"mon": 540}, "'540' are no working hours"),
        ("week", {"mon": [540]}, "are no working hours"),
        ("week", {"mon": "09:00-24:01"}, "'09:00-24:01' ends after the day"),
        ("week", {"mon": "22:00-06:00"}, "'22:00-06:00' ends before it begins; a night is written on two days"),
        ("week", {"mon": "09:00-09:00"}, "ends before it begins"),
        ("week", {"mon": "09:00-12:00, 11:00-17:00"}, "the second stretch begins before the first has ended"),
        ("zone", "Europe/Berln", "no time zone 'Europe/Berln' is known"),
        ("zone", "Europe", "no time zone 'Europe' is known"),
        ("zone", "../etc/passwd", "no time zone '../etc/passwd' is known"),
        ("zone", "localtime", "no time zone 'localtime' is known"),
        ("zone", "CET", "no time zone 'CET' is known"),
        ("holidays", "ZZ", "no public holidays of the country 'ZZ' are known"),
        ("holidays", "DE-XX", "no public holidays of the part 'XX' of the country DE are known"),
        ("holidays", "Germany", "'Germany' is no country; write it like DE"),
        ("id", "my office", "String should match pattern"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(field: str, value: object, wanted: str) -> None:
    """Each with the reason, and with how to write it where that helps."""
    with pytest.raises(ValidationError, match="1 validation error") as refused:
        Calendar.model_validate({**OFFICE, field: value})
    assert wanted in str(refused.value)
