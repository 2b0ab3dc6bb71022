"""Ctrl-C and SIGTERM as an ordinary wish to stop, so that everything is ended in order."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@asynccontextmanager
async def stop_on_signals() -> AsyncIterator[asyncio.Future[None]]:
    """Within, a signal completes the future instead of breaking off. A second one changes nothing."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[None] = loop.create_future()

    def stop() -> None:
        if not stopped.done():
            stopped.set_result(None)

    for wanted in _SIGNALS:
        loop.add_signal_handler(wanted, stop)
    try:
        yield stopped
    finally:
        for wanted in _SIGNALS:
            loop.remove_signal_handler(wanted)


async def unless(stopped: asyncio.Future[None], work: Coroutine[Any, Any, T]) -> T | None:
    """The work's result; None if it was stopped first, and then the work is broken off."""
    task = asyncio.create_task(work)
    both: list[asyncio.Future[Any]] = [stopped, task]
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait([task])
    return None
