"""Reading orders: one, its trail, and lists."""

import asyncio
from datetime import timedelta

import pytest

from domain.alarms import Alarm
from domain.audit import AuditEntry, AuditKind
from domain.phases import Phase
from domain.status import OrderStatus
from starter.orders_gateway import AnyAlarm, UnansweredError, Worklist
from starter.sorting import sorted_by
from tests.starter.conftest import Served, problem, serving
from tests.starter.fakes import (
    CLOSED,
    NEW,
    NOW,
    RUNNING,
    UNKNOWN,
    FakeOrders,
    listed,
    record,
    status,
    unreachable,
)


async def test_a_status_has_every_field_of_the_contract(served: Served) -> None:
    """`pending` lists people; what is not known is null, only the alarm is absent."""
    answer = await served.get(f"/orders/{RUNNING}")
    assert answer.status_code == 200
    assert answer.json() == {
        "orderId": RUNNING,
        "orderNumber": f"ON-{RUNNING}",
        "phase": "pending",
        "state": "PendingApproval",
        "revision": 2,
        "rule": "notable",
        "why": "Orders from EUR 1,000.00 need a manager.",
        "pending": [{"approver": "ana", "step": "manager", "dueAt": "2026-03-01T10:05:00Z"}],
        "decisions": [],
        "receipts": [],
    }
    assert answer.headers["Cache-Control"] == "no-store"


async def test_an_audit_trail_has_every_field_of_the_contract(served: Served) -> None:
    """The same shape as the query and the custom object."""
    assert (await served.get(f"/orders/{RUNNING}/audit")).json() == {
        "orderId": RUNNING,
        "orderNumber": f"ON-{RUNNING}",
        "policyDigest": "d" * 64,
        "entries": [
            {
                "seq": 1,
                "at": "2026-03-01T10:05:00Z",
                "kind": "routed",
                "actor": "placet",
                "revision": 1,
                "detail": {},
            }
        ],
    }


@pytest.mark.parametrize("part", ["", "/audit"])
async def test_an_order_that_is_not_there(served: Served, part: str) -> None:
    """404; with Retry-After where it may still be starting."""
    answer = await served.get(f"/orders/{UNKNOWN}{part}")
    problem(answer, 404, "noSuchOrder")
    assert "Retry-After" not in answer.headers
    assert (await served.get(f"/orders/{NEW}{part}")).headers["Retry-After"] == "1"


async def test_while_no_worker_answers_only_the_record_of_a_closed_order_is_the_truth(served: Served) -> None:
    """An open order's record may be old: 503."""
    served.orders.fails = UnansweredError("no worker")
    served.shop.records["ended"] = served.shop.records[CLOSED] | {"orderId": "ended"}
    served.shop.records["ended"]["status"] = served.shop.records[CLOSED]["status"] | {"phase": "rejected"}
    assert (await served.get("/orders/ended")).json()["phase"] == "rejected"
    assert (await served.get("/orders/ended/audit")).status_code == 200
    served.shop.records["open"] = served.shop.records[CLOSED]
    problem(await served.get("/orders/open"), 503, "unavailable")
    served.shop.fails = unreachable()
    problem(await served.get("/orders/ended"), 503, "unavailable")


async def test_reading_needs_the_right_to_read(served: Served) -> None:
    """On every path."""
    for path in ("/orders", f"/orders/{RUNNING}", f"/orders/{RUNNING}/audit"):
        problem(await served.get(path, token="decide"), 403, "missingRight")
        assert (await served.get(path, token="read")).status_code == 200


async def test_a_list_shows_statuses_without_decisions_and_receipts(served: Served) -> None:
    """And the cursor for the next page, where there is one."""
    served.orders.page = listed("order-2", "order-3", cursor="more")
    body = (await served.get("/orders", approver="ana", phase="pending", limit=2, cursor="here")).json()
    assert [result["orderId"] for result in body["results"]] == ["order-2", "order-3"]
    assert body["nextCursor"] == "more"
    assert all("decisions" not in result and "receipts" not in result for result in body["results"])
    assert body["results"][0]["pending"][0]["approver"] == "ana"
    assert served.orders.wanted == (Worklist(approver="ana", phase=Phase.PENDING), 2, "here")


async def test_a_list_without_wishes_has_twenty_of_all(served: Served) -> None:
    """And no cursor at its end."""
    assert (await served.get("/orders")).json() == {"results": []}
    assert served.orders.wanted == (Worklist(), 20, None)


