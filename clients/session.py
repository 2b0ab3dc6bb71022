"""Authorised requests to one commercetools project. What they mean is the business of the modules beside."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, SecretStr

from clients.account import Account
from clients.answers import refusal
from clients.correlation import external_user_value, header_value
from clients.errors import NotFound, Unreadable
from clients.oauth import TokenSource
from clients.reading import Projection, document_of, parsed
from clients.transport import Timeouts, attempt, deadline

SYSTEM = "commercetools"
Params = Sequence[tuple[str, str]]
Variables = Mapping[str, str | Sequence[str]]
T = TypeVar("T")
P = TypeVar("P", bound=BaseModel)


class Draft(Protocol):
    """A model of the SDK, which knows how it is written on the wire."""

    def serialize(self) -> dict[str, Any]: ...


class _Page(Projection):
    results: tuple[Any, ...]


def segment(value: str) -> str:
    """An id, key or number as one segment of a path.

    Raises:
        ValueError: it would address something else (empty, or a dot segment).
    """
    if value in {"", ".", ".."}:
        raise ValueError(f"'{value}' cannot be a segment of a path")
    return quote(value, safe="")


def by_key(resources: str, key: str) -> str:
    """The path of a resource by its key."""
    return f"{resources}/key={segment(key)}"


def reader(model: type[P]) -> Callable[[Any], P]:
    """How to read a document as that projection; raises Unreadable."""
    return lambda document: parsed(model, document, system=SYSTEM)


def query(  # noqa: PLR0913 - the parameters of a query, each by its name
    where: str,
    variables: Variables | None,
    sort: Sequence[str],
    limit: int,
    offset: int = 0,
    *,
    with_total: bool = False,
) -> list[tuple[str, str]]:
    """The parameters of a query; values belong into `variables`, named in the predicate as `:name`.

    The total costs the other side a count of everything that matches: only for those who look at it.
    """
    params = [("where", where)] if where else []
    for name, value in (variables or {}).items():
        params += [(f"var.{name}", one) for one in ([value] if isinstance(value, str) else value)]
    params += [("sort", by) for by in sort]
    skipped = [("offset", str(offset))] if offset else []
    return [*params, ("limit", str(limit)), *skipped, ("withTotal", str(with_total).lower())]


def changes(version: int, actions: Sequence[Draft]) -> dict[str, Any]:
    """The body of an update: actions that are applied, all or none, to that version."""
    return {"version": version, "actions": [action.serialize() for action in actions]}


class Session:
    """One project, as one API client.

    Every method raises Unreachable, Unreadable and ApiError, see `clients.errors`.
    """

    def __init__(self, account: Account, http: httpx.AsyncClient, *, timeouts: Timeouts) -> None:
        self.account = account
        self._http = http
        self._timeouts = timeouts
        self._tokens = TokenSource(account, http, timeouts=timeouts)

    async def find(self, path: str, read: Callable[[Any], T], params: Params = ()) -> T | None:
        """One resource, None if there is none."""
        try:
            return read(await self.call("GET", path, params=params))
        except NotFound:
            return None

    async def page(self, path: str, read: Callable[[Any], T], params: Params) -> list[T]:
        """One page of a query."""
        page = parsed(_Page, await self.call("GET", path, params=params), system=SYSTEM)
        return [read(document) for document in page.results]

    async def create(self, path: str, read: Callable[[Any], T], draft: Draft) -> T:
        """Create from a draft."""
        return read(await self.call("POST", path, body=draft.serialize()))

    async def update(self, path: str, read: Callable[[Any], T], version: int, actions: Sequence[Draft]) -> T:
        """Apply actions, all or none, if the resource still has that version.

        Raises:
            ConcurrentModification: it has another.
        """
        return read(await self.call("POST", path, body=changes(version, actions)))

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Params = (),
        body: Any = None,
        external_user: str | None = None,
    ) -> Any:
        """The JSON of the answer."""
        response = await self._answer(method, path, params, body, external_user)
        if not response.is_success:
            raise refusal(response, system=SYSTEM, attempted=f"{method} /{path}", quote=True)
        return document_of(response, system=SYSTEM)

    async def graphql(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The data of a GraphQL answer; errors in it are raised as REST would have answered them."""
        response = await self._answer("POST", "graphql", (), body, None)
        document = document_of(response, system=SYSTEM) if response.is_success else {}
        failed = bool(document.get("errors")) if isinstance(document, dict) else False
        if failed or not response.is_success:
            raise refusal(response, system=SYSTEM, attempted="POST /graphql", quote=True, graphql=True)
        data = document.get("data") if isinstance(document, dict) else None
        if not isinstance(data, dict):
            raise Unreadable(f"{SYSTEM} answered a GraphQL request without data", system=SYSTEM)
        return data

    async def _answer(
        self, method: str, path: str, params: Params, body: Any, external_user: str | None
    ) -> httpx.Response:
        headers = {"Accept": "application/json", "X-Correlation-ID": header_value()}
        if external_user:
            headers["X-External-User-ID"] = external_user_value(external_user)
        request = self._http.build_request(
            method,
            f"{self.account.project_url}/{path}".rstrip("/"),
            params=list(params) or None,
            json=body,
            headers=headers,
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
