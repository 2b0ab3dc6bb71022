"""Many decisions in one request: each is answered as it would be alone, and none hurts another."""

import asyncio
from typing import Any

import httpx
import pytest

from domain.cancellation import Sayable
from domain.case import DecisionRecord
from domain.decision import Decision, DecisionReceipt, Receipt, Verdict
from domain.phases import Phase
from starter.bulk_decisions import results_of
from starter.orders_gateway import (
    IdReusedError,
    NotHeardError,
    ReasonRequiredError,
    UnansweredError,
)
from starter.tokens import all_rights
from tests.starter.conftest import EVERYTHING, Served, bearer, problem, serving
from tests.starter.fakes import CLOSED, NEW, NOW, UNKNOWN, FakeOrders, receipt, record


def entry(order_id: str = "order-a", **changes: Any) -> dict[str, Any]:
    """Ana approves an order."""
    return {"orderId": order_id, "decisionId": "d-1", "approver": "ana", "verdict": "approve", **changes}


async def send(served: Served, *entries: Any, token: str = EVERYTHING) -> httpx.Response:
    """Post them."""
    return await served.http.post("/decisions", json={"decisions": entries}, headers=bearer(token))


async def results(served: Served, *entries: Any, token: str = EVERYTHING) -> list[dict[str, Any]]:
    """Their results."""
    response = await send(served, *entries, token=token)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["results"]
    return found


async def test_each_order_has_its_answer_in_the_order_sent(served: Served) -> None:
    """With its receipt, counted one by one; what was said reaches each workflow."""
    orders = [f"order-{n}" for n in range(20)]
    found = await results(served, *(entry(order, comment="fine") for order in orders))
    assert [one["orderId"] for one in found] == orders
    assert {(one["status"], one["receipt"], one["decisionId"]) for one in found} == {(200, "accepted", "d-1")}
    assert sorted(order for _, order, _ in served.orders.calls) == sorted(orders)
    assert all(isinstance(said, Decision) and said.comment == "fine" for _, _, said in served.orders.calls)
    assert await served.counted('placet_decisions_total{receipt="accepted"}') == 20


async def test_one_bad_entry_hurts_no_other(served: Served) -> None:
    """Every kind of no beside a yes: each with the status, the type and the members that it has alone."""
    served.orders.silent = {
        "order-b": NotHeardError(receipt(Receipt.NOT_ALLOWED)),
        "order-c": IdReusedError("d-1 was already used", receipt(Receipt.ACCEPTED)),
        "order-d": UnansweredError("down", retry_after_seconds=7),
        "order-e": ReasonRequiredError("say why"),
        "order-f": KeyError("nobody foresaw it"),  # type: ignore[dict-item]
    }
    served.shop.records[CLOSED] = record(CLOSED, Phase.WITHDRAWN).to_json_dict()
    bad: list[tuple[Any, int, str]] = [
        (entry("order-b"), 403, "notAllowed"),
        (entry("order-c"), 409, "decisionIdReused"),
        (entry("order-d"), 503, "unavailable"),
        (entry("order-e"), 422, "reasonRequired"),
        (entry("order-f"), 500, "internal"),
        (entry(CLOSED), 409, "notPending"),
        (entry(UNKNOWN), 404, "noSuchOrder"),
        (entry(NEW), 404, "noSuchOrder"),
        (entry("no order"), 404, "noSuchOrder"),
        (entry(verdict="perhaps"), 422, "invalid"),
        (entry(revision="1"), 422, "invalid"),
        (entry(requestId="mine"), 422, "invalid"),
        ({"orderId": "order-a"}, 422, "invalid"),
        ({**entry(), "orderId": 7}, 422, "invalid"),
        ("order-a", 400, "badRequest"),
        (None, 400, "badRequest"),
    ]
    sent = [entry("order-y"), *(one for one, _, _ in bad), entry("order-z")]
    first, *refused, last = await results(served, *sent)
    assert (first["receipt"], last["receipt"]) == ("accepted", "accepted")
    for (given, status, code), one in zip(bad, refused, strict=True):
        assert (one["status"], one["type"]) == (status, f"urn:placet:problem:{code}"), given
        assert one["title"]
        assert one["detail"]
        named = given.get("orderId") if isinstance(given, dict) else None
        assert one["orderId"] == (named if isinstance(named, str) else None)
        assert one.get("decisionId") == (given.get("decisionId") if isinstance(given, dict) else None)
    by_code = {code: one for (_, _, code), one in zip(bad, refused, strict=True)}
    assert by_code["unavailable"]["retryAfter"] == 7
    assert by_code["reasonRequired"]["field"] == "comment"
    assert by_code["decisionIdReused"]["first"]["receipt"] == "accepted"
    assert "foresaw" not in str(refused)


