"""Lists of orders out of Temporal's visibility: the query, the page, and the cursor."""

import base64
import binascii
import hashlib
from datetime import timedelta

from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from domain.phases import Phase
from domain.status import OrderStatus, PendingDecision
from starter.orders_gateway import AnyAlarm, BadCursorError, Listed, Page, Worklist
from workflows.names import ALARM, DUE_AT, MORE, ORDER_NUMBER, PENDING, PHASE, RULE, order_workflow_id

_PREFIX = order_workflow_id("")
_MARK = 8


def quoted(text: str) -> str:
    """A text as a literal of a visibility query.

    Raises:
        ValueError: it has a character that Temporal's backends do not all take in the same way.
    """
    if not text.isprintable() or "\\" in text:
        raise ValueError("not a text to search for")
    return "'" + text.replace("'", "''") + "'"


def visibility_query(wanted: Worklist) -> str:
    """The query for a list. An order that went on in a new run must not be listed once per run."""
    terms = ["WorkflowType = 'Order'", "ExecutionStatus != 'ContinuedAsNew'"]
    if wanted.approver is not None:
        person = quoted(f"person:{wanted.approver}")
        terms.append(f"({PENDING.name} = {person} OR {PENDING.name} = {quoted(MORE)})")
    if wanted.phase is not None:
        terms.append(f"{PHASE.name} = {quoted(wanted.phase.value)}")
    if wanted.alarm is AnyAlarm.ANY:
        terms.append(f"{ALARM.name} IS NOT NULL")
    elif wanted.alarm is not None:
        terms.append(f"{ALARM.name} = {quoted(wanted.alarm.value)}")
    return " AND ".join(terms)


def cursor_of(query: str, token: bytes) -> str:
    """The cursor for what comes after: Temporal's token, marked with the list that it belongs to."""
    return base64.urlsafe_b64encode(_mark(query) + token).decode().rstrip("=")


def token_of(query: str, cursor: str) -> bytes:
    """Temporal's token out of a cursor.

    Raises:
        BadCursorError: no cursor of ours, or that of another list.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) <= _MARK or raw[:_MARK] != _mark(query):
        raise BadCursorError("the cursor does not belong to this list")
    return raw[_MARK:]


def _mark(query: str) -> bytes:
    return hashlib.sha256(query.encode()).digest()[:_MARK]


async def fetch_page(
    client: Client, wanted: Worklist, limit: int, cursor: str | None, within: timedelta
) -> Page:
    """One page.

    Raises:
        BadCursorError: as `token_of`, or Temporal does not know it any more.
        RPCError: Temporal does not answer.
    """
    query = visibility_query(wanted)
    token = token_of(query, cursor) if cursor is not None else None
    found = client.list_workflows(query, page_size=limit, next_page_token=token, rpc_timeout=within)
    try:
        await found.fetch_next_page()
    except RPCError as error:
        if token is not None and error.status is RPCStatusCode.INVALID_ARGUMENT:
            raise BadCursorError("the cursor is not known any more") from error
        raise
    following = cursor_of(query, found.next_page_token) if found.next_page_token else None
    return Page(tuple(map(_listed, found.current_page or ())), following)


def _listed(execution: WorkflowExecution) -> Listed:
    """An order as the index has it. The revision is not in the index: 0 says that it is not known."""
    order_id = execution.id.removeprefix(_PREFIX)
    known = execution.typed_search_attributes
    pending = known.get(PENDING) or ()
    people = [p.removeprefix("person:") for p in pending if p.startswith("person:")]
    indexed = OrderStatus(
        order_id=order_id,
        order_number=known.get(ORDER_NUMBER),
        phase=_phase(known.get(PHASE)),
        revision=0,
        rule=known.get(RULE),
        why="the workflow does not answer at the moment; this is what the index says",
        pending=tuple(PendingDecision(approver=p, step="", due_at=known.get(DUE_AT)) for p in people),
        alarm=known.get(ALARM),
    )
    return Listed(order_id, indexed, whole=MORE not in pending)


def _phase(indexed: str | None) -> Phase:
    """One order with an odd index must not take the whole list with it."""
    return Phase(indexed) if indexed in set(Phase) else Phase.ROUTING
