"""The people who decide, and the groups they are in. Ids are opaque; names and addresses stay here."""

from collections.abc import Iterator
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from domain.absences import Absence
from domain.audit import OUTSIDE, OUTSIDER, PLACET
from domain.calendars import STANDARD, Calendar, ZoneName
from domain.order import Requester
from domain.value import Value

OPERATORS = "operators"
"""The group whose members are told what only a person can mend, and may withdraw for any requester."""
RESERVED = frozenset({PLACET, OUTSIDE, OUTSIDER, OPERATORS, "fulfillment"})
"""Who acts in the audit trail, or is told, without being a person: no person has such an id."""


def _nobody_else(person_id: str) -> str:
    if person_id.casefold() in RESERVED:
        raise ValueError(
            f"'{person_id}' is no person's id: {', '.join(sorted(RESERVED))} mean something else"
        )
    return person_id


def _is_left_out(value: object) -> bool:
    return value in (None, (), {})


PersonId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$"), AfterValidator(_nobody_else)]
ChannelName = Annotated[str, Field(pattern=r"^[a-z][A-Za-z0-9-]{0,31}$")]


class Person(Value):
    """Somebody who can be an approver or a requester. `customer` is their customer id in commercetools."""

    id: PersonId
    name: str
    email: str | None = None
    customer: str | None = None
    manager: str | None = None
    """Who leads them, by id."""
    zone: ZoneName | None = None
    """Where they are; their working hours are told by the clocks there."""
    hours: str | None = None
    """The calendar of their working hours, by id."""
    absences: tuple[Absence, ...] = Field(default=(), exclude_if=_is_left_out)
    channels: dict[ChannelName, Annotated[str, Field(min_length=1)]] = Field(
        default={}, exclude_if=_is_left_out
    )
    """Where else to reach them, by the name of the channel."""


class Group(Value):
    """People who share an office: a step that names the group asks one of them."""

    id: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    name: str
    members: tuple[str, ...]


class Directory(Value):
    """Everybody whom a policy may name. What is left out leaves the digest as it was."""

    people: tuple[Person, ...]
    groups: tuple[Group, ...] = ()
    calendars: tuple[Calendar, ...] = Field(default=(), exclude_if=_is_left_out)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        ids = [person.id for person in self.people]
        calendars = [calendar.id for calendar in self.calendars]
        groups = [group.id for group in self.groups]
        for kind, listed in (("people", ids), ("groups", groups), ("calendars", calendars)):
            twice = sorted({i for i in listed if listed.count(i) > 1})
            if twice:
                raise ValueError(f"{kind} declared twice: {', '.join(twice)}")
        known = {"people": set(ids), "calendars": set(calendars)}
        for what, kind, name in self._references():
            if name not in known[kind]:
                raise ValueError(f"{what} names {kind} who are not declared: {name}")
        return self

    def _references(self) -> Iterator[tuple[str, str, str]]:
        for group in self.groups:
            yield from ((f"group {group.id}", "people", member) for member in group.members)
        for person in self.people:
            named = [person.manager, *(absence.substitute for absence in person.absences)]
            yield from ((person.id, "people", name) for name in named if name is not None)
            if person.hours is not None:
                yield person.id, "calendars", person.hours

    def person(self, person_id: str) -> Person | None:
        """The person of that id, if there is one."""
        return next((person for person in self.people if person.id == person_id), None)

    def group(self, group_id: str) -> Group | None:
        """The group of that id, if there is one."""
        return next((group for group in self.groups if group.id == group_id), None)

    def is_operator(self, person_id: str) -> bool:
        """Whether the person is in the group of operators."""
        group = self.group(OPERATORS)
        return group is not None and person_id in group.members

    def calendar_of(self, person_id: str) -> Calendar:
        """When somebody works: their own hours, or the standard ones; by their own clocks, or the calendar's, or UTC."""
        person = self.person(person_id)
        if person is None:
            return STANDARD
        own = next((calendar for calendar in self.calendars if calendar.id == person.hours), STANDARD)
        return own if person.zone is None else own.model_copy(update={"zone": person.zone})

    def zone_of(self, person_id: str) -> ZoneInfo:
        """Whose clocks tell when somebody's day begins."""
        return self.calendar_of(person_id).clock

    def matches(self, requester: Requester) -> tuple[str, ...]:
        """Everybody in the directory who is the requester by any identity, the strongest identity's first."""
        found: list[str] = []
        for identity in requester.identities:
            wanted = identity.casefold()
            for person in self.people:
                known = {i.casefold() for i in (person.customer, person.email) if i}
                if wanted in known and person.id not in found:
                    found.append(person.id)
        return tuple(found)
