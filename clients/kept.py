"""What is looked up by name and stays the same for some minutes: asked for once, not once for each order."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from time import monotonic
from typing import Generic, TypeVar

V = TypeVar("V")
Read = Callable[[Sequence[str]], Awaitable[Mapping[str, V]]]
KEPT_FOR = timedelta(minutes=5)


class Kept(Generic[V]):
    """`read` answers for the names that are not known, or not any more; a name that it leaves out is asked for again."""

    def __init__(
        self, read: Read[V], *, kept_for: timedelta = KEPT_FOR, clock: Callable[[], float] = monotonic
    ) -> None:
        self._read = read
        self._seconds = kept_for.total_seconds()
        self._clock = clock
        self._known: dict[str, tuple[V, float]] = {}

    async def of(self, names: Iterable[str]) -> dict[str, V]:
        """What is known of these, in one reading at most; raises as that does."""
        wanted, now = tuple(dict.fromkeys(names)), self._clock()
        unknown = [name for name in wanted if name not in self._known or self._known[name][1] <= now]
        if unknown:
            found = await self._read(unknown)
            fresh = {name: one for name, one in self._known.items() if one[1] > now}
            until = self._clock() + self._seconds
            self._known = fresh | {name: (value, until) for name, value in found.items()}
        return {name: self._known[name][0] for name in wanted if name in self._known}
