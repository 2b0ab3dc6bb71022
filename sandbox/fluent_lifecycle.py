"""What drives orders: each walks its statuses in a task of its own, split into fulfilments as it was told.

CREATED, the start statuses, then the fulfilments (each CREATED and on, at its own pace), and at the end the end
statuses; ESCALATED if nothing could be sent. PICK_PACK and AWAITING_COURIER_COLLECTION follow from the fulfilments.
Returns come after that. An order that pauses in a status goes on when it is told to (`resume`).
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from sandbox.fluent_behaviour import Behaviour, Behaviours, named
from sandbox.fluent_entities import FULFILMENT, Entity, attribute
from sandbox.fluent_moves import Moves
from sandbox.fluent_returns import created_return
from sandbox.fluent_stages import CLOSED, ENDED, SHIPPED, order_status, sent_anything, settled, sourced, stage

RETURN_STATUSES = ["LODGED", "RECEIVED", "COMPLETE"]


class Lifecycle:
    """The running orders."""

    def __init__(self, moves: Moves, behaviours: Behaviours) -> None:
        self._moves = moves
        self._behaviours = behaviours
        self._tasks: dict[str, set[asyncio.Task[None]]] = {}
        self._resumed: dict[str, asyncio.Event] = {}

    def start(self, order: Entity) -> None:
        """Set an order going; returns at once."""
        self._moves.told(order)
        self.run(order, self._order(order))

    def start_return(self, returned: Entity, statuses: list[str] | None = None) -> None:
        """Set a return order going."""
        self._moves.told(returned)
        delay: int = self._behaviours.of(returned)["delayMs"]
        self.run(returned, self._walk(returned, RETURN_STATUSES if statuses is None else statuses, delay))

    def run(self, entity: Entity, work: Coroutine[Any, Any, None]) -> None:
        """Run something on behalf of an entity, until it is done or the entity is stopped."""
        task = asyncio.get_running_loop().create_task(work)
        running = self._tasks.setdefault(entity["id"], set())
        running.add(task)
        task.add_done_callback(running.discard)

    def later(self, entity: Entity, delay_ms: int, work: Callable[[], None]) -> None:
        """Do something after a while, unless the entity is stopped before."""

        async def wait() -> None:
            await asyncio.sleep(delay_ms / 1000)
            work()

        self.run(entity, wait())

    def cancel(self, order: Entity) -> None:
        """The order goes nowhere any more: it and what has not left are CANCELLED."""
        self.stop(order)
        for one in order["fulfilments"]:
            if stage(one) < SHIPPED:
                self._moves.to(one, "CANCELLED")
        self._moves.to(order, "CANCELLED")

    def steer(self, entity: Entity, status: str) -> None:
        """Somebody sets a status by hand: from now on the entity moves by hand only.

        An order still follows from its fulfilments, and ends when the last of them has left or ended.
        """
        if entity["kind"] != FULFILMENT:
            self.stop(entity)
            self._moves.to(entity, status)
            return
        order = entity["order"]
        entity["steered"] = True
        self._move(entity, status)
        if settled(order) and not self._tasks.get(order["id"]):
            self.run(order, self._finish(order))

    def stop(self, entity: Entity) -> None:
        """Drop what runs on behalf of an entity."""
        for task in self._tasks.pop(entity["id"], set()):
            if task is not asyncio.current_task():
                task.cancel()

    def resume(self, ref: str) -> None:
        """Let an order that pauses go on."""
        self._resumed.setdefault(ref, asyncio.Event()).set()

    async def idle(self) -> None:
        """Return when nothing runs: what a test waits for."""
        while running := [task for tasks in self._tasks.values() for task in tasks]:
            await asyncio.wait(running)

    def reset(self) -> list[asyncio.Task[None]]:
        """Stop everything; what is given is on its way to its end."""
        stopped = [task for tasks in self._tasks.values() for task in tasks]
        for task in stopped:
            task.cancel()
        self._tasks.clear()
        self._resumed.clear()
        return stopped

    async def _order(self, order: Entity) -> None:
        behaviour = self._behaviours.of(order)
        await self._pause(order, order["status"])
        await self._walk(order, behaviour["startStatuses"], behaviour["delayMs"])
        plans = sourced(order, behaviour["fulfilments"], named)
        made = [self._moves.fulfilment(order, plan, parts) for plan, parts in plans]
        await asyncio.gather(*(self._fulfilment(one, behaviour) for one in made))
        if settled(order):
            await self._finish(order)

    async def _finish(self, order: Entity) -> None:
        if order["status"] in CLOSED:
            return
        behaviour = self._behaviours.of(order)
        end = behaviour["endStatuses"] if sent_anything(order) else ["ESCALATED"]
        await self._walk(order, end, behaviour["delayMs"])
        for told in behaviour["returns"]:
            self.run(order, self._return(order, told, behaviour))

    async def _fulfilment(self, fulfilment: Entity, behaviour: Behaviour) -> None:
        plan = fulfilment["plan"]
        order = fulfilment["order"]
        await asyncio.sleep(plan.get("startAfterMs", 0) / 1000)
        delay = plan.get("delayMs", behaviour["delayMs"])
        for status in plan.get("statuses", behaviour["fulfilmentStatuses"]):
            await asyncio.sleep(delay / 1000)
            if stage(fulfilment) == ENDED or fulfilment["steered"]:
                return
            self._move(fulfilment, status)
            await self._pause(order, status)

    def _move(self, fulfilment: Entity, status: str) -> None:
        """Move a fulfilment, and the order after it."""
        order = fulfilment["order"]
        self._moves.to(fulfilment, status)
        if (follows := order_status(order)) is not None and order["status"] not in (*CLOSED, follows):
            self._moves.to(order, follows)

    async def _walk(self, entity: Entity, statuses: list[str], delay_ms: int) -> None:
        for status in statuses:
            await asyncio.sleep(delay_ms / 1000)
            self._moves.to(entity, status)
            await self._pause(entity, status)

    async def _pause(self, entity: Entity, status: str) -> None:
        """Wait here if that is how things stand now: it may have been told anew since the order began."""
        if status in self._behaviours.of(entity)["pauseAt"]:
            event = self._resumed.setdefault(entity["ref"], asyncio.Event())
            event.clear()
            await event.wait()

    async def _return(self, order: Entity, told: Behaviour, behaviour: Behaviour) -> None:
        await asyncio.sleep(told.get("afterMs", 0) / 1000)
        parts = told.get("items", [{"index": number} for number in range(len(order["items"]))])
        found = [(named(order["items"], part), part) for part in parts]
        items = [(item, part.get("quantity", item["quantity"])) for item, part in found if item is not None]
        returned = created_return(self._moves.entities, order, items, told)
        returned["attributes"].append(attribute("orderRef", order["ref"]))
        self._moves.told(returned)
        statuses: list[str] = told.get("statuses", RETURN_STATUSES)
        delay: int = (behaviour | told)["delayMs"]
        await self._walk(returned, statuses, delay)
