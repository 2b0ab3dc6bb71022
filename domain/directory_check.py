"""What each entry of a directory says well enough by itself, and what cannot be meant all the same."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from domain.calendars import Calendar
from domain.directory import Directory

Place = tuple[str | int, ...]


class Fault(NamedTuple):
    """Something that cannot be meant, and where in the directory it is, as in `("people", 0, "manager")`."""

    place: Place
    message: str


def faults(directory: Directory, years: Iterable[int] = ()) -> list[Fault]:
    """Circles of managers, absences that cannot be, and calendars that leave nobody a day of those years to work on."""
    return [
        *_people_twice(directory),
        *_circles_of_managers(directory),
        *_odd_absences(directory),
        *_circles_of_substitutes(directory),
        *(fault for year in years for fault in _years_off(directory, year)),
    ]


def _people_twice(directory: Directory) -> Iterator[Fault]:
    """One human under two ids would count twice where several different people have to say yes."""
    first: dict[str, str] = {}
    for n, person in enumerate(directory.people):
        for field, identity in (("email", person.email), ("customer", person.customer)):
            known = first.setdefault(identity.casefold(), person.id) if identity else person.id
            if known != person.id:
                message = (
                    f"'{person.id}' is the same person as '{known}': give one of them up, nobody counts twice"
                )
                yield Fault(("people", n, field), message)


def _circles_of_managers(directory: Directory) -> Iterator[Fault]:
    """Each circle once, at the first of its people in the file."""
    managers = {person.id: person.manager for person in directory.people}
    told: set[str] = set()
    for n, person in enumerate(directory.people):
        way = [person.id]
        while (above := managers.get(way[-1])) is not None and above not in way:
            way.append(above)
        if above == person.id and person.id not in told:
            told.update(way)
            yield Fault(
                ("people", n, "manager"),
                f"{' -> '.join([*way, above])}: in the end everybody leads themselves",
            )


def _odd_absences(directory: Directory) -> Iterator[Fault]:
    for n, person in enumerate(directory.people):
        for m, absence in enumerate(person.absences):
            begins, ends = absence.span(directory.zone_of(person.id))
            if ends <= begins:
                yield Fault(("people", n, "absences", m, "until"), "the absence ends before it begins")
            if absence.substitute == person.id:
                message = f"nobody stands in for themselves; name somebody else than '{person.id}', or nobody"
                yield Fault(("people", n, "absences", m, "substitute"), message)


class _Link(NamedTuple):
    """From when until when somebody is away whose substitute is somebody else, and where that is said."""

    place: Place
    substitute: str
    begins: datetime
    ends: datetime


def _circles_of_substitutes(directory: Directory) -> Iterator[Fault]:
    """People who are away at one time and would all stand in for each other; each circle once, as above."""
    links: dict[str, list[_Link]] = {}
    for n, person in enumerate(directory.people):
        for m, absence in enumerate(person.absences):
            if absence.substitute not in (None, person.id):
                place: Place = ("people", n, "absences", m, "substitute")
                span = absence.span(directory.zone_of(person.id))
                links.setdefault(person.id, []).append(_Link(place, absence.substitute or "", *span))
    rank = {person.id: n for n, person in enumerate(directory.people)}
    for start in links:
        later = {person: of for person, of in links.items() if rank[person] >= rank[start]}
        for way in _ways_back(start, later):
            begins, ends = max(link.begins for link in way), min(link.ends for link in way)
            people = ", ".join([start, *(link.substitute for link in way[:-1])])
            when = f"{begins.isoformat()} until {ends.isoformat()}"
            yield Fault(
                way[0].place, f"{people} are all away from {when}, and nobody else stands in for them"
            )


def _ways_back(start: str, links: dict[str, list[_Link]]) -> Iterator[list[_Link]]:
    """Every way from link to link that leads back to its start, while all of its people are away."""
    waiting: list[tuple[str, list[_Link]]] = [(start, [])]
    while waiting:
        person, way = waiting.pop()
        for link in links.get(person, ()):
            longer = [*way, link]
            if max(one.begins for one in longer) >= min(one.ends for one in longer):
                continue
            if link.substitute == start:
                yield longer
            elif all(link.substitute != one.substitute for one in way):
                waiting.append((link.substitute, longer))


def _years_off(directory: Directory, year: int) -> Iterator[Fault]:
    for n, calendar in enumerate(directory.calendars):
        if not _has_working_day(calendar, year):
            yield Fault(("calendars", n), f"in {year} nobody of these hours would work on any day")


def _has_working_day(calendar: Calendar, year: int) -> bool:
    off, first = calendar.off(year), date(year, 1, 1)
    days = (first + timedelta(n) for n in range(366))
    return any(calendar.week[day.weekday()] and day not in off for day in days if day.year == year)
