"""The two warehouses of the demo's split order: what they are told to do, and what Berlin reports by itself.

Vienna is the sandbox's Fluent, steered by the sandbox's own paths: it sends signed webhooks of its own accord. Berlin is
the sandbox's local fulfilment system for its hand-over and first reports; the rest it reports to the edge over HTTP, as
any system does that has no provider of its own (`POST /orders/{orderId}/fulfillment-events`).
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from starter.exits import OutsideError

Json = dict[str, Any]
_LOOK_AGAIN_SECONDS = 0.05


class Warehouses:
    """Both of them. `http` is the caller's, who closes it."""

    def __init__(self, sandbox_url: str, edge_url: str, token: SecretStr, http: httpx.AsyncClient) -> None:
        self._sandbox = f"{sandbox_url}/sandbox"
        self._edge = edge_url
        self._token = token
        self._http = http

    async def berlin_begins_with(self, order_number: str, *statuses: str) -> None:
        """What the local system reports by itself of that order, once it has been handed over."""
        await self._tell("downstream/behaviour", {"orderNumber": order_number, "statuses": list(statuses)})

    async def vienna_goes(self, ref: str, behaviour: Json, *faults: Json) -> None:
        """How Fluent fulfils the logistic order, and what goes wrong with its webhooks."""
        await self._tell("fluent/behaviour", {"orderRef": ref, **behaviour})
        for fault in faults:
            await self._tell("fluent/faults", fault)

    async def vienna_has(self, ref: str, status: str) -> Mapping[str, str]:
        """Wait until Fluent has the order in that status; the references of its items by product."""
        while True:
            orders = (await self._answered("GET", f"{self._sandbox}/fluent"))["orders"]
            for order in orders:
                if order["ref"] == ref and order["status"] == status:
                    return {item["productRef"]: item["ref"] for item in order["items"]}
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def vienna_cancels(self, ref: str, item: str, quantity: int) -> None:
        """Somebody at Fluent's own desk cancels so many of an item, with a reason."""
        told = {"items": [{"ref": item, "quantity": quantity}], "cancelReason": "OUT_OF_STOCK"}
        event = {"name": "CancelOrderItems", "retailerId": "1", "entityType": "ORDER", "entityRef": ref}
        answer = await self._tell("fluent/event", {**event, "attributes": told})
        if answer["eventStatus"] != "COMPLETE":
            raise OutsideError(f"Fluent does not cancel of {ref}: {answer['eventStatus']}")

    async def vienna_goes_on(self, ref: str) -> None:
        """What pauses goes on."""
        await self._tell("fluent/resume", {"orderRef": ref})

    async def berlin_reports(self, order_id: str, event: Json) -> None:
        """One fulfilment event, over the edge."""
        url = f"{self._edge}/orders/{quote(order_id, safe='')}/fulfillment-events"
        body = {"occurredAt": datetime.now(UTC).isoformat(), **event}
        headers = {"Authorization": f"Bearer {self._token.get_secret_value()}"}
        await self._answered("POST", url, body, headers)

    async def _tell(self, path: str, body: Json) -> Any:
        return await self._answered("POST", f"{self._sandbox}/{path}", body)

    async def _answered(
        self, method: str, url: str, body: Json | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        answer = await self._http.request(method, url, json=body, headers=headers)
        if not answer.is_success:
            raise OutsideError(f"{method} {url} was answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()
