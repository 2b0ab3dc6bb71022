"""The sandbox's own endpoints: the journal of accepted writes, and a fresh start."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.http import json_response


async def _journal(request: Request) -> Response:
    """Every accepted write, oldest first; `?resourceId=` keeps one resource's."""
    entries = request.app.state.sandbox.store.journal
    wanted = request.query_params.get("resourceId")
    if wanted is not None:
        entries = [entry for entry in entries if entry["resource"]["id"] == wanted]
    return json_response(200, entries)


async def _reset(request: Request) -> Response:
    """Forget all resources, messages, journal entries and faults; tokens stay good."""
    sandbox = request.app.state.sandbox
    sandbox.faults.rules.clear()
    sandbox.store.reset()
    return json_response(200, {})


def routes() -> list[Route]:
    """`GET /sandbox/journal`, `POST /sandbox/reset`."""
    return [
        Route("/sandbox/journal", _journal, methods=["GET"]),
        Route("/sandbox/reset", _reset, methods=["POST"]),
    ]
