"""How a replay is shown in a terminal, and its progress on the way."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from domain.routing import Plan
from starter.order_views import console
from starter.policy_explained import who
from starter.policy_replay import Pair, Replayed, asks

_OFTEN = 500


def report(found: Replayed) -> Iterator[str]:
    """What came of a replay, in lines."""
    moved = sum(pair.orders for pair in found.moves)
    present, changed = found.automatic()
    yield f"{found.orders} orders, {moved} of them would be routed differently"
    for pair in found.moves:
        yield from _move(pair)
    otherwise = sum(pair.orders for pair in found.otherwise)
    yield f"{otherwise} of the others would be asked about otherwise"
    for pair in found.otherwise:
        yield f"  {pair.orders} by rule {pair.changed.rule}: {_terms(pair)} ({_examples(pair)})"
    stranded = sum(pair.orders for pair in found.stranded)
    yield f"{stranded} would find no approver"
    for pair in found.stranded:
        yield f"  {pair.orders} by rule {pair.changed.rule}: {pair.changed.held} ({_examples(pair)})"
    held = found.held()
    if held:
        yield f"{held.total()} would be held, because the policy cannot judge them"
        yield from (f"  {n}: {why}" for why, n in held.most_common())
    yield f"approved automatically: {present} under the present policy, {changed} under the changed one"


_CHANGES = {
    "rule": "the same people",
    "terms": "the same people first, on other terms (times, how many, escalation, outcome)",
}


def _move(pair: Pair) -> Iterator[str]:
    same = asks(pair.present) == asks(pair.changed)
    words = (_CHANGES.get(pair.change), None if same else whom(pair.changed))
    what = ": ".join(one for one in words if one is not None)
    yield f"  {pair.orders} from {pair.present.rule} to {pair.changed.rule}: {what} ({_examples(pair)})"
    if not same:
        yield f"     now {whom(pair.present)}"
    if pair.terms:
        yield f"     otherwise: {_terms(pair)}"


def _terms(pair: Pair) -> str:
    return "; ".join(term.words() for term in pair.terms)


def whom(plan: Plan) -> str:
    """Whom a plan asks, in words."""
    if plan.held is not None:
        return "held"
    steps = (f"{step.step} ({who(step.levels[0])})" for step in plan.steps)
    return ", then ".join(steps) or "approved automatically"


def _examples(pair: Pair) -> str:
    more = ", ..." if pair.orders > len(pair.examples) else ""
    return ", ".join(pair.examples) + more


class Bar:
    """Counts orders, and shows it now and then."""

    def __init__(self, progress: Progress, total: int | None) -> None:
        self._progress = progress
        self._task = progress.add_task("orders", total=total)
        self._count = 0

    def advance(self) -> None:
        """One more."""
        self._count += 1
        if self._count % _OFTEN == 0:
            self._progress.update(self._task, completed=self._count)


@contextmanager
def bar(total: int | None, *, quiet: bool) -> Iterator[Bar]:
    """A progress bar on stderr, where that is a terminal; `total` is None if it is not known."""
    terminal = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=terminal, disable=quiet or not terminal.is_terminal) as progress:
        yield Bar(progress, total)
