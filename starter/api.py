"""The HTTP edge: one FastAPI application, made of what it is handed."""

from fastapi import FastAPI

from starter import (
    bridge,
    bulk_decisions,
    cancellations,
    decisions,
    extensions,
    health,
    interventions,
    orders,
    problems,
    webhooks,
)
from starter.edge import Edge
from starter.readiness import Readiness
from starter.requests_seen import Seen

_ABOUT = "Holds every B2B order of a commercetools project until the right people have said yes."


def create_app(edge: Edge) -> FastAPI:
    """The edge as an ASGI application. Errors are RFC 9457 problems; names on the wire are camelCase."""
    app = FastAPI(title="Placet", summary=_ABOUT, version="0.1.0", docs_url=None, redoc_url=None)
    app.state.edge = edge
    app.state.readiness = Readiness(edge.orders, edge.shop)
    for part in (bridge, webhooks, extensions, health):
        app.include_router(part.router)
    app.include_router(orders.router, responses=problems.documented_problems(problems.READING))
    for part in (decisions, bulk_decisions, interventions, cancellations):
        app.include_router(part.router, responses=problems.documented_problems(problems.TELLING))
    problems.attach(app)
    app.add_middleware(Seen, metrics=edge.metrics)
    return app
