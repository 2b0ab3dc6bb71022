"""The main job over HTTP: from the shop's order to the last entry of its audit trail."""

import asyncio

import pytest

from tests.e2e.world import APPROVED, COMPLETED, World

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


async def test_from_the_shop_to_the_customer(placet: World) -> None:
    """An order is told of, waits, is approved, handed over and completed; commercetools confirms each part."""
    order = await placet.place(150_000)
    status = await order.until_pending()
    assert sorted(p["approver"] for p in status["pending"]) == ["ana", "ben"]
    assert (await order.there())["state"] == "PendingApproval"
    answer = await order.decide("ana", revision=1, comment="needed in the plant")
    assert (answer.status_code, answer.json()["receipt"]) == (200, "accepted")
    await order.until_phase("completed")
    there = await order.there()
    assert (there["state"], there["orderState"]) == ("Completed", "Complete")
    assert await order.moves() == COMPLETED
    hand_over = await placet.shop.get(f"/custom-objects/placet-fulfillment/{order.number}-1")
    assert hand_over.json()["value"]["orderId"] == order.id


async def test_the_audit_is_one_in_api_and_custom_object(placet: World) -> None:
    """What the edge tells and what commercetools keeps are the same entries."""
    order = await placet.place(50_000)
    await order.until_phase("completed")
    record, trail = await order.record(), await order.audit()
    assert record["entries"] == trail["entries"]
    assert [entry["seq"] for entry in trail["entries"]] == list(range(1, len(trail["entries"]) + 1))
    assert record["status"]["phase"] == "completed"


async def test_two_at_once_and_one_who_may_not(placet: World) -> None:
    """Of two decisions at the same time one is accepted and the other told so; a stranger is refused."""
    order = await placet.place(150_000)
    await order.until_pending()
    stranger = await order.decide("cleo")
    assert (stranger.status_code, stranger.json()["receipt"]) == (403, "notAllowed")
    answers = await asyncio.gather(order.decide("ana"), order.decide("ben"))
    assert sorted(a.json()["receipt"] for a in answers) == ["accepted", "alreadyDecided"]
    assert sorted(a.status_code for a in answers) == [200, 409]


async def test_the_same_decision_twice_is_a_duplicate(placet: World) -> None:
    """A repeat is answered duplicate; another body under the same id is a conflict that decides nothing."""
    order = await placet.place(1_500_000)
    await order.until_pending()
    first = await order.decide("ana", decisionId="the-one")
    again = await order.decide("ana", decisionId="the-one")
    other = await order.decide("ana", "reject", decisionId="the-one")
    assert [a.status_code for a in (first, again, other)] == [200, 200, 409]
    assert (first.json()["receipt"], again.json()["receipt"]) == ("accepted", "duplicate")
    assert "decisionIdReused" in other.json()["type"]


async def test_rejected_with_a_reason_and_a_late_decision(placet: World) -> None:
    """A rejection ends the order; who comes later is told, also when the workflow has closed."""
    order = await placet.place(150_000)
    await order.until_pending()
    await order.decide("ben", "reject", comment="not budgeted")
    await order.until_phase("rejected")
    there = await order.there()
    assert (there["state"], there["orderState"]) == ("Rejected", "Cancelled")
    late = await order.decide("ana")
    assert (late.status_code, late.json()["receipt"]) == (409, "alreadyDecided")


async def test_superseded_by_a_change_in_commercetools(placet: World) -> None:
    """A decision on content that has changed since is superseded, and the order is routed again."""
    order = await placet.place(150_000)
    await order.until_pending()
    version = (await order.there())["version"]
    address = {"action": "setShippingAddress", "address": {"country": "FR", "city": "Lyon"}}
    changed = await placet.shop.post(f"/orders/{order.id}", json={"version": version, "actions": [address]})
    assert changed.status_code == 200
    await order.until(lambda status: status["revision"] == 2 and bool(status["pending"]))
    late = await order.decide("ana", revision=1)
    assert (late.status_code, late.json()["receipt"]) == (409, "superseded")
    assert (await order.decide("ana", revision=2)).status_code == 200
    await order.until_phase("completed")


async def test_withdrawn_by_its_requester(placet: World) -> None:
    """The requester takes the order back; afterwards it is not pending."""
    order = await placet.place(150_000)
    await order.until_pending()
    body = {"requester": "buyer@acme.example", "comment": "ordered twice"}
    answer = await placet.edge.post(f"/orders/{order.id}/withdrawal", json=body)
    assert (answer.status_code, answer.json()["receipt"]) == (200, "accepted")
    await order.until_phase("withdrawn")
    assert (await order.there())["state"] == "Cancelled"
    late = await order.decide("ana")
    assert (late.status_code, late.json()["receipt"]) == (409, "notPending")


async def test_deleted_while_it_waits(placet: World) -> None:
    """An order that is deleted in commercetools ends here too."""
    order = await placet.place(150_000)
    await order.until_pending()
    version = (
        (await order.there())["version"] if (await placet.shop.get(f"/orders/{order.id}")).is_success else 0
    )
    assert (await placet.shop.delete(f"/orders/{order.id}?version={version}")).status_code == 200
    await order.until_phase("cancelled")


async def test_the_inbox_lists_who_has_to_decide(placet: World) -> None:
    """An approver finds the order in the list until it is decided."""
    order = await placet.place(2_000_000)
    await order.until_pending()
    for _ in range(50):
        listed = (await placet.edge.get("/orders", params={"approver": "ana", "limit": 100})).json()[
            "results"
        ]
        if any(one["orderId"] == order.id for one in listed):
            break
        await asyncio.sleep(0.2)
    else:
        raise AssertionError("ana was never shown the order")
    assert await order.moves() == APPROVED[:1]
