"""After the end, the lasting record answers in the workflow's place."""

from typing import Any

import httpx
import pytest

from domain.audit import OUTSIDER, AuditEntry, AuditKind, Detail
from domain.case import DecisionRecord
from domain.decision import Receipt, Verdict
from domain.phases import Phase
from tests.starter.conftest import Served, problem
from tests.starter.fakes import CLOSED, NEW, NOW, receipt, record, unreachable
from tests.starter.test_interventions import BODIES, IDS, NOON, tell

ENDED = {
    Phase.COMPLETED: "alreadyDecided",
    Phase.REJECTED: "alreadyDecided",
    Phase.WITHDRAWN: "notPending",
    Phase.CANCELLED: "notPending",
}


LINES_OUT = {"verdict": "requestChanges", "without": ["line-1"]}


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
    for other in ({"verdict": "reject"}, {"approver": "ben"}, {"comment": "new"}, {"revision": 1}, LINES_OUT):
        body = problem(await served.decide(CLOSED, **other), 409, "decisionIdReused")
        assert body["first"]["receipt"] == "accepted"
    problem(await served.decide(CLOSED, decisionId="d-2"), 409, "alreadyDecided")


@pytest.mark.parametrize("path", sorted(BODIES))
@pytest.mark.parametrize(("phase", "kind"), sorted(ENDED.items()))
async def test_whatever_else_comes_late_is_answered_from_the_record_too(
    served: Served, phase: Phase, kind: str, path: str
) -> None:
    """As a decision is; a forgotten workflow makes no difference."""
    for order_id in (CLOSED, NEW):
        put(served, order_id, phase)
        body = problem(await tell(served, path, order_id), 409, kind)
        assert (body["receipt"], body["phase"], body["revision"]) == (kind, phase.value, 2)


WRITTEN: dict[str, tuple[AuditKind, str, Detail]] = {
    "withdrawal": (AuditKind.WITHDRAWN, OUTSIDER, {"withdrawalId": "x-1"}),
    "resubmission": (AuditKind.RESUBMITTED, "rita", {"id": "x-1"}),
    "reassignment": (AuditKind.REASSIGNED, "ana", {"id": "x-1", "from": "ana", "to": "ben"}),
    "delegation": (AuditKind.DELEGATED, "ana", {"id": "x-1", "to": "ben"}),
    "extension": (AuditKind.EXTENDED, "otto", {"id": "x-1", "to": NOON.isoformat()}),
    "comments": (AuditKind.COMMENTED, "ana", {"id": "x-1", "comment": "where is the quote?"}),
}
"""How the domain writes each into the trail (domain/intervening.py, domain/reassigning.py)."""


def put_said(served: Served, path: str, kind: Receipt = Receipt.ACCEPTED) -> None:
    """The record of a completed order to which somebody had said something."""
    written, actor, detail = WRITTEN[path]
    before = receipt(kind, decision_id="x-1", message="noted")
    entry = AuditEntry(seq=1, at=NOW, kind=written, actor=actor, detail=detail)
    held = record(CLOSED, Phase.COMPLETED, receipts=(before,)).model_copy(update={"entries": (entry,)})
    served.shop.records[CLOSED] = held.to_json_dict()


async def again(served: Served, path: str, **changes: Any) -> httpx.Response:
    """The same once more, with changes."""
    if path == "withdrawal":
        return await served.withdraw(CLOSED, withdrawalId="x-1", **changes)
    return await tell(served, path, CLOSED, **{IDS[path]: "x-1"}, **changes)


@pytest.mark.parametrize("path", sorted(WRITTEN))
async def test_the_same_word_once_more_is_a_duplicate_after_the_end_too(served: Served, path: str) -> None:
    """The record has its receipt; the trail, what it was and who said it."""
    put_said(served, path)
    answer = await again(served, path)
    assert (answer.status_code, answer.json()["receipt"], answer.json()["first"]) == (
        200,
        "duplicate",
        "accepted",
    )
    assert answer.json()["message"] == "the same was sent before and answered: noted"
    for other in sorted(WRITTEN.keys() - {path}):
        body = problem(await again(served, other), 409, "decisionIdReused")
        assert body["first"]["message"] == "noted"
    body = problem(await served.decide(CLOSED, decisionId="x-1"), 409, "decisionIdReused")
    assert body["field"] == "decisionId"


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("withdrawal", {"comment": "new"}),
        ("resubmission", {"requester": "ruth"}),
        ("reassignment", {"to": "cleo"}),
        ("reassignment", {"approver": None}),
        ("delegation", {"delegate": "cleo"}),
        ("delegation", {"comment": "new"}),
        ("extension", {"until": "2026-03-06T12:00:00Z"}),
        ("comments", {"comment": "here it is"}),
    ],
)
async def test_another_word_under_the_same_id_is_a_conflict_after_the_end_too(
    served: Served, path: str, changes: dict[str, Any]
) -> None:
    """As it was before."""
    put_said(served, path)
    problem(await again(served, path, **changes), 409, "decisionIdReused")


async def test_a_word_that_was_refused_before_the_end_is_answered_anew(served: Served) -> None:
    """It has done nothing, so nothing is repeated."""
    put_said(served, "delegation", Receipt.NOT_ALLOWED)
    problem(await again(served, "delegation"), 409, "alreadyDecided")


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


async def test_a_record_that_a_newer_worker_wrote_is_one(served: Served) -> None:
    """While versions are changed, an edge reads what it knows of it, and takes no closed order for an unknown one."""
    put(served, CLOSED, Phase.APPROVED)
    served.shop.records[CLOSED]["carbon"] = {"grams": 3}
    served.shop.records[CLOSED]["status"]["carbon"] = {"grams": 3}
    answer = await served.get(f"/orders/{CLOSED}")
    assert (answer.status_code, answer.json()["phase"]) == (200, "approved")
    assert "carbon" not in answer.json()


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
