"""What providers' statuses are mapped to and an order is not set to: a word is evidence, and what outweighs it is noted.

An order is ended by its own transition, once nothing of it is to come; `docs/decisions/0017` says why.
"""

from collections.abc import Iterable, Iterator

from domain.audit import AuditEntry, AuditKind, Fact
from domain.progress import End, Progress
from domain.status_mapping import Kind
from domain.status_mapping_moves import LeftOut

ENDS = {"Complete": End.COMPLETED, "Cancelled": End.CANCELLED}
"""The values of `orderState` that go with an order's last move."""

_LEFT_OUT = "leftOut"
_BY_ITS_OWN = "an order ends by its own transition, not by a provider's word"
_TO_COME = "units are still to come"
_OTHERWISE = "by what was reported of its units it is {end}"


def overruled_end(current: str, said: str | None, progress: Progress) -> LeftOut | None:
    """The end that the order map tells of, where what is known of the units does not tell of it as well."""
    end = ENDS.get(said or "")
    if said is None or end is None or said == current or progress.end is end:
        return None
    if progress.end is not None:
        why = _OTHERWISE.format(end=progress.end)
    else:
        why = _BY_ITS_OWN if progress.shipment_state is None else _TO_COME
    return LeftOut(kind=Kind.ORDER, current=current, target=said, why=why)


def with_left_out(
    fact: Fact | None, left_out: Iterable[LeftOut], entries: Iterable[AuditEntry] = ()
) -> Fact | None:
    """The fact that progress was written, and what a provider said and was not followed in; once in an order's trail."""
    known = frozenset(_told(entries))
    words = [str(one) for one in left_out if _is_news(one) and str(one) not in known]
    if not words:
        return fact
    detail = {**(fact.detail if fact is not None else {}), _LEFT_OUT: words}
    return Fact(kind=AuditKind.PROGRESSED, detail=detail)


def _is_news(one: LeftOut) -> bool:
    """An order that was confirmed here begins at its provider all the same: that takes nothing back."""
    return one.is_regress and not (one.kind is Kind.ORDER and one.target not in ENDS)


def _told(entries: Iterable[AuditEntry]) -> Iterator[str]:
    for entry in entries:
        words = entry.detail.get(_LEFT_OUT) if entry.kind is AuditKind.PROGRESSED else None
        yield from words if isinstance(words, list) else ()
