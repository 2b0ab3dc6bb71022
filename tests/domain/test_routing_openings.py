"""The opening of a route's first level: only where it says more than the level itself, and never for the requester."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendars import Calendar
from domain.directory import Directory
from domain.money import parse_money
from domain.opening import opening
from domain.order import Requester
from domain.policy import Policy
from domain.route import Route
from domain.routing import Router, matter_of
from domain.substitution import Mandate
from tests.domain.cast import content
from tests.domain.office import MONDAY, away, directory

HOURS = timedelta(hours=1)


def policy(**step: Any) -> Policy:
    """One rule for every order, whose step asks ana within two days."""
    given = {"step": "only", "approvers": {"people": ["ana"]}, "within": "P2D", **step}
    return Policy.model_validate({"rules": [{"rule": "large", "why": "w", "steps": [given]}]})


def routed(people: Directory, rules: Policy, requester: Requester = Requester()) -> Route:  # noqa: B008 - immutable
    """The route of an order of a thousand on a Monday, at nine o'clock in Berlin."""
    asked = content("EUR 1,000.00", requester)
    return Router(rules, people, "digest").route(asked, at=MONDAY)


def test_plain_times_and_nobody_away_need_no_opening() -> None:
    """The level says it all; a route is as small as it was."""
    assert routed(directory(), policy()).opening is None
    assert routed(directory(ben={"absences": [away("cleo")]}), policy()).opening is None
    assert routed(directory(ana={"absences": [away()]}), policy()).opening is None


def test_without_an_instant_there_is_none() -> None:
    """For a plan of many orders, and for those who look at rules only."""
    router = Router(policy(within="8 working hours"), directory(), "digest")
    assert router.route(content()).opening is None


def test_working_time_is_counted_by_the_approvers_calendar() -> None:
    """Eight hours of Berlin, reminded after four; the level keeps what is written."""
    people = directory(ana={"zone": "Europe/Berlin", "hours": "berlin"})
    found = routed(people, policy(within="8 working hours", remind=["4 working hours"]))
    assert found.opening is not None
    assert found.opening.due_at == MONDAY + 8 * HOURS
    assert found.opening.reminders == (MONDAY + 4 * HOURS,)
    assert found.opening.plain
    assert str(found.steps[0].levels[0].within) == "8 working hours"


def test_a_reminder_in_working_time_needs_an_opening_too() -> None:
    """Two plain days, and reminders after a working day and an hour; each where it comes."""
    found = routed(directory(ana={"hours": "berlin"}), policy(remind=["1 working day", "PT1H"]))
    assert found.opening is not None
    assert found.opening.due_at == MONDAY + timedelta(days=2)
    assert found.opening.reminders == (MONDAY + HOURS, MONDAY + 8 * HOURS)


def test_a_reminder_that_would_come_too_late_is_left_out() -> None:
    """Which calendar it is could not be known before."""
    found = routed(directory(ana={"hours": "berlin"}), policy(within="PT8H", remind=["2 working days"]))
    assert found.opening is not None
    assert found.opening.reminders == ()


def test_a_substitute_is_pinned() -> None:
    """Ana is away: ben decides on her behalf, and she may nevertheless."""
    found = routed(directory(ana={"absences": [away("ben")]}), policy())
    assert found.opening is not None
    assert found.opening.mandates == (
        Mandate(decides="ana", on_behalf_of="ana"),
        Mandate(decides="ben", on_behalf_of="ana"),
    )


def test_a_substitute_decides_what_was_delegated() -> None:
    """Under another rule, or from another amount on, nobody stands in."""
    for may, stands_in in (
        ({"rules": ["large"]}, True),
        ({"rules": ["other"]}, False),
        ({"below": "EUR 1,000.01"}, True),
        ({"below": "EUR 1,000.00"}, False),
    ):
        found = routed(directory(ana={"absences": [away("ben", mayDecide=may)]}), policy())
        assert (found.opening is not None) == stands_in, may


def test_a_calendar_without_working_time_holds_the_order() -> None:
    """The time would never be over: an alarm, and no order that waits for ever in silence."""
    year = Calendar.model_validate({"id": "berlin", "week": {"mon": "09:00-17:00"}, "daysOff": [
        (MONDAY + timedelta(days=7 * n)).date() for n in range(-1, 60)]})  # fmt: skip
    people = directory(ana={"hours": "berlin"}).model_copy(update={"calendars": (year,)})
    found = routed(people, policy(within="1 working day"))
    assert found.held == "the calendar 'berlin' leaves 2026 without any working time"
    assert not found.automatic


NAMES = ("ana", "ben", "cleo", "dana")
names = st.sampled_from(NAMES)
groups = st.lists(names, min_size=1, max_size=3, unique=True)
levels = st.lists(st.tuples(groups, st.booleans()), min_size=1, max_size=3)
absences = st.lists(
    st.tuples(names, names, st.integers(0, 3)).filter(lambda one: one[0] != one[1]),
    max_size=5,
)


@settings(deadline=None)
@given(levels, absences, st.lists(names, min_size=1, max_size=2, unique=True), st.integers(0, 96))
def test_the_requester_never_decides_not_as_substitute_nor_by_escalation(
    asked: list[tuple[list[str], bool]], gone: list[tuple[str, str, int]], who: list[str], later: int
) -> None:
    """At every level, whenever it opens, whoever is away, under any of the requester's names: neither deciding nor stood in for."""
    people: dict[str, dict[str, Any]] = {
        name: {"customer": f"c-{name}", "email": f"{name}@example.com", "absences": []} for name in NAMES
    }
    for person, substitute, begins in gone:
        start = MONDAY.date() + timedelta(days=begins)
        until = start + timedelta(days=2)
        people[person]["absences"].append({"from": start, "until": until, "substitute": substitute})
    (first, _), *up = asked
    escalate = [{"to": {"people": to}, "keepsEarlier": keeps, "within": "P1D"} for to, keeps in up]
    rules = policy(approvers={"people": first}, escalate=escalate)
    placed = Requester(customer_id=f"c-{who[0]}", customer_email=f"{who[-1].upper()}@example.com")
    found = routed(directory(**people), rules, placed)
    assert set(found.requester) == set(who)
    openings = [found.opening] if found.opening is not None else []
    at = MONDAY + later * HOURS
    for level in (level for step in found.steps for level in step.levels):
        opened = opening(level, at, directory(**people), matter_of(found, parse_money("EUR 1,000.00")))
        assert opened is not None
        openings.append(opened)
    voices = {name for one in openings for m in one.mandates for name in (m.decides, m.on_behalf_of)}
    assert not voices & set(who)
    assert not found.people & set(who)
    named = {name for to, _ in asked for name in to}
    assert (found.held is not None) == (named <= set(who))
