"""The two doors that clients use: the shop's and the approvers'. Both try again as good clients do, and note all they are told."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any

import httpx

from tests.chaos.notebook import Json, Notebook, now

TIMEOUT = 8.0
_LONGEST_PAUSE = 4.0


class InVainError(Exception):
    """A client's patience is over."""


@dataclass
class Patience:
    """Until when clients try and wait, on the clock of `monotonic`.

    While things break it is endless. Then it ends at an instant, or earlier, when nothing moves any more.
    """

    ends: float | None = None
    idle: float = 0.0
    _moved: float = field(default_factory=monotonic)

    def progressed(self) -> None:
        """Something has moved: waiting is not in vain yet."""
        self._moved = monotonic()

    def limit(self, seconds: float, idle: float) -> None:
        """From now on patience has an end: after so many seconds, or so many without any progress."""
        self.ends, self.idle, self._moved = monotonic() + seconds, idle, monotonic()

    @property
    def over(self) -> bool:
        """Whether it is time to give up."""
        return self.ends is not None and monotonic() > min(self.ends, self._moved + self.idle)

    @property
    def cut_off(self) -> bool:
        """Whether it ended while things still moved: then the machine was too slow, which says nothing of the orders."""
        return self.ends is not None and monotonic() > self.ends and self.ends < self._moved + self.idle / 2


@dataclass
class Door:
    """HTTP with repeats: after 5xx, 408, 429, a 404 that says when to come again, and when no answer comes."""

    http: httpx.AsyncClient
    patience: Patience
    random: Random

    async def send(
        self,
        method: str,
        path: str,
        noted: Callable[[httpx.Response | None, str], None] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """The first answer that is final; every attempt is noted.

        Raises:
            InVainError: none came for as long as patience lasted.
        """
        for attempt in range(10_000):
            answer, why = None, ""
            try:
                answer = await self.http.request(method, path, timeout=TIMEOUT, **more)
            except httpx.HTTPError as error:
                why = type(error).__name__
            if noted is not None:
                noted(answer, why)
            if answer is not None and not _again(answer):
                return answer
            if self.patience.over:
                break
            await asyncio.sleep(self._pause(answer, attempt))
        raise InVainError(
            f"{method} {re.sub(r'[0-9a-f-]{36}', '..', path)}: {answer.status_code if answer else why}"
        )

    def _pause(self, answer: httpx.Response | None, attempt: int) -> float:
        asked = float(answer.headers.get("Retry-After", 0)) if answer is not None else 0.0
        return max(asked, min(_LONGEST_PAUSE, 0.2 * 1.6**attempt)) * self.random.uniform(0.7, 1.3)


def _again(answer: httpx.Response) -> bool:
    if answer.status_code == 404:
        return "Retry-After" in answer.headers
    return answer.status_code >= 500 or answer.status_code in {408, 429}


@dataclass
class Shop(Door):
    """Where orders are placed and changed, past Placet, by the API client `shop`."""

    async def place(self, number: str, cents: int, currency: str, city: str) -> str:
        """Import an order, once however often it takes; its id."""
        price = {"currencyCode": currency, "centAmount": cents}
        line = {"name": {"en": "Pump"}, "variant": {"sku": "PUMP"}, "quantity": 1, "price": {"value": price}}
        draft = {
            "orderNumber": number,
            "customerEmail": "buyer@acme.example",
            "totalPrice": price,
            "lineItems": [line],
            "shippingAddress": {"country": "DE", "city": city},
        }
        answer = await self.send("POST", "orders/import", json=draft)
        if answer.status_code == 400 and "DuplicateField" in answer.text:
            answer = await self.send("GET", f"orders/order-number={number}")
        answer.raise_for_status()
        placed: str = answer.json()["id"]
        return placed

    async def order(self, order_id: str) -> Json:
        """The order as it is, its state expanded."""
        answer = await self.send("GET", f"orders/{order_id}?expand=state")
        answer.raise_for_status()
        order: Json = answer.json()
        return order

    async def change(self, order_id: str, *actions: Json) -> bool:
        """Update the order as it then is; whether it was possible. After a conflict it is read again."""
        while True:
            version = (await self.order(order_id))["version"]
            body = {"version": version, "actions": list(actions)}
            answer = await self.send("POST", f"orders/{order_id}", json=body)
            if answer.status_code != 409:
                return answer.is_success

    async def ship_to(self, order_id: str, city: str) -> None:
        """Change what an approver says yes to."""
        await self.change(
            order_id, {"action": "setShippingAddress", "address": {"country": "DE", "city": city}}
        )


@dataclass
class Desk(Door):
    """Where approvers and requesters ask and decide: the edge."""

    notebook: Notebook = field(default_factory=Notebook)

    async def status(self, order_id: str) -> Json:
        """How the order stands, empty while that cannot be had."""
        try:
            answer = await self.http.get(f"/orders/{order_id}", timeout=TIMEOUT)
        except httpx.HTTPError:
            return {}
        if answer.status_code != 200:
            return {}
        status: Json = answer.json()
        self.notebook.saw(status)
        return status

    async def until(self, order_id: str, holds: Callable[[Json], bool], what: str) -> Json:
        """The status as soon as it is as wanted.

        Raises:
            InVainError: it never was.
        """
        pause, status = 0.3, Json()
        while not self.patience.over:
            status = await self.status(order_id)
            if status and holds(status):
                return status
            await asyncio.sleep(pause * self.random.uniform(0.7, 1.3))
            pause = min(pause * 1.5, 3.0)
        raise InVainError(f"waited for {what}; the last status was {status.get('phase')}")

    async def decide(self, order_id: str, body: Json) -> Json:
        """A decision, sent until it is answered."""
        return await self._tell(order_id, "decisions", body["decisionId"], body)

    async def withdraw(self, order_id: str, body: Json) -> Json:
        """A withdrawal, sent until it is answered."""
        return await self._tell(order_id, "withdrawal", body["withdrawalId"], body)

    async def _tell(self, order_id: str, what: str, sent_id: str, body: Json) -> Json:
        sent_at = now()

        def note(answer: httpx.Response | None, why: str) -> None:
            nonlocal sent_at
            told = {"status": answer.status_code, "answer": _json(answer)} if answer is not None else {}
            line = {"orderId": order_id, "id": sent_id, "body": body, "sentAt": sent_at, "answeredAt": now()}
            if answer is not None and not _again(answer):
                self.patience.progressed()
            self.notebook.answers.append(line | {"status": None, "answer": None, "why": why} | told)
            sent_at = now()

        answer = await self.send("POST", f"/orders/{order_id}/{what}", note, json=body)
        return _json(answer) or {}


def _json(answer: httpx.Response) -> Json | None:
    try:
        document = answer.json()
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
