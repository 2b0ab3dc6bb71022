"""One page of the reconciliation at a desk: odd orders, repeated attempts, calls that fail."""

import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.order_workflows import Listed, OrderWorkflows
from activities.reconciliation import PageRequest, ReconciliationActivities
from clients.commercetools import Commercetools
from domain.audit import AuditEntry, AuditKind
from domain.findings import Kind, Page, Stage
from domain.fulfillment import AUDIT_CONTAINER
from domain.order import Order
from domain.phases import Phase
from domain.reconciliation import Run, RunStatus
from domain.release import ReleaseVerdict
from domain.status import OrderStatus
from tests.activities.desk import NOON, Desk, a_record, account

EVER, FAR = "2020-01-01T00:00:00Z", "2199-01-01T00:00:00Z"


class Workflows(OrderWorkflows):
    """A Temporal that lists what it is given, and remembers what was started and told."""

    def __init__(self, *listed: str) -> None:
        self.runs = {order_id: Run(status=RunStatus.RUNNING, phase=Phase.PENDING) for order_id in listed}
        self.begun: list[str] = []

    async def of(self, order_ids: Sequence[str]) -> dict[str, Run]:
        return {order_id: self.runs[order_id] for order_id in order_ids if order_id in self.runs}

    async def open(self, after: bytes | None, limit: int) -> Listed:
        return Listed(dict(self.runs), None)

    async def one(self, order_id: str) -> Run | None:
        return self.runs.get(order_id)

    async def start(self, order: Order, reconciliation: str, *, again: bool) -> bool:
        self.begun.append(order.id)
        self.runs[order.id] = Run(status=RunStatus.RUNNING, phase=Phase.ROUTING, started_by=reconciliation)
        return True


class OnItsWay(Workflows):
    """A workflow that was handed over with other content, and has another alarm."""

    async def knows(self, order_id: str, digest: str) -> ReleaseVerdict | None:
        return ReleaseVerdict(digest=digest, released=False, phase=Phase.IN_FULFILLMENT)

    async def status(self, order_id: str) -> OrderStatus | None:
        return OrderStatus(order_id=order_id, phase=Phase.IN_FULFILLMENT, revision=1, alarm="held")


class Spoiling(httpx.AsyncBaseTransport):
    """Passes everything on, and leaves a field out of one order: the total, unless told otherwise."""

    def __init__(self, behind: httpx.AsyncClient, order_id: str, field: str = "totalPrice") -> None:
        self._behind = behind
        self._order_id = order_id
        self._field = field

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._behind.send(request)
        document = answer.json()
        for one in document.get("results", [document]):
            if one.get("id") == self._order_id:
                one.pop(self._field, None)
        return httpx.Response(answer.status_code, content=json.dumps(document), request=request)


async def a_page(
    here: Desk, workflows: OrderWorkflows, commercetools: Commercetools | None = None, **more: Any
) -> Page:
    """The activity `reconcile_page`, on pages of three."""
    activities = ReconciliationActivities(
        commercetools or here.ours, here.configuration.machine, workflows, page_size=3
    )
    given = {"stage": Stage.ORDERS, "adopt_since": EVER, "at": NOON} | more
    return await ActivityEnvironment().run(activities.reconcile_page, PageRequest(**given))


async def test_an_order_that_cannot_be_read_keeps_back_no_other(here: Desk) -> None:
    """It is reported by its id, and the page goes on behind it; on the workflows' side it is passed over."""
    orders = [await here.place(number=f"ON-{n}") for n in range(3)]
    workflows, odd = Workflows(), max(orders, key=lambda order: order.id)
    async with httpx.AsyncClient(transport=Spoiling(here.http, odd.id)) as http:
        client = Commercetools(account("placet"), http)
        page = await a_page(here, workflows, client)
        assert (page.looked_at, page.after) == (3, odd.id)
        assert {f.order_id: f.kind for f in page.findings if f.kind is not Kind.NO_WORKFLOW} == {
            odd.id: Kind.UNREADABLE_ORDER
        }
        assert len(workflows.begun) == 2
        behind = await a_page(here, Workflows(odd.id), client, stage=Stage.WORKFLOWS)
        assert (behind.looked_at, behind.findings) == (1, ())


async def test_a_repeated_attempt_lists_what_the_first_one_started(here: Desk) -> None:
    """The first one's answer was lost: nothing is started twice, and nothing is missing in the list."""
    orders, workflows = [await here.place(number=f"ON-{n}") for n in range(2)], Workflows()
    pages = [await a_page(here, workflows) for _ in range(2)]
    for page in pages:
        assert {f.order_id for f in page.findings} == {order.id for order in orders}
        assert {f.kind for f in page.findings} == {Kind.NO_WORKFLOW}
    assert len(workflows.begun) == 2


async def test_a_limit_is_told_to_temporal(here: Desk) -> None:
    """429 with Retry-After: the next attempt comes after that time."""
    await here.place()
    await here.fault("rateLimit", retryAfterSeconds=7, method="GET", path="^/orders")
    with pytest.raises(ApplicationError) as raised:
        await a_page(here, Workflows())
    wait = raised.value.next_retry_delay
    assert (wait.total_seconds() if wait else None, raised.value.non_retryable) == (7, False)


@pytest.mark.parametrize(
    ("alarm", "at", "left_out", "kinds"),
    [
        ("changedAfterHandOver", FAR, "none", []),
        ("changedAfterHandOver", FAR, "lastModifiedAt", [Kind.CONTENT_CHANGED]),
        ("changedAfterHandOver", EVER, "none", [Kind.CONTENT_CHANGED]),
        ("held", FAR, "none", [Kind.CONTENT_CHANGED]),
    ],
)
async def test_whoever_was_called_to_a_change_is_not_called_again(
    here: Desk, alarm: str, at: str, left_out: str, kinds: list[Kind]
) -> None:
    """By the record, if the order was not written since; where that cannot be told, the workflow looks once more."""
    order = await here.shop_edits(await here.shop_moves(await here.place(), "InFulfillment"))
    entry = AuditEntry(seq=1, at=at, kind=AuditKind.ALARM, actor="placet", detail={"alarm": alarm})
    record = a_record(order.id, 0, Phase.IN_FULFILLMENT).model_copy(update={"entries": (entry,)})
    await here.ours.put_custom_object(AUDIT_CONTAINER, order.id, record.to_json_dict(), 0)
    async with httpx.AsyncClient(transport=Spoiling(here.http, order.id, left_out)) as http:
        client = Commercetools(account("placet"), http)
        page = await a_page(here, OnItsWay(order.id), client, dry_run=True)
    assert [finding.kind for finding in page.findings] == kinds
