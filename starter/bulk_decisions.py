"""Many decisions in one request: each is answered as it would be alone, and none hurts another."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Annotated, Any

import pydantic_core
from fastapi import APIRouter, Depends, Request
from pydantic import Field

from domain.value import Value
from starter.answers import answered, refusal_in
from starter.bodies import documented, model_from, read_model
from starter.closed_orders import not_found
from starter.decisions import DecisionRequest
from starter.edge import Edge, TheEdge
from starter.messages import ORDER_ID
from starter.orders_gateway import UnansweredError
from starter.problems import Problem, internal, unanswered, unavailable
from starter.requests_seen import report_failure
from starter.tokens import Grant, Right, needs
from starter.views import receipt_view

router = APIRouter()
Caller = Annotated[Grant, Depends(needs(Right.DECIDE))]

_MOST = 100
_AT_ONCE = 8
"""Decisions at a time: each is a task for a worker, and others want their answers too."""
_BEGUN_WITHIN_SECONDS = 20.0
"""An entry that has not been sent by then is not sent any more, so that the caller still hears of the others."""


class BulkDecision(DecisionRequest):
    """One entry: a decision as `POST /orders/{orderId}/decisions` takes it, and the order that it is about."""

    order_id: str


class BulkRequest(Value):
    """The body, for the documentation."""

    decisions: tuple[BulkDecision, ...] = Field(min_length=1, max_length=_MOST)


class _Entries(Value):
    """The body as it is read: an entry that is not valid is its own affair."""

    decisions: tuple[Any, ...] = Field(min_length=1, max_length=_MOST)


@router.post("/decisions", openapi_extra=documented(BulkRequest))
async def decide_each(request: Request, caller: Caller, edge: TheEdge) -> dict[str, Any]:
    """Decisions about up to 100 orders, answered in the order sent: each with its own status, receipt or problem.

    Those about one order are taken in one after the other. Sending the same again is safe.
    """
    entries = (await read_model(request, _Entries)).decisions
    return {"results": await results_of(edge, caller, entries)}


async def results_of(
    edge: Edge, caller: Grant, entries: Sequence[Any], begun_within: float = _BEGUN_WITHIN_SECONDS
) -> list[dict[str, Any]]:
    """`{orderId, status, ...}` for each entry, in their order."""
    at_once, latest = asyncio.Semaphore(_AT_ONCE), monotonic() + begun_within
    results: list[dict[str, Any]] = [{} for _ in entries]

    async def in_turn(places: Sequence[int]) -> None:
        for n in places:
            async with at_once:
                results[n] = await _result(edge, caller, entries[n], latest)

    await asyncio.gather(*(in_turn(places) for places in _lanes(entries)))
    return results


def _lanes(entries: Sequence[Any]) -> list[list[int]]:
    """The places of the entries, those about one order together: a second step may wait for the first."""
    lanes: dict[str | int, list[int]] = {}
    for n, entry in enumerate(entries):
        lanes.setdefault(_named(entry, "orderId") or n, []).append(n)
    return list(lanes.values())


def _named(entry: Any, field: str) -> str | None:
    """What an entry names by that field, which may be no valid one: its sender finds it again."""
    named = entry.get(field) if isinstance(entry, dict) else None
    return named if isinstance(named, str) else None


async def _result(edge: Edge, caller: Grant, entry: Any, latest: float) -> dict[str, Any]:
    order_id, decision_id = _named(entry, "orderId"), _named(entry, "decisionId")
    try:
        shown = await _shown(edge, caller, entry, latest)
    except Problem as problem:
        shown = _problem(problem)
    except UnansweredError as error:
        shown = _problem(unanswered(error))
    except Exception as error:  # noqa: BLE001 - the others have been decided, and their senders must learn it
        report_failure(error)
        shown = _problem(internal())
    return ({} if decision_id is None else {"decisionId": decision_id}) | shown | {"orderId": order_id}


async def _shown(edge: Edge, caller: Grant, entry: Any, latest: float) -> dict[str, Any]:
    """The receipt, with its status. Raises what the same decision alone would raise."""
    body = model_from(pydantic_core.to_json(entry, inf_nan_mode="constants"), BulkDecision)
    if not ORDER_ID.fullmatch(body.order_id):
        raise not_found(may_be_starting=False)
    if monotonic() > latest:
        detail = "those before it took too long, so it was not sent: send the same again"
        raise unavailable(detail, retry_after_seconds=5)
    receipt = await answered(edge, caller, body.order_id, body.message())
    refused = refusal_in(receipt)
    return {"status": 200, **receipt_view(receipt)} if refused is None else _problem(refused)


def _problem(problem: Problem) -> dict[str, Any]:
    """The problem's document; its Retry-After, which alone is a header, beside it in seconds."""
    wait = (problem.headers or {}).get("Retry-After")
    return problem.document() | ({} if wait is None else {"retryAfter": int(wait)})
