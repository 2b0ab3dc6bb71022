"""docs/portal.md: every query that it shows, run as it stands there."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from clients import drafts
from clients.commercetools import Commercetools
from domain.audit import AuditKind, AuditTrail, Fact
from domain.case import Case
from domain.fulfillment import AUDIT_CONTAINER
from domain.fulfillment_event import FulfillmentStatus
from domain.logistic_status import HandOverStage, LogisticStatus, TrackedParcel
from domain.order import Order
from domain.phases import Phase
from domain.status import OrderRecord, OrderStatus, status_of
from domain.value import Value
from tests.clients.sandboxed import Sandboxed, sandboxed
from tests.docs.markdown import ROOT, block, blocks

PAGE = "portal.md"


@pytest.fixture
async def shop() -> AsyncIterator[tuple[Sandboxed, Order]]:
    """An order that Placet put into its waiting state and approved on ana's word, with its record."""
    async with sandboxed() as sandbox:
        await sandbox.provision()
        order = await sandbox.order("ORDER-1001")
        waiting = [drafts.transition_state("PendingApproval")]
        order = await sandbox.ours.update_order(order.id, order.version, waiting)
        approved = [drafts.transition_state("Approved"), drafts.change_order_state("Confirmed")]
        await sandbox.ours.update_order(order.id, order.version, approved, external_user="ana")
        await _write_record(sandbox.ours, order)
        yield sandbox, order


async def _write_record(commercetools: Commercetools, order: Order) -> None:
    fact = Fact(kind=AuditKind.DECIDED, actor="ana", step="manager", revision=1)
    trail = AuditTrail(order_id=order.id).with_entries((fact,), datetime(2026, 3, 1, tzinfo=UTC))
    case = Case(order_id=order.id, phase=Phase.APPROVED, revision=1)
    record = OrderRecord(**dict(trail), status=status_of(case, order.order_number, "Approved"))
    await commercetools.put_custom_object(AUDIT_CONTAINER, order.id, record.to_json_dict(), 0)


async def test_the_current_state(shop: tuple[Sandboxed, Order]) -> None:
    """The order by its number, with its state and where it may go from there."""
    sandbox, placed = shop
    data = await sandbox.shops.graphql(block(PAGE, "graphql", "current"), {"orderNumber": "ORDER-1001"})
    order = data["order"]
    assert order["id"] == placed.id
    assert order["orderState"] == "Confirmed"
    assert order["totalPrice"] == {"centAmount": 125_000, "currencyCode": "EUR", "fractionDigits": 2}
    assert order["state"]["key"] == "Approved"
    assert [state["key"] for state in order["state"]["transitions"]] == ["InFulfillment"]


async def test_the_history(shop: tuple[Sandboxed, Order]) -> None:
    """Both moves in order, the second on ana's behalf, and no other message about the order."""
    sandbox, order = shop
    variables = json.loads(block(PAGE, "json", "history-variables").replace("ORDER_ID", order.id))
    data = await sandbox.shops.graphql(block(PAGE, "graphql", "history"), variables)
    moves = [
        (m["payload"]["oldState"], m["payload"]["state"]["key"], m["lastModifiedBy"]["externalUserId"])
        for m in data["messages"]["results"]
    ]
    assert moves == [(None, "PendingApproval", None), ({"key": "PendingApproval"}, "Approved", "ana")]
    numbers = [m["sequenceNumber"] for m in data["messages"]["results"]]
    assert numbers == sorted(numbers)


async def test_the_machine(shop: tuple[Sandboxed, Order]) -> None:
    """Every order state with its moves; final ones have an empty list and not null."""
    sandbox, _ = shop
    data = await sandbox.shops.graphql(block(PAGE, "graphql", "machine"))
    states = {state["key"]: state for state in data["states"]["results"]}
    assert set(states) == {"PendingApproval", "Approved", "InFulfillment", "Completed", "Rejected"}
    assert {s["key"] for s in states["PendingApproval"]["transitions"]} == {"Approved", "Rejected"}
    assert states["Completed"]["transitionsRef"] == []
    assert states["PendingApproval"]["initial"] is True


async def test_the_audit(shop: tuple[Sandboxed, Order]) -> None:
    """Placet's record as it was written: a portal can read all of it."""
    sandbox, order = shop
    data = await sandbox.shops.graphql(block(PAGE, "graphql", "audit"), {"orderId": order.id})
    record = OrderRecord.model_validate(data["customObject"]["value"])
    assert record.status.phase is Phase.APPROVED
    assert record.entries[0].actor == "ana"


def test_the_record_that_is_shown_is_one_with_every_field_of_the_status() -> None:
    """It reads as a record, what is read is what stands there, and no field of the status or its parts is left out."""
    shown = json.loads(block(PAGE, "json", "record"))
    assert OrderRecord.model_validate(shown).to_json_dict() == shown
    assert set(shown["status"]) == _names(OrderStatus)
    assert set().union(*shown["status"]["logisticOrders"]) == _names(LogisticStatus)


def test_every_field_and_stage_of_a_part_is_told() -> None:
    """In the table."""
    section = (ROOT / "docs" / PAGE).read_text(encoding="utf-8").split("\n## How far its parts are\n")[1]
    told = set(re.findall(r"`(\w+)`", section))
    stages = {one.value for one in (*FulfillmentStatus, *HandOverStage)}
    assert _names(LogisticStatus) | _names(TrackedParcel) | stages <= told


def _names(model: type[Value]) -> set[str]:
    return {str(field.alias) for field in model.model_fields.values()}


def test_every_query_is_run_here() -> None:
    """A query that is added to the page must be added to these tests; kinds of entries are all named."""
    page = ROOT / "docs" / PAGE
    assert {b.mark for b in blocks(page) if b.language == "graphql"} == {
        "current",
        "history",
        "machine",
        "audit",
    }
    text = page.read_text(encoding="utf-8")
    assert all(f"`{kind.value}`" in text for kind in AuditKind)
