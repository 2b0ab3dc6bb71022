"""Where the boxes and lines of a state diagram go: columns from left to right, as in Sugiyama's method.

Lines that go back are turned round for the layout; a line over several columns gets a place of its own in each. Sizes are
in pixels. Made for the tens of states that a machine has (docs/decisions/0011-states-are-laid-out-here.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

WIDTH, COLUMN_GAP, ROW_GAP, PORT_GAP, LEAST_HEIGHT = 184.0, 150.0, 44.0, 22.0, 52.0
_PLACE_HEIGHT = 18.0
_ROUNDS = 12

Pair = tuple[str, str]
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A state's place: the corner at the top left, and its size."""

    x: float
    y: float
    width: float
    height: float


class _Step(NamedTuple):
    """A part of a line, over the gap between two columns; lines there and back are two of the same ends."""

    source: str
    target: str
    line: int

    def end(self, side: int) -> str:
        """Where it begins (0) or ends (1)."""
        return self.target if side else self.source


@dataclass(frozen=True)
class Layout:
    """Boxes by key; for each edge the points that it goes through, from its source on; and the size of all."""

    boxes: Mapping[str, Box]
    lines: Mapping[Pair, tuple[Point, ...]]
    width: float
    height: float


def lay_out(keys: Sequence[str], edges: Sequence[Pair], entries: Sequence[str]) -> Layout:
    """Lay out a graph of states. Edges from a state to itself are no lines; whoever draws puts them at the box."""
    links = [edge for edge in dict.fromkeys(edges) if edge[0] != edge[1]]
    turned = _turned(keys, links, entries)
    downstream = [(b, a) if (a, b) in turned else (a, b) for a, b in links]
    columns_of = _columns(keys, downstream)
    chains = [_chain(n, edge, columns_of) for n, edge in enumerate(downstream)]
    columns = _filled(keys, columns_of, chains)
    steps = [_Step(a, b, n) for n, chain in enumerate(chains) for a, b in pairwise(chain)]
    _ordered(columns, steps)
    heights = _heights(keys, steps)
    tops = _tops(columns, steps, heights)
    boxes = {key: Box(columns_of[key] * (WIDTH + COLUMN_GAP), tops[key], WIDTH, heights[key]) for key in keys}
    ports = _Ports(steps, tops, heights)
    lines = {}
    for n, (link, chain) in enumerate(zip(links, chains, strict=True)):
        points = ports.line(n, columns_of[chain[0]])
        lines[link] = points[::-1] if link in turned else points
    width = max((box.x + box.width for box in boxes.values()), default=0.0)
    height = max((tops[one] + heights[one] for one in tops), default=0.0)
    return Layout(boxes, lines, width, height)


def _turned(keys: Sequence[str], links: Sequence[Pair], entries: Sequence[str]) -> set[Pair]:
    """The edges that close a circle, as a walk from the entries comes upon them."""
    following: dict[str, list[str]] = {key: [] for key in keys}
    for a, b in links:
        following[a].append(b)
    done, under_way, turned = set[str](), set[str](), set[Pair]()

    def walk(key: str) -> None:
        under_way.add(key)
        for target in following[key]:
            if target in under_way:
                turned.add((key, target))
            elif target not in done:
                walk(target)
        under_way.remove(key)
        done.add(key)

    for key in (*entries, *keys):
        if key not in done:
            walk(key)
    return turned


def _columns(keys: Sequence[str], downstream: Sequence[Pair]) -> dict[str, int]:
    """The column of each state: one further than the last that leads to it."""
    columns = dict.fromkeys(keys, 0)
    for _ in keys:
        for a, b in downstream:
            columns[b] = max(columns[b], columns[a] + 1)
    return columns


def _chain(n: int, edge: Pair, columns_of: Mapping[str, int]) -> list[str]:
    """The edge as steps from column to column; its places in between have names that no key has."""
    between = range(columns_of[edge[0]] + 1, columns_of[edge[1]])
    return [edge[0], *(f"\0{n}/{column}" for column in between), edge[1]]


def _filled(
    keys: Sequence[str], columns_of: Mapping[str, int], chains: Sequence[Sequence[str]]
) -> list[list[str]]:
    columns: list[list[str]] = [[] for _ in range(max(columns_of.values(), default=-1) + 1)]
    for key in keys:
        columns[columns_of[key]].append(key)
    for chain in chains:
        for n, place in enumerate(chain[1:-1], columns_of[chain[0]] + 1):
            columns[n].append(place)
    return columns


