"""Ctrl-C and SIGTERM as an ordinary wish to stop, so that everything is ended in order."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
