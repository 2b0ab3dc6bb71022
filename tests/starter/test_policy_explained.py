"""What is said of an order before anything is started: who, on whose behalf, until when, and on which terms."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.decision import Verdict
from domain.directory import Directory
from domain.order import Order
from domain.policy import Policy
from domain.routing import Router
from starter.policy_explained import as_json, explained
from starter.policy_forecast import Forecast
from tests.domain.cast import content
from tests.domain.office import MONDAY, away, directory

BERLIN = {"zone": "Europe/Berlin", "hours": "berlin"}
STEPS = [
    {
        "step": "manager",
        "approvers": {"people": ["ana", "ben"]},
        "within": "8 working hours",
        "remind": ["4 working hours"],
        "escalate": [{"to": {"people": ["dana"]}, "within": "1 working day"}],
    },
    {
        "step": "finance",
        "approvers": {"people": ["ana", "cleo"]},
        "needs": {"of": 2},
        "within": "2 working days",
        "remind": ["PT4H", "1 working day"],
        "onTimeout": "reject",
    },
]


def order(total: str = "EUR 1,000.00") -> Order:
    """An order of a thousand."""
    created = datetime(2026, 1, 12, 7, tzinfo=UTC)
    return Order(
        id="o-1",
        version=1,
        order_number="ON-1",
        created_at=created,
        order_state="Open",
        content=content(total),
    )


def lines(
    people: Directory, now: datetime = MONDAY, rule: dict[str, Any] | None = None, **top: Any
) -> list[str]:
    """What is said under a policy of one rule."""
    policy = Policy.model_validate(
        {**top, "rules": [{"rule": "large", "why": "It is large.", "steps": STEPS, **(rule or {})}]}
    )
    router, asked = Router(policy, people, "0123456789abcdef"), order()
    route = router.route(asked.content, at=now)
    return list(explained(asked, route, Forecast(route, asked.content.total, people, now)))


def test_working_time_is_told_as_instants() -> None:
    """Monday nine to five in Berlin; then dana's Tuesday, as an estimate; the second step opens nobody knows when."""
    people = directory(**dict.fromkeys(("ana", "ben", "cleo", "dana"), BERLIN))
    assert lines(people) == [
        "ON-1, EUR 1,000.00: It is large. (rule large)",
        "as of 2026-01-12 08:00:00 UTC, under policy 0123456789ab",
        "  1. manager",
        "     ana or ben within 8 working hours, until 2026-01-12 16:00:00 UTC",
        "       reminded 2026-01-12 12:00:00 UTC",
        "     then dana within 1 working day, until about 2026-01-13 16:00:00 UTC",
        "     if nobody decides: hold",
        "  2. finance",
        "     2 of ana or cleo within 2 working days",
        "       reminded after 4 h, 1 working day",
        "     if nobody decides: reject",
        "changes can be requested 3 times; then step manager is asked first",
    ]


def test_substitutes_are_told_with_whom_they_stand_in_for() -> None:
    """Ana is away this week: dana decides for her, at both steps as of now."""
    told = lines(directory(ana={**BERLIN, "absences": [away("dana")]}, ben=BERLIN))
    assert (
        "     ana or ben, or dana on behalf of ana within 8 working hours, until 2026-01-12 17:00:00 UTC"
        in told
    )
    assert "     2 of ana or cleo, or dana on behalf of ana within 2 working days" in told
    later = lines(
        directory(ana={**BERLIN, "absences": [away("dana")]}, ben=BERLIN), MONDAY + timedelta(days=7)
    )
    assert not any("on behalf" in line for line in later)


def test_an_escalation_knows_who_will_be_away_by_then() -> None:
    """Dana leaves on Tuesday, and the level opens on Monday evening; her substitute is there on Wednesday only."""
    tuesday = {"from": date(2026, 1, 13), "until": date(2026, 1, 14), "substitute": "cleo"}
    people = directory(
        ana={**BERLIN, "absences": []}, ben=BERLIN, cleo=BERLIN, dana={**BERLIN, "absences": [tuesday]}
    )
    assert "     then dana within 1 working day, until about 2026-01-13 16:00:00 UTC" in lines(people)
    told = lines(people, MONDAY + timedelta(hours=9))
    assert (
        "     then dana, or cleo on behalf of dana within 1 working day, until about 2026-01-14 16:00:00 UTC"
        in told
    )


def test_the_terms_of_decisions_and_changes_are_told() -> None:
    """Reasons, rounds, where it resumes, and what voids nothing."""
    reasons = [Verdict.REJECT, Verdict.REQUEST_CHANGES]
    told = lines(
        directory(),
        rule={"changes": {"resumeAt": "finance", "rounds": 1}},
        reasonRequired=reasons,
        harmless=["purchaseOrderNumber", "billingAddress"],
    )
    assert told[-3:] == [
        "a reason is needed to reject or request changes",
        "changes can be requested once; then step finance is asked first",
        "decisions stand if only this changes: purchaseOrderNumber, billingAddress",
    ]
    assert lines(directory(), rule={"changes": {"rounds": 0}})[-1] == "changes cannot be requested"


def test_for_a_program_each_level_has_its_mandates_and_instants() -> None:
    """The first step's with their times, estimates marked; all of it JSON, and the route as it would be pinned."""
    people = directory(ana={**BERLIN, "absences": [away("dana")]}, ben=BERLIN, dana=BERLIN)
    policy = Policy.model_validate(
        {
            "reasonRequired": ["reject"],
            "harmless": ["purchaseOrderNumber"],
            "rules": [{"rule": "large", "why": "w", "steps": STEPS, "changes": {"resumeAt": "finance"}}],
        }
    )
    route = Router(policy, people, "digest").route(order().content, at=MONDAY)
    told = as_json(order(), route, Forecast(route, order().content.total, people, MONDAY))
    (first, second), (later,) = (step["levels"] for step in told["steps"])
    assert first["mandates"] == [
        {"decides": "ana"}, {"decides": "ben"}, {"decides": "dana", "onBehalfOf": "ana"},
    ]  # fmt: skip
    assert (first["dueAt"], first["estimated"]) == ("2026-01-12T16:00:00+00:00", False)
    assert first["remindAt"] == ["2026-01-12T12:00:00+00:00"]
    assert (second["opensAt"], second["estimated"]) == (first["dueAt"], True)
    assert "dueAt" not in later
    assert {"decides": "dana", "onBehalfOf": "ana"} in later["mandates"]
    assert (told["asOf"], told["automatic"], told["total"]) == (MONDAY.isoformat(), False, "EUR 1,000.00")
    assert (told["rounds"], told["resumeAt"], told["reasonRequired"], told["harmless"]) == (
        3, "finance", ["reject"], ["purchaseOrderNumber"],
    )  # fmt: skip
    assert told["opening"]["dueAt"] == "2026-01-12T16:00:00Z"


def test_time_that_never_passes_is_told() -> None:
    """Dana's hours leave no day of the year: the escalation would be held, and says so."""
    never = (
        directory()
        .calendars[0]
        .model_copy(
            update={"id": "never", "days_off": tuple(date(2026, 1, 1) + timedelta(n) for n in range(366))}
        )
    )
    people = directory(ana=BERLIN, ben=BERLIN, dana={"zone": "Europe/Berlin", "hours": "berlin"})
    people = people.model_copy(
        update={
            "calendars": (*people.calendars, never),
            "people": tuple(
                p.model_copy(update={"hours": "never"}) if p.id == "dana" else p for p in people.people
            ),
        }
    )
    told = lines(people)
    assert "     then dana within 1 working day" in told
    assert "       held: the calendar 'never' leaves 2026 without any working time" in told
