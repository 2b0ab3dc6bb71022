"""The case with a directory that is read at once, and in which nobody is away."""

from datetime import datetime

from domain.case import Case
from domain.events import Event, Opened, Reduction
from domain.opening import Opening
from domain.reducer import reduce
from domain.spans import plain
from domain.substitution import Mandate


def reduced(case: Case, event: Event, now: datetime) -> Reduction:
    """What follows from an event, with every level that it makes open opened."""
    after = reduce(case, event, now)
    while after.case.opens is not None:
        after = after.then(lambda c: reduce(c, Opened(opening=opening_of(c, now)), now))
    return after


def opening_of(case: Case, now: datetime) -> Opening | None:
    """The opening of the level that is about to open, by plain times and for everybody themselves."""
    if case.opens is None:
        return None
    level = case.steps[case.opens.step].levels[case.opens.level]
    return Opening(
        mandates=tuple(Mandate(decides=p, on_behalf_of=p) for p in level.approvers),
        due_at=now + plain(level.within),
        reminders=tuple(now + plain(after) for after in level.remind),
    )
