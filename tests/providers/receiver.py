"""A fulfilment system that takes signed CloudEvents, small enough to be read at a glance."""

import json
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from clients.fulfillment import EVENT_TYPE


@dataclass
class Receiver:
    """Counts a repeated `Idempotency-Key` once, and one reference once. `bodies` are the raw bytes, `refuses` its noes."""

    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    orders: dict[str, Any] = field(default_factory=dict)
    cancelled: dict[tuple[str, str], int] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    refuses: bool = False

    def app(self) -> Starlette:
        """It, as an application."""
        return Starlette(routes=[Route("/events", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        """One event."""
        raw = await request.body()
        self.bodies.append(raw)
        self.headers.append(dict(request.headers))
        event = json.loads(raw)
        key, data = request.headers["Idempotency-Key"], event["data"]
        ref = data["ref"]
        if event["type"] == EVENT_TYPE:
            return self._export(ref, data)
        if self.refuses:
            return JSONResponse({"code": "refused", "ref": ref, "reason": "alreadyPicked"}, 422)
        if key in self.keys:
            return JSONResponse({"code": "duplicate", "ref": ref}, 409)
        self.keys.add(key)
        if event["type"].endswith("cancellation.requested"):
            self._cancel(ref, data["items"])
        return JSONResponse({"ref": ref, "settled": True}, 202)

    def _export(self, ref: str, data: Any) -> Response:
        held = self.orders.setdefault(ref, data)
        if held is data:
            return JSONResponse({"ref": ref, "id": f"OMS-{ref}"}, 202)
        code = "duplicate" if held["fingerprint"] == data["fingerprint"] else "conflict"
        return JSONResponse({"code": code, "ref": ref, "id": f"OMS-{ref}"}, 409)

    def _cancel(self, ref: str, items: list[Any]) -> None:
        """Quantities count altogether; none at all is all of it."""
        ordered = {line["id"]: line["quantity"] for line in self.orders[ref]["lines"]}
        for line_id, quantity in ({i["lineItemId"]: i["quantity"] for i in items} or ordered).items():
            self.cancelled[ref, line_id] = quantity
