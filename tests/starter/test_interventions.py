"""What people tell a waiting order beside deciding it: each with its path, its body and a typed answer."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from domain.cancellation import Cancellation
from domain.decision import Receipt
from domain.interventions import DeadlineExtension, Delegation, Reassignment, Remark, Resubmission
from starter.orders_gateway import (
    IdReusedError,
    NotHeardError,
    ReasonRequiredError,
    UnansweredError,
    UnknownLinesError,
)
from tests.starter.conftest import EVERYTHING, Served, bearer, problem
from tests.starter.fakes import NEW, RUNNING, UNKNOWN, receipt

NOON = (datetime.now(UTC) + timedelta(days=30)).replace(hour=12, minute=0, second=0, microsecond=0)
LATER = NOON.strftime("%Y-%m-%dT12:00:00Z")
BODIES: dict[str, dict[str, Any]] = {
    "resubmission": {"requester": "rita"},
    "reassignment": {"by": "ana", "approver": "ana", "to": "ben"},
    "delegation": {"approver": "ana", "delegate": "ben"},
    "extension": {"operator": "otto", "until": LATER},
    "comments": {"author": "ana", "comment": "where is the quote?"},
    "cancellations": {
        "by": "rita",
        "items": [{"lineItemId": "l-1", "quantity": 2}],
        "reasonCode": "outOfStock",
    },
}
IDS = {path: f"{path.removesuffix('s')}Id" for path in BODIES}
ALL = sorted(BODIES)
MODELS = {
    "resubmission": Resubmission,
    "reassignment": Reassignment,
    "delegation": Delegation,
    "extension": DeadlineExtension,
    "comments": Remark,
    "cancellations": Cancellation,
}


async def tell(
    served: Served, path: str, order_id: str = RUNNING, *, token: str = EVERYTHING, **changes: Any
) -> httpx.Response:
    """Post what the table above has, with changes."""
    body = {**BODIES[path], **changes}
    return await served.http.post(f"/orders/{order_id}/{path}", json=body, headers=bearer(token))


@pytest.mark.parametrize("path", ALL)
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
async def test_each_is_answered_as_a_decision_is(
    served: Served, path: str, kind: Receipt, status: int
) -> None:
    """The same receipts under the same statuses; counted by kind, and beside the decisions."""
    served.orders.receipt = kind
    response = await tell(served, path)
    body = response.json() if status == 200 else problem(response, status, kind.value)
    assert response.status_code == status
    assert (body["receipt"], body["orderId"], body["revision"]) == (kind.value, RUNNING, 2)
    assert "requestId" not in body
    noun = IDS[path].removesuffix("Id")
    sample = f'placet_interventions_total{{kind="{noun}",receipt="{kind.value}"}}'
    assert await served.counted(sample) == 1
    assert await served.counted("placet_decisions_total") == 0


@pytest.mark.parametrize("path", ALL)
async def test_the_workflow_gets_the_message(served: Served, path: str) -> None:
    """Under the given id, or one that is made up; with a request id of its own for each sending."""
    await tell(served, path, **{IDS[path]: "x-1"})
    await tell(served, path)
    (_, _, first), (_, _, second) = served.orders.calls
    for said in (first, second):
        assert isinstance(said, MODELS[path])
        assert said.request_id
        shown = {name: value for name, value in said.to_json_dict().items() if name in BODIES[path]}
        assert shown == BODIES[path]
    assert isinstance(first, MODELS[path])
    assert isinstance(second, MODELS[path])
    assert first.sent_id == "x-1"
    assert second.sent_id not in {"", "x-1"}
    assert first.request_id != second.request_id


@pytest.mark.parametrize("path", ALL)
async def test_the_same_sent_again_is_a_duplicate(served: Served, path: str) -> None:
    """Temporal finds the first sending by the update id, which the same body makes again."""
    await tell(served, path, **{IDS[path]: "x-1"})
    served.orders.repeats = True
    body = (await tell(served, path, **{IDS[path]: "x-1"})).json()
    assert (body["receipt"], body["first"], body["decisionId"]) == ("duplicate", "accepted", "x-1")
    (_, _, first), (_, _, second) = served.orders.calls
    assert isinstance(first, MODELS[path])
    assert isinstance(second, MODELS[path])
    assert first.update_id == second.update_id


@pytest.mark.parametrize("path", ALL)
async def test_an_id_that_was_used_for_something_else_names_its_field(served: Served, path: str) -> None:
    """The first one's receipt is beside it."""
    served.orders.fails = IdReusedError("x-1 was already used", receipt(Receipt.ACCEPTED))
    body = problem(await tell(served, path, **{IDS[path]: "x-1"}), 409, "decisionIdReused")
    assert (body["field"], body["first"]["receipt"]) == (IDS[path], "accepted")


