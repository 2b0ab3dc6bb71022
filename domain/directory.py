"""The people who decide, and the groups they are in. Ids are opaque; names and addresses stay here."""

from typing import Self

from pydantic import Field, model_validator

from domain.order import Requester
from domain.value import Value

OPERATORS = "operators"
"""The group whose members may enter a withdrawal for a requester who is not in the directory."""


class Person(Value):
    """Somebody who can be an approver or a requester. `customer` is their customer id in commercetools."""

    id: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    name: str
    email: str | None = None
    customer: str | None = None


class Group(Value):
    """People who share an office: a step that names the group asks one of them."""

    id: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    name: str
    members: tuple[str, ...]


class Directory(Value):
    """Everybody whom a policy may name."""

    people: tuple[Person, ...]
    groups: tuple[Group, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        ids = [person.id for person in self.people]
        for kind, listed in (("people", ids), ("groups", [group.id for group in self.groups])):
            twice = sorted({i for i in listed if listed.count(i) > 1})
            if twice:
                raise ValueError(f"{kind} declared twice: {', '.join(twice)}")
        for group in self.groups:
            unknown = sorted(set(group.members) - set(ids))
            if unknown:
                raise ValueError(f"group {group.id} names people who are not declared: {', '.join(unknown)}")
        return self

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
