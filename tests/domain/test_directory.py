"""The directory: what it means when something is left out, and what cannot be meant."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain.audit import OUTSIDE, OUTSIDER, PLACET
from domain.calendars import STANDARD, Calendar
from domain.directory import Directory, Group, Person
from domain.directory_check import faults
from domain.routing import policy_digest
from tests.domain.cast import DIRECTORY, POLICY
from tests.domain.office import BERLIN, away, directory


def test_a_directory_of_names_only_is_what_it_was() -> None:
    """What may be left out is not written out: the digest of the policy stays as it was before there were calendars."""
    ana = Person(id="ana", name="Ana", email="ana@example.com")
    group = Group(id="managers", name="Managers", members=("ana",))
    assert Directory(people=(ana,), groups=(group,)).to_json_dict() == {
        "people": [{"id": "ana", "name": "Ana", "email": "ana@example.com"}],
        "groups": [{"id": "managers", "name": "Managers", "members": ["ana"]}],
    }


def test_an_absence_changes_the_digest() -> None:
    """It changes who may decide."""
    changed = DIRECTORY.to_json_dict()
    changed["people"][0]["absences"] = [{"from": "2026-01-12", "until": "2026-01-16", "substitute": "ben"}]
    other = Directory.model_validate(changed)
    assert policy_digest(POLICY, other) != policy_digest(POLICY, DIRECTORY)
    assert Directory.model_validate(other.to_json_dict()) == other


@pytest.mark.parametrize(
    ("fields", "hours", "zone"),
    [
        ({}, STANDARD.week, "UTC"),
        ({"zone": "Asia/Tokyo"}, STANDARD.week, "Asia/Tokyo"),
        ({"hours": "berlin"}, BERLIN.week, "Europe/Berlin"),
        ({"hours": "berlin", "zone": "Asia/Tokyo"}, BERLIN.week, "Asia/Tokyo"),
    ],
)
def test_hours_are_told_by_the_clocks_where_the_person_is(
    fields: dict[str, Any], hours: Any, zone: str
) -> None:
    """Their own zone, else that of their calendar, else UTC; nine to five where nothing is said."""
    people = directory(ana=fields)
    assert people.calendar_of("ana").week == hours
    assert people.calendar_of("ana").clock == people.zone_of("ana") == ZoneInfo(zone)
    assert people.calendar_of("nobody") == STANDARD


@pytest.mark.parametrize("reserved", [PLACET, OUTSIDE, OUTSIDER, "operators", "fulfillment", "Placet"])
def test_nobody_is_called_like_somebody_else_in_the_trail(reserved: str) -> None:
    """An approver named `placet` would be taken for the workflow in every audit. A group may be called operators."""
    with pytest.raises(ValidationError, match="is no person's id"):
        Person(id=reserved, name="Somebody")
    assert Group(id="operators", name="Operators", members=()).id == "operators"


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"manager": "eve"}, "ana names people who are not declared: eve"),
        ({"hours": "night"}, "ana names calendars who are not declared: night"),
        ({"absences": [away("eve")]}, "ana names people who are not declared: eve"),
        ({"zone": "Berlin"}, "no time zone 'Berlin' is known"),
        ({"channels": {"Slack": "U1"}}, "String should match pattern"),
        ({"channels": {"slack": ""}}, "at least 1 character"),
    ],
)
def test_a_person_names_what_there_is(fields: dict[str, Any], wanted: str) -> None:
    """Managers, hours, substitutes, zones and channels."""
    with pytest.raises(ValidationError, match=wanted):
        directory(ana=fields)


def told(people: Directory) -> list[tuple[str, str]]:
    """What cannot be meant, with its place."""
    return [(".".join(map(str, fault.place)), fault.message) for fault in faults(people, (2026,))]


def test_a_good_directory_has_no_faults() -> None:
    """A chain of managers and of substitutes that ends somewhere."""
    chain = directory(
        ana={"manager": "ben", "absences": [away("ben")]}, ben={"manager": "cleo", "absences": [away("cleo")]}
    )
    assert told(chain) == []


def test_managers_in_a_circle_are_told_once() -> None:
    """At the first of them; whoever only leads up to the circle is not in it."""
    people = directory(
        ana={"manager": "ben"}, ben={"manager": "cleo"}, cleo={"manager": "ben"}, dana={"manager": "dana"}
    )
    assert told(people) == [
        ("people.1.manager", "ben -> cleo -> ben: in the end everybody leads themselves"),
        ("people.3.manager", "dana -> dana: in the end everybody leads themselves"),
    ]


def test_an_absence_ends_after_it_begins() -> None:
    """A day may be its own end; the day before may not, nor the same instant."""
    noon = "2026-01-12T12:00:00+01:00"
    people = directory(
        ana={"absences": [away(until=date(2026, 1, 12)), away(until=date(2026, 1, 11))]},
        ben={"absences": [{"from": noon, "until": noon}]},
        cleo={"zone": "Europe/Berlin", "absences": [{"from": noon, "until": date(2026, 1, 12)}]},
    )
    ended = "the absence ends before it begins"
    assert told(people) == [("people.0.absences.1.until", ended), ("people.1.absences.0.until", ended)]


def test_nobody_stands_in_for_themselves() -> None:
    """Nor is that a circle besides."""
    message = "nobody stands in for themselves; name somebody else than 'ana', or nobody"
    assert told(directory(ana={"absences": [away("ana")]})) == [("people.0.absences.0.substitute", message)]


def test_substitutes_in_a_circle_who_are_away_at_one_time() -> None:
    """Told once, with the time; whoever comes back before the next one leaves makes no circle."""
    people = directory(
        ana={"absences": [away("ben")]},
        ben={"absences": [away("cleo", **{"from": date(2026, 1, 15), "until": date(2026, 1, 20)})]},
        cleo={"absences": [away("ana", **{"from": date(2026, 1, 16), "until": date(2026, 1, 16)})]},
    )
    when = "2026-01-16T00:00:00+00:00 until 2026-01-17T00:00:00+00:00"
    assert told(people) == [
        (
            "people.0.absences.0.substitute",
            f"ana, ben, cleo are all away from {when}, and nobody else stands in for them",
        )
    ]
    later = {"from": date(2026, 1, 17), "until": date(2026, 1, 20)}
    assert told(directory(ana={"absences": [away("ben")]}, ben={"absences": [away("ana", **later)]})) == []


def test_a_calendar_that_leaves_a_year_without_work_is_told() -> None:
    """Whoever works on Mondays only, of a company that is closed on all of them."""
    mondays = tuple(date(2026, 1, 5).fromordinal(date(2026, 1, 5).toordinal() + 7 * n) for n in range(52))
    calendar = Calendar.model_validate({"id": "mondays", "week": {"mon": "09:00-17:00"}, "daysOff": mondays})
    people = Directory(people=(), calendars=(BERLIN, calendar))
    assert told(people) == [("calendars.1", "in 2026 nobody of these hours would work on any day")]
    assert faults(people, (2027,)) == []
