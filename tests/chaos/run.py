"""One run: a plan carried out on a cluster, and the evidence of it judged."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import httpx

from tests.chaos.checker import Finding, check
from tests.chaos.cluster import Cluster, running_cluster
from tests.chaos.doors import Patience
from tests.chaos.evidence import gather, unsettled
from tests.chaos.histories import keep_histories
from tests.chaos.notebook import Json, Notebook
from tests.chaos.plan import Plan
from tests.chaos.reconciling import in_words, reconcile
from tests.chaos.shop_auth import ShopAuth
from tests.chaos.stage import Stage
from tests.chaos.watch import Watch
from tests.chaos.weather import Weather
from tests.chaos.wedged import reset_wedged

# Clients do not know of each other: none waits for a connection that another one holds.
_EACH_ITS_OWN = httpx.Limits(max_connections=None, max_keepalive_connections=50)
_RESTING = frozenset({"PendingApproval", "Completed", "Rejected", "Cancelled"})


@dataclass(frozen=True)
class Bounds:
    """After the last blow: how long clients may still wait, how long without any progress, and how long it may take
    then until every order rests; seconds."""

    answers: float = 150.0
    idle: float = 70.0  # an attempt that failed often is made again after a minute
    rest: float = 20.0


@dataclass
class Outcome:
    """What a run came to."""

    plan: Plan
    findings: list[Finding]
    log: list[str]
    by_itself: list[str]
    reconciled: list[str]
    reset: list[str]
    seconds: float
    settled_after: float
    cut_off: bool
    evidence: Json
    directory: Path


@asynccontextmanager
async def _doors(cluster: Cluster) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """The shop's HTTP client of the sandbox and the approvers' of the edge."""
    settings = cluster.settings
    sandbox, token = settings.sandbox_address.url, settings.bearer().get_secret_value()
    bearer = {"Authorization": f"Bearer {token}"}
    async with (
        httpx.AsyncClient(
            base_url=f"{sandbox}/{settings.project_key}", auth=ShopAuth(sandbox), limits=_EACH_ITS_OWN
        ) as shop,
        httpx.AsyncClient(base_url=settings.public_edge_url, headers=bearer, limits=_EACH_ITS_OWN) as edge,
    ):
        yield shop, edge


async def run(plan: Plan, directory: Path, bounds: Bounds, *, reset_those_wedged: bool = False) -> Outcome:
    """Carry the plan out and judge it; the evidence and the logs stay in the directory."""
    begun = monotonic()
    async with running_cluster(directory) as cluster, _doors(cluster) as (shop, edge):
        sandbox, patience, notebook = cluster.settings.sandbox_address.url, Patience(), Notebook()
        reconciled, reset = list[Json](), list[str]()
        async with httpx.AsyncClient(base_url=sandbox) as faults, asyncio.TaskGroup() as beside:
            watch, weather = Watch(shop, patience), Weather(cluster, faults)
            helping = [beside.create_task(watch.run())]
            stage = Stage(shop, edge, watch, patience, notebook)
            clients = [beside.create_task(stage.play(arrival)) for arrival in plan.arrivals]
            await weather.run(plan.blows)
            calm = monotonic()
            patience.limit(bounds.answers, bounds.idle)
            helping.append(beside.create_task(reconcile(cluster.stack.environment(), reconciled)))
            if reset_those_wedged:
                helping.append(beside.create_task(reset_wedged(await cluster.stack.temporal(), reset)))
            await asyncio.wait(clients)
            await _rest(shop, notebook, monotonic() + bounds.rest)
            settled, cut_off = monotonic() - calm, patience.cut_off
            for task in helping:
                task.cancel()
        states = (cluster.settings.config_dir / "states.yaml").read_text()
        evidence = await gather(shop, sandbox, notebook, states)
        (directory / "evidence.json").write_text(json.dumps(evidence, indent=1))
        findings = check(evidence)
        await keep_histories(await cluster.stack.temporal(), evidence, findings, directory)
        by_itself = [told for place in cluster.places for told in place.by_itself]
    return Outcome(
        plan=plan,
        findings=findings,
        log=weather.log,
        by_itself=by_itself,
        reconciled=in_words(reconciled),
        reset=reset,
        seconds=monotonic() - begun,
        settled_after=settled,
        cut_off=cut_off,
        evidence=evidence,
        directory=directory,
    )


async def _rest(shop: httpx.AsyncClient, notebook: Notebook, until: float) -> None:
    """Return when every order rests, or at that time at the latest: the checker says which do not."""
    while await unsettled(shop, notebook, _RESTING):
        if monotonic() > until:
            return
        await asyncio.sleep(0.5)
