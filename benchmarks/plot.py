"""The ratios as a picture: each target's figure on a scale where 1 is the floor, with what was measured round by round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.targets import TARGETS, Target

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 760, 170, 120, 44, 60
_MOST = 2.0
_GOOD, _BAD, _INK, _FAINT = "#2e7d32", "#c62828", "#24292f", "#d0d7de"


@dataclass(frozen=True)
class _Bar:
    target: Target
    value: float
    each: Sequence[float]


def picture(results: Mapping[str, Any]) -> str:
    """SVG of every ratio that has a target; dots are the single rounds where there are several."""
    bars = [
        _Bar(target, results[target.figure], _rounds(results, target.figure))
        for target in TARGETS
        if target.figure.endswith("Ratio") and target.figure in results
    ]
    height = _TOP + _ROW * len(bars) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
        f'<text x="12" y="26" font-size="16" fill="{_INK}">Placet next to the bare Temporal floor (1.0)</text>',
        *_scale(height),
    ]
    for number, bar in enumerate(bars):
        parts += _row(bar, _TOP + _ROW * number)
    return "\n".join([*parts, "</svg>", ""])


def _rounds(results: Mapping[str, Any], figure: str) -> Sequence[float]:
    for measurement in results["measurements"].values():
        behind = measurement["detail"].get(figure)
        if isinstance(behind, dict) and "values" in behind:
            values: Sequence[float] = behind["values"]
            return values
    return ()


def _x(value: float) -> float:
    return round(_LEFT + min(value, _MOST) / _MOST * (_WIDTH - _LEFT - _RIGHT), 1)


def _scale(height: int) -> list[str]:
    lines = []
    for tenth in range(0, 21, 5):
        x, ink = _x(tenth / 10), _INK if tenth == 10 else _FAINT
        lines.append(f'<line x1="{x}" y1="{_TOP - 12}" x2="{x}" y2="{height - 30}" stroke="{ink}"/>')
        lines.append(
            f'<text x="{x}" y="{height - 12}" text-anchor="middle" fill="{_INK}">{tenth / 10:g}</text>'
        )
    return lines


def _row(bar: _Bar, top: int) -> list[str]:
    met, middle = bar.target.met(bar.value), top + 14
    colour, limit = _GOOD if met else _BAD, bar.target.least or bar.target.most or 1.0
    name, told = escape(bar.target.figure), escape(f"{bar.value:.2f} ({bar.target.words})")
    return [
        f'<text x="{_LEFT - 8}" y="{middle + 5}" text-anchor="end" fill="{_INK}">{name}</text>',
        f'<rect x="{_LEFT}" y="{top}" width="{_x(bar.value) - _LEFT:.1f}" height="28" fill="{colour}" opacity="0.35"/>',
        (
            f'<line x1="{_x(limit)}" y1="{top - 4}" x2="{_x(limit)}" y2="{top + 32}" stroke="{colour}" '
            'stroke-width="2" stroke-dasharray="4 3"/>'
        ),
        *(f'<circle cx="{_x(value)}" cy="{middle}" r="3" fill="{colour}"/>' for value in bar.each),
        f'<text x="{_WIDTH - _RIGHT + 8}" y="{middle + 5}" fill="{_INK}" font-size="12">{told}</text>',
    ]
