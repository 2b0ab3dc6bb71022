"""How the set-up is shown in a terminal and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from starter.setup_plan import AMISS, WRITES, Change, Done, Step

_WIDTH = 10
SLOW = frozenset({"extension", "subscription"})
DELAY = "commercetools takes up to a minute until a changed extension or subscription is in effect"


def plan_lines(steps: Sequence[Step]) -> Iterator[str]:
    """The whole plan, a line for each thing and each difference in it, and a summary."""
    for step in steps:
        yield from lines(step.change.ahead, step.done)
    yield summary(steps)


def lines(word: str, done: Done) -> Iterator[str]:
    """A thing and what becomes of it; several details have a line each."""
    if len(done.details) > 1:
        yield f"{word:<{_WIDTH}} {done.thing}"
        yield from (f"{'':<{_WIDTH}}   {detail}" for detail in done.details)
    else:
        yield f"{word:<{_WIDTH}} {done.thing}" + "".join(f": {detail}" for detail in done.details)


def summary(steps: Sequence[Step]) -> str:
    """The plan in numbers."""
    numbers = {change: sum(step.change is change for step in steps) for change in Change}
    parts = [
        f"{number} to {change.ahead}" for change, number in numbers.items() if number and change in WRITES
    ]
    parts += [f"{number} {change}" for change, number in numbers.items() if number and change in AMISS]
    return ", ".join(parts) or "nothing to do"


def takes_time(done: Sequence[Done]) -> bool:
    """Whether something was written that is in effect only later."""
    return any(one.change in WRITES and one.thing.partition(" ")[0] in SLOW for one in done)


def plan_json(steps: Sequence[Step]) -> dict[str, Any]:
    """The plan for `--json`."""
    shown = [{**step.done.to_json_dict(), "change": step.change.ahead} for step in steps]
    return {"ok": ok([step.done for step in steps]), "results": shown}


def done_json(done: Sequence[Done]) -> dict[str, Any]:
    """What was done for `--json`."""
    return {"ok": ok(done), "results": [one.to_json_dict() for one in done]}


def ok(done: Sequence[Done]) -> bool:
    """Whether everything is as it was asked for, or will be."""
    return not any(one.change in AMISS for one in done)
