"""From the steps of a rule to people: who is meant for one requester, level by level, with the requester taken out."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from domain.directory import OPERATORS, Directory
from domain.opening import Reading
from domain.policy import Approvers, Outcome, Step
from domain.route import Level, RouteStep
from domain.spans import WorkingSpan

Associates = Mapping[str, tuple[str, ...]]
"""Per associate role, the customers who have it in the order's business unit."""


class UnknownAssociatesError(ValueError):
    """A step asks for a role in a business unit whose associates were not read."""


class People:
    """A directory, looked up by what orders know of people."""

    def __init__(self, directory: Directory) -> None:
        self._people = {person.id: person for person in directory.people}
        self._groups = {group.id: group.members for group in directory.groups}
        self._known_as: dict[str, list[str]] = {}
        for person in directory.people:
            for identity in dict.fromkeys(i.casefold() for i in (person.customer, person.email) if i):
                self._known_as.setdefault(identity, []).append(person.id)

    def known_as(self, identities: Iterable[str]) -> tuple[str, ...]:
        """Everybody who has one of the identities, the first one's people first, each once."""
        found = (self._known_as.get(identity.casefold(), ()) for identity in identities)
        return tuple(dict.fromkeys(person for people in found for person in people))

    def reading(self, identities: Iterable[str], never: Iterable[str] = ()) -> Reading:
        """Who the requester of those identities is, beside those who are known to be, and who the operators are."""
        requester = dict.fromkeys((*never, *self.known_as(identities)))
        return Reading(never=tuple(sorted(requester)), operators=self._groups.get(OPERATORS, ()))

    def still(self, level: Level, associates: Associates) -> tuple[str, ...]:
        """The level's people without those who were asked for a role alone, and have none of its roles any more."""
        have = {person for role in level.roles for person in self.known_as(associates.get(role, ()))}
        return tuple(p for p in level.approvers if p not in level.by_role or p in have)

    def named(
        self, approvers: Approvers, requester: Iterable[str], associates: Associates | None
    ) -> tuple[str, ...]:
        """The people meant for an order of that requester, each once, in the order of the file.

        Raises:
            UnknownAssociatesError: a role is meant, and nobody has read who has it.
        """
        found = dict.fromkeys(person for person in approvers.people if person in self._people)
        for group in approvers.groups:
            found.update(dict.fromkeys(self._groups.get(group, ())))
        for role in approvers.role or ():
            if associates is None:
                raise UnknownAssociatesError
            found.update(dict.fromkeys(self.known_as(associates.get(role, ()))))
        if approvers.requesters_manager:
            managers = (self._people[person].manager for person in requester)
            found.update(dict.fromkeys(manager for manager in managers if manager is not None))
        return tuple(found)


def pinned(
    step: Step, requester: tuple[str, ...], people: People, associates: Associates | None
) -> RouteStep:
    """The step with each level's people. A level that is left with too few is passed over; raises as `named` does.

    Where that is the last one, nobody's silence is a yes: the policy means it to be that of those who would have been asked.
    """
    levels, asked = [], True
    for approvers, needs, within, remind in step.levels:
        named = people.named(approvers, requester, associates)
        left = tuple(person for person in named if person not in requester)
        otherwise = people.named(approvers.model_copy(update={"role": None}), requester, associates)
        asked = bool(left) and (needs.everybody or len(left) >= needs.of)
        if asked:
            levels.append(
                Level(
                    approvers=left,
                    groups=approvers.groups,
                    needed=len(left) if needs.everybody else needs.of,
                    roles=approvers.role or (),
                    by_role=tuple(person for person in left if person not in otherwise),
                    everybody=needs.everybody,
                    within=within,
                    remind=tuple(sorted(remind, key=_plain_first)),
                )
            )
    unasked_yes = not asked and step.on_timeout is Outcome.APPROVE
    on_timeout = Outcome.HOLD if unasked_yes else step.on_timeout
    return RouteStep(step=step.step, levels=tuple(levels), on_timeout=on_timeout)


def _plain_first(span: timedelta | WorkingSpan) -> timedelta:
    """Reminders in the order in which they come; when those in working time come, only a calendar can tell."""
    return span if isinstance(span, timedelta) else timedelta.max