def _ordered(columns: list[list[str]], steps: Sequence[_Step]) -> None:
    """Sort each column by where its neighbours are, to and fro, which undoes most crossings."""
    best, fewest = [list(column) for column in columns], _crossings(columns, steps)
    for round_ in range(_ROUNDS):
        order = range(len(columns)) if round_ % 2 == 0 else range(len(columns) - 1, -1, -1)
        for n in order:
            row = {one: index for column in columns for index, one in enumerate(column)}
            side = 0 if round_ % 2 == 0 else 1
            columns[n].sort(key=lambda one: _mean(one, steps, row, side))
        found = _crossings(columns, steps)
        if found < fewest:
            best, fewest = [list(column) for column in columns], found
    columns[:] = best


def _mean(one: str, steps: Sequence[_Step], row: Mapping[str, int], side: int) -> float:
    near = [row[step.end(side)] for step in steps if step.end(1 - side) == one]
    return sum(near) / len(near) if near else row[one]


def _crossings(columns: Sequence[Sequence[str]], steps: Sequence[_Step]) -> int:
    row = {one: (n, index) for n, column in enumerate(columns) for index, one in enumerate(column)}
    ends = [(row[step.source], row[step.target]) for step in steps]
    return sum(
        a[0] == c[0] and (a[1] - c[1]) * (b[1] - d[1]) < 0
        for n, (a, b) in enumerate(ends)
        for c, d in ends[n + 1 :]
    )


def _heights(keys: Sequence[str], steps: Sequence[_Step]) -> dict[str, float]:
    """A box is as high as the fuller of its sides needs."""
    heights: dict[str, float] = {step.end(side): _PLACE_HEIGHT for step in steps for side in (0, 1)}
    for key in keys:
        ports = max(sum(step.end(side) == key for step in steps) for side in (0, 1))
        heights[key] = max(LEAST_HEIGHT, PORT_GAP * (ports + 1))
    return heights


def _tops(
    columns: Sequence[Sequence[str]], steps: Sequence[_Step], heights: Mapping[str, float]
) -> dict[str, float]:
    """Stack each column, then pull everything towards its neighbours without changing the order."""
    tops: dict[str, float] = {}
    for column in columns:
        y = 0.0
        for one in column:
            tops[one] = y
            y += heights[one] + ROW_GAP
    for _ in range(_ROUNDS):
        for column in columns:
            wanted = [_level(one, steps, tops, heights) for one in column]
            _place(column, wanted, tops, heights)
    least = min(tops.values(), default=0.0)
    return {one: top - least for one, top in tops.items()}


def _level(
    one: str, steps: Sequence[_Step], tops: Mapping[str, float], heights: Mapping[str, float]
) -> float:
    near = [step.end(step.source == one) for step in steps if one in step[:2]]
    if not near:
        return tops[one]
    return sum(tops[other] + heights[other] / 2 for other in near) / len(near) - heights[one] / 2


def _place(
    column: Sequence[str], wanted: Sequence[float], tops: dict[str, float], heights: Mapping[str, float]
) -> None:
    """As near to what is wanted as the order and the gaps allow: down first, then all of it up by half of what was too far."""
    y, shifts = float("-inf"), []
    for one, level in zip(column, wanted, strict=True):
        tops[one] = max(y, level)
        shifts.append(tops[one] - level)
        y = tops[one] + heights[one] + ROW_GAP
    up = sum(shifts) / len(shifts)
    for one in column:
        tops[one] -= up


class _Ports:
    """Where lines meet boxes: spread over each side, in the order of what is at the other end."""

    def __init__(
        self, steps: Sequence[_Step], tops: Mapping[str, float], heights: Mapping[str, float]
    ) -> None:
        self._tops, self._heights = tops, heights
        self._levels = (self._side(steps, 0), self._side(steps, 1))
        self._of_line: dict[int, list[_Step]] = {}
        for step in steps:
            self._of_line.setdefault(step.line, []).append(step)

    def _side(self, steps: Sequence[_Step], side: int) -> dict[_Step, float]:
        """How high each step meets what is at that end of it."""
        there: dict[str, list[_Step]] = {}
        for step in sorted(steps, key=lambda step: self._middle(step.end(1 - side))):
            there.setdefault(step.end(side), []).append(step)
        return {
            step: self._tops[one] + self._heights[one] * n / (len(meeting) + 1)
            for one, meeting in there.items()
            for n, step in enumerate(meeting, 1)
        }

    def _middle(self, one: str) -> float:
        return self._tops[one] + self._heights[one] / 2

    def line(self, number: int, column: int) -> tuple[Point, ...]:
        """The points of a line from left to right: one at each side of every gap between columns."""
        points: list[Point] = []
        for n, step in enumerate(self._of_line[number], column):
            right = n * (WIDTH + COLUMN_GAP) + WIDTH
            points += [(right, self._levels[0][step]), (right + COLUMN_GAP, self._levels[1][step])]
        return tuple(points)
