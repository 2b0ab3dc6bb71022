"""`make bench`: orders through the one-step story, one after the other, on the embedded stack of this machine."""

import asyncio
import json
import os
import platform
import socket
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic
from typing import Any

import httpx
from temporalio.client import Client

from benchmarks.actions import billable_actions
from configuration import load
from domain.phases import Phase
from settings import SHIPPED_CONFIG, load_settings
from starter.demo_display import Display
from starter.demo_listener import Happenings, Listener
from starter.demo_queue import Queue
from starter.demo_report import latency
from starter.demo_scenarios import by_manager
from starter.demo_shop import Shop
from starter.demo_telling import Telling, World
from starter.edge_calls import EdgeCalls
from starter.embedded import EmbeddedStack, addresses, embedded_settings, on_free_ports
from starter.order_views import console
from starter.ports import LOOPBACK
from starter.provision import edge_destination, provision
from workflows.names import order_workflow_id

ORDERS = 20
RESULTS = Path(__file__).parent / "results" / "latest.json"
MEASURED = {
    "story": "EUR 1,500.00, one manager's yes, handed over, completed; one order after the other",
    "historyEvents": "history_length of the closed workflow, by Temporal's DescribeWorkflowExecution",
    "billableActions": "counted from the history's events, see benchmarks/actions.py; an estimate, not a bill",
    "bridgeAnswer": "one HTTP round trip of the notification that starts the workflow, timed by its sender",
    "decisionToNewState": "from before the decision is sent over HTTP to createdAt of the OrderStateTransition to Approved",
}


async def measure() -> dict[str, Any]:
    """Everything that was measured, and how."""
    started, load_before = monotonic(), os.getloadavg()[0]
    ears = socket.create_server((LOOPBACK, 0))
    notify_url = f"http://{LOOPBACK}:{ears.getsockname()[1]}/notifications"
    settings, _ = on_free_ports(
        embedded_settings(load_settings(), config_dir=SHIPPED_CONFIG / "demo", notify_url=notify_url)
    )
    stack = EmbeddedStack(settings, Path(mkdtemp(prefix="placet-bench-")))
    display = Display(console(stderr=True), started)
    try:
        await stack.start()
        await stack.ready()
        async with httpx.AsyncClient(timeout=30) as http:
            queue = Queue(f"{addresses(settings).edge}/subscriptions/commercetools", http)
            happenings = Happenings()
            async with Listener(ears, happenings, queue) as listener:
                client = await stack.temporal()
                world = await _world(stack, listener, happenings, display, http)
                tellings = [await _one(world, client, n) for n in range(1, ORDERS + 1)]
                histories = [await _history(client, telling) for telling in tellings]
    finally:
        await stack.stop()
    stack.forget()
    lengths = Counter(length for length, _ in histories)
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cpus": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.platform(),
            "loadAverageBefore": round(load_before, 2),
        },
        "orders": ORDERS,
        "historyEvents": {"median": sorted(lengths.elements())[ORDERS // 2], "all": dict(lengths)},
        "billableActions": dict(histories[-1][1]) | {"total": histories[-1][1].total()},
        "bridgeAnswer": _shown(queue.start_seconds),
        "decisionToNewState": _shown([s for telling in tellings for s in telling.to_new_state]),
        "measured": MEASURED,
    }


async def _world(
    stack: EmbeddedStack,
    listener: Listener,
    happenings: Happenings,
    display: Display,
    http: httpx.AsyncClient,
) -> World:
    settings, where = stack.settings, addresses(stack.settings)
    machine = load(settings.config_dir).machine
    destination = edge_destination(settings, listener.queue_url)
    async for _ in provision(settings, await stack.temporal(), machine, destination):
        pass
    shop = Shop(where.sandbox, settings.project_key, http)
    await shop.sign_in()
    await shop.follow_moves(listener.moves_url)
    return World(
        shop=shop,
        edge=EdgeCalls(where.edge, settings.bearer(), http),
        happenings=happenings,
        progress=display,
        state_keys=await shop.state_keys(),
        waiting_state=machine.key(Phase.PENDING),
    )


async def _one(world: World, client: Client, n: int) -> Telling:
    telling = Telling(world, f"order {n} of {ORDERS}", f"BENCH-{n:04}")
    await by_manager(telling)
    await client.get_workflow_handle(order_workflow_id(telling.order_id)).result()
    return telling


async def _history(client: Client, telling: Telling) -> tuple[int, Counter[str]]:
    handle = client.get_workflow_handle(order_workflow_id(telling.order_id))
    events = [event async for event in handle.fetch_history_events()]
    return (await handle.describe()).history_length, billable_actions(events)


def _shown(seconds: list[float]) -> dict[str, Any] | None:
    measured = latency(seconds)
    return measured.to_json_dict() if measured is not None else None


def main() -> None:
    """Measure, write the results down, and print them."""
    results = asyncio.run(measure())
    written = json.dumps(results, indent=2) + "\n"
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(written, encoding="utf-8")
    sys.stdout.write(written)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # sdk-python issue 300: a short-lived process may abort after its work is done


if __name__ == "__main__":
    main()
