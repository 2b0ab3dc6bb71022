"""A local fulfilment system, downstream of commercetools: no part of the real API.

`POST /sandbox/downstream` takes a CloudEvents 1.0 event in structured mode (`application/cloudevents+json`) with an
`Idempotency-Key`; `data` holds at least `{"orderId", "ref"}`, and `container` and `key` where the hand-over is
not `placet-fulfillment` / the ref. The system reads that custom object as the custom objects API does, answers
202, and then reports `accepted` and `completed` (or what it was told to) by HTTP to
`{eventsUrl}/orders/{orderId}/fulfillment-events`, until each report is answered 202. The same key again is a 202
and nothing more happens. A hand-over that cannot be read is refused with 422, and the key stays free.

`POST /sandbox/downstream/behaviour` `{"orderNumber"?, "statuses"?, "delayMs"?, "repeat"?}` says how an order (or
every order) goes; `GET /sandbox/downstream` lists what came in and what was reported.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import custom_objects
from sandbox.downstream_events import Behaviour, Reporter
from sandbox.drafts import anything, boolean, list_of, one_of, record, text, whole
from sandbox.errors import ApiError, required_field
from sandbox.http import json_response, read_json
from sandbox.requests import Sandbox
from sandbox.resources import timestamp

Body = dict[str, Any]

CONTAINER = "placet-fulfillment"
_DAY_MS = 86_400_000
_data = record(
    {"orderId": text(), "ref": text()}, {"container": text(), "key": text(), "orderNumber": text()}
)
_event = record(
    {"specversion": one_of("1.0"), "id": text(), "source": text(), "type": text(), "data": anything}
)
_behaviour = record(
    {},
    {"orderNumber": text(), "statuses": list_of(text()), "delayMs": whole(0, _DAY_MS), "repeat": boolean},
)


@dataclass
class Downstream:
    """The system's memory: hand-overs by idempotency key, how orders go, and what was reported."""

    sandbox: Sandbox
    hand_overs: dict[str, Body] = field(default_factory=dict)
    behaviours: dict[str | None, Body] = field(default_factory=dict)
    _client: httpx.AsyncClient | None = None

    def __post_init__(self) -> None:
        options = self.sandbox.options
        self.reporter = Reporter(
            options.downstream_events_url or "", options.downstream_token, options.pace, self._http
        )

    def take(self, key: str, data: Body) -> bool:
        """Take a hand-over and start to report it; False if this key has been taken before.

        ApiError 422 if there is no such custom object.
        """
        if (known := self.hand_overs.get(key)) is not None:
            known["times"] += 1
            return False
        container, name = data.get("container") or CONTAINER, data.get("key") or data["ref"]
        found = custom_objects.find(self.sandbox.store, container, name)
        if found is None:
            raise ApiError(422, "HandOverNotFound", f"There is no custom object {container}/{name}.")
        number = self._order_number(data, found["value"])
        self.hand_overs[key] = {
            "idempotencyKey": key,
            "receivedAt": timestamp(datetime.now(UTC)),
            "times": 1,
            "orderId": data["orderId"],
            "orderNumber": number,
            "ref": data["ref"],
            "container": container,
            "key": name,
            "value": found["value"],
        }
        if self.reporter.url:
            self.reporter.report(data["orderId"], data["ref"], self.behaviour(number))
        return True

    def behaviour(self, order_number: str | None) -> Behaviour:
        """How this order goes: what was said of it, else of every order, else the options."""
        options = self.sandbox.options
        told = self.behaviours.get(None, {}) | self.behaviours.get(order_number, {})
        return Behaviour(
            tuple(told.get("statuses", options.downstream_statuses)),
            told.get("delayMs", options.downstream_delay_ms),
            told.get("repeat", False),
        )

    def reset(self) -> None:
        """Forget everything and report nothing more."""
        self.hand_overs.clear()
        self.behaviours.clear()
        self.reporter.stop()

    async def aclose(self) -> None:
        """Stop reporting and close the HTTP client."""
        self.reporter.stop()
        await self.reporter.idle()
        if self._client is not None:
            await self._client.aclose()

    def _order_number(self, data: Body, value: Any) -> str | None:
        order = self.sandbox.store.get("order", data["orderId"]) or {}
        told = value if isinstance(value, dict) else {}
        number = data.get("orderNumber") or told.get("orderNumber") or order.get("orderNumber")
        return number if isinstance(number, str) else None

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            options = self.sandbox.options
            self._client = httpx.AsyncClient(
                transport=options.push_transport, timeout=options.pace.timeout, trust_env=False
            )
        return self._client


def downstream_of(state: State) -> Downstream:
    """The app's downstream system, made when first asked for."""
    if not hasattr(state, "downstream"):
        sandbox: Sandbox = state.sandbox
        state.downstream = Downstream(sandbox)
        sandbox.store.on_reset.append(state.downstream.reset)
        sandbox.closers.append(state.downstream.aclose)
    found: Downstream = state.downstream
    return found


def routes() -> list[Route]:
    """The endpoints, open to everybody who reaches the sandbox."""
    return [
        Route("/sandbox/downstream", _take, methods=["POST"]),
        Route("/sandbox/downstream", _show, methods=["GET"]),
        Route("/sandbox/downstream/behaviour", _behave, methods=["POST"]),
    ]


async def _take(request: Request) -> Response:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/cloudevents+json":
        raise ApiError(415, "UnsupportedMediaType", "A structured CloudEvent is expected.")
    key = request.headers.get("idempotency-key")
    if not key:
        raise required_field("Idempotency-Key")
    event = _event(read_json(await request.body()), "")
    data = _data(event["data"], "data")
    first = downstream_of(request.app.state).take(key, data)
    return json_response(202, {"ref": data["ref"], "duplicate": not first})


async def _show(request: Request) -> Response:
    downstream = downstream_of(request.app.state)
    shown = {"handOvers": list(downstream.hand_overs.values()), "events": downstream.reporter.sent}
    return json_response(200, shown)


async def _behave(request: Request) -> Response:
    told = _behaviour(read_json(await request.body()), "")
    downstream = downstream_of(request.app.state)
    downstream.behaviours[told.get("orderNumber")] = told
    return json_response(200, told)
