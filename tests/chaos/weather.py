"""Carrying out what the plan breaks, and putting everything back at the end."""

import asyncio
import signal
from collections.abc import Iterable

import httpx

from tests.chaos.cluster import Cluster, Place
from tests.chaos.plan import Blow

_FAULTS = "/sandbox/faults"


class Weather:
    """Blows that fall on a cluster. `log` tells what fell when."""

    def __init__(self, cluster: Cluster, sandbox: httpx.AsyncClient) -> None:
        self._cluster = cluster
        self._sandbox = sandbox
        self._struck: set[str] = set()
        self._turn = 0
        self.log: list[str] = []

    async def run(self, blows: Iterable[Blow]) -> None:
        """Let them fall at their times; returns when all is back that was away."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        async with asyncio.TaskGroup() as falling:
            for blow in blows:
                await asyncio.sleep(max(0.0, begun + blow.at - clock()))
                self.log.append(str(blow))
                falling.create_task(self._strike(blow))
        await self.clear()

    async def clear(self) -> None:
        """No fault is left, and everybody is there."""
        (await self._sandbox.delete(_FAULTS)).raise_for_status()
        await self._cluster.back()

    async def _strike(self, blow: Blow) -> None:
        if blow.rules:
            (await self._sandbox.post(_FAULTS, json=list(blow.rules))).raise_for_status()
            return
        how = signal.SIGTERM if blow.what == "stop Temporal" else signal.SIGKILL
        await asyncio.gather(*(self._away(place, how, blow.seconds) for place in self._targets(blow.what)))

    def _targets(self, what: str) -> list[Place]:
        cluster = self._cluster
        if what == "kill a worker":
            self._turn += 1
            return [cluster.workers[self._turn % len(cluster.workers)]]
        return {
            "kill all workers": cluster.workers,
            "kill the edge": [cluster.edge],
            "stop Temporal": [cluster.temporal],
            "kill Temporal": [cluster.temporal],
        }[what]

    async def _away(self, place: Place, how: signal.Signals, seconds: float) -> None:
        """One blow at a time: who is away already is not struck again."""
        if place.program.name in self._struck:
            return
        self._struck.add(place.program.name)
        try:
            await place.end(how)
            await asyncio.sleep(seconds)
            await place.start()
        finally:
            self._struck.discard(place.program.name)