@pytest.mark.parametrize("path", ALL)
async def test_a_token_speaks_only_for_whom_it_may(served: Served, path: str) -> None:
    """Whose word it is: the requester, the approver, whoever reassigns, the operator or the author."""
    sender = next(iter(BODIES[path]))
    assert (await tell(served, path, token="ana", **{sender: "ana"})).status_code == 200
    problem(await tell(served, path, token="ana", **{sender: "cleo"}), 403, "mayNotActFor")
    problem(await tell(served, path, token="fulfil"), 403, "missingRight")
    assert len(served.orders.calls) == 1


@pytest.mark.parametrize("path", ALL)
async def test_who_has_no_say_is_refused_and_counted(served: Served, path: str) -> None:
    """The workflow has not heard it, so the edge's count has."""
    served.orders.fails = NotHeardError(receipt(Receipt.NOT_ALLOWED))
    assert problem(await tell(served, path), 403, "notAllowed")["receipt"] == "notAllowed"
    assert await served.counted("placet_decisions_refused_total") == 1


@pytest.mark.parametrize("path", ALL)
async def test_unknown_orders_and_a_silent_temporal(served: Served, path: str) -> None:
    """404, with Retry-After where it may be starting, and 503."""
    problem(await tell(served, path, UNKNOWN), 404, "noSuchOrder")
    assert (await tell(served, path, NEW)).headers["Retry-After"] == "1"
    served.orders.fails = UnansweredError("down", retry_after_seconds=7)
    response = await tell(served, path)
    problem(response, 503, "unavailable")
    assert response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("path", "changes", "field"),
    [
        ("resubmission", {"requester": ""}, "requester"),
        ("resubmission", {"resubmissionId": "a b"}, "resubmissionId"),
        ("resubmission", {"requestId": "mine"}, "requestId"),
        ("reassignment", {"by": None}, "by"),
        ("reassignment", {"to": 7}, "to"),
        ("reassignment", {"approver": ""}, "approver"),
        ("reassignment", {"to": "jane@acme.example"}, "to"),
        ("delegation", {"delegate": "jane@acme.example"}, "delegate"),
        ("delegation", {"delegate": ""}, "delegate"),
        ("delegation", {"to": "ben"}, "to"),
        ("extension", {"until": "tomorrow"}, "until"),
        ("extension", {"until": "2026-03-05T12:00:00"}, "until"),
        ("extension", {"until": 1_772_000_000}, "until"),
        ("extension", {"until": "9999-12-31T23:59:59-01:00"}, "until"),
        ("extension", {"until": (NOON + timedelta(days=1830)).isoformat()}, "until"),
        ("extension", {"operator": None}, "operator"),
        ("comments", {"comment": ""}, "comment"),
        ("comments", {"comment": " \n\t "}, "comment"),
        ("comments", {"comment": "x" * 2001}, "comment"),
        ("comments", {"comment": None}, "comment"),
    ],
)
async def test_a_body_that_is_not_valid_names_the_field(
    served: Served, path: str, changes: dict[str, Any], field: str
) -> None:
    """422, and nothing was said."""
    assert problem(await tell(served, path, **changes), 422, "invalid")["field"] == field
    assert served.orders.calls == []


@pytest.mark.parametrize("heard", [True, False])
async def test_a_deadline_that_has_passed_names_the_field(served: Served, heard: bool) -> None:
    """422, whether the workflow took in what it then refused, or not; the order's own no to others stays a 403."""
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    served.orders.receipt = Receipt.NOT_ALLOWED
    served.orders.fails = None if heard else NotHeardError(receipt(Receipt.NOT_ALLOWED))
    assert problem(await tell(served, "extension", until=past), 422, "invalid")["field"] == "until"
    problem(await tell(served, "extension"), 403, "notAllowed")


