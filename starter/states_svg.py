"""States as an SVG picture: a box for each, a line for each transition, with who may move an order along it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from domain.states import DeclaredStates, Edge, Mover, State, StateType
from starter.states_layout import Box, Layout, Point, lay_out

_MARGIN, _HEAD, _FOOT = 40.0, 78.0, 56.0
_LEAST_WIDTH = 560.0
_LONGEST = 20
_INK = "#334155"
_COLOURS = {Mover.PLACET: "#1d4ed8", Mover.OPERATOR: "#b45309", Mover.ANYONE: "#15803d"}
_DASHES = {Mover.PLACET: "none", Mover.OPERATOR: "7 4", Mover.ANYONE: "2 4"}
_STYLE = """\
text { font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: #0f172a; }
.head { font-size: 17px; font-weight: 600; } .key { font-size: 14px; font-weight: 600; }
.name, .by { font-size: 12px; } .name { fill: #475569; }
.by { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }
.box { fill: #f8fafc; stroke: #334155; stroke-width: 1.4; } .line { fill: none; stroke-width: 1.6; }
"""


def svg(declared: DeclaredStates, types: Sequence[StateType]) -> str:
    """One picture, a part below the other for each type. A double border is the end, a dot the beginning."""
    parts, y, width = [], 0.0, _LEAST_WIDTH
    for type_ in types:
        states = declared.of(type_)
        layout = _laid_out(states)
        parts.append(f'<g transform="translate({_MARGIN:g} {y:g})">')
        parts.append(f'<text class="head" x="0" y="34">{type_}</text>')
        parts += _part(states, layout)
        parts.append("</g>")
        y += _HEAD + layout.height + _MARGIN
        width = max(width, layout.width + 2 * _MARGIN)
    title = f"States and transitions: {', '.join(types)}"
    height = y + _FOOT
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(title)}>',
            f"<title>{_said(title)}</title>",
            f"<style>{escape(_STYLE)}</style>",
            "<defs>",
            *(_marker(f"to-{mover}", colour) for mover, colour in _COLOURS.items()),
            _marker("start", _INK),
            "</defs>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            *parts,
            *_legend(y, with_movers=StateType.ORDER in types),
            "</svg>\n",
        ]
    )


def _laid_out(states: Sequence[State]) -> Layout:
    edges = [(state.key, edge.to) for state in states for edge in state.transitions or ()]
    return lay_out([s.key for s in states], edges, [s.key for s in states if s.initial])


def _part(states: Sequence[State], layout: Layout) -> Iterator[str]:
    yield f'<g transform="translate(0 {_HEAD:g})">'
    for state in states:
        for edge in state.transitions or ():
            yield from _edge(state, edge, layout)
    for state in states:
        yield from _state(state, layout.boxes[state.key])
    yield "</g>"


def _state(state: State, box: Box) -> Iterator[str]:
    rect = '<rect class="box" x="{:g}" y="{:g}" width="{:g}" height="{:g}" rx="9"/>'
    shown = state.name.get("en") or next(iter(state.name.values()), "")
    yield f"<g><title>{_said(state.description.get('en') or shown or state.key)}</title>"
    yield rect.format(box.x, box.y, box.width, box.height)
    if state.transitions == ():
        yield rect.format(box.x + 4, box.y + 4, box.width - 8, box.height - 8)
    x, y = box.x + box.width / 2, box.y + box.height / 2
    below = "any state may follow" if state.transitions is None else shown
    yield _text("key", x, y + (-3 if below else 5), state.key)
    if below:
        yield _text("name", x, y + 15, below)
    if state.initial:
        yield f'<circle cx="{box.x + 16:g}" cy="{box.y - 20:g}" r="6" fill="{_INK}"/>'
        start = f"M{box.x + 16:g} {box.y - 20:g}V{box.y - 1:g}"
        yield f'<path class="line" stroke="{_INK}" marker-end="url(#start)" d="{start}"/>'
    yield "</g>"


def _edge(state: State, edge: Edge, layout: Layout) -> Iterator[str]:
    asked = state.type is StateType.ORDER
    by = edge.by if asked else Mover.PLACET
    if edge.to == state.key:
        d, label = _loop(layout.boxes[state.key])
    else:
        points = layout.lines[state.key, edge.to]
        d, label = _curve(points), _between(points[0], points[1])
    said = f"{state.key} → {edge.to}" + (f": {edge.by}" if asked else "")
    yield f"<g><title>{_said(said)}</title>"
    yield (
        f'<path class="line" stroke="{_COLOURS[by]}" stroke-dasharray="{_DASHES[by]}" '
        f'marker-end="url(#to-{by})" d="{d}"/>'
    )
    if asked:
        yield f'<text class="by" text-anchor="middle" x="{label[0]:g}" y="{label[1] + 4:g}">{edge.by}</text>'
    yield "</g>"


def _curve(points: Sequence[Point]) -> str:
    """Level at both sides of each gap between columns, straight where it passes a column."""
    d = f"M{points[0][0]:g} {points[0][1]:.1f}"
    for n, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
        if n % 2:
            d += f"L{x2:g} {y2:.1f}"
        else:
            middle = (x1 + x2) / 2
            d += f"C{middle:g} {y1:.1f} {middle:g} {y2:.1f} {x2:g} {y2:.1f}"
    return d


def _between(start: Point, end: Point) -> Point:
    """Nearer to where the line begins: there, lines of different states have not met yet. On the curve, at t = 0.22."""
    t = 0.22
    near, far = (1 - t) ** 3 + 3 * t * (1 - t) ** 2, t**3 + 3 * t**2 * (1 - t)
    middle = (start[0] + end[0]) / 2
    x = (1 - t) ** 3 * start[0] + 3 * t * (1 - t) * middle + t**3 * end[0]
    return x, near * start[1] + far * end[1]


def _loop(box: Box) -> tuple[str, Point]:
    x, y = box.x + box.width - 44, box.y
    return f"M{x:g} {y:g}C{x:g} {y - 34:g} {x + 30:g} {y - 34:g} {x + 30:g} {y:g}", (x + 15, y - 26)


def _text(kind: str, x: float, y: float, text: str) -> str:
    short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f'<text class="{kind}" text-anchor="middle" x="{x:g}" y="{y:g}">{_said(short)}</text>'


def _said(text: str) -> str:
    """Text as XML takes it: escaped, and without the control characters that it has no form for."""
    return escape("".join(c if c.isprintable() else " " for c in text))


def _marker(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
        f'orient="auto"><path d="M0 0L10 5L0 10z" fill="{colour}"/></marker>'
    )


def _legend(y: float, *, with_movers: bool) -> Iterator[str]:
    if not with_movers:
        return
    for n, (mover, words) in enumerate(
        ((Mover.PLACET, "only Placet"), (Mover.OPERATOR, "operators too"), (Mover.ANYONE, "anyone"))
    ):
        x = _MARGIN + n * 160
        yield (
            f'<path class="line" stroke="{_COLOURS[mover]}" stroke-dasharray="{_DASHES[mover]}" '
            f'marker-end="url(#to-{mover})" d="M{x:g} {y + 16:g}h34"/>'
            f'<text class="name" x="{x + 42:g}" y="{y + 20:g}">{words}</text>'
        )
