"""What happens around every request: a correlation id, a count, and an answer even where a handler fails."""

import traceback
from time import perf_counter
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clients.correlation import correlation_id, header_value
from starter.journal import warn
from starter.metrics import Metrics
from starter.problems import internal

CORRELATION = "X-Correlation-ID"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Seen:
    """ASGI middleware, the outermost."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and see to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known_as = header_value(Headers(scope=scope).get(CORRELATION) or f"edge/{uuid4().hex}")
        token = correlation_id.set(known_as)
        answer = _Answer(send, known_as)
        began = perf_counter()
        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            answer.status = 499  # nobody is there to be answered
        except Exception as error:  # noqa: BLE001 - the last one who can answer
            report_failure(error)
            if answer.status is None:
                await internal().response()(scope, receive, answer)
        finally:
            correlation_id.reset(token)
            method, route = _labels(scope)
            self._metrics.requests.labels(method, route, str(answer.status or 0)).inc()
            self._metrics.seconds.labels(method, route).observe(perf_counter() - began)


class _Answer:
    """Passes the answer on, and remembers its status."""

    def __init__(self, send: Send, known_as: str) -> None:
        self._send = send
        self._known_as = known_as
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[CORRELATION] = self._known_as
            headers.setdefault("Cache-Control", "no-store")
            headers["X-Content-Type-Options"] = "nosniff"
        await self._send(message)


def _labels(scope: Scope) -> tuple[str, str]:
    """Method and route as labels: the route's template, for a path itself would be a label without end."""
    route: Any = scope.get("route")
    method = scope["method"] if scope["method"] in _METHODS else "other"
    return method, str(getattr(route, "path", "none"))


def report_failure(error: Exception) -> None:
    """Log where it failed and as what. Not its text: that can repeat what somebody sent."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
    warn("failed", error=type(error).__name__, where=where, correlationId=correlation_id.get())
