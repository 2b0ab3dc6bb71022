"""What is pinned when a level of a step opens: who may decide on whose behalf, until when, and when they are reminded.

Evaluated in an activity that is handed the workflow's time, and pinned as people and instants: directory, calendars and the
data about time zones and holidays may change while an order waits.
"""

from datetime import datetime, timedelta
from typing import Protocol

from pydantic import AwareDatetime

from domain.calendars import Calendar
from domain.directory import Directory
from domain.spans import WorkingSpan
from domain.substitution import Mandate, Matter, deciders, is_away
from domain.value import Value
from domain.working_time import add_span


class Asked(Protocol):
    """A level of a step, as `domain.routing.Level` is: who decides, within what, and reminded after what."""

    @property
    def approvers(self) -> tuple[str, ...]:
        """People, by id."""

    @property
    def within(self) -> timedelta | WorkingSpan:
        """How long they have."""

    @property
    def remind(self) -> tuple[timedelta | WorkingSpan, ...]:
        """After how long they are reminded, from the opening on."""


class Opening(Value):
    """Who may decide now, on whose behalf, until when (UTC), and the instants at which they are reminded before."""

    mandates: tuple[Mandate, ...]
    due_at: AwareDatetime
    reminders: tuple[AwareDatetime, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether nobody stands in for anybody."""
        return all(mandate.own for mandate in self.mandates)

    @property
    def approvers(self) -> tuple[str, ...]:
        """Everybody who may decide, each once."""
        return tuple(dict.fromkeys(mandate.decides for mandate in self.mandates))


class Reading(Value):
    """What the directory said of an order beside who may decide at a level: it may be something else at the next reading."""

    never: tuple[str, ...] = ()
    """Who the requester is, by all ids, and so never decides."""
    operators: tuple[str, ...] = ()


def opening(level: Asked, at: datetime, directory: Directory, matter: Matter) -> Opening | None:
    """The opening of a level at an instant; None if nobody is left to decide, and the level has to be passed over.

    The deadline is the latest of those that the people who are there have by their own calendars, and so is each reminder
    (docs/decisions/0020). A reminder that would come with the deadline or after it is left out.

    Raises:
        NoWorkingTimeError: somebody's calendar leaves a year without working time.
    """
    mandates = deciders(directory, level.approvers, at, matter)
    if not mandates:
        return None
    people = dict.fromkeys(mandate.decides for mandate in mandates)
    there = [person for person in people if not is_away(directory, person, at)]
    calendars = list(dict.fromkeys(directory.calendar_of(person) for person in there or people))
    due_at = _latest(at, level.within, calendars)
    reminders = {_latest(at, after, calendars) for after in level.remind}
    return Opening(
        mandates=mandates, due_at=due_at, reminders=tuple(sorted(r for r in reminders if r < due_at))
    )


def _latest(at: datetime, span: timedelta | WorkingSpan, calendars: list[Calendar]) -> datetime:
    return max(add_span(at, span, calendar) for calendar in calendars)
