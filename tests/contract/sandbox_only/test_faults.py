"""Faults on demand: `POST /sandbox/faults` (DESIGN 4.7)."""

import asyncio
import time

import httpx
import pytest

from sandbox.app import create_app
from tests.contract.drafts import create_state, import_order, order_draft
from tests.contract.project import answered, by_number, refused
from tests.contract.sandbox_only.conftest import Sandbox
from tests.contract.serving import serving
from tests.contract.targets import sandbox_target
from tests.official.transport import validating

CONFIRM = {"action": "changeOrderState", "orderState": "Confirmed"}


async def test_a_conflict_is_honest(sandbox: Sandbox) -> None:
    """Somebody else touches the resource first: 409 with the real version, the content unchanged; then it works."""
    project = sandbox.project
    order = await import_order(project)
    await sandbox.inject({"kind": "conflict"})
    error = refused(await project.attempt("/orders", order, CONFIRM), 409, "ConcurrentModification")
    touched = await project.read(f"/orders/{order['id']}")
    assert touched["version"] == error["currentVersion"] > order["version"]
    assert touched["orderState"] == "Open"
    assert (await project.update("/orders", touched, CONFIRM))["orderState"] == "Confirmed"


async def test_a_storm_of_conflicts_ends(sandbox: Sandbox) -> None:
    """`times` conflicts in a row, each with a fresh version, and no more."""
    project = sandbox.project
    order = await import_order(project)
    await sandbox.inject({"kind": "conflict", "times": 3})
    versions = []
    while (answer := await project.attempt("/orders", order, CONFIRM)).status_code == 409:
        order = await project.read(f"/orders/{order['id']}")
        versions.append(order["version"])
        assert len(versions) <= 3
    assert answer.status_code == 200
    assert len(versions) == 3
    assert versions == sorted(set(versions))
    assert await sandbox.faults() == []


async def test_rate_limiting_says_when_to_come_back(sandbox: Sandbox) -> None:
    """429 with Retry-After; nothing happens."""
    project = sandbox.project
    order = await import_order(project)
    await sandbox.inject({"kind": "rateLimit", "retryAfterSeconds": 7})
    answer = await project.attempt("/orders", order, CONFIRM)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert await project.read(f"/orders/{order['id']}") == order


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_an_error_before_the_commit_changes_nothing(sandbox: Sandbox, status: int) -> None:
    """The server fails and nothing has happened: no order, no message, no journal entry."""
    project = sandbox.project
    draft = order_draft(project)
    before = await sandbox.journal()
    await sandbox.inject({"kind": "errorBeforeCommit", "status": status})
    assert (await project.post("/orders/import", draft)).status_code == status
    assert (await project.get(by_number(draft["orderNumber"]))).status_code == 404
    assert await sandbox.journal() == before
    assert (await project.post("/orders/import", draft)).status_code == 201


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_an_error_after_the_commit_has_happened(sandbox: Sandbox, status: int) -> None:
    """The server fails and everything has happened: who tries again finds the number taken."""
    project = sandbox.project
    draft = order_draft(project)
    await sandbox.inject({"kind": "errorAfterCommit", "status": status})
    assert (await project.post("/orders/import", draft)).status_code == status
    assert (await project.read(by_number(draft["orderNumber"])))["version"] == 1
    refused(await project.post("/orders/import", draft), 400, "DuplicateField")
    assert len(await sandbox.journal()) == 1


async def test_a_slow_answer_comes_later(sandbox: Sandbox) -> None:
    """`delayMs` goes by before the answer, and other requests are not held up."""
    project = sandbox.project
    await sandbox.inject({"kind": "slow", "delayMs": 300, "path": "^/states"})
    start = time.monotonic()
    slow = asyncio.create_task(project.get("/states"))
    await asyncio.sleep(0)
    await project.get("/orders")
    assert not slow.done()
    assert (await slow).status_code == 200
    assert time.monotonic() - start >= 0.3


async def test_tokens_expire_on_demand(sandbox: Sandbox) -> None:
    """Every token issued so far is refused from now on; a new one is good."""
    project = sandbox.project
    await sandbox.inject({"kind": "expireTokens"})
    refused(await project.get("/states"), 401, "invalid_token")
    async with sandbox.target.project() as again:
        assert (await again.get("/states")).status_code == 200
    refused(await project.get("/states"), 401, "invalid_token")


async def test_a_fault_strikes_only_what_it_is_meant_for(sandbox: Sandbox) -> None:
    """Method, path and action select the requests; others go on and use nothing up."""
    project = sandbox.project
    state, order = await create_state(project), await import_order(project)
    await sandbox.inject(
        {
            "kind": "errorBeforeCommit",
            "status": 503,
            "method": "POST",
            "path": "^/orders/",
            "action": CONFIRM["action"],
        }
    )
    await project.read(f"/orders/{order['id']}")
    await project.update("/states", state, {"action": "setName", "name": {"en": "Named"}})
    order = await project.update("/orders", order, {"action": "setCustomerEmail", "email": "a@b.example"})
    assert (await project.attempt("/orders", order, CONFIRM)).status_code == 503
    assert (await project.attempt("/orders", order, CONFIRM)).status_code == 200


async def test_faults_are_listed_used_up_and_cleared(sandbox: Sandbox) -> None:
    """GET lists what is left; a fault that is used up disappears; DELETE clears."""
    await sandbox.inject(
        {"kind": "rateLimit", "times": 2}, {"kind": "slow", "delayMs": 1, "path": "^/nowhere"}
    )
    assert [(rule["kind"], rule["times"]) for rule in await sandbox.faults()] == [
        ("rateLimit", 2),
        ("slow", 1),
    ]
    assert (await sandbox.project.get("/states")).status_code == 429
    assert [(rule["kind"], rule["times"]) for rule in await sandbox.faults()] == [
        ("rateLimit", 1),
        ("slow", 1),
    ]
    assert (await sandbox.project.get("/states")).status_code == 429
    assert (await sandbox.project.get("/states")).status_code == 200
    assert [rule["kind"] for rule in await sandbox.faults()] == ["slow"]
    assert (await sandbox.project.http.delete("/sandbox/faults")).is_success
    assert await sandbox.faults() == []


@pytest.mark.parametrize(
    "rule",
    [{"kind": "divination"}, {}, {"kind": "rateLimit", "path": "("}, "slow"],
    ids=str,
)
async def test_a_malformed_fault_is_refused(sandbox: Sandbox, rule: object) -> None:
    """400, and no rule is added."""
    answer = await sandbox.project.http.post("/sandbox/faults", json=rule)
    assert answer.status_code == 400
    assert await sandbox.faults() == []


async def test_a_dropped_reply_has_happened_too() -> None:
    """With `drop` the connection is cut after the commit: a transport error for the client."""
    async with serving(create_app()) as url:
        target = sandbox_target(validating(httpx.AsyncHTTPTransport()), url)
        async with target.project() as project:
            order = await import_order(project)
            rule = {"kind": "errorAfterCommit", "drop": True}
            assert (await project.http.post("/sandbox/faults", json=rule)).is_success
            with pytest.raises(httpx.TransportError):
                await project.attempt("/orders", order, CONFIRM)
            assert answered(await project.get(f"/orders/{order['id']}"), 200)["orderState"] == "Confirmed"
