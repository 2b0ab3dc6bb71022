"""Where exchanges are written down: a thread redacts them, and writes a line each to a log and to files.

The event loop only puts them in a queue. The queue is bounded: what does not fit is counted and not written, so that a
slow disk costs lines and neither memory nor time.
"""

import json
import logging
import threading
import time
from queue import Empty, SimpleQueue

from clients.exchanges import Exchange
from clients.exchanges_entry import bare_line_of, line_of
from clients.exchanges_files import ExchangeFiles
from domain.redaction import RedactionRules

LOGGER = "placet.exchanges"
MOST_WAITING = 10_000
MOST_BYTES_WAITING = 32 * 1024 * 1024
_BATCH = 1_000
_GATHER_SECONDS = 0.05
"""How long the thread lets lines gather: to be woken for each costs the event loop more than the line itself."""
_TURN_SECONDS = 0.002
_CLOSE_SECONDS = 5.0


class ExchangeLog:
    """Writes exchanges down: without bodies in the structured log, with them in files, or in the log at level DEBUG."""

    def __init__(
        self,
        rules: RedactionRules,
        files: ExchangeFiles | None = None,
        *,
        logger: logging.Logger | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._kinds = rules.kinds()
        self._files = files
        self._logger = logger or logging.getLogger(LOGGER)
        self._most_waiting = most_waiting
        self._queue: SimpleQueue[Exchange | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._bytes_waiting = 0
        self._said: set[str] = set()
        self.lost = 0
        """How many exchanges could not be written down."""

    def take(self, exchange: Exchange) -> None:
        """Put it in the queue; it is counted as lost where the queue is full."""
        size = _size(exchange)
        with self._lock:
            fits = (
                self._bytes_waiting + size <= MOST_BYTES_WAITING and self._queue.qsize() < self._most_waiting
            )
            self._bytes_waiting += size if fits else 0
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="exchange log", daemon=True)
                self._thread.start()
        if fits:
            self._queue.put(exchange)
        else:
            self._lose("too many at once", "QueueFull")

    def missed(self, what: str, error: Exception) -> None:
        """Count one that could not be noted, and say so once for each `what`."""
        self._lose(what, type(error).__name__)

    def close(self) -> None:
        """Write what is waiting, for some seconds at most, and say how many were lost."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join(_CLOSE_SECONDS)
            if thread.is_alive():
                self.lost += self._queue.qsize()
        if self.lost:
            self._warn({"event": "exchangesLost", "count": self.lost})

    def _run(self) -> None:
        ended = False
        while not ended:
            taken = [self._queue.get()]
            time.sleep(_GATHER_SECONDS)
            while len(taken) < _BATCH:
                try:
                    taken.append(self._queue.get_nowait())
                except Empty:
                    break
            ended = None in taken
            self._write([one for one in taken if one is not None])
        if self._files is not None:
            self._files.close()

    def _write(self, taken: list[Exchange]) -> None:
        lines: list[str] = []
        begun = time.perf_counter()
        for exchange in taken:
            try:
                lines.append(self._line(exchange))
            except Exception as error:  # noqa: BLE001 - one that cannot be written must not keep back the others
                self._lose("writing a line", type(error).__name__)
            if time.perf_counter() - begun > _TURN_SECONDS:
                # The event loop's turn: it would else wait for the interpreter's lock for 5 ms at a time.
                time.sleep(0)
                begun = time.perf_counter()
        with self._lock:
            self._bytes_waiting -= sum(map(_size, taken))
        if self._files is not None and lines:
            try:
                # A lone surrogate, which JSON can hold and UTF-8 cannot, is written as JSON escapes it.
                self._files.write("".join(f"{line}\n" for line in lines).encode(errors="backslashreplace"))
            except OSError as error:
                self._lose("writing files", type(error).__name__, len(lines))

    def _line(self, exchange: Exchange) -> str:
        in_full = self._logger.isEnabledFor(logging.DEBUG)
        if self._files is None and not in_full:
            bare = bare_line_of(exchange, self._kinds)
            self._logger.info(bare)
            return bare
        line = line_of(exchange, self._kinds)
        if in_full:
            self._logger.debug(line.whole)
        else:
            self._logger.info(line.bare)
        return line.whole

    def _lose(self, what: str, error: str, count: int = 1) -> None:
        with self._lock:
            self.lost += count
            first = what not in self._said
            self._said.add(what)
        if first:
            self._warn({"event": "exchangeNotLogged", "what": what, "error": error})

    def _warn(self, facts: dict[str, str | int]) -> None:
        self._logger.warning(json.dumps(facts))


def _size(exchange: Exchange) -> int:
    """The bytes that an exchange holds on to."""
    bodies = (exchange.request, exchange.response)
    return sum(len(body.content) for body in bodies if body is not None and body.content is not None)
