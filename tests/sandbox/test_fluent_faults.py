"""Faults of the local Fluent: of its API, of its webhooks, and of its statuses."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.sandbox.fluent_surroundings import CREATE, STEER, Here, fluent_here, order_input, verified

SPLIT = {"fulfilments": [{"items": [{"index": 0}]}, {"items": [{"index": 1}]}]}
QUERY = {"query": "{ orders { edges { node { ref } } } }"}


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    async with fluent_here() as running:
        yield running


async def _post_order(here: Here) -> httpx.Response:
    body = {"query": CREATE, "variables": {"input": order_input("ON-1-1")}}
    return await here.http.post("/graphql", json=body)


async def test_an_error_before_commit_does_nothing(here: Here) -> None:
    """Struck once, by the operation it names; the next attempt passes."""
    await here.steer("faults", {"kind": "errorBeforeCommit", "status": 502, "operation": "createOrder"})
    assert (await here.http.post("/graphql", json=QUERY)).status_code == 200
    assert (await _post_order(here)).status_code == 502
    assert here.fluent.entities.orders == []
    assert (await _post_order(here)).json()["data"]["createOrder"]["ref"] == "ON-1-1"


async def test_an_error_after_commit_has_done_everything(here: Here) -> None:
    """The order is there, and a second attempt is a duplicate."""
    await here.steer("faults", {"kind": "errorAfterCommit", "operation": "createOrder"})
    assert (await _post_order(here)).status_code == 500
    assert (await _post_order(here)).json()["errors"][0]["extensions"]["code"] == "DUPLICATE"


async def test_enrichment_may_be_slow_or_limited(here: Here) -> None:
    """A query waits; then one is told to come back later."""
    await here.steer("faults", [{"kind": "slow", "delayMs": 60, "path": "/graphql"}])
    before = here.app.state.sandbox.store.clock()
    assert (await here.http.post("/graphql", json=QUERY)).status_code == 200
    assert (here.app.state.sandbox.store.clock() - before).total_seconds() >= 0.06
    await here.steer("faults", {"kind": "rateLimit", "retryAfterSeconds": 7})
    limited = await here.http.post("/graphql", json=QUERY)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")


async def test_tokens_may_expire_early(here: Here) -> None:
    """A token that was good a moment ago is refused."""
    await here.steer("faults", {"kind": "expireTokens", "path": "/graphql"})
    assert (await here.http.post("/graphql", json=QUERY)).status_code == 401


async def test_a_webhook_may_come_twice(here: Here) -> None:
    """The same bytes again; or, told so, another event about the same."""
    await here.steer(
        "faults",
        [
            {"kind": "repeatWebhook", "copies": 2, "entityStatus": "BOOKED"},
            {"kind": "repeatWebhook", "freshId": True, "entityStatus": "COMPLETE"},
        ],
    )
    await here.create()
    await here.fluent.idle()
    booked = [raw for raw in here.inbox.raw if b'"BOOKED"' in raw]
    complete = [one["id"] for one in here.inbox.bodies if one["entityStatus"] == "COMPLETE"]
    assert (len(booked), len(set(booked))) == (3, 1)
    assert (len(complete), len(set(complete))) == (2, 2)


async def test_webhooks_may_come_in_reverse(here: Here) -> None:
    """A window of three, and everything after it in order."""
    await here.steer("faults", {"kind": "reorderWebhooks", "window": 3, "entityStatus": "PICK_PACK"})
    told = {"fulfilmentStatuses": ["ASSIGNED", "PICK_PACK", "SHIPPED"]}
    await here.steer("behaviour", told)
    await here.create()
    await here.fluent.idle()
    statuses = [(one["entityType"], one["entityStatus"]) for one in here.inbox.bodies]
    assert statuses[4:] == [
        ("FULFILMENT", "SHIPPED"),
        ("ORDER", "PICK_PACK"),
        ("FULFILMENT", "PICK_PACK"),
        ("ORDER", "COMPLETE"),
    ]


async def test_the_first_parcel_may_be_late(here: Here) -> None:
    """The second parcel, and the order's end, are told of before."""
    await here.steer("faults", {"kind": "lateParcel"})
    await here.steer("behaviour", SPLIT)
    await here.create()
    await here.fluent.idle()
    last = [(one["entityRef"], one["entityStatus"]) for one in here.inbox.bodies[-3:]]
    assert last == [("ON-1-1-F2", "SHIPPED"), ("ON-1-1", "COMPLETE"), ("ON-1-1-F1", "SHIPPED")]


