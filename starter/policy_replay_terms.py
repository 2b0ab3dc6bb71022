"""What a changed policy would ask otherwise of the same people: what is about how they are asked, and not whom."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from domain.route import Level, Route, RouteStep
from domain.spans import WorkingSpan
from starter.order_views import span


class Term(NamedTuple):
    """One thing that would be other: its name as a policy writes it, at which step if it is a step's, and what it was."""

    name: str
    present: str
    changed: str
    step: str | None = None

    def words(self) -> str:
        """For a person."""
        where = f" at {self.step}" if self.step is not None else ""
        return f"{self.name}{where} {self.present} → {self.changed}"

    def to_json_dict(self) -> dict[str, str]:
        """For a program."""
        named = {"term": self.name, "from": self.present, "to": self.changed}
        return named if self.step is None else {**named, "step": self.step}


def terms(present: Route, changed: Route) -> tuple[Term, ...]:
    """All that would be other in how an order is asked about, where both policies ask somebody.

    Steps are compared by their names; one that only one of them has is another route, and no term of it.
    """
    if not (present.steps and changed.steps) or present.held is not None or changed.held is not None:
        return ()
    other = {step.step: step for step in changed.steps}
    pairs = [(step, other[step.step]) for step in present.steps if step.step in other]
    found = [*_of_order(present, changed), *(term for one, two in pairs for term in _of_step(one, two))]
    return tuple(term for term in found if term.present != term.changed)


def _of_order(present: Route, changed: Route) -> Iterator[Term]:
    """What holds for the order as a whole."""
    yield Term("rounds", _count(present.rounds), _count(changed.rounds))
    yield Term("resumeAt", present.resume_at or "the first step", changed.resume_at or "the first step")
    yield Term("reasonRequired", _listed(present.reason_required), _listed(changed.reason_required))
    yield Term("harmless", _listed(present.harmless), _listed(changed.harmless))


def _of_step(one: RouteStep, two: RouteStep) -> Iterator[Term]:
    """What holds for one step: its first level, where it goes from there, and what a missed deadline means."""
    if one.levels and two.levels:
        (first, *up), (second, *higher) = one.levels, two.levels
        yield Term("needs", _needs(first), _needs(second), one.step)
        yield Term("within", _span(first.within), _span(second.within), one.step)
        yield Term("remind", _times(first), _times(second), one.step)
        yield Term("escalate", _levels(up), _levels(higher), one.step)
    yield Term("onTimeout", one.on_timeout.value, two.on_timeout.value, one.step)


def _levels(levels: Iterable[Level]) -> str:
    told = (
        f"{', '.join(one.approvers)} ({_needs(one)}) within {_span(one.within)}, remind {_times(one)}"
        for one in levels
    )
    return "; then ".join(told) or "nobody"


def _needs(level: Level) -> str:
    if level.everybody:
        return "all"
    return "any" if level.needed == 1 else f"{level.needed}"


def _times(level: Level) -> str:
    return _listed(_span(one) for one in level.remind)


def _span(length: timedelta | WorkingSpan) -> str:
    return span(length) if isinstance(length, timedelta) else str(length)


def _count(rounds: int | None) -> str:
    return "without limit" if rounds is None else str(rounds)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
