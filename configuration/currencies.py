"""Currencies, wherever a policy or a directory names them: three letters are easily those of none."""

import re
from collections.abc import Iterator

from configuration.document import ANY, Document, Place
from domain.currencies import CURRENCIES

_AMOUNTS = {"atLeast", "below"}
_CODES = {"currency", "currencyOtherThan"}
_AMOUNT = re.compile(r"\s*([A-Z]{3})\s")


def lint_currencies(document: Document) -> None:
    """Note every currency that ISO 4217 does not know: no order is ever in it."""
    for place, code in _named(document):
        if code not in CURRENCIES:
            document.say(place, f"ISO 4217 knows no currency {code}{_meant(code)}")


def _named(document: Document) -> Iterator[tuple[Place, str]]:
    for place, value in document.leaves():
        name = place[-1] if place else None
        amount = _AMOUNT.match(value) if isinstance(value, str) and name in _AMOUNTS else None
        if amount is not None:
            yield place, amount[1]
        elif isinstance(value, str) and name in _CODES:
            yield place, value
    for pattern in (("rates", ANY), ("rates", ANY, ANY)):
        for place, _ in document.found(*pattern):
            if place[1] not in {"source", "date"}:
                yield place, str(place[-1])


def _meant(code: str) -> str:
    same = sorted(known for known in CURRENCIES if sorted(known) == sorted(code))
    return f"; did you mean {' or '.join(same)}?" if same else ""
