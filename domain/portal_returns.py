"""Returns that somebody else wrote to the order in commercetools, such as a portal: on record, and not ours to change."""

from collections.abc import Iterable

from domain.audit import OUTSIDE, AuditKind, Detail, Fact
from domain.value import Value


class FoundReturn(Value):
    """One item of a return as it stands in commercetools."""

    id: str
    key: str | None = None
    return_ref: str | None = None
    line_item_id: str | None = None
    quantity: int
    state: str


def of_others(found: Iterable[FoundReturn], ours: Iterable[str]) -> tuple[FoundReturn, ...]:
    """Those that we did not write: ours have keys that follow from references, and a count behind where it grew."""
    known = tuple(ours)
    return tuple(
        one
        for one in found
        if one.key is None or not any(one.key == key or _counted(one.key, key) for key in known)
    )


def news_of(found: Iterable[FoundReturn], known: Iterable[str], by: str | None) -> tuple[Fact, ...]:
    """A fact for each item that was not on record."""
    before = set(known)
    return tuple(_fact(one, by) for one in found if one.id not in before)


def _counted(key: str, ours: str) -> bool:
    return key.startswith(f"{ours}-") and key[len(ours) + 1 :].isdecimal()


def _fact(one: FoundReturn, by: str | None) -> Fact:
    detail: Detail = {"return": one.return_ref or one.id, "state": one.state}
    detail["items"] = [f"{one.quantity} of line {one.line_item_id or 'unknown'}"]
    if by is not None:
        detail["client"] = by
    return Fact(kind=AuditKind.CHANGED_OUTSIDE, actor=OUTSIDE, detail=detail)
