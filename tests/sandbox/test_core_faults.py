"""Faults on demand: what they do to a request, and that they end."""

from typing import Any

import pytest

from sandbox.faults import Faults
from tests.sandbox.core_orders import code, made, order_draft
from tests.sandbox.surroundings import Surroundings, surroundings

FAULTS = "http://sandbox.test/sandbox/faults"
CONFIRM = {"action": "changeOrderState", "orderState": "Confirmed"}


async def fault(here: Surroundings, **rule: Any) -> None:
    """Add a rule."""
    assert (await here.http.post(FAULTS, json=rule)).status_code == 201


async def left(here: Surroundings) -> list[Any]:
    """The rules that are left."""
    rules: list[Any] = (await here.http.get(FAULTS)).json()
    return rules


async def test_a_conflict_is_an_honest_one() -> None:
    """The version really rises, by somebody else's hand, so that a second try at the new version goes through."""
    async with surroundings() as here:
        order = await made(here.http, "/orders/import", order_draft(orderNumber="A/1"))
        await fault(here, kind="conflict")
        path = "/orders/order-number=A%2F1"
        answer = await here.http.post(path, json={"version": 1, "actions": [CONFIRM]})
        assert (answer.status_code, code(answer)) == (409, "ConcurrentModification")
        assert answer.json()["errors"][0]["currentVersion"] == 2
        again = await here.http.post(path, json={"version": 2, "actions": [CONFIRM]})
        assert (again.status_code, again.json()["version"]) == (200, 3)
        clients = [entry["clientId"] for entry in here.sandbox.store.journal]
        assert clients == ["placet", "sandbox-faults", "placet"]
        assert order["orderState"] == "Open"


async def test_a_conflict_finds_custom_objects_and_orders_in_graphql() -> None:
    """What a request is about stands in its body there."""
    async with surroundings() as here:
        draft = {"container": "c", "key": "k", "value": 1, "version": 1}
        await here.put("k")
        await fault(here, kind="conflict")
        answer = await here.http.post("/custom-objects", json={**draft, "container": "things"})
        assert answer.status_code == 409
        order = await made(here.http, "/orders/import", order_draft())
        await fault(here, kind="conflict", path="^/graphql$")
        mutation = "mutation($id: String!) { updateOrder(id: $id, version: 1, actions: []) { version } }"
        body = {"query": mutation, "variables": {"id": order["id"]}}
        answer = await here.http.post("/graphql", json=body)
        assert answer.json()["errors"][0]["extensions"]["code"] == "ConcurrentModification"


async def test_a_rate_limit_says_when_to_come_back() -> None:
    """429 with Retry-After, and nothing has happened."""
    async with surroundings() as here:
        await fault(here, kind="rateLimit", retryAfterSeconds=7, times=2)
        for _ in range(2):
            answer = await here.http.post("/states", json={"key": "a", "type": "OrderState"})
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
        assert await left(here) == []
        assert (await here.http.get("/states")).json()["count"] == 1


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_error_before_the_commit_leaves_nothing(status: int) -> None:
    """The order has not been made."""
    async with surroundings() as here:
        await fault(here, kind="errorBeforeCommit", status=status)
        assert (await here.http.post("/orders/import", json=order_draft())).status_code == status
        assert (await here.http.get("/orders")).json()["count"] == 0


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_error_after_the_commit_hides_what_was_done(status: int) -> None:
    """The answer is an error, and the order is there."""
    async with surroundings() as here:
        await fault(here, kind="errorAfterCommit", status=status)
        assert (await here.http.get("/orders")).status_code == 200
        assert (await here.http.post("/orders/import", json=order_draft())).status_code == status
        assert (await here.http.get("/orders")).json()["count"] == 1


async def test_expired_tokens_are_refused_until_a_new_one() -> None:
    """Every token of before is invalid; a fresh one is good."""
    async with surroundings() as here:
        await fault(here, kind="expireTokens")
        answer = await here.http.get("/orders")
        assert (answer.status_code, code(answer)) == (401, "invalid_token")
        token, _ = here.sandbox.tokens.issue(here.sandbox.options.clients[0], None)
        again = await here.http.get("/orders", headers={"Authorization": f"Bearer {token}"})
        assert again.status_code == 200


async def test_a_slow_reply_still_comes() -> None:
    """The request waits, then runs."""
    async with surroundings() as here:
        await fault(here, kind="slow", delayMs=10)
        assert (await here.http.get("/orders")).status_code == 200
        assert await left(here) == []


async def test_a_rule_hits_only_what_it_names() -> None:
    """Method, path and the name of an action narrow it down; what does not match uses nothing up."""
    async with surroundings() as here:
        order = await made(here.http, "/orders/import", order_draft())
        narrow = {"method": "POST", "path": "^/orders/", "action": "changeOrderState"}
        await fault(here, kind="rateLimit", **narrow)
        path = f"/orders/{order['id']}"
        assert (await here.http.get(path)).status_code == 200
        assert (await here.http.post(path, json={"version": 1, "actions": []})).status_code == 200
        assert len(await left(here)) == 1
        body = {"version": 1, "actions": [CONFIRM]}
        answer = await here.http.post(path, json=body)
        assert answer.status_code == 429


@pytest.mark.parametrize(
    "rule",
    [
        1,
        {},
        {"kind": "earthquake"},
        {"kind": "slow", "times": "x"},
        {"kind": "slow", "delayMs": -1},
        {"kind": "errorBeforeCommit", "status": 418},
        {"kind": "slow", "path": "("},
        {"kind": "slow", "method": 1},
        {"kind": "slow", "times": True},
    ],
)
async def test_a_malformed_rule_is_refused(rule: Any) -> None:
    """A fault that could not strike as meant is a 400, and nothing is added."""
    async with surroundings() as here:
        answer = await here.http.post(FAULTS, json=[{"kind": "slow"}, rule])
        assert answer.status_code == 400
        assert await left(here) == []


async def test_rules_are_cleared() -> None:
    """DELETE leaves none."""
    async with surroundings() as here:
        await fault(here, kind="dropNotification", times=3)
        await here.http.delete(FAULTS)
        assert await left(here) == []


def test_notification_rules_are_taken_by_kind() -> None:
    """`take` uses up one time of the oldest rule of its kind; requests leave those rules alone."""
    faults = Faults()
    faults.rules.append({"kind": "dropNotification", "times": 2})
    faults.strike("POST", "/orders", b"")
    assert faults.take("repeatNotification") is None
    assert faults.take("dropNotification") is not None
    assert faults.take("dropNotification") is not None
    assert faults.take("dropNotification") is None
