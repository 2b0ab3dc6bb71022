"""How the demo shows what happens: a table that changes in a terminal, plain lines elsewhere."""

from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

_MARKS = {"waits": "·", "runs": "»", "done": "✓", "failed": "✗"}
_STYLES = {"waits": "dim", "runs": "cyan", "done": "green", "failed": "bold red"}


class Display:
    """The steps of the bring-up and the scenarios, each with what it does just now."""

    BRING_UP = "everything is started"

    def __init__(self, console: Console, started: float) -> None:
        self._console = console
        self.started = started
        self._rows: dict[str, tuple[str, str, float]] = {}
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live = Live(console=self._console, refresh_per_second=8, get_renderable=self._table)
            self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)

    def announce(self, *rows: str) -> None:
        """What will come, in this order."""
        for row in rows:
            self._rows.setdefault(row, ("waits", "", 0.0))

    def say(self, scenario: str, text: str) -> None:
        """A step or scenario is under way."""
        self._set(scenario, "runs", text)

    def done(self, row: str, text: str) -> None:
        """It ended as it should."""
        self._set(row, "done", text)

    def failed(self, row: str, text: str) -> None:
        """It did not."""
        self._set(row, "failed", text)

    def note(self, text: str) -> None:
        """Something that belongs to no row."""
        self._console.print(Text(text), soft_wrap=True)

    def _set(self, row: str, how: str, text: str) -> None:
        at = monotonic() - self.started
        self._rows[row] = (how, text, at)
        if self._live is None:
            self._console.print(
                Text(f"{at:6.2f} s  {_MARKS[how]} {row}: {text}"), soft_wrap=True, highlight=False
            )

    def _table(self) -> Table:
        table = Table(
            box=None,
            pad_edge=False,
            show_header=False,
            title="Placet, told in twelve orders",
            title_justify="left",
        )
        table.add_column("")
        table.add_column("")
        table.add_column("", overflow="ellipsis", no_wrap=True)
        table.add_column("", justify="right")
        for row, (how, text, at) in self._rows.items():
            style = _STYLES[how]
            when = f"{at:.1f} s" if at else ""
            table.add_row(Text(_MARKS[how], style), Text(row, style), Text(text), Text(when, "dim"))
        return table
