"""`placet demo`: the main job told as a story, on an embedded Temporal server and commercetools sandbox.

Everything goes over public contracts: the shop speaks commercetools' HTTP API, approvers speak the edge's. The four
programs are started before the story itself is loaded, because loading it takes as long as their start.
"""

import asyncio
import socket
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from settings import SHIPPED_CONFIG, Settings
from starter.demo_display import Display
from starter.embedded import EmbeddedStack, embedded_settings, on_free_ports
from starter.exits import Exit
from starter.order_views import console, print_json
from starter.ports import LOOPBACK
from starter.stopping import stop_on_signals, unless

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starter.demo_report import Report

    Afterwards = Callable[[Report], Awaitable[None]]

# Fulfilment systems of the user's own would be sent the story's orders.
_NOBODY_ELSE: dict[str, Any] = {"fulfillment_url": None, "providers_file": None, "fluent_public_keys": ()}


def tell(settings: Settings, *, leave: bool, json: bool, started: float) -> Exit:
    """Tell the story; REFUSED if a scenario ended in another way than it should, or it was stopped before its end.

    `started` is the monotonic instant that times count from.

    Raises:
        ProgramEndedError: Temporal, sandbox, worker or edge ended by itself.
    """
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    to = console(stderr=json)
    if not settings.embedded:
        to.print("CTP_* is ignored here: the demo touches no real project")
    ears = socket.create_server((LOOPBACK, 0))
    heard_at = f"http://{LOOPBACK}:{ears.getsockname()[1]}"
    chosen, moved = on_free_ports(
        embedded_settings(
            settings.model_copy(update=_NOBODY_ELSE),  # the story needs their answers
            config_dir=SHIPPED_CONFIG / "demo",
            notify_url=f"{heard_at}/notifications",
            notify_token=None,
        )
    )
    for what in moved:
        to.print(what, highlight=False)
    stack = EmbeddedStack(chosen, Path(mkdtemp(prefix="demo-", dir=settings.state_dir)))
    report = asyncio.run(_told(stack, ears, Display(to, started), leave=leave, json=json))
    if report is None or report.ok:
        stack.forget()  # its logs are of interest only where something went wrong
    return Exit.DONE if report is not None and report.ok else Exit.REFUSED


async def _told(
    stack: EmbeddedStack, ears: socket.socket, display: Display, *, leave: bool, json: bool
) -> "Report | None":
    """The report; None if it was stopped before its end."""
    told: list[Report] = []
    async with stop_on_signals() as stopped:
        with ExitStack() as shown:
            shown.enter_context(display)

            async def afterwards(report: "Report") -> None:
                told.append(report)
                shown.close()
                _show(report, leave=leave, json=json)
                if not leave:
                    display.note("Everything stays up; Ctrl-C ends it.")
                    await stack.house.until(asyncio.shield(stopped))

            try:
                await unless(stopped, _story(stack, ears, display, afterwards))
            finally:
                await stack.stop()
    return told[0] if told else None


async def _story(
    stack: EmbeddedStack, ears: socket.socket, display: Display, afterwards: "Afterwards"
) -> None:
    display.say(display.BRING_UP, "Temporal, sandbox, worker and edge are starting")
    starting = asyncio.create_task(stack.start())
    await asyncio.sleep(0)
    try:
        told = await asyncio.to_thread(_load)
        await starting
    finally:
        # Whoever stops us must not have one more process started behind their back.
        starting.cancel()
        await asyncio.wait([starting])
    await told(stack, ears, display, afterwards)


def _load() -> "Callable[[EmbeddedStack, socket.socket, Display, Afterwards], Awaitable[None]]":
    """The story itself; loading it takes seconds, in which the others start."""
    from starter.demo_story import tell_story  # noqa: PLC0415 - see above

    return tell_story


def _show(report: "Report", *, leave: bool, json: bool) -> None:
    from starter.demo_report import show  # noqa: PLC0415 - loaded with the story

    if json:
        print_json(report.to_json_dict())
    else:
        show(report, console(), stays_up=not leave)
