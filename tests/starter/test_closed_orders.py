"""After the end, the lasting record answers in the workflow's place."""

from typing import Any

import pytest

from domain.case import DecisionRecord
from domain.decision import Verdict
from domain.phases import Phase
from tests.starter.conftest import Served, problem
from tests.starter.fakes import CLOSED, NEW, NOW, record, unreachable

ENDED = {
    Phase.COMPLETED: "alreadyDecided",
    Phase.REJECTED: "alreadyDecided",
    Phase.WITHDRAWN: "notPending",
    Phase.CANCELLED: "notPending",
}


def put(served: Served, order_id: str, phase: Phase, **changes: Any) -> None:
    """Write the record of an order."""
    served.shop.records[order_id] = record(order_id, phase, **changes).to_json_dict()


@pytest.mark.parametrize(("phase", "kind"), sorted(ENDED.items()))
async def test_a_late_decision_is_answered_from_the_record(served: Served, phase: Phase, kind: str) -> None:
    """Where people had decided, it is decided already; where nobody had, nothing is pending."""
    put(served, CLOSED, phase)
    body = problem(await served.decide(CLOSED), 409, kind)
    assert (body["receipt"], body["phase"], body["revision"]) == (kind, phase.value, 2)
    late = problem(await served.withdraw(CLOSED), 409, kind)
    assert late["receipt"] == kind


async def test_a_workflow_that_temporal_has_forgotten_is_answered_from_the_record_too(served: Served) -> None:
    """Retention is over, the record is not."""
    put(served, NEW, Phase.REJECTED)
    problem(await served.decide(NEW), 409, "alreadyDecided")


async def test_the_same_decision_once_more_is_a_duplicate_after_the_end_too(served: Served) -> None:
    """As it was before; and another under the same id is a conflict."""
    decided = DecisionRecord(
        decision_id="d-1",
        approver="ana",
        verdict=Verdict.APPROVE,
        revision=2,
        revision_assumed=True,
        step="manager",
        at=NOW,
    )
    put(served, CLOSED, Phase.COMPLETED, decisions=(decided,))
    again = await served.decide(CLOSED)
    assert (again.status_code, again.json()["receipt"], again.json()["first"]) == (
        200,
        "duplicate",
        "accepted",
    )
    assert (await served.decide(CLOSED, revision=2)).json()["receipt"] == "duplicate"
    for other in ({"verdict": "reject"}, {"approver": "ben"}, {"comment": "new"}, {"revision": 1}):
        body = problem(await served.decide(CLOSED, **other), 409, "decisionIdReused")
        assert body["first"]["receipt"] == "accepted"
    problem(await served.decide(CLOSED, decisionId="d-2"), 409, "alreadyDecided")


@pytest.mark.parametrize("phase", [Phase.PENDING, Phase.APPROVED])
async def test_an_order_that_has_not_ended_and_has_no_workflow_is_not_answered_by_guess(
    served: Served, phase: Phase
) -> None:
    """Whether it is decided only its workflow could say."""
    put(served, NEW, phase)
    answer = await served.decide(NEW)
    problem(answer, 404, "noSuchOrder")
    assert answer.headers["Retry-After"] == "1"


async def test_something_else_in_the_records_place_is_no_record(served: Served) -> None:
    """Somebody wrote it by hand, perhaps."""
    served.shop.records[NEW] = {"approved": True}
    problem(await served.decide(NEW), 404, "noSuchOrder")


async def test_without_commercetools_the_answer_waits(served: Served) -> None:
    """503, rather than a 404 that might be wrong."""
    served.shop.fails = unreachable()
    for answer in (await served.decide(CLOSED), await served.get(f"/orders/{CLOSED}")):
        problem(answer, 503, "unavailable")
        assert "Retry-After" in answer.headers


async def test_status_and_audit_outlive_the_workflow(served: Served) -> None:
    """Both are in the record, in the same shape."""
    shown = await served.get(f"/orders/{CLOSED}")
    assert (shown.status_code, shown.json()["phase"]) == (200, "approved")
    audit = await served.get(f"/orders/{CLOSED}/audit")
    assert (audit.status_code, audit.json()["entries"][0]["kind"]) == (200, "routed")