async def test_an_extension_sent_again_once_its_deadline_has_passed_is_a_duplicate(served: Served) -> None:
    """It was accepted when it was still to come: what was sent before is answered as such, however late."""
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    served.orders.receipt = Receipt.DUPLICATE
    body = (await tell(served, "extension", extensionId="x-1", until=past)).json()
    assert body["receipt"] == "duplicate"


async def test_the_same_instant_in_another_zone_is_the_same_extension(served: Served) -> None:
    """So that a repeat is a repeat, whoever wrote it down."""
    for until in (LATER, NOON.strftime("%Y-%m-%dT13:00:00+01:00")):
        await tell(served, "extension", extensionId="x-1", until=until)
    (_, _, first), (_, _, second) = served.orders.calls
    assert isinstance(first, DeadlineExtension)
    assert isinstance(second, DeadlineExtension)
    assert first.until == second.until == NOON
    assert first.update_id == second.update_id


async def test_without_an_approver_somebody_is_added(served: Served) -> None:
    """The message says so by leaving them out."""
    await served.http.post(
        f"/orders/{RUNNING}/reassignment", json={"by": "otto", "to": "ben"}, headers=bearer(EVERYTHING)
    )
    [(name, _, said)] = served.orders.calls
    assert isinstance(said, Reassignment)
    assert (name, said.approver, said.to) == ("reassign", None, "ben")


async def test_a_reason_that_the_policy_demands_is_asked_for(served: Served) -> None:
    """422 names the field and says what to do; nothing has been decided, so nothing is counted as decided."""
    served.orders.fails = ReasonRequiredError("say why you reject: the policy asks for a comment")
    body = problem(await served.decide(verdict="reject"), 422, "reasonRequired")
    assert body["field"] == "comment"
    assert body["detail"] == body["errors"][0]["message"] == str(served.orders.fails)
    assert await served.counted("placet_decisions_total") == 0


async def test_lines_that_the_order_does_not_have_are_named(served: Served) -> None:
    """422 for `without`, as for any field that cannot be; nothing has been decided."""
    served.orders.fails = UnknownLinesError("the order has no line nope; it has line-1")
    body = problem(await served.decide(verdict="requestChanges", without=["nope"]), 422, "unknownLines")
    assert (body["field"], body["errors"][0]["field"]) == ("without", "without")
    assert await served.counted("placet_decisions_total") == 0


async def test_a_decision_may_say_which_lines_to_take_out(served: Served) -> None:
    """Together with a request for changes, and with nothing else."""
    response = await served.decide(verdict="requestChanges", without=["line-1", "line-2"])
    assert response.status_code == 200
    [(_, _, said)] = served.orders.calls
    assert getattr(said, "without", None) == ("line-1", "line-2")
    for wrong in ({"verdict": "approve", "without": ["line-1"]}, {"without": [""]}, {"without": "line-1"}):
        body = problem(await served.decide(**wrong), 422, "invalid")
        assert body["field"].split(".")[0] == "without"
    assert len(served.orders.calls) == 1


async def test_the_log_names_who_said_what_and_no_word_of_it(
    served: Served, lines: pytest.LogCaptureFixture
) -> None:
    """Ids only; what is no directory id is not repeated."""
    await tell(served, "comments", author="rita@example.com", comment="call +49 30 1234")
    [line] = [record.getMessage() for record in lines.records]
    noted = json.loads(line)
    assert (noted["event"], noted["author"], noted["receipt"]) == ("comment", "(not an id)", "accepted")
    assert "1234" not in line
    assert "example.com" not in line


async def test_the_interface_describes_every_body(served: Served) -> None:
    """/openapi.json has each path with its fields; the id is optional."""
    paths = (await served.http.get("/openapi.json")).json()["paths"]
    for path in ALL:
        operation = paths[f"/orders/{{orderId}}/{path}"]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        assert set(schema["properties"]) >= {*BODIES[path], IDS[path]}
        assert IDS[path] not in schema["required"]
        assert operation["security"]
