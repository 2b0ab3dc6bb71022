"""Who stands in for whom: mandates, and separation of duties over them. Nobody's voice counts twice, not by proxy either.

An absence takes no authority away: whoever is away and decides nevertheless, decides. It adds the substitute, who decides
on behalf of the one who is away; the substitute's own substitute if they are away too.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from pydantic import field_serializer

from domain.directory import Directory
from domain.money import Money
from domain.value import Value


class Mandate(Value):
    """Somebody may decide, on behalf of an approver whom the policy names: mostly of themselves."""

    decides: str
    on_behalf_of: str

    @property
    def own(self) -> bool:
        """Whether nobody stands in for anybody."""
        return self.decides == self.on_behalf_of


class Matter(Value):
    """What authority over an order depends on beside the people: the rules that match it, its total, and who is out.

    `never` decide, by all their ids, whoever has requested it; `delegations` were made for this order by its approvers.
    """

    rules: tuple[str, ...]
    total: Money
    never: frozenset[str] = frozenset()
    delegations: tuple[Mandate, ...] = ()

    @field_serializer("never")
    def _in_order(self, people: frozenset[str]) -> list[str]:
        return sorted(people)


def deciders(
    directory: Directory, people: Iterable[str], at: datetime, matter: Matter
) -> tuple[Mandate, ...]:
    """Who may decide for each of the people at that instant.

    Own mandates come first, then those of delegates, then of substitutes. Whoever is `never` to decide does not, lets nobody
    decide for them and hands nobody's mandate on; nor does anybody who is not in the directory any more.
    """
    asked = [p for p in dict.fromkeys(people) if p not in matter.never and directory.person(p) is not None]
    own = [Mandate(decides=person, on_behalf_of=person) for person in asked]
    delegated = [
        lent
        for lent in matter.delegations
        if lent.on_behalf_of in asked
        and lent.decides not in matter.never
        and directory.person(lent.decides) is not None
    ]
    standing_in = [
        Mandate(decides=substitute, on_behalf_of=person)
        for person in asked
        for substitute in _standing_in(directory, person, at, matter)
    ]
    return tuple(dict.fromkeys((*own, *delegated, *standing_in)))


def left(mandates: Iterable[Mandate], counted: Iterable[Mandate]) -> tuple[Mandate, ...]:
    """The mandates that can still count, given those that have: neither of the two has had a voice, own or lent."""
    heard = {person for mandate in counted for person in (mandate.decides, mandate.on_behalf_of)}
    return tuple(m for m in mandates if m.decides not in heard and m.on_behalf_of not in heard)


def mandate_of(person: str, mandates: Iterable[Mandate]) -> Mandate | None:
    """By which of the mandates, own ones first as `deciders` has them, somebody decides: a lent one if they have no own."""
    return next((mandate for mandate in mandates if mandate.decides == person), None)


def is_away(directory: Directory, person_id: str, at: datetime) -> bool:
    """Whether the directory says that somebody is away at that instant."""
    person, zone = directory.person(person_id), directory.zone_of(person_id)
    return person is not None and any(absence.covers(at, zone) for absence in person.absences)


def _standing_in(directory: Directory, person: str, at: datetime, matter: Matter) -> Iterator[str]:
    """The substitutes of somebody who is away, nearest first, each once; every link must let the next one decide."""
    met, waiting = {person, *matter.never}, [person]
    while waiting:
        away = waiting.pop(0)
        for substitute in _substitutes(directory, away, at, matter):
            if substitute not in met:
                met.add(substitute)
                waiting.append(substitute)
                yield substitute


def _substitutes(directory: Directory, person_id: str, at: datetime, matter: Matter) -> list[str]:
    person, zone = directory.person(person_id), directory.zone_of(person_id)
    return [
        absence.substitute
        for absence in (person.absences if person is not None else ())
        if absence.substitute is not None
        and absence.covers(at, zone)
        and absence.lets(matter.rules, matter.total)
    ]
