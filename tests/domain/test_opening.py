"""What is pinned when a level opens: people with their mandates, and instants by their calendars."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.opening import Opening, opening
from domain.routing import Level
from domain.spans import parse_span, plain
from domain.substitution import Mandate
from tests.domain.office import MONDAY, Asking, asking, away, directory, matter

IN_BERLIN = {"hours": "berlin"}
IN_NEW_YORK = {"hours": "berlin", "zone": "America/New_York"}
OFFICE = directory(ana=IN_BERLIN, ben=IN_NEW_YORK, cleo=IN_BERLIN)


def opened(level: Asking, at: datetime = MONDAY, never: tuple[str, ...] = ()) -> Opening | None:
    """The opening of the level in the office, if somebody is left."""
    return opening(level, at, OFFICE, matter(never=never))


def at(day: int, hour: int) -> datetime:
    """An hour of January 2026 by the clocks of Berlin."""
    return datetime(2026, 1, day, hour - 1, tzinfo=UTC)


def test_a_level_of_a_route_opens_as_it_is() -> None:
    """With plain durations, the instants are those that the case has always computed."""
    level = Level(approvers=("ana", "ben"), within=timedelta(days=2), remind=(timedelta(days=1),))
    found = opening(level, MONDAY, OFFICE, matter())
    assert found is not None
    assert found.approvers == ("ana", "ben")
    assert (found.due_at, found.reminders) == (
        MONDAY + plain(level.within),
        (MONDAY + plain(level.remind[0]),),
    )
    assert Opening.model_validate_json(found.model_dump_json()) == found


def test_eight_working_hours_are_a_day_in_the_approvers_calendar() -> None:
    """From nine to five in Berlin; in New York that day begins six hours later."""
    assert opened(asking("ana", within="8 working hours")).due_at == at(12, 17)  # type: ignore[union-attr]
    assert opened(asking("ben", within="8 working hours")).due_at == at(12, 23)  # type: ignore[union-attr]


def test_a_deadline_is_the_latest_of_the_approvers_own() -> None:
    """Authority does not move on before everybody who has it has had their own working time; a reminder likewise."""
    found = opened(asking("ana", "ben", within="8 working hours", remind=("4 working hours",)))
    assert found is not None
    assert (found.due_at, found.reminders) == (at(12, 23), (at(12, 19),))


def test_whoever_is_away_keeps_nobody_waiting() -> None:
    """The deadline is by the calendars of those who are there, substitutes too; unless all are away."""
    people = directory(ana=IN_BERLIN, ben={**IN_NEW_YORK, "absences": [away("cleo")]}, cleo=IN_BERLIN)
    found = opening(asking("ana", "ben", within="8 working hours"), MONDAY, people, matter())
    assert found is not None
    assert found.mandates[-1] == Mandate(decides="cleo", on_behalf_of="ben")
    assert found.due_at == at(12, 17)
    alone = directory(ben={**IN_NEW_YORK, "absences": [away()]})
    found = opening(asking("ben", within="8 working hours"), MONDAY, alone, matter())
    assert found is not None
    assert (found.approvers, found.due_at) == (("ben",), at(12, 23))


def test_a_substitute_works_by_their_own_clock() -> None:
    """Ana of Berlin is away, ben of New York decides for her."""
    people = directory(ana={**IN_BERLIN, "absences": [away("ben")]}, ben=IN_NEW_YORK)
    found = opening(asking("ana", within="8 working hours"), MONDAY, people, matter())
    assert found is not None
    assert (found.approvers, found.due_at) == (("ana", "ben"), at(12, 23))


def test_a_level_without_anybody_is_passed_over() -> None:
    """The requester, somebody who left, and nobody at all."""
    assert opened(asking("ana"), never=("ana",)) is None
    assert opened(asking("eve")) is None
    assert opened(asking()) is None


def test_a_reminder_comes_before_the_deadline_or_not_at_all() -> None:
    """Plain time and working time can be mixed; over a weekend they cross."""
    friday = at(16, 16)
    found = opened(asking("ana", within="PT24H", remind=("2 working hours", "PT24H", "PT4H", "PT4H")), friday)
    assert found is not None
    assert found.reminders == (friday + timedelta(hours=4),)


def test_people_without_hours_have_the_standard_ones() -> None:
    """Nine to five by UTC."""
    found = opened(asking("dana", within="8 working hours"))
    assert found is not None
    assert found.due_at == datetime(2026, 1, 12, 17, tzinfo=UTC)


@pytest.mark.parametrize("within", ["8 working hours", "2 working days", "P2D"])
def test_the_same_at_the_same_time_gives_the_same(within: str) -> None:
    """It is a pure function, of instants in any zone."""
    level = Asking(("ana", "ben", "dana"), parse_span(within), (parse_span("1 working hour"),))
    elsewhere = MONDAY.astimezone(directory(ana=IN_NEW_YORK).zone_of("ben"))
    assert opened(level) == opened(level) == opened(level, elsewhere)
