"""The people around an order in plain words: who left, who is away, who placed it; and who may speak for whom."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from domain.directory import Directory
from tests.domain.stage import staff

APPROVERS = ("ana", "ben", "cleo", "cem", "dana", "eva", "finn")
REQUESTER, OPERATORS = "rita", ("olga", "otto")
Voice = tuple[str, str]
"""Who speaks, and for whom."""


@dataclass
class World:
    """What the directory says, which may be something else tomorrow."""

    gone: set[str] = field(default_factory=set)
    """Who has left."""
    away: dict[str, tuple[str | None, int | None]] = field(default_factory=dict)
    """Who is away, their substitute, and below which total in cents the substitute may decide."""
    is_requester: set[str] = field(default_factory=set)
    """Who turns out to be the person who placed the order."""

    @property
    def barred(self) -> set[str]:
        """Who never decides this order."""
        return {REQUESTER, *self.is_requester}

    def directory(self) -> Directory:
        """The same as a directory."""
        people: dict[str, dict[str, Any]] = {}
        for person, (substitute, limit) in self.away.items():
            absence: dict[str, Any] = {"from": "2026-01-01", "until": "2027-12-31"}
            if substitute is not None and substitute not in self.gone:
                absence["substitute"] = substitute
                if limit is not None:
                    below = {"centAmount": limit, "currencyCode": "EUR", "fractionDigits": 2}
                    absence["mayDecide"] = {"below": below}
            people[person] = {"absences": [absence]}
        for person in self.is_requester:
            people.setdefault(person, {})["email"] = "rita@example.com"
        return staff(without=tuple(self.gone), **people)

    def voices(self, people: Iterable[str], lent: Iterable[Voice], cents: int) -> set[Voice]:
        """Who may speak for whom, where these people are asked about an order of that total."""
        asked = {person for person in people if person not in self.gone | self.barred}
        return {
            *((person, person) for person in asked),
            *((to, by) for to, by in lent if by in asked and to not in self.gone | self.barred),
            *((substitute, person) for person in asked for substitute in self._instead(person, cents)),
        }

    def _instead(self, person: str, cents: int) -> Iterator[str]:
        """Their substitute if they are away, the substitute's own if that one is away too, and so on."""
        met = {person}
        while True:
            substitute, limit = self.away.get(person, (None, None))
            allowed = limit is None or cents < limit
            if substitute is None or not allowed or substitute in met | self.gone | self.barred:
                return
            yield substitute
            met.add(substitute)
            person = substitute
