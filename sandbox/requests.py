"""How an API request runs: faults, token and scope, project, body, handler, answer.

A resource module exports `routes()`, built from `api_route`:

    def routes() -> list[Route]:
        return [api_route("/states/{id}", get=reading(get_state, "states"), post=writing(update_state, "states"))]

A handler is `(call: Call) -> (status, body)`, plain or async, and raises ApiError to refuse. HEAD follows from GET.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.errors import (
    ApiError,
    insufficient_scope,
    invalid_input,
    invalid_json,
    not_found,
    required_field,
)
from sandbox.extensions_calling import ExtensionCalls
from sandbox.faults import DroppedReplyError, Faults
from sandbox.http import CutShort, correlation_id, error_response, json_response, read_json
from sandbox.oauth import Grant, Tokens
from sandbox.options import Options
from sandbox.scopes import covers
from sandbox.store import Actor, Store


@dataclass
class Sandbox:
    """One running sandbox: what every handler works on. `closers` are awaited when the server stops."""

    options: Options
    store: Store
    tokens: Tokens
    faults: Faults
    extensions: ExtensionCalls
    closers: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


@dataclass(frozen=True)
class Call:
    """One authorised request: path parameters, query parameters, parsed JSON body, and who asks."""

    sandbox: Sandbox
    actor: Actor
    path: dict[str, str]
    query: QueryParams
    body: Any = None
    scopes: frozenset[str] = frozenset()

    def demand(self, *wanted: str) -> None:
        """Insist on one of the scopes, where the endpoint itself asks for less. AuthError insufficient_scope."""
        if not any(covers(self.scopes, scope) for scope in wanted):
            raise insufficient_scope(wanted, self.sandbox.options.project_key)

    @property
    def store(self) -> Store:
        """The sandbox's store."""
        return self.sandbox.store

    def fields(self) -> dict[str, Any]:
        """The body, which must be a JSON object. ApiError InvalidJsonInput."""
        if not isinstance(self.body, dict):
            raise invalid_json("A JSON object is expected.")
        return self.body

    def version(self) -> int:
        """The `version` query parameter that a delete needs. ApiError InvalidInput."""
        text = self.query.get("version")
        if text is None:
            raise required_field("version")
        try:
            number = float(text)
        except ValueError:
            number = 0.5
        if number != number or abs(number) > 2**63 or number != int(number):  # noqa: PLR0124 - the test for NaN
            raise invalid_input(f"Malformed parameter: version: '{text}' is not an integer.")
        return int(number)


Answer = tuple[int, Any]
Handler = Callable[[Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True)
class Operation:
    """A handler and the scopes of which one is needed; no scopes at all means open to everybody."""

    handler: Handler
    scopes: tuple[str, ...]


def reading(handler: Handler, *resources: str) -> Operation:
    """An operation for whoever may view one of the resources (`orders` -> `view_orders`)."""
    return Operation(handler, tuple(f"view_{resource}" for resource in resources))


def writing(handler: Handler, *resources: str) -> Operation:
    """An operation for whoever may manage one of the resources."""
    return Operation(handler, tuple(f"manage_{resource}" for resource in resources))


def api_route(
    path: str, *, get: Operation | None = None, post: Operation | None = None, delete: Operation | None = None
) -> Route:
    """A route under the project key, e.g. `/orders/{id}`; HEAD answers GET's status without a body."""
    operations = {"GET": get, "HEAD": get, "POST": post, "DELETE": delete}
    known = {method: operation for method, operation in operations.items() if operation is not None}

    async def endpoint(request: Request) -> Response:
        try:
            return await _run(request, known[request.method])
        except ApiError as error:
            return _bare(error_response(error), request)
        except DroppedReplyError:
            return CutShort()

    return Route("/{projectKey}" + path, endpoint, methods=list(known))


async def _run(request: Request, operation: Operation) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    raw = await request.body()
    key = request.path_params["projectKey"]
    strike = sandbox.faults.strike(request.method, request.scope["path"].removeprefix(f"/{key}"), raw)
    await strike.before(sandbox.tokens)
    grant = None
    if operation.scopes:
        grant = sandbox.tokens.check(request.headers.get("authorization"), operation.scopes)
    actor = _actor(request, grant)
    if key != sandbox.options.project_key:
        raise not_found(key, by="key")
    path = {name: value for name, value in request.path_params.items() if name != "projectKey"}
    body = read_json(raw) if request.method == "POST" else None
    call = Call(sandbox, actor, path, request.query_params, body, grant.scopes if grant else frozenset())
    strike.conflict(sandbox.store)
    answer = operation.handler(call)
    status, content = await answer if inspect.isawaitable(answer) else answer
    strike.after()
    if request.method == "HEAD" and isinstance(content, dict) and content.get("results") == []:
        status = 404
    return _bare(json_response(status, content), request)


def _actor(request: Request, grant: Grant | None) -> Actor:
    external = request.headers.get("x-external-user-id")
    if external is not None and len(external) > 128:
        raise invalid_input("X-External-User-ID must not be longer than 128 characters.")
    client_id = grant.client_id if grant else None
    return Actor(client_id, external, correlation_id(request), request.method, request.scope["path"])


def _bare(response: Response, request: Request) -> Response:
    return Response(status_code=response.status_code) if request.method == "HEAD" else response
