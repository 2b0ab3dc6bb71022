"""Every decision gets a typed answer: the receipts and statuses of the contract."""

import json
from typing import Any

import pytest

from domain.decision import Decision, Receipt, Verdict
from starter.orders_gateway import IdReusedError, NotHeardError, UnansweredError
from tests.starter.conftest import Served, problem
from tests.starter.fakes import NEW, RUNNING, UNKNOWN, receipt

CONTRACT = {"receipt", "message", "orderId", "phase", "step", "revision"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Receipt.ACCEPTED, 200),
        (Receipt.DUPLICATE, 200),
        (Receipt.NOT_ALLOWED, 403),
        (Receipt.SUPERSEDED, 409),
        (Receipt.ALREADY_DECIDED, 409),
        (Receipt.NOT_PENDING, 409),
    ],
)
async def test_each_receipt_has_its_status_and_is_in_the_body(
    served: Served, kind: Receipt, status: int
) -> None:
    """An answer that is no success is a problem with the receipt's members beside; each is counted."""
    served.orders.receipt = kind
    answer = await served.decide()
    body = answer.json() if status == 200 else problem(answer, status, kind.value)
    assert answer.status_code == status
    assert body.keys() >= CONTRACT
    assert (body["receipt"], body["orderId"], body["revision"]) == (kind.value, RUNNING, 2)
    assert "requestId" not in body
    assert await served.counted(f'placet_decisions_total{{receipt="{kind.value}"}}') == 1


async def test_the_workflow_gets_what_was_said(served: Served) -> None:
    """With a request id of its own for each sending."""
    await served.decide(verdict="requestChanges", comment="Two, please", revision=3)
    await served.decide()
    first, second = (said for _, _, said in served.orders.calls)
    assert isinstance(first, Decision)
    assert isinstance(second, Decision)
    assert (first.verdict, first.comment, first.revision) == (Verdict.REQUEST_CHANGES, "Two, please", 3)
    assert (second.comment, second.revision) == (None, None)
    assert first.request_id
    assert first.request_id != second.request_id


async def test_a_repeat_that_temporal_answers_itself_is_a_duplicate(served: Served) -> None:
    """Its receipt names the first sending; the caller learns how that was answered."""
    served.orders.repeats = True
    body = (await served.decide()).json()
    assert (body["receipt"], body["first"]) == ("duplicate", "accepted")
    assert body["message"] == "the same was sent before and answered: this is accepted"
    served.orders.receipt = Receipt.SUPERSEDED
    again = await served.decide()
    assert (again.status_code, again.json()["first"]) == (200, "superseded")


async def test_who_is_on_no_route_is_refused_and_counted(
    served: Served, lines: pytest.LogCaptureFixture
) -> None:
    """403 with the receipt; since the history has no event, the edge's log and a count have it."""
    served.orders.fails = NotHeardError(receipt(Receipt.NOT_ALLOWED))
    assert problem(await served.decide(approver="eve"), 403, "notAllowed")["receipt"] == "notAllowed"
    assert await served.counted("placet_decisions_refused_total") == 1
    [line] = [json.loads(record.getMessage()) for record in lines.records]
    assert (line["approver"], line["receipt"]) == ("eve", "notAllowed")


async def test_an_id_that_was_used_for_something_else_is_a_conflict(served: Served) -> None:
    """The first one's receipt is in the body, where it has one; it is not this decision's receipt."""
    served.orders.fails = IdReusedError("d-1 was already used", receipt(Receipt.ACCEPTED))
    body = problem(await served.decide(), 409, "decisionIdReused")
    assert (body["field"], body["first"]["receipt"]) == ("decisionId", "accepted")
    assert "receipt" not in body
    served.orders.fails = IdReusedError("d-1 was already used", None)
    assert "first" not in problem(await served.decide(), 409, "decisionIdReused")


async def test_temporal_out_of_reach_is_503(served: Served) -> None:
    """The same may be sent again."""
    served.orders.fails = UnansweredError("down", retry_after_seconds=7)
    answer = await served.decide()
    problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "7"


