"""The activity `open_level`: what it finds in the directory that the worker was given."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.openings import OpeningActivities
from activities.requests import OpenedLevel, OpenRequest
from domain.directory import Directory
from domain.money import parse_money
from domain.pinning import Associates
from domain.route import Level
from domain.spans import parse_span
from domain.substitution import Mandate, Matter
from tests.workflows.office import away, office

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


async def opened(
    *approvers: str,
    directory: Directory | None = None,
    within: str = "P1D",
    never: tuple[str, ...] = (),
    known_as: tuple[str, ...] = (),
    by_role: tuple[str, ...] = (),
    associates: Associates | None = None,
    unit: str | None = None,
) -> OpenedLevel:
    """The activity's answer for these approvers."""
    request = OpenRequest(
        level=Level(approvers=approvers, within=parse_span(within), roles=("approver",), by_role=by_role),
        business_unit=unit,
        at=NOW,
        matter=Matter(rules=("large",), total=parse_money("EUR 10.00"), never=frozenset(never)),
        requester_identities=known_as,
    )
    asked = []

    async def associates_of(key: str) -> Associates | None:
        asked.append(key)
        return associates

    activities = OpeningActivities(directory or office().directory, associates_of)
    found: OpenedLevel = await ActivityEnvironment().run(activities.open_level, request)
    assert asked == ([unit] if unit is not None and by_role else [])
    return found


async def test_plain_time_counts_from_the_instant_that_was_asked_about() -> None:
    """Not from whenever the activity comes to run."""
    found = (await opened("ana", "ben")).opening
    assert found is not None
    assert (found.approvers, found.due_at) == (("ana", "ben"), NOW + DAY)


async def test_nobody_is_left() -> None:
    """The requester, by whichever id the directory knows them now, and who is not there any more."""
    assert (await opened("ana", never=("ana",))).opening is None
    assert (await opened("rita", known_as=("RITA@example.com",))).opening is None
    assert (await opened("gone")).opening is None


async def test_a_substitute_is_found_at_that_instant() -> None:
    """Away now, and an hour ago not yet away."""
    absence = away("gil") | {"from": NOW - DAY, "until": NOW + DAY}
    found = (await opened("ben", directory=office({"ben": {"absences": [absence]}}).directory)).opening
    assert found is not None
    assert Mandate(decides="gil", on_behalf_of="ben") in found.mandates
    later = absence | {"from": NOW + timedelta(hours=1)}
    found = (await opened("ben", directory=office({"ben": {"absences": [later]}}).directory)).opening
    assert found is not None
    assert found.plain


async def test_a_calendar_without_working_time_is_no_matter_of_trying_again() -> None:
    """A person has to mend it: Temporal is told not to retry."""
    directory = office({"ana": {"hours": "never"}}).directory
    with pytest.raises(ApplicationError, match="without any working time") as refused:
        await opened("ana", directory=directory, within="8 working hours")
    assert refused.value.non_retryable


WITH_ROLE = office({"ana": {"customer": "c-ana"}, "ben": {"customer": "c-ben"}}).directory


@pytest.mark.parametrize(
    ("associates", "left"),
    [
        ({"approver": ("c-ana", "c-ben")}, ("ana", "ben", "cleo")),
        ({"approver": ("c-ben",), "buyer": ("c-ana",)}, ("ben", "cleo")),
        ({}, ("cleo",)),
        (None, ("cleo",)),
    ],
)
async def test_who_is_asked_for_a_role_has_to_have_it_still(
    associates: Associates | None, left: tuple[str, ...]
) -> None:
    """Whoever has lost it does not decide; who is named otherwise does, also where the unit is gone."""
    found = await opened(
        *("ana", "ben", "cleo"),
        directory=WITH_ROLE,
        by_role=("ana", "ben"),
        associates=associates,
        unit="acme",
    )
    assert found.opening is not None
    assert found.opening.approvers == left


async def test_nobody_is_left_with_the_role() -> None:
    """Then the level has nobody, as if they had left."""
    found = await opened("ana", directory=WITH_ROLE, by_role=("ana",), associates={}, unit="acme")
    assert found.opening is None


async def test_a_level_without_roles_asks_nobody_outside() -> None:
    """Nor one that was pinned by an earlier version, which does not say who is asked for a role."""
    found = await opened("ana", directory=WITH_ROLE, unit="acme")
    assert found.opening is not None
