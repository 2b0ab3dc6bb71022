"""People with managers, hours and absences, and a level of a step to ask them by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.calendars import Calendar
from domain.directory import Directory
from domain.money import Money, parse_money
from domain.spans import WorkingSpan, parse_span
from domain.substitution import Mandate, Matter

MONDAY = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)
"""Nine o'clock in Berlin, the middle of the night in New York."""
HUNDRED, THOUSAND = parse_money("EUR 100.00"), parse_money("EUR 1,000.00")
BERLIN = Calendar.model_validate(
    {"id": "berlin", "zone": "Europe/Berlin", "week": {"mon-fri": "09:00-17:00"}, "holidays": "DE-BE"}
)


@dataclass(frozen=True)
class Asking:
    """A level, as a route has it."""

    approvers: tuple[str, ...]
    within: timedelta | WorkingSpan
    remind: tuple[timedelta | WorkingSpan, ...] = ()


def asking(*approvers: str, within: str = "P2D", remind: tuple[str, ...] = ()) -> Asking:
    """A level that asks these people."""
    return Asking(approvers, parse_span(within), tuple(parse_span(after) for after in remind))


def away(substitute: str | None = None, until: object = date(2026, 1, 16), **more: Any) -> dict[str, Any]:
    """An absence of the week that begins on MONDAY."""
    return {"from": date(2026, 1, 12), "until": until, "substitute": substitute, **more}


def directory(**people: dict[str, Any]) -> Directory:
    """A directory of these people; ana, ben, cleo and dana are there in any case."""
    named = {**{name: {} for name in ("ana", "ben", "cleo", "dana")}, **people}
    listed = [{"id": name, "name": name.title(), **fields} for name, fields in named.items()]
    return Directory.model_validate({"people": listed, "calendars": [BERLIN]})


def matter(
    rule: str = "large",
    total: Money = THOUSAND,
    never: Iterable[str] = (),
    *,
    delegations: tuple[Mandate, ...] = (),
) -> Matter:
    """An order of a thousand under the rule for large ones, unless said otherwise."""
    return Matter(rules=(rule,), total=total, never=frozenset(never), delegations=delegations)
