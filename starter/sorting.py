"""The order of a page: as the caller asks, as far as it is understood."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from domain.status import OrderStatus

_NEVER = datetime.max.replace(tzinfo=UTC)


def _due(status: OrderStatus) -> tuple[datetime, str]:
    due = [pending.due_at for pending in status.pending if pending.due_at is not None]
    return min(due, default=_NEVER), ""


def _number(status: OrderStatus) -> tuple[datetime, str]:
    return _NEVER, status.order_number or ""


_KEYS: dict[str, Callable[[OrderStatus], tuple[datetime, str]]] = {"dueAt": _due, "orderNumber": _number}


def sorted_by(entries: Iterable[str], found: Iterable[OrderStatus]) -> list[OrderStatus]:
    """The statuses by `dueAt` or `orderNumber`, `asc` or `desc`, the first entry first.

    Unknown and malformed entries are ignored: a list is better than none.
    """
    ordered = list(found)
    wanted = [part for entry in entries for part in entry.split(",")]
    for part in reversed(wanted):
        words = part.split()
        name, direction = (*words, "asc")[:2] if words else ("", "")
        if name in _KEYS and direction in {"asc", "desc"} and len(words) <= 2:
            ordered.sort(key=_KEYS[name], reverse=direction == "desc")
    return ordered
