"""Reading orders: one order's status and audit trail, and lists of orders."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from clients.errors import ClientError
from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.directory import Person
from domain.phases import FINAL, Phase
from domain.status import OrderRecord, OrderStatus
from starter.closed_orders import record_or_not_found
from starter.edge import Edge, TheEdge, record_of
from starter.orders_gateway import (
    AnyAlarm,
    BadCursorError,
    GatewayError,
    Listed,
    UnansweredError,
    Worklist,
)
from starter.paths import OrderId
from starter.problems import invalid
from starter.sorting import sorted_by
from starter.tokens import Grant, Right, needs
from starter.views import audit_view, status_view

router = APIRouter()
_AT_ONCE = 8
"""Status queries at a time: each is a task for a worker."""
_PERSON = next(rule for rule in Person.model_fields["id"].metadata if hasattr(rule, "pattern")).pattern

Reader = Annotated[Grant, Depends(needs(Right.READ))]


@router.get("/orders")
async def list_orders(  # noqa: PLR0913, PLR0917 - the parameters of the interface, which FastAPI passes by name
    _caller: Reader,
    edge: TheEdge,
    approver: Annotated[str | None, Query(pattern=_PERSON, description="Who may decide now")] = None,
    phase: Phase | None = None,
    alarm: Annotated[Alarm | AnyAlarm | None, Query(description="One of the alarms, or any")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=4096)] = None,
    sort: Annotated[list[str] | None, Query(description="dueAt, orderNumber; asc or desc; in a page")] = None,
) -> dict[str, Any]:
    """Orders, newest first, by who may decide, by phase and by alarm. A list may lag behind the orders by a moment."""
    try:
        page = await edge.orders.list(Worklist(approver=approver, phase=phase, alarm=alarm), limit, cursor)
    except BadCursorError as error:
        raise invalid([{"field": "cursor", "message": str(error)}]) from None
    at_once = asyncio.Semaphore(_AT_ONCE)
    found = await asyncio.gather(*(_listed(edge, listed, at_once) for listed in page.orders))
    asked = [
        status for one, status in zip(page.orders, found, strict=True) if _is_meant(one, status, approver)
    ]
    results = [status_view(status.summary()) for status in sorted_by(sort or (), asked)]
    return {"results": results} | ({"nextCursor": page.next_cursor} if page.next_cursor else {})


@router.get("/orders/{orderId}")
async def show_order(_caller: Reader, order_id: OrderId, edge: TheEdge) -> dict[str, Any]:
    """How an order stands; of a forgotten workflow, how it ended."""
    try:
        status = await edge.orders.status(order_id)
        ended_quietly = status.phase in FINAL and status.alarm is None
        record = await _later_record(edge, order_id) if ended_quietly else None
        moved = record is not None and record.status.alarm == Alarm.PAST_THE_GUARD
        return status_view(record.status if record is not None and moved else status)
    except GatewayError as error:
        return status_view((await _record(edge, order_id, error)).status)


@router.get("/orders/{orderId}/audit")
async def show_audit(_caller: Reader, order_id: OrderId, edge: TheEdge) -> dict[str, Any]:
    """The audit trail: the same from the running workflow and from the lasting record."""
    try:
        trail = await edge.orders.audit(order_id)
        closed = any(entry.kind is AuditKind.CLOSED for entry in trail.entries)
        record = await _later_record(edge, order_id) if closed else None
        return audit_view(
            trail if record is None or len(record.entries) <= len(trail.entries) else record.trail
        )
    except GatewayError as error:
        return audit_view((await _record(edge, order_id, error)).trail)


async def _later_record(edge: Edge, order_id: str) -> OrderRecord | None:
    """The record of an order that has come to its end, to which something may have been added since."""
    try:
        record = await record_of(edge.shop, order_id)
    except ClientError:
        return None
    return record if record is not None and record.closed else None


async def _record(edge: Edge, order_id: str, error: GatewayError) -> OrderRecord:
    """The lasting record instead. Where the workflow may merely be slow, only that of a closed order is the truth.

    Raises:
        Problem: as `record_or_not_found`.
        UnansweredError: the workflow did not answer, and the order is not known to be closed.
    """
    if not isinstance(error, UnansweredError):
        return await record_or_not_found(edge.shop, order_id)
    try:
        record = await record_of(edge.shop, order_id)
    except ClientError:
        raise error from None
    if record is None or not record.closed:
        raise error
    return record


def _is_meant(listed: Listed, status: OrderStatus, approver: str | None) -> bool:
    """Whether it belongs in the list: where more may decide than the index names, the order itself says who."""
    return approver is None or listed.whole or any(p.approver == approver for p in status.pending)


async def _listed(edge: Edge, listed: Listed, at_once: asyncio.Semaphore) -> OrderStatus:
    """The order's own word, or what the index has: one that does not answer must not hide the others."""
    async with at_once:
        try:
            return await edge.orders.status(listed.order_id)
        except GatewayError:
            return listed.indexed
