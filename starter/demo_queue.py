"""The demo's stand-in for the cloud queue between commercetools and the edge: it pushes on, and times each answer."""

from time import perf_counter

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_STARTED = "started"


class Queue:
    """Pushes notifications on to the bridge, unchanged. `http` is the caller's, who closes it."""

    def __init__(self, bridge_url: str, http: httpx.AsyncClient) -> None:
        self._bridge_url = bridge_url
        self._http = http
        self.start_seconds: list[float] = []
        """How long the bridge took to answer each notification for which it started a workflow."""

    def route(self) -> Route:
        """Where the sandbox delivers to."""
        return Route("/queue", self._push, methods=["POST"])

    async def _push(self, request: Request) -> Response:
        kept = {name: request.headers[name] for name in ("authorization", "content-type")}
        body = await request.body()
        began = perf_counter()
        try:
            answer = await self._http.post(self._bridge_url, content=body, headers=kept)
        except httpx.HTTPError:
            return Response(status_code=503)  # not acknowledged, so the sender tries again
        seconds = perf_counter() - began
        if answer.is_success and answer.json().get("result") == _STARTED:
            self.start_seconds.append(seconds)
        return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))
