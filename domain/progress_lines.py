"""The states of line items, by quantity: each unit moves forward, along the edges that its machine has."""

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import pairwise

from domain.progress import LineStage, Progress
from domain.progress_actions import MoveLine, WrittenOrder
from domain.shipment import Quantities
from domain.shipment_contents import less
from domain.value import Value

_ORDER = {stage: n for n, stage in enumerate(LineStage)}
# A unit whose stage has no state of its own is shown in that of the stage before; nobody is cancelled by halves.
_BEFORE = {
    LineStage.ACCEPTED: LineStage.PENDING,
    LineStage.PICKING: LineStage.ACCEPTED,
    LineStage.PACKED: LineStage.PICKING,
    LineStage.SHIPPED: LineStage.PACKED,
    LineStage.DELIVERED: LineStage.SHIPPED,
    LineStage.RETURNED: LineStage.DELIVERED,
}


class LineStates(Value):
    """Which state of a line item stands for which stage, and where it leads.

    `pending` is where every line item begins, commercetools' built-in `Initial`. Without a row in `transitions`, or with
    none, a state leads anywhere.
    """

    keys: dict[LineStage, str]
    transitions: dict[str, tuple[str, ...] | None] = {}

    def key(self, stage: LineStage) -> str | None:
        """The key of the state for a stage, or for the nearest stage before it that has one."""
        found: LineStage | None = stage
        while found is not None and found not in self.keys:
            found = _BEFORE.get(found)
        return self.keys[found] if found is not None else None

    def rank(self, key: str) -> int | None:
        """How far a state is on the way; None if it is none of these."""
        stages = [_ORDER[stage] for stage, known in self.keys.items() if known == key]
        return max(stages, default=None)

    def way(self, source: str, target: str) -> tuple[str, ...]:
        """The states on the shortest way, both ends included; none if there is no way."""
        before: dict[str, str | None] = {source: None}
        left = deque([source])
        while left:
            state = left.popleft()
            if state == target:
                return _back(before, state)
            row = self.transitions.get(state)
            for after in (target,) if row is None else row:
                if after not in before:
                    before[after] = state
                    left.append(after)
        return ()


def line_moves(written: WrittenOrder, progress: Progress, states: LineStates) -> Iterator[MoveLine]:
    """The moves that bring every line's units to where they are, forward only; where there is no way, none."""
    for line, stages in progress.lines.items():
        for source, target, quantity in _moves(written.line_states.get(line, {}), stages, states):
            for first, then in pairwise(states.way(source, target)):
                yield MoveLine(
                    line_item_id=line,
                    custom=line in written.custom_lines,
                    quantity=quantity,
                    from_key=first,
                    to_key=then,
                )


def _moves(
    current: Quantities, stages: Mapping[LineStage, int], states: LineStates
) -> Iterator[tuple[str, str, int]]:
    wanted: Quantities = {}
    for stage, quantity in stages.items():
        key = states.key(stage)
        if key is not None:
            wanted[key] = wanted.get(key, 0) + quantity
    ranks = {key: rank for key in (*current, *wanted) if (rank := states.rank(key)) is not None}
    spare, short = less(current, wanted), less(wanted, current)
    for target in sorted(short, key=lambda key: -ranks[key]):
        missing = short[target]
        behind = [key for key in spare if key in ranks and _comes_from(ranks[key], ranks[target])]
        for source in sorted(behind, key=lambda key: -ranks[key]):
            quantity = min(spare[source], missing)
            if quantity:
                spare[source] -= quantity
                missing -= quantity
                yield source, target, quantity


def _comes_from(source: int, target: int) -> bool:
    """Whether a unit may move from one rank to another: forward, and what has left is not cancelled."""
    if target == _ORDER[LineStage.CANCELLED]:
        return source < _ORDER[LineStage.SHIPPED]
    return source < target


def _back(before: Mapping[str, str | None], state: str | None) -> tuple[str, ...]:
    way = []
    while state is not None:
        way.append(state)
        state = before[state]
    return tuple(reversed(way))
