"""The sandbox as an ASGI application: `create_app(Options())`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import ModuleType

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from sandbox import (
    as_associate,
    associate_roles,
    business_units,
    carts,
    custom_objects,
    customer_groups,
    downstream,
    extensions,
    faults,
    fluent_endpoints,
    graphql_endpoint,
    journal,
    messages_api,
    oauth,
    order_edits,
    orders,
    products,
    project,
    states,
    subscriptions,
    types,
)
from sandbox.errors import ApiError
from sandbox.extensions_calling import ExtensionCalls
from sandbox.faults import Faults
from sandbox.fluent import fluent_of
from sandbox.http import CorrelationId, error_response, json_response
from sandbox.oauth import Tokens
from sandbox.options import Options
from sandbox.requests import Sandbox
from sandbox.store import Store

# Every module gives its `routes()`; one that also has `attach(sandbox)` is called once, before the store is seeded,
# to hang its seeds, listeners and closers.
MODULES: tuple[ModuleType, ...] = (
    fluent_endpoints,  # before whatever begins with a project key
    oauth,
    faults,
    journal,
    project,
    states,
    products,
    order_edits,
    orders,
    carts,
    types,
    customer_groups,
    associate_roles,
    business_units,
    as_associate,
    custom_objects,
    messages_api,
    subscriptions,
    extensions,
    downstream,
    graphql_endpoint,
)


def create_app(options: Options | None = None) -> Starlette:
    """A sandbox of its own, empty but for what every project has; `app.state.sandbox` is its Sandbox."""
    chosen = options or Options()
    store = Store(chosen.clock)
    calls = ExtensionCalls(chosen.push_transport)
    sandbox = Sandbox(chosen, store, Tokens(chosen, store.clock), Faults(), calls)
    for module in MODULES:
        if hasattr(module, "attach"):
            module.attach(sandbox)
    store.seed()
    app = Starlette(
        routes=[route for module in MODULES for route in module.routes()],
        middleware=[Middleware(CorrelationId)],
        exception_handlers=_HANDLERS,
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False
    app.state.sandbox = sandbox
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    if app.state.sandbox.options.fluent.public_key_file is not None:
        fluent_of(app.state).keys.publish()
    yield
    for close in app.state.sandbox.closers:
        await close()


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return error_response(error)


async def _no_such_route(request: Request, error: Exception) -> Response:
    """An unknown path (404) or a method that the path does not know (405)."""
    assert isinstance(error, HTTPException)
    body = {"statusCode": error.status_code, "message": f"URI not found: {request.url.path}"}
    if error.status_code == 405:
        body["message"] = f"Method not allowed: {request.method}"
    return json_response(error.status_code, body, dict(error.headers or {}))


_HANDLERS: dict[type[Exception] | int, ExceptionHandler] = {ApiError: _refused, HTTPException: _no_such_route}
