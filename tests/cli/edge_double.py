"""An edge that gives prepared answers over real HTTP, and remembers what it was asked."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.contract.serving import serving

ORDER = "0b0e6c9e-6b5f-4f6a-9b3a-2f1d3c4b5a69"
AT = "2026-03-01T12:00:00Z"

STATUS: dict[str, Any] = {
    "orderId": ORDER,
    "orderNumber": "ORDER-1001",
    "phase": "pending",
    "state": "PendingApproval",
    "revision": 2,
    "rule": "notable-order",
    "why": "Orders from EUR 1,000.00 need the consent of a manager.",
    "pending": [{"approver": "ana", "step": "manager", "dueAt": AT}],
}
AUDIT: dict[str, Any] = {
    "orderId": ORDER,
    "orderNumber": "ORDER-1001",
    "policyDigest": "ab" * 32,
    "entries": [
        {
            "seq": 1,
            "at": AT,
            "kind": "routed",
            "actor": "placet",
            "revision": 1,
            "detail": {"automatic": False},
        },
        {
            "seq": 2,
            "at": AT,
            "kind": "decided",
            "actor": "ana",
            "step": "manager",
            "revision": 1,
            "detail": {"verdict": "approve", "comment": "=1+1 <b>"},
        },
    ],
}


def receipt(kind: str, **more: Any) -> dict[str, Any]:
    """A receipt as the edge writes it."""
    return {
        "receipt": kind,
        "message": f"said {kind}",
        "orderId": ORDER,
        "phase": "pending",
        "revision": 2,
        "decisionId": "d-1",
        **more,
    }


def problem(status: int, code: str, detail: str, **more: Any) -> tuple[int, dict[str, Any]]:
    """A problem as the edge writes it."""
    return status, {
        "type": f"urn:placet:problem:{code}",
        "title": code,
        "status": status,
        "detail": detail,
        **more,
    }


@dataclass
class EdgeDouble:
    """`answers` are by path, a status and a document each."""

    url: str = ""
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    @property
    def address(self) -> str:
        """As `PLACET_EDGE_ADDRESS` has it."""
        return self.url.removeprefix("http://")

    async def answer(self, request: Request) -> Response:
        """The prepared answer, 404 without one."""
        body = await request.body()
        query = f"?{request.url.query}" if request.url.query else ""
        self.asked.append((request.method, request.url.path + query, json.loads(body) if body else None))
        self.tokens.add(request.headers.get("authorization", ""))
        status, document = self.answers.get(request.url.path, problem(404, "notFound", "no such order"))
        return JSONResponse(document, status_code=status)


@asynccontextmanager
async def edge_double() -> AsyncIterator[EdgeDouble]:
    """An edge on a port of its own."""
    double = EdgeDouble()
    app = Starlette(routes=[Route("/{rest:path}", double.answer, methods=["GET", "POST"])])
    async with serving(app) as double.url:
        yield double