async def test_an_order_that_nobody_knows_is_404(served: Served) -> None:
    """And so is a path that no order can have."""
    answer = await served.decide(UNKNOWN)
    problem(answer, 404, "noSuchOrder")
    assert "Retry-After" not in answer.headers
    problem(await served.decide("a%20b"), 404, "noSuchOrder")


async def test_an_order_that_only_commercetools_knows_may_be_starting(served: Served) -> None:
    """404 with Retry-After: 1."""
    answer = await served.decide(NEW)
    problem(answer, 404, "noSuchOrder")
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decisionId": None}, "decisionId"),
        ({"decisionId": ""}, "decisionId"),
        ({"decisionId": "with blank"}, "decisionId"),
        ({"approver": 7}, "approver"),
        ({"approver": ""}, "approver"),
        ({"verdict": "maybe"}, "verdict"),
        ({"comment": "x" * 2001}, "comment"),
        ({"revision": 0}, "revision"),
        ({"revision": "1"}, "revision"),
        ({"revision": 1.5}, "revision"),
        ({"revision": True}, "revision"),
        ({"requestId": "mine"}, "requestId"),
        ({"decision_id": "d-2"}, "decision_id"),
    ],
)
async def test_a_body_that_is_not_valid_names_the_field(
    served: Served, changes: dict[str, Any], field: str
) -> None:
    """422, in camelCase as the caller writes it, without repeating what was sent; nothing has been decided."""
    body = problem(await served.decide(**changes), 422, "invalid")
    assert body["field"] == field
    assert body["errors"][0]["field"] == field
    assert served.orders.calls == []


async def test_every_missing_field_is_named(served: Served) -> None:
    """Not one at a time."""
    answer = await served.http.post(
        f"/orders/{RUNNING}/decisions", json={}, headers={"Authorization": "Bearer decide"}
    )
    body = problem(answer, 422, "invalid")
    assert [error["field"] for error in body["errors"]] == ["decisionId", "approver", "verdict"]


async def test_a_token_decides_only_for_whom_it_may(served: Served) -> None:
    """Ana's token is no use to ben; a warehouse's decides for nobody."""
    assert (await served.decide(token="ana")).status_code == 200
    problem(await served.decide(token="ana", approver="ben"), 403, "mayNotActFor")
    problem(await served.decide(token="fulfil"), 403, "missingRight")
    assert len(served.orders.calls) == 1


async def test_the_log_names_the_decision_and_no_word_of_it(
    served: Served, lines: pytest.LogCaptureFixture
) -> None:
    """Ids and closed lists only: no comment, no token; what is no directory id is not repeated."""
    await served.decide(approver="ana@example.com", comment="call me at +49 30 1234")
    text = "\n".join(record.getMessage() for record in lines.records)
    assert json.loads(text)["approver"] == "(not an id)"
    for kept in ("example.com", "1234", "every-right"):
        assert kept not in text


@pytest.mark.parametrize("given", ["w-1", None])
async def test_a_withdrawal_is_answered_like_a_decision(served: Served, given: str | None) -> None:
    """Its id may be left out; one is made up then."""
    body = {} if given is None else {"withdrawalId": given}
    answer = await served.withdraw(**body, comment="ordered twice")
    assert answer.status_code == 200
    assert answer.json()["receipt"] == "accepted"
    _, order_id, said = served.orders.calls[0]
    assert (order_id, getattr(said, "requester", None)) == (RUNNING, "rita")
    assert getattr(said, "withdrawal_id", None) == (given or getattr(said, "withdrawal_id", None))
    assert await served.counted('placet_withdrawals_total{receipt="accepted"}') == 1
    assert await served.counted("placet_decisions_total") == 0


async def test_a_withdrawal_that_is_not_valid(served: Served) -> None:
    """Fields and rights as for a decision."""
    assert problem(await served.withdraw(requester=None), 422, "invalid")["field"] == "requester"
    problem(await served.withdraw(token="ana"), 403, "mayNotActFor")
    served.orders.fails = IdReusedError("w-1 was already used", None)
    assert (
        problem(await served.withdraw(withdrawalId="w-1"), 409, "decisionIdReused")["field"] == "withdrawalId"
    )
    served.orders.fails = None
    served.orders.receipt = Receipt.NOT_ALLOWED
    problem(await served.withdraw(), 403, "notAllowed")
