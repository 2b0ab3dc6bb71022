"""Whether the edge is up, whether it can do its work, and what it has counted."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from starter.edge import TheEdge
from starter.problems import Problem
from starter.readiness import OK, Readiness

router = APIRouter()


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process is up."""
    return {"status": OK}


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Temporal answers and has our search attributes, and commercetools takes our credentials."""
    readiness: Readiness = request.app.state.readiness
    checks = await readiness.checks()
    if all(result == OK for result in checks.values()):
        return JSONResponse({"status": OK, "checks": checks})
    wrong = "; ".join(f"{name}: {result}" for name, result in checks.items() if result != OK)
    raise Problem(503, "notReady", "Not ready", wrong, headers={"Retry-After": "2"}, more={"checks": checks})


@router.get("/metrics")
async def metrics(edge: TheEdge) -> Response:
    """What was counted, in the text format of Prometheus."""
    return Response(edge.metrics.text(), media_type=CONTENT_TYPE_LATEST)
