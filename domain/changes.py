"""What is different between two contents of an order: by part, in words, and whether lines were taken out and nothing else."""

import re
from collections.abc import Iterator

from domain.order import Line, OrderContent
from domain.value import Value

_FOLLOW_FROM_LINES = frozenset({"lines", "total", "totalGross"})
_MOST_WORDS = 12


class ContentChange(Value):
    """The difference of two contents. Words give amounts, quantities and SKUs, and of personal data only that it differs."""

    parts: tuple[str, ...]
    """The names of what is different, as `OrderContent` has them in JSON."""
    words: tuple[str, ...]
    removed: tuple[str, ...] = ()
    """The lines that were taken out, where nothing else is different but a total that is no higher."""
    dearer: bool = False
    """Whether the total is higher, or in another currency: more than a limit on the old one speaks of."""


def changed(before: OrderContent, after: OrderContent) -> ContentChange:
    """What is different in `after`."""
    old, new = before.to_json_dict(), after.to_json_dict()
    parts = tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))
    words = [word for part in parts for word in _words(part, before, after)]
    if len(words) > _MOST_WORDS:
        words = [*words[:_MOST_WORDS], f"and {len(words) - _MOST_WORDS} more"]
    return ContentChange(
        parts=parts,
        words=tuple(words),
        removed=_removed(parts, before, after),
        dearer=_is_dearer(before, after),
    )


def _words(part: str, before: OrderContent, after: OrderContent) -> Iterator[str]:
    if part == "lines":
        yield from _of_lines(before.lines, after.lines)
    elif part == "total":
        yield f"total {before.total} → {after.total}"
    else:
        yield f"{re.sub('([A-Z])', lambda found: f' {found[1].lower()}', part)} changed"


def _of_lines(before: tuple[Line, ...], after: tuple[Line, ...]) -> Iterator[str]:
    old, new = {line.id: line for line in before}, {line.id: line for line in after}
    for line_id in dict.fromkeys((*old, *new)):
        was, now = old.get(line_id), new.get(line_id)
        name = (now or was or before[0]).sku or line_id
        if was is None and now is not None:
            yield f"{name} added, {now.quantity} pieces for {now.total}"
        elif now is None:
            yield f"{name} taken out"
        elif was is not None and now != was:
            yield from (f"{name}: {word}" for word in _of_line(was, now))
    if [*old] != [*new] and old.keys() == new.keys():
        yield "the lines' order changed"


def _of_line(was: Line, now: Line) -> Iterator[str]:
    if was.quantity != now.quantity:
        yield f"quantity {was.quantity} → {now.quantity}"
    if was.price != now.price:
        yield f"price {was.price} → {now.price}"
    if (was.quantity, was.price) == (now.quantity, now.price):
        told = was.total != now.total
        yield f"total {was.total} → {now.total}" if told else "its details changed"


def _is_dearer(before: OrderContent, after: OrderContent) -> bool:
    return before.total.currency_code != after.total.currency_code or before.total < after.total


def _removed(parts: tuple[str, ...], before: OrderContent, after: OrderContent) -> tuple[str, ...]:
    left = {line.id for line in after.lines}
    rest = tuple(line for line in before.lines if line.id in left)
    if rest != after.lines or _is_dearer(before, after) or not _FOLLOW_FROM_LINES.issuperset(parts):
        return ()
    return tuple(line.id for line in before.lines if line.id not in left)
