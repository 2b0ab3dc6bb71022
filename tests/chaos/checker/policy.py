"""Whose yes an order needs: the policy of config/demo, written down a second time, by hand.

If the two disagree, one of them is wrong, and the checker says so.
"""

from dataclasses import dataclass
from typing import Any

MANAGERS, FINANCE, DIRECTOR = frozenset({"ana", "ben"}), frozenset({"cleo", "cem"}), frozenset({"dana"})
OUR_CLIENT = "placet"


@dataclass(frozen=True)
class Need:
    """The steps that an order needs a yes for, and after how many seconds without one it is rejected."""

    steps: tuple[frozenset[str], ...] = ()
    rejected_after: float | None = None


def need_of(placed: dict[str, Any]) -> Need:
    """What the order needs, by its total: `{"cents", "currency"}`. Escalation adds the director to a manager's step."""
    if placed["currency"] != "EUR":
        return Need((FINANCE,), rejected_after=3.0)
    if placed["cents"] >= 1_000_000:
        return Need((MANAGERS | DIRECTOR, FINANCE | DIRECTOR))
    if placed["cents"] >= 100_000:
        return Need((MANAGERS | DIRECTOR,))
    return Need()
