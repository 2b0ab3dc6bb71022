"""The demo's story: everything set up, all scenarios told at once, and a report of how they ended."""

import asyncio
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic

import httpx
from temporalio.client import Client

from configuration import load
from domain.phases import Phase
from starter.demo_display import Display
from starter.demo_endings import ending_of
from starter.demo_listener import Happenings, Listener
from starter.demo_queue import Queue
from starter.demo_report import Ending, Places, Report, Timings, latency
from starter.demo_scenarios import SCENARIOS, Scenario
from starter.demo_shop import Shop
from starter.demo_telling import Telling, World
from starter.demo_warehouses import Warehouses
from starter.edge_calls import EdgeCalls
from starter.embedded import EmbeddedStack, addresses
from starter.exits import CommandError
from starter.provision import edge_destination, provision

AUDITED = "two steps by value"
"""The scenario whose audit trail is shown."""


async def tell_story(
    stack: EmbeddedStack,
    ears: socket.socket,
    display: Display,
    afterwards: Callable[[Report], Awaitable[None]],
) -> None:
    """Set everything up, tell all scenarios at once, and report. `ears` is where the demo listens.

    While `afterwards` lasts the demo goes on listening, so that orders which somebody places then are taken up too.

    Raises:
        ProgramEndedError: Temporal, sandbox, worker or edge ended by itself.
    """
    display.announce(display.BRING_UP, *(scenario.name for scenario in SCENARIOS))
    async with httpx.AsyncClient(timeout=30) as http:
        queue = Queue(f"{addresses(stack.settings).edge}/subscriptions/commercetools", http)
        happenings = Happenings()
        async with Listener(ears, happenings, queue) as listener:
            story = _Story(stack, display, http, happenings)
            client = await story.set_up(listener)
            endings = await stack.house.until(asyncio.ensure_future(story.told(client)))
            await afterwards(await story.report(endings, queue))


class _Story:
    def __init__(
        self, stack: EmbeddedStack, display: Display, http: httpx.AsyncClient, happenings: Happenings
    ) -> None:
        self._stack = stack
        self._settings = stack.settings
        self._display = display
        self._happenings = happenings
        self._places = addresses(self._settings)
        self._shop = Shop(self._places.sandbox, self._settings.project_key, http)
        token = self._settings.bearer()
        self._edge = EdgeCalls(self._places.edge, token, http)
        self._warehouses = Warehouses(self._places.sandbox, self._places.edge, token, http)
        configured = load(self._settings.config_dir)
        self._states, self._machine = configured.states, configured.machine
        self._tellings: list[Telling] = []
        self._bring_up_seconds = 0.0

    async def set_up(self, listener: Listener) -> Client:
        """What `placet setup` does, and ears for the demo."""
        await self._stack.edge.ready()
        client = await self._stack.temporal()
        destination = edge_destination(self._settings, listener.queue_url)
        made = Counter[str]()
        async for done in provision(self._settings, client, self._states, destination):
            made[done.change] += 1
        summary = ", ".join(f"{count} {change}" for change, count in made.items())
        self._display.say(self._display.BRING_UP, f"set up ({summary}); waiting for the worker")
        await self._shop.sign_in()
        await self._shop.follow_changes(listener.changes_url)
        await self._stack.ready()
        self._bring_up_seconds = monotonic() - self._display.started
        self._display.done(self._display.BRING_UP, f"Temporal UI at {self._places.temporal_ui}")
        return client

    async def told(self, client: Client) -> list[Ending]:
        """Every scenario, all at once."""
        world = World(
            shop=self._shop,
            edge=self._edge,
            warehouses=self._warehouses,
            happenings=self._happenings,
            progress=self._display,
            state_keys=await self._shop.state_keys(),
            waiting_state=self._machine.key(Phase.PENDING),
        )
        scenarios = enumerate(SCENARIOS, 1)
        return await asyncio.gather(*(self._one(client, world, n, scenario) for n, scenario in scenarios))

    async def _one(self, client: Client, world: World, n: int, scenario: Scenario) -> Ending:
        telling = Telling(world, scenario.name, f"DEMO-{1000 + n}")
        self._tellings.append(telling)
        problem = None
        try:
            await scenario.tell(telling)
        except CommandError as error:
            problem = str(error)
        ending = await ending_of(telling, scenario, client, problem)
        if ending.problem is None:
            self._display.done(scenario.name, f"{ending.state}; phase {ending.phase}")
        else:
            self._display.failed(scenario.name, ending.problem)
        return ending

    async def report(self, endings: Sequence[Ending], queue: Queue) -> Report:
        """How it all ended."""
        audited = next(ending for ending in endings if ending.scenario == AUDITED)
        try:
            audit = await self._edge.audit(audited.order_id) if audited.order_id else None
        except CommandError:
            audit = None  # the scenario's own problem says why
        started = self._display.started
        to_state = [seconds for telling in self._tellings for seconds in telling.to_new_state]
        approved = [t.approved_at - started for t in self._tellings if t.approved_at is not None]
        return Report(
            ok=all(ending.problem is None for ending in endings),
            orders=tuple(endings),
            timings=Timings(
                bring_up_seconds=round(self._bring_up_seconds, 2),
                first_approved_seconds=round(min(approved), 2) if approved else None,
                bridge_answer=latency(queue.start_seconds),
                decision_to_new_state=latency(to_state),
                whole_seconds=round(monotonic() - started, 2),
            ),
            audit=audit,
            places=Places(
                edge=self._places.edge,
                sandbox=self._places.sandbox,
                temporal_ui=self._places.temporal_ui,
                logs=str(self._stack.directory),
            ),
        )
