"""JSON over HTTP: strict reading of bodies, writing of answers, and the correlation id on each of them."""

import json
import math
import re
from typing import Any, NoReturn
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.errors import ApiError, invalid_json

_CORRELATION_ID = re.compile(r"^[A-Za-z0-9_/.:+=-]{8,256}$")
DEEPEST = 100
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def json_response(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
    """An answer, compact and in ASCII."""
    return Response(_encode(body), status, headers, media_type="application/json")


def error_response(error: ApiError) -> Response:
    """A refusal as an answer."""
    return json_response(error.status, error.body(), error.headers)


class CutShort(Response):
    """An answer that breaks off: the server closes the connection in the middle of it (over HTTP only)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a beginning that promises more, and leave."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def read_json(raw: bytes) -> Any:
    """The body as JSON. ApiError InvalidJsonInput for anything that RFC 8259 does not allow, beyond a double, half
    a surrogate pair, or nested more deeply than `DEEPEST`: what was taken in must not break who reads it later.
    """
    try:
        document = json.loads(raw.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
        if _SURROGATE.search(raw):
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise invalid_json("The document is nested too deeply.") from None
    except ValueError as problem:
        raise invalid_json(f"{type(problem).__name__}: not a JSON document.") from None
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _deeper(document):
        raise invalid_json("The document is nested too deeply.")
    return document


def _deeper(document: Any) -> bool:
    """Whether anything lies below `DEEPEST` levels; level by level, so that it needs no stack itself."""
    level = [document]
    for _ in range(DEEPEST):
        members = [
            value.values() if isinstance(value, dict) else value
            for value in level
            if isinstance(value, dict | list)
        ]
        level = [value for each in members for value in each if isinstance(value, dict | list)]
        if not level:
            return False
    return True


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def correlation_id(request: Request) -> str:
    """The request's correlation id, the caller's or a generated one."""
    found: str = request.scope["correlation_id"]
    return found


class CorrelationId:
    """ASGI middleware: takes X-Correlation-ID from the caller or makes one, and returns it on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-correlation-id", "")
        name = given if _CORRELATION_ID.match(given) else f"sandbox/{uuid4()}"
        scope["correlation_id"] = name

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Correlation-ID"] = name
            await send(message)

        await self._app(scope, receive, send_named)
