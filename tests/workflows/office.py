"""A policy and a directory with everything that changes who decides: working hours, substitutes, operators, rounds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from configuration import Configuration, load
from domain.directory import Directory
from domain.policy import Policy
from domain.routing import policy_digest
from tests.workflows.drafts import SHIPPED

POLICY = """
reasonRequired: [reject]
harmless: [purchaseOrderNumber]
returnsWithin: P30D
rules:
  - rule: large
    why: From EUR 10,000.00 a manager has to agree, and then finance.
    when: { atLeast: "EUR 10,000.00" }
    steps:
      - &manager
        step: manager
        approvers: { people: [ana, ben] }
        within: P2D
        remind: [P1D]
        escalate:
          - { to: { people: [dana] }, within: P1D, remind: [PT12H] }
      - step: finance
        approvers: { people: [cem] }
        within: 8 working hours
        remind: [4 working hours]
        escalate:
          - { to: { people: [cleo] }, within: 2 working hours }
        onTimeout: reject
    changes: { rounds: 2, resumeAt: finance }
  - rule: notable
    why: From EUR 1,000.00 a manager has to agree.
    when: { atLeast: "EUR 1,000.00" }
    steps: [*manager]
    changes: { rounds: 1 }
  - rule: automatic
    why: Nobody has to look at the rest.
"""
OPERATOR, REQUESTER = "olga", "rita"
EVERY_DAY = {"mon-sun": "09:00-17:00"}


def away(substitute: str | None = None, days: int = 60, **more: Any) -> dict[str, Any]:
    """An absence that has begun already."""
    now = datetime.now(UTC)
    spans = {"from": now - timedelta(days=1), "until": now + timedelta(days=days)}
    return spans | ({"substitute": substitute} if substitute else {}) | more


def office(
    people: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    policy: str = POLICY,
    without: tuple[str, ...] = (),
) -> Configuration:
    """The policy above and these people, with changes: ana and ben manage, cem and cleo are finance, dana leads them.

    olga is an operator; rita orders by her e-mail address; fay and gil are colleagues. cem works in Tokyo, every day of
    the week, and so does cleo.
    """
    tokyo = {"zone": "Asia/Tokyo", "hours": "shop"}
    named: dict[str, dict[str, Any]] = {
        **{name: {} for name in ("ana", "ben", "dana", "fay", "gil", OPERATOR)},
        REQUESTER: {"email": f"{REQUESTER}@example.com"},
        "cem": tokyo,
        "cleo": tokyo,
    }
    for name, fields in (people or {}).items():
        named[name] = named.get(name, {}) | dict(fields)
    listed = [{"id": n, "name": n.title(), **f} for n, f in named.items() if n not in without]
    directory = Directory.model_validate(
        {
            "people": listed,
            "groups": [{"id": "operators", "name": "Operators", "members": [OPERATOR]}],
            "calendars": [{"id": "shop", "week": EVERY_DAY}, {"id": "never", **_never()}],
        }
    )
    rules = Policy.model_validate(yaml.safe_load(policy))
    return replace(
        load(SHIPPED),
        policy=rules,
        directory=directory,
        policy_digest=policy_digest(rules, directory),
    )


def _never() -> dict[str, Any]:
    """A calendar whose every Monday, the only day that it has, is off for the next years."""
    first = datetime(2020, 1, 6, tzinfo=UTC).date()
    return {"week": {"mon": "09:00-10:00"}, "daysOff": [first + timedelta(weeks=n) for n in range(1500)]}