async def test_it_is_the_same_answer_as_alone(served: Served) -> None:
    """Member by member, beside the status and the order's id."""
    for kind in Receipt:
        served.orders.receipt = kind
        alone = await served.decide("order-a")
        [one] = await results(served, entry("order-a"))
        assert one == {**alone.json(), "orderId": "order-a", "status": alone.status_code}


async def test_a_token_decides_only_for_whom_it_may(served: Served) -> None:
    """Of a mixed list, ana's token decides what is ana's."""
    mine, other = await results(served, entry("order-a"), entry("order-b", approver="ben"), token="ana")
    assert mine["status"] == 200
    assert (other["status"], other["type"]) == (403, "urn:placet:problem:mayNotActFor")
    assert [order for _, order, _ in served.orders.calls] == ["order-a"]
    problem(await send(served, entry(), token="fulfil"), 403, "missingRight")


@pytest.mark.parametrize(("count", "status"), [(0, 422), (1, 200), (100, 200), (101, 422)])
async def test_between_one_and_a_hundred(served: Served, count: int, status: int) -> None:
    """More, or none, is no request; nothing of it is done."""
    response = await send(served, *(entry(f"order-{n}") for n in range(count)))
    assert response.status_code == status
    assert len(served.orders.calls) == (count if status == 200 else 0)
    if status == 422:
        body = problem(response, 422, "invalid")
        assert body["field"] == "decisions"
        assert body["errors"][0]["message"] == (
            "needs at least 1 entry" if count == 0 else "takes at most 100 entries"
        )


@pytest.mark.parametrize("body", [{}, {"decisions": "all"}, {"decisions": [], "more": 1}])
async def test_a_body_that_is_no_list_of_decisions(served: Served, body: Any) -> None:
    """422, as a whole."""
    problem(await served.http.post("/decisions", json=body, headers=bearer(EVERYTHING)), 422, "invalid")


async def test_sent_again_every_decision_is_a_duplicate(served: Served) -> None:
    """The same ids and bodies make the same update ids; after an order's end its record knows."""
    decided = DecisionRecord(
        decision_id="d-1",
        approver="ana",
        verdict=Verdict.APPROVE,
        revision=2,
        revision_assumed=True,
        step="manager",
        at=NOW,
    )
    served.shop.records[CLOSED] = record(CLOSED, Phase.COMPLETED, decisions=(decided,)).to_json_dict()
    served.orders.repeats = True
    found = await results(served, entry(), entry(CLOSED))
    assert [(one["status"], one["receipt"], one["first"]) for one in found] == [
        (200, "duplicate", "accepted")
    ] * 2


class Watched(FakeOrders):
    """Counts who is asked at once, and in which order each order is."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.most = 0, 0
        self.asked: list[tuple[str, str]] = []

    async def say(self, order_id: str, said: Sayable) -> DecisionReceipt:
        """Take a moment, less for those who come later."""
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.02 / (1 + len(self.asked)))
        self.now -= 1
        self.asked.append((order_id, said.sent_id))
        return await super().say(order_id, said)


async def test_some_at_once_and_those_of_one_order_in_turn() -> None:
    """A worker is not flooded; the second step's decision does not overtake the first's."""
    async with serving(Watched()) as served:
        watched = served.orders
        assert isinstance(watched, Watched)
        ids = [f"d-{n}" for n in range(10)]
        many = [entry(f"order-{n}") for n in range(30)]
        await results(served, *many, *(entry("order-x", decisionId=one) for one in ids))
        assert 1 < watched.most <= 8
        assert [sent for order, sent in watched.asked if order == "order-x"] == ids


async def test_what_is_not_begun_in_time_is_not_sent() -> None:
    """503 says so, and the caller still hears of those that were decided."""
    async with serving(FakeOrders()) as served:
        served.orders.answers_after = 0.05
        ten = [entry("order-a", decisionId=f"d-{n}") for n in range(10)]
        found = await results_of(served.edge, all_rights("x"), ten, begun_within=0.12)
        statuses = [one["status"] for one in found]
        done = statuses.count(200)
        assert statuses == [200] * done + [503] * (10 - done)
        assert 1 <= done < 10
        assert len(served.orders.calls) == done
        assert found[-1]["retryAfter"] == 5


async def test_the_interface_describes_the_body(served: Served) -> None:
    """A list of decisions, each with its order."""
    document = (await served.http.get("/openapi.json")).json()
    operation = document["paths"]["/decisions"]["post"]
    decisions = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]["decisions"]
    assert (decisions["minItems"], decisions["maxItems"]) == (1, 100)
    assert set(decisions["items"]["required"]) == {"orderId", "decisionId", "approver", "verdict"}