async def test_what_is_held_comes_in_the_end(here: Here) -> None:
    """With nothing left to overtake it, it waits no longer than it was told."""
    await here.steer(
        "faults", {"kind": "lateWebhook", "entityStatus": "COMPLETE", "behind": 9, "delayMs": 30}
    )
    await here.create()
    await here.fluent.idle()
    assert here.inbox.told("ORDER")[-1] == "COMPLETE"


async def test_a_webhook_may_be_lost(here: Here) -> None:
    """It never comes, and the list of what was sent says so."""
    await here.steer("faults", {"kind": "dropWebhook", "entityType": "FULFILMENT", "entityStatus": "SHIPPED"})
    await here.create()
    await here.fluent.idle()
    assert "SHIPPED" not in here.inbox.told("FULFILMENT")
    shown = (await here.http.get(STEER)).json()
    assert [one["body"]["entityStatus"] for one in shown["webhooks"] if one["why"]] == ["SHIPPED"]


async def test_a_signature_may_be_wrong_or_missing(here: Here) -> None:
    """One of a key that is nobody's, one of none, the others good."""
    await here.steer(
        "faults",
        [
            {"kind": "wrongSignature", "entityStatus": "BOOKED"},
            {"kind": "noSignature", "entityStatus": "COMPLETE"},
        ],
    )
    await here.create()
    await here.fluent.idle()
    key: Any = load_pem_public_key((await here.http.get(f"{STEER}/public-key")).content)
    good = {
        (body["entityType"], body["entityStatus"]): "fluent-signature" in headers
        and verified(key, headers["fluent-signature"], raw, SHA512())
        for body, headers, raw in zip(here.inbox.bodies, here.inbox.headers, here.inbox.raw, strict=True)
    }
    assert [one for one, is_good in good.items() if not is_good] == [
        ("ORDER", "BOOKED"),
        ("ORDER", "COMPLETE"),
    ]


async def test_a_status_may_be_one_that_nobody_knows(here: Here) -> None:
    """In the webhook and in the record; the goods move on all the same."""
    await here.steer(
        "faults",
        [
            {
                "kind": "unmappedStatus",
                "entityType": "FULFILMENT",
                "entityStatus": "SHIPPED",
                "becomes": "GONE_BY_DRONE",
            }
        ],
    )
    await here.create()
    await here.fluent.idle()
    order = await here.order()
    [fulfilment] = order["fulfilments"]
    assert (order["status"], fulfilment["status"]) == ("COMPLETE", "GONE_BY_DRONE")
    assert here.inbox.told("FULFILMENT")[-1] == "GONE_BY_DRONE"
    assert len(fulfilment["articles"]) == 1


@pytest.mark.parametrize(
    "rule", [{}, {"kind": "tea"}, {"kind": "slow", "times": 0}, {"kind": "slow", "path": "("}, 1]
)
async def test_a_fault_is_checked(here: Here, rule: Any) -> None:
    """What is no fault is 400, and none is added."""
    assert (await here.http.post(f"{STEER}/faults", json=rule)).status_code == 400
    assert (await here.http.get(f"{STEER}/faults")).json() == []


async def test_faults_are_listed_and_cleared(here: Here) -> None:
    """What is left of them."""
    await here.steer("faults", {"kind": "rateLimit", "times": 3})
    await here.http.post("/graphql", json=QUERY)
    assert (await here.http.get(f"{STEER}/faults")).json() == [{"kind": "rateLimit", "times": 2}]
    assert (await here.http.delete(f"{STEER}/faults")).json() == []
    assert (await here.http.post("/graphql", json=QUERY)).status_code == 200
