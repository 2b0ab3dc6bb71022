"""The downstream system's half that reports: fulfilment events, posted until they are taken."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

from sandbox.channel import Pace
from sandbox.resources import timestamp

Body = dict[str, Any]
_ATTEMPTS_SHOWN = 20


@dataclass(frozen=True)
class Behaviour:
    """How a logistic order goes: its statuses, the wait before each in milliseconds, whether each is sent twice."""

    statuses: tuple[str, ...]
    delay_ms: int
    repeat: bool = False


@dataclass
class Reporter:
    """Posts the events of each logistic order, in order, to `{url}/orders/{orderId}/fulfillment-events`.

    An event is retried until it is answered 202, at most for `pace.retention`; the next waits for it. `client` gives
    the one HTTP client. `sent` lists the events with their attempts, oldest first.
    """

    url: str
    token: str | None
    pace: Pace
    client: Callable[[], httpx.AsyncClient]
    sent: list[Body] = field(default_factory=list)
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def report(self, order_id: str, ref: str, behaviour: Behaviour) -> None:
        """Start to report a logistic order; returns at once."""
        task = asyncio.get_running_loop().create_task(self._run(order_id, ref, behaviour))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def stop(self) -> None:
        """Report nothing more and forget what was reported."""
        for task in self.tasks:
            task.cancel()
        self.sent.clear()

    async def idle(self) -> None:
        """Return when nothing is left to report."""
        while self.tasks:
            await asyncio.wait(self.tasks)

    async def _run(self, order_id: str, ref: str, behaviour: Behaviour) -> None:
        for status in behaviour.statuses:
            await asyncio.sleep(behaviour.delay_ms / 1000)
            event = {
                "eventId": str(uuid4()),
                "ref": ref,
                "status": status,
                "occurredAt": timestamp(datetime.now(UTC)),
            }
            for _ in range(2 if behaviour.repeat else 1):
                await self._send(order_id, event)

    async def _send(self, order_id: str, event: Body) -> None:
        line: Body = {"orderId": order_id, "event": event, "accepted": False, "attempts": []}
        self.sent.append(line)
        clock = asyncio.get_running_loop().time
        until, failed = clock() + self.pace.retention, 0
        while clock() < until:
            answered = await self._post(order_id, event)
            line["attempts"] = [*line["attempts"], {"at": timestamp(datetime.now(UTC)), **answered}][
                -_ATTEMPTS_SHOWN:
            ]
            if answered["status"] == 202:
                line["accepted"] = True
                return
            failed += 1
            await asyncio.sleep(self.pace.backoff(failed))

    async def _post(self, order_id: str, event: Body) -> Body:
        url = f"{self.url.rstrip('/')}/orders/{quote(order_id, safe='')}/fulfillment-events"
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        try:
            answer = await self.client().post(url, json=event, headers=headers)
        except Exception as error:  # noqa: BLE001 - an in-process receiver may raise anything: it did not take it
            return {"status": None, "why": type(error).__name__}
        return {"status": answer.status_code}
