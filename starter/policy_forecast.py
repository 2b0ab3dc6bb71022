"""Who may decide at each level of a route, and until when, if nobody decides before: as of now, by the directory as it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.directory import Directory
from domain.money import Money
from domain.opening import Opening, opening
from domain.route import Level, Route, RouteStep
from domain.routing import matter_of
from domain.substitution import Mandate, Matter, deciders
from domain.working_time import NoWorkingTimeError


@dataclass(frozen=True)
class Foreseen:
    """A level of a step. Without `opens_at` nobody knows when it opens; `number` is 0 for the step's own approvers."""

    number: int
    level: Level
    mandates: tuple[Mandate, ...]
    opens_at: datetime | None = None
    opening: Opening | None = None
    endless: str | None = None
    """Why its time would never be over."""

    @property
    def estimated(self) -> bool:
        """Whether it depends on what happens until then."""
        return self.number > 0


class Forecast:
    """A route from an instant on. The first step opens then; when later ones do, depends on people."""

    def __init__(self, route: Route, total: Money, directory: Directory, now: datetime) -> None:
        self.now = now
        self._directory = directory
        matter = matter_of(route, total)
        self.steps = [
            list(self._in_turn(step, matter) if n == 0 else self._some_day(step, matter))
            for n, step in enumerate(route.steps)
        ]

    def _in_turn(self, step: RouteStep, matter: Matter) -> Iterator[Foreseen]:
        """The levels of a step that opens now: each when the time of the one before is over."""
        opens: datetime | None = self.now
        for n, level in enumerate(step.levels):
            opened, endless = None, None
            if opens is not None:
                try:
                    opened = opening(level, opens, self._directory, matter)
                except NoWorkingTimeError as error:
                    endless = str(error)
            if opened is None:
                yield Foreseen(n, level, self._deciders(level, matter), endless=endless)
            else:
                yield Foreseen(n, level, opened.mandates, opens, opened)
            opens = opened.due_at if opened is not None else None

    def _some_day(self, step: RouteStep, matter: Matter) -> Iterator[Foreseen]:
        for n, level in enumerate(step.levels):
            yield Foreseen(n, level, self._deciders(level, matter))

    def _deciders(self, level: Level, matter: Matter) -> tuple[Mandate, ...]:
        return deciders(self._directory, level.approvers, self.now, matter)
