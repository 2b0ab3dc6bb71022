"""Authorised requests to one Fluent account. What they mean is the business of the modules beside."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
from pydantic import SecretStr

from clients.answers import refusal
from clients.correlation import header_value
from clients.errors import Unreadable
from clients.fluent.account import FluentAccount
from clients.fluent.graphql import PAGE_SIZE, Connection, data_of
from clients.fluent.token import FluentTokens
from clients.reading import document_of, parsed
from clients.transport import Timeouts, attempt, deadline

SYSTEM = "Fluent"
_MOST_PAGES = 200


class FluentSession:
    """One account, as one user. Every method makes one attempt and raises as `clients.errors` says."""

    def __init__(
        self, account: FluentAccount, http: httpx.AsyncClient, *, timeouts: Timeouts | None = None
    ) -> None:
        self.account = account
        self._http = http
        self._timeouts = timeouts or Timeouts()
        self._tokens = FluentTokens(account, http, timeouts=self._timeouts)

    async def graphql(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The data of the answer. Fluent answers 200 with errors in it: any of them is raised, half an answer is none.

        Raises:
            ApiError: by the first error's code or classification, see `clients.fluent.graphql`.
        """
        response = await self.answer("graphql", {"query": document, "variables": dict(variables)})
        if not response.is_success:
            raise refusal(response, system=SYSTEM, attempted="POST /graphql")
        return data_of(document_of(response, system=SYSTEM), system=SYSTEM)

    async def drained(
        self, first: Connection, document: str, variables: Mapping[str, Any], *path: str
    ) -> list[dict[str, Any]]:
        """All nodes of a connection, whose first page came with something else.

        `document` asks for the pages after `$after`; `path` leads to the connection in its data. A record that comes
        in meanwhile pushes others onto the next page: what stands on two of them is one, by its id.

        Raises:
            Unreadable: the pages have no end or turn back, or a record changed between two of them; ask again.
        """
        found: dict[str, dict[str, Any]] = {}
        nodes = []
        async for node in self._nodes(first, document, variables, path):
            known = found.setdefault(str(node["id"]), node) if "id" in node else node
            if known is node:
                nodes.append(node)
            elif known != node:
                raise Unreadable(f"{SYSTEM}'s {path[-1]} changed while they were read", system=SYSTEM)
        return nodes

    async def _nodes(
        self, page: Connection, document: str, variables: Mapping[str, Any], path: tuple[str, ...]
    ) -> AsyncIterator[dict[str, Any]]:
        met: set[str] = set()
        while len(met) < _MOST_PAGES:
            for node in page.nodes:
                yield node
            if page.next_cursor is None:
                return
            if page.next_cursor in met:
                break
            met.add(page.next_cursor)
            place: Any = await self.graphql(
                document, {**variables, "after": page.next_cursor, "first": PAGE_SIZE}
            )
            for name in path:
                place = place.get(name) if isinstance(place, dict) else None
            page = parsed(Connection, place, system=SYSTEM)
        raise Unreadable(f"{SYSTEM} has no end of pages at {'.'.join(path)}", system=SYSTEM)

    async def answer(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """Whatever was answered to a POST; a token that is refused is replaced once."""
        request = self._http.build_request(
            "POST",
            f"{self.account.url}/{path}",
            json=dict(body),
            headers={
                "Accept": "application/json",
                "fluent.account": self.account.account,
                "X-Correlation-ID": header_value(),
            },
            timeout=self._timeouts.for_httpx(),
        )
        async with deadline(self._timeouts, system=SYSTEM):
            token = await self._tokens.token()
            response = await self._send(request, token)
            if response.status_code == 401:
                # Not a retry of a write that failed: it was refused unread, because the token was revoked or over.
                self._tokens.invalidate(token)
                response = await self._send(request, await self._tokens.token())
        return response

    async def _send(self, request: httpx.Request, token: SecretStr) -> httpx.Response:
        request.headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        return await attempt(self._http, request, system=SYSTEM)