async def test_a_list_of_orders_with_an_alarm(served: Served) -> None:
    """With any, or with that one; what is none is refused with those that there are."""
    await served.get("/orders", alarm="any")
    assert served.orders.wanted == (Worklist(alarm=AnyAlarm.ANY), 20, None)
    await served.get("/orders", alarm="exportRefused", phase="inFulfillment")
    wanted = Worklist(alarm=Alarm.EXPORT_REFUSED, phase=Phase.IN_FULFILLMENT)
    assert served.orders.wanted == (wanted, 20, None)
    refused = await served.get("/orders", alarm="fire")
    problem(refused, 422, "invalid")
    assert "exportRefused" in refused.text
    assert "any" in refused.text


async def test_an_order_that_does_not_answer_hides_no_other(served: Served) -> None:
    """It is listed as the index has it."""
    served.orders.page = listed("order-2", "order-3")
    served.orders.silent["order-2"] = UnansweredError("stuck")
    results = (await served.get("/orders")).json()["results"]
    assert [(result["orderId"], result["why"] == "from the index") for result in results] == [
        ("order-2", True),
        ("order-3", False),
    ]


async def test_a_list_asks_only_so_many_workflows_at_once() -> None:
    """Each question is a task for a worker."""
    peak = Peak()
    async with serving(peak) as served:
        assert len((await served.get("/orders", limit=100)).json()["results"]) == 40
    assert 1 < peak.highest <= 8


class Peak(FakeOrders):
    """Counts how many status queries are under way at once."""

    def __init__(self) -> None:
        super().__init__()
        self.page = listed(*(f"order-{n}" for n in range(10, 50)))
        self.now = self.highest = 0

    async def status(self, order_id: str) -> OrderStatus:
        """Take a moment."""
        self.now += 1
        self.highest = max(self.highest, self.now)
        await asyncio.sleep(0.001)
        self.now -= 1
        return status(order_id)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"phase": "lost"}, "phase"),
        ({"approver": "ana' OR 'a' = 'a"}, "approver"),
        ({"approver": "ana@example.com"}, "approver"),
        ({"cursor": "x" * 4097}, "cursor"),
    ],
)
async def test_a_wish_that_cannot_be_meant_names_the_parameter(
    served: Served, params: dict[str, str | int], field: str
) -> None:
    """422; Temporal is not asked."""
    assert problem(await served.read("/orders", params), 422, "invalid")["field"] == field
    assert served.orders.calls == []


@pytest.mark.parametrize("sort", ["", "colour desc", "dueAt sideways", "dueAt asc asc", ",;'", "dueAt,"])
async def test_a_sort_entry_that_is_not_understood_is_ignored(served: Served, sort: str) -> None:
    """A list is better than none."""
    served.orders.page = listed("order-3", "order-2")
    results = (await served.get("/orders", sort=sort)).json()["results"]
    assert [result["orderId"] for result in results] == ["order-3", "order-2"]


def test_a_page_is_sorted_by_what_is_understood() -> None:
    """By due date, those without one last; by number; the first entry counts most."""
    early, late = status("early"), status("late")
    due = late.pending[0].model_copy(update={"due_at": NOW + timedelta(days=1)})
    late = late.model_copy(update={"pending": (due,), "order_number": "A"})
    never = status("never", Phase.APPROVED)

    def ids(*sort: str) -> list[str]:
        return [found.order_id for found in sorted_by(sort, [never, late, early])]

    assert ids("dueAt") == ["early", "late", "never"]
    assert ids("dueAt desc") == ["never", "late", "early"]
    assert ids("orderNumber asc") == ["late", "early", "never"]
    assert ids("nonsense", "dueAt asc,orderNumber desc") == ["early", "late", "never"]
    assert ids() == ["never", "late", "early"]


async def test_what_came_after_the_end_is_told_from_the_record(served: Served) -> None:
    """The workflow of a rejected order knows nothing of what somebody did to it later; its record does."""
    served.orders.ended = {RUNNING}
    alarm = AuditEntry(seq=2, at=NOW, kind=AuditKind.ALARM, actor="placet", detail={"alarm": "pastTheGuard"})
    held = record(RUNNING, Phase.REJECTED, alarm="pastTheGuard")
    held = held.model_copy(update={"entries": (*held.entries, alarm)})
    served.shop.records[RUNNING] = held.to_json_dict()
    assert (await served.get(f"/orders/{RUNNING}")).json()["alarm"] == "pastTheGuard"
    entries = (await served.get(f"/orders/{RUNNING}/audit")).json()["entries"]
    assert [entry["kind"] for entry in entries] == ["routed", "alarm"]


async def test_a_closed_order_is_told_by_its_workflow_where_the_record_cannot_be_read(served: Served) -> None:
    """What the workflow knows is better than nothing."""
    served.orders.ended = {RUNNING}
    served.shop.fails = unreachable()
    assert (await served.get(f"/orders/{RUNNING}")).json()["phase"] == "rejected"
    assert (await served.get(f"/orders/{RUNNING}/audit")).status_code == 200
