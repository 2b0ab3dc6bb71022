"""Working calendars: which hours of which days people work, in which time zone, and which days they have off."""

import re
from contextlib import suppress
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from domain.value import Value

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60
# Area/Location, or UTC: names such as `localtime` or `posixrules` mean something else on every machine.
_ZONE_NAME = re.compile(r"UTC|[A-Z][A-Za-z]+(/[A-Za-z0-9_+-]+)+")
_STRETCH = re.compile(r"([0-9]{2}):([0-9]{2})\s*-\s*([0-9]{2}):([0-9]{2})")
_HOLIDAYS = re.compile(r"([A-Z]{2})(?:-(\S+))?")
_EXAMPLE = "write it like { mon-thu: '09:00-12:00, 13:00-17:00', fri: '09:00-15:00' }"


class Stretch(NamedTuple):
    """Working time within one day, in minutes after its midnight by the clock on the wall; the end is not in it."""

    begins: int
    ends: int

    def __str__(self) -> str:
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in self)


def _known_zone(name: str) -> str:
    with suppress(LookupError, OSError, ValueError):  # three ways not to be a zone, all said below
        if _ZONE_NAME.fullmatch(name) and ZoneInfo(name).key == name:
            return name
    raise ValueError(f"no time zone '{name}' is known; write it as IANA does, like Europe/Berlin")


def _known_holidays(code: str) -> str:
    public_holidays(code, 2026)
    return code


def _read_week(written: Any) -> Any:
    """From `{ mon-thu: '09:00-17:00', fri: [...] }` to the stretches of seven days, Monday's first."""
    if not isinstance(written, dict):
        return written
    week: dict[str, tuple[Stretch, ...]] = {}
    for days, hours in written.items():
        first, _, last = str(days).partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise ValueError(f"'{days}' is no day of the week; {_EXAMPLE}")
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if end < begin:
            raise ValueError(f"'{days}' runs backwards; a week begins with mon")
        for day in WEEKDAYS[begin : end + 1]:
            if day in week:
                raise ValueError(f"{day} is given twice")
            week[day] = _read_day(hours)
    return tuple(week.get(day, ()) for day in WEEKDAYS)


def _read_day(hours: Any) -> tuple[Stretch, ...]:
    texts = hours.split(",") if isinstance(hours, str) else hours
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"'{hours}' are no working hours; {_EXAMPLE}")
    day = tuple(_read_stretch(text.strip()) for text in texts)
    if any(later.begins < earlier.ends for earlier, later in pairwise(day)):
        raise ValueError(f"'{hours}': the second stretch begins before the first has ended")
    return day


def _read_stretch(text: str) -> Stretch:
    found = _STRETCH.fullmatch(text)
    if found is None or any(int(minutes) > 59 for minutes in found.groups()[1::2]):
        raise ValueError(f"'{text}' are no working hours; {_EXAMPLE}")
    begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
    stretch = Stretch(begin_hour * 60 + begin_minute, end_hour * 60 + end_minute)
    if stretch.ends > MINUTES_A_DAY:
        raise ValueError(f"'{text}' ends after the day; 24:00 is its end")
    if stretch.ends <= stretch.begins:
        raise ValueError(
            f"'{text}' ends before it begins; a night is written on two days, up to 24:00 and from 00:00"
        )
    return stretch


def _somebody_works(week: tuple[tuple[Stretch, ...], ...]) -> tuple[tuple[Stretch, ...], ...]:
    if len(week) != len(WEEKDAYS) or not any(week):
        raise ValueError(f"a week without working hours; {_EXAMPLE}")
    return week


def _write_week(week: tuple[tuple[Stretch, ...], ...]) -> dict[str, list[str]]:
    return {day: [str(s) for s in hours] for day, hours in zip(WEEKDAYS, week, strict=True) if hours}


ZoneName = Annotated[str, AfterValidator(_known_zone)]
"""A time zone by its IANA name."""
HolidayCode = Annotated[str, AfterValidator(_known_holidays)]
"""Whose public holidays: a country (ISO 3166-1 alpha-2), or a country and its subdivision: `DE`, `DE-BE`, `US-CA`."""
Week = Annotated[
    tuple[tuple[Stretch, ...], ...],
    BeforeValidator(_read_week),
    AfterValidator(_somebody_works),
    PlainSerializer(_write_week),
]
"""The working hours of each day, Monday's first."""


class Calendar(Value):
    """When people work. An instant is working time if the clock on the wall, in the zone, shows hours of the week."""

    id: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    week: Week
    zone: ZoneName | None = None
    """Left out: the zone of the person who has these hours, and UTC if they have none."""
    holidays: HolidayCode | None = None
    days_off: tuple[date, ...] = ()

    @property
    def clock(self) -> ZoneInfo:
        """The zone whose clocks tell the hours."""
        return ZoneInfo(self.zone or "UTC")

    def off(self, year: int) -> frozenset[date]:
        """The days of a year on which nobody works whatever the week says."""
        public = public_holidays(self.holidays, year) if self.holidays is not None else frozenset()
        return public.union(day for day in self.days_off if day.year == year)


STANDARD = Calendar(id="standard", week=_read_week({"mon-fri": "09:00-17:00"}))
"""The hours of people for whom the directory names none."""


@lru_cache(maxsize=512)
def public_holidays(code: str, year: int) -> frozenset[date]:
    """The public holidays of a year, with the days on which they are observed if they fall on a weekend.

    Source: the `holidays` package, whose lists name their laws.

    Raises:
        ValueError: the package knows no such country or subdivision.
    """
    import holidays  # noqa: PLC0415 - half a second and 250 modules, for those only who have such a calendar

    found = _HOLIDAYS.fullmatch(code)
    if found is None:
        raise ValueError(f"'{code}' is no country; write it like DE, or DE-BE for a part of it")
    country, subdivision = found.groups()
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
    except NotImplementedError as unknown:
        what = f"part '{subdivision}' of the country {country}" if subdivision else f"country '{country}'"
        raise ValueError(f"no public holidays of the {what} are known") from unknown
