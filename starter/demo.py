"""`placet demo`: the main job told as a story, on an embedded Temporal server and commercetools sandbox.

Everything goes over public contracts: the shop speaks commercetools' HTTP API, approvers speak the edge's.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic
from typing import Any

import httpx
from temporalio.client import Client

from configuration import load
from domain.phases import Phase
from settings import SHIPPED_CONFIG, Settings
from starter.demo_display import Display
from starter.demo_endings import ending_of
from starter.demo_listener import Happenings, Listener
from starter.demo_queue import Queue
from starter.demo_report import Ending, Places, Report, Timings, latency, show
from starter.demo_scenarios import SCENARIOS, Scenario
from starter.demo_shop import Shop
from starter.demo_telling import Telling, World
from starter.edge_calls import EdgeCalls
from starter.embedded import EmbeddedStack, addresses, embedded_settings, on_free_ports
from starter.exits import CommandError, Exit
from starter.order_views import console, print_json
from starter.stopping import stop_on_signals

_BRING_UP = "everything is started"
_AUDITED = "two steps by value"


@dataclass
class Demo:
    """One telling of the whole story."""

    stack: EmbeddedStack
    http: httpx.AsyncClient
    display: Display
    tellings: list[Telling] = field(default_factory=list)
    bring_up_seconds: float = 0.0

    def __post_init__(self) -> None:
        settings = self.stack.settings
        where = addresses(settings)
        self.queue = Queue(f"{where.edge}/subscriptions/commercetools", self.http)
        self.happenings = Happenings()
        self.listener = Listener(self.happenings, self.queue)
        self.stack.settings = settings.model_copy(
            update={"notify_url": self.listener.notifications_url, "notify_token": None}
        )
        self.shop = Shop(where.sandbox, settings.project_key, self.http)
        self.edge = EdgeCalls(where.edge, settings.bearer(), self.http)

    async def tell(self) -> Report:
        """Bring everything up, tell all scenarios at once, and report."""
        self.display.announce(_BRING_UP, *(scenario.name for scenario in SCENARIOS))
        client = await self._bring_up()
        settings = self.stack.settings
        world = World(
            shop=self.shop,
            edge=self.edge,
            happenings=self.happenings,
            progress=self.display,
            state_keys=await self.shop.state_keys(),
            waiting_state=load(settings.config_dir).machine.key(Phase.PENDING),
            run=f"{int(self.display.started) % 10_000:04}",
        )
        told = asyncio.gather(*(self._one(client, world, n, s) for n, s in enumerate(SCENARIOS, 1)))
        endings = await self.stack.house.until(told)
        return await self._report(endings)

    async def _bring_up(self) -> Client:
        display = self.display
        display.say(_BRING_UP, "Temporal, sandbox, worker and edge are starting")
        await self.stack.start()
        # Loads the SDK's models while worker and edge do so.
        from starter.provision import edge_destination, provision  # noqa: PLC0415

        await self.stack.edge.ready()
        client = await self.stack.temporal()
        settings = self.stack.settings
        machine = load(settings.config_dir).machine
        destination = edge_destination(settings, self.listener.queue_url)
        async for done in provision(settings, client, machine, destination):
            display.say(_BRING_UP, f"{done.thing}: {done.change}")
        await self.shop.sign_in()
        await self.shop.follow_moves(self.listener.moves_url)
        await self.stack.ready()
        self.bring_up_seconds = monotonic() - self.display.started
        display.done(_BRING_UP, f"Temporal UI at {addresses(settings).temporal_ui}")
        return client

    async def _one(self, client: Client, world: World, n: int, scenario: Scenario) -> Ending:
        telling = Telling(world, scenario.name, f"DEMO-{world.run}-{n:02}")
        self.tellings.append(telling)
        problem = None
        try:
            await scenario.tell(telling)
        except CommandError as error:
            problem = str(error)
        ending = await ending_of(telling, scenario, client, problem)
        if ending.problem is None:
            self.display.done(scenario.name, f"{ending.state}, {ending.phase}")
        else:
            self.display.failed(scenario.name, ending.problem)
        return ending

    async def _report(self, endings: Sequence[Ending]) -> Report:
        audited = next(e for e in endings if e.scenario == _AUDITED)
        try:
            audit = await self.edge.audit(audited.order_id) if audited.order_id else None
        except CommandError:
            audit = None
        where = addresses(self.stack.settings)
        to_state = [seconds for telling in self.tellings for seconds in telling.to_new_state]
        approved = [t.approved_at - self.display.started for t in self.tellings if t.approved_at is not None]
        return Report(
            ok=all(ending.problem is None for ending in endings),
            orders=tuple(endings),
            timings=Timings(
                bring_up_seconds=round(self.bring_up_seconds, 2),
                first_approved_seconds=round(min(approved), 2) if approved else None,
                bridge_answer=latency(self.queue.start_seconds),
                decision_to_new_state=latency(to_state),
                whole_seconds=round(monotonic() - self.display.started, 2),
            ),
            audit=audit,
            places=Places(
                edge=where.edge,
                sandbox=where.sandbox,
                temporal_ui=where.temporal_ui,
                logs=str(self.stack.directory),
            ),
        )


def tell(settings: Settings, *, leave: bool, json: bool, started: float) -> Exit:
    """Tell the story; REFUSED if a scenario ended in another way than it should.

    Raises:
        ProgramEndedError: Temporal, sandbox, worker or edge ended by itself.
    """
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    chosen, moved = on_free_ports(embedded_settings(settings, config_dir=SHIPPED_CONFIG / "demo"))
    stack = EmbeddedStack(chosen, Path(mkdtemp(prefix="demo-", dir=settings.state_dir)))
    to = console(stderr=json)
    if not settings.embedded:
        to.print("CTP_* is ignored here: the demo touches no real project")
    for what in moved:
        to.print(what, highlight=False)
    report = asyncio.run(_told(stack, Display(to, started), leave=leave, json=json))
    if report is None:
        return Exit.DONE
    if leave and report.ok:
        stack.forget()  # its logs are of interest only where something went wrong
    return Exit.DONE if report.ok else Exit.REFUSED


async def _told(stack: EmbeddedStack, display: Display, *, leave: bool, json: bool) -> Report | None:
    """The report; None if it was stopped before its end."""
    async with stop_on_signals() as stopped, httpx.AsyncClient(timeout=30) as http:
        demo = Demo(stack, http, display)
        async with demo.listener:
            try:
                with display:
                    report = await _unless(stopped, asyncio.ensure_future(demo.tell()))
                if report is None:
                    return None
                if json:
                    print_json(report.to_json_dict())
                else:
                    show(report, console())
                if not leave:
                    display.note("Everything stays up; Ctrl-C ends it.")
                    await stack.house.until(stopped)
                return report
            finally:
                await stack.stop()


async def _unless(stopped: asyncio.Future[None], story: asyncio.Future[Report]) -> Report | None:
    """The story's report, or None if it was stopped first."""
    both: list[asyncio.Future[Any]] = [stopped, story]
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if story.done():
        return story.result()
    story.cancel()
    await asyncio.wait([story])
    return None
