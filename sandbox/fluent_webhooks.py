"""Signed webhooks: every change of status is posted to one address, the same request again until it is answered.

The body has the fields of docs.fluentcommerce.com, connector contracts, order update. Within one order the first
attempts keep their order; retries do not hold up what comes after.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from sandbox.fluent_entities import FULFILMENT, ORDER, RETURN_ORDER, Entity, root_of
from sandbox.fluent_faults import FluentFaults
from sandbox.fluent_holding import Holding
from sandbox.fluent_keys import Keys
from sandbox.fluent_options import FluentOptions
from sandbox.resources import timestamp

Body = dict[str, Any]
NAMES = {
    ORDER: "fc.connect.order.webhook.order-status-update",
    FULFILMENT: "fc.connect.order.webhook.fulfilment-status-update",
    RETURN_ORDER: "fc.connect.order.webhook.return-order-status-update",
}
_REMEMBERED = 2000


class Webhooks:
    """Tells the configured address of changes; `sent` is what it told, oldest first, with every answer."""

    def __init__(
        self,
        options: FluentOptions,
        keys: Keys,
        faults: FluentFaults,
        client: Callable[[], httpx.AsyncClient],
    ) -> None:
        self.url = options.webhook_url
        self.legacy = options.legacy_signature
        self.names = dict(NAMES)
        self.sent: deque[Body] = deque(maxlen=_REMEMBERED)
        self._options = options
        self._keys = keys
        self._faults = faults
        self._client = client
        self._holding = Holding(faults, self._hand_over)
        self._turns: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, entity: Entity, attributes: Body) -> None:
        """Tell of an entity as it is now; returns at once. Without an address nothing is told."""
        if self.url is None:
            return
        body = self._body(entity, attributes)
        if self._faults.take("dropWebhook", entity) is not None:
            self._note(body, entity, why="dropped by fault")
            return
        self._holding.offer(entity, body)

    async def idle(self) -> None:
        """Return when nothing is held and nothing is under way."""
        while self._tasks or self._holding.held:
            if self._tasks:
                await asyncio.wait(set(self._tasks))
            else:
                await asyncio.sleep(0.01)

    def stop(self) -> list[asyncio.Task[None]]:
        """Send nothing more and forget what was sent; what is given is on its way to its end."""
        self._holding.clear()
        stopped = list(self._tasks)
        for task in stopped:
            task.cancel()
        self.sent.clear()
        self._turns.clear()
        return stopped

    def _body(self, entity: Entity, attributes: Body) -> Body:
        root = root_of(entity)
        return {
            "id": str(uuid4()),
            "name": self.names[entity["kind"]],
            "accountId": self._options.account,
            "retailerId": root["retailer"]["id"],
            "entityId": entity["id"],
            "entityRef": entity["ref"],
            "entityType": entity["kind"],
            "entitySubtype": entity["type"],
            "entityStatus": entity["status"],
            "rootEntityId": root["id"],
            "rootEntityRef": root["ref"],
            "rootEntityType": root["kind"],
            "type": "NORMAL",
            "attributes": attributes,
        }

    def _hand_over(self, entity: Entity, body: Body) -> None:
        """Sign and start to send, as often as a fault wants. What an entity's faults match is its told status."""
        told = {**entity, "status": body["entityStatus"]}
        wrong = self._faults.take("wrongSignature", told) is not None
        unsigned = self._faults.take("noSignature", told) is not None
        repeat = self._faults.take("repeatWebhook", told) or {}
        for number in range(1 + (repeat.get("copies", 1) if repeat else 0)):
            again = {**body, "id": str(uuid4())} if number and repeat.get("freshId") else body
            raw = json.dumps(again, separators=(",", ":")).encode()
            headers = {} if unsigned else self._keys.headers(raw, legacy=self.legacy, wrong=wrong)
            self._start(self._send(self._note(again, entity), raw, headers))

    def _start(self, sending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(sending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _note(self, body: Body, entity: Entity, why: str | None = None) -> Body:
        line = {
            "at": timestamp(datetime.now(UTC)),
            "delivered": False,
            "why": why,
            "attempts": [],
            "body": body,
        }
        self.sent.append(line)
        return line

    async def _send(self, line: Body, raw: bytes, headers: dict[str, str]) -> None:
        clock = asyncio.get_running_loop().time
        async with self._turns.setdefault(line["body"]["rootEntityId"], asyncio.Lock()):
            first = clock()
            line["delivered"] = await self._attempt(line, raw, headers)
        for at in self._options.retry_at:
            if line["delivered"]:
                return
            await asyncio.sleep(max(0.0, first + at - clock()))
            line["delivered"] = await self._attempt(line, raw, headers)

    async def _attempt(self, line: Body, raw: bytes, headers: dict[str, str]) -> bool:
        """One POST; whether it was answered 2xx in time."""
        answered: Body = {"at": timestamp(datetime.now(UTC)), "status": None}
        try:
            async with asyncio.timeout(self._options.answer_within):
                answer = await self._client().post(
                    str(self.url), content=raw, headers={"Content-Type": "application/json", **headers}
                )
        except Exception as error:  # noqa: BLE001 - an in-process receiver may raise anything: it did not take it
            answered["why"] = type(error).__name__
        else:
            answered["status"] = answer.status_code
        line["attempts"].append(answered)
        return answered["status"] is not None and 200 <= answered["status"] < 300
