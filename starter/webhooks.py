"""Webhooks, stage 1: who sent these bytes, is all there that must be, and is it safe with Temporal? Then, and fast, 200."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request

from starter.bodies import read_body
from starter.edge import Edge, TheEdge
from starter.inbound_gateway import WebhookError
from starter.journal import note, warn
from starter.orders_gateway import UnansweredError
from starter.problems import Problem, invalid
from starter.signatures import SignatureError

router = APIRouter()
_ANY_JSON = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
}
"""Each provider has a form of its own: the signature decides whether it is looked at."""


@router.post("/webhooks/{provider}", openapi_extra=_ANY_JSON)
async def take_webhook(request: Request, provider: str, edge: TheEdge) -> dict[str, str]:
    """Take in one webhook. 200 once it cannot be lost any more; the same again is 200 as well."""
    sender = edge.webhooks.senders.get(provider)
    if sender is None:
        raise Problem(404, "notFound", "There is nothing here", "no provider of that name sends webhooks")
    body = await read_body(request)
    now = datetime.now(UTC)
    try:
        sender.verify(request.headers, body, now)
        received = sender.read(provider, body, now)
        await edge.webhooks.inbound.take_in(received)
    except SignatureError as error:
        _refused(edge, provider, "badSignature", why=error.doubt.value)
        raise Problem(
            401,
            "badSignature",
            "Not signed by anybody we know",
            "the signature of the body cannot be verified",
            headers={"WWW-Authenticate": "Signature"},
        ) from None
    except WebhookError as error:
        _refused(edge, provider, "badRequest", why=error.field or "body")
        raise invalid([{"field": error.field, "message": error.message}], status=400) from None
    except UnansweredError:
        _refused(edge, provider, "unanswered", why="temporal")
        raise
    edge.metrics.webhooks.labels(provider, "takenIn").inc()
    note("webhook", provider=provider, eventId=received.event_id, name=received.name)
    return {"eventId": received.event_id}


def _refused(edge: Edge, provider: str, result: str, *, why: str) -> None:
    """Counted and told of, without a byte of the body: nobody knows yet who wrote it, or what it holds."""
    edge.metrics.webhooks.labels(provider, result).inc()
    warn("webhook", provider=provider, result=result, why=why)
