"""What follows from a value alone, worked out once for as long as that very value is at hand."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Generic, TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")

_AT_HAND = 64
"""Values whose answers are kept: a burst of events asks again and again about the few logistic orders of one order."""


class _Same(Generic[Given]):
    """A value, equal to itself and to nothing else: to compare large values would cost what is to be saved."""

    __slots__ = ("value",)

    def __init__(self, value: Given) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)  # the value is held for as long as its answer is, so nothing else gets its id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


def worked_out_once(function: Callable[[Given], Found]) -> Callable[[Given], Found]:
    """A function of an immutable value that need not be called twice for it. Its answers must not be changed either."""

    @lru_cache(maxsize=_AT_HAND)
    def kept(same: _Same[Given]) -> Found:
        return function(same.value)

    @wraps(function)
    def answered(value: Given) -> Found:
        return kept(_Same(value))

    return answered
