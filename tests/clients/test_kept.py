"""What is looked up is kept for some minutes, and what is not found is not."""

from collections.abc import Sequence
from datetime import timedelta

from clients.kept import Kept


class Book:
    """Answers from what it holds, and notes what it was asked for; the clock stands still until it is moved."""

    def __init__(self) -> None:
        self.entries = {"a": 1, "b": 2}
        self.asked: list[list[str]] = []
        self.now = 0.0
        self.kept: Kept[int] = Kept(self.read, kept_for=timedelta(seconds=10), clock=lambda: self.now)

    async def read(self, names: Sequence[str]) -> dict[str, int]:
        """What `Kept` reads by."""
        self.asked.append(list(names))
        return {name: self.entries[name] for name in names if name in self.entries}


async def test_it_is_asked_for_once() -> None:
    """Together, each name once, and later only what is missing."""
    book = Book()
    assert await book.kept.of(["a", "a"]) == {"a": 1}
    assert await book.kept.of(["b", "a"]) == {"b": 2, "a": 1}
    assert await book.kept.of(["a", "b"]) == {"a": 1, "b": 2}
    assert await book.kept.of([]) == {}
    assert book.asked == [["a"], ["b"]]


async def test_it_is_asked_for_again_when_its_time_is_over() -> None:
    """What has changed since is told, and what is gone is not."""
    book = Book()
    await book.kept.of(["a", "b"])
    book.entries = {"a": 3}
    book.now = 9.9
    assert await book.kept.of(["a", "b"]) == {"a": 1, "b": 2}
    book.now = 10.0
    assert await book.kept.of(["a", "b"]) == {"a": 3}
    assert book.asked == [["a", "b"], ["a", "b"]]


async def test_what_is_not_there_is_looked_for_each_time() -> None:
    """It may have been made meanwhile."""
    book = Book()
    assert await book.kept.of(["c"]) == {}
    book.entries["c"] = 4
    assert await book.kept.of(["c"]) == {"c": 4}
