"""Asking the sandbox in GraphQL: data where it must work, errors where it must not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.app import create_app
from sandbox.options import Options
from sandbox.requests import Sandbox
from tests.official.transport import validating


@dataclass
class Asking:
    """A client of a sandbox of its own. `http` is held to the official definition, `bare` is not.

    The definition has no GraphQL body for a 400, so whatever is to be refused goes through `bare`.
    """

    http: httpx.AsyncClient
    bare: httpx.AsyncClient
    sandbox: Sandbox

    async def data(self, query: str, variables: dict[str, Any] | None = None, **more: Any) -> Any:
        """The `data` of a document that runs without any error."""
        answer = await self.http.post("/graphql", json=_body(query, variables, more))
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]

    async def error(
        self, query: str, variables: dict[str, Any] | None = None, *, status: int = 200
    ) -> dict[str, Any]:
        """The one error of a document that is answered with this status."""
        http = self.http if status == 200 else self.bare
        answer = await http.post("/graphql", json=_body(query, variables, {}))
        assert answer.status_code == status, answer.text
        [error] = answer.json()["errors"]
        return dict(error)

    async def code(self, query: str, variables: dict[str, Any] | None = None, *, status: int = 200) -> str:
        """The code of that error."""
        return str((await self.error(query, variables, status=status))["extensions"]["code"])

    async def create(self, path: str, draft: dict[str, Any]) -> dict[str, Any]:
        """Create a resource by REST."""
        answer = await self.http.post(path, json=draft)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


@asynccontextmanager
async def asking(**options: Any) -> AsyncIterator[Asking]:
    """A sandbox and a client with a token."""
    app = create_app(Options(**options))
    sandbox: Sandbox = app.state.sandbox
    token, _ = sandbox.tokens.issue(sandbox.options.clients[0], None)
    base = f"http://sandbox.test/{sandbox.options.project_key}"
    headers = {"Authorization": f"Bearer {token}", "X-External-User-ID": "ana"}
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=validating(transport), base_url=base, headers=headers) as http,
        httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as bare,
    ):
        yield Asking(http, bare, sandbox)


def _body(query: str, variables: dict[str, Any] | None, more: dict[str, Any]) -> dict[str, Any]:
    return {"query": query} | ({} if variables is None else {"variables": variables}) | more
