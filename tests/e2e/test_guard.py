"""Nobody gets an order past its approval, whichever way they try; and a move made in spite of the guard is told."""

import asyncio
import os
import signal
from typing import Any

import httpx
import pytest

from configuration import load
from starter.provision import provision
from tests.e2e.world import APPROVED, COMPLETED, Order, World

pytestmark = pytest.mark.slow


async def states(placet: World) -> dict[str, str]:
    """The ids of the states by their keys."""
    answer = await placet.shop.get("/states?limit=500")
    return {state["key"]: state["id"] for state in answer.json()["results"]}


async def move(order: Order, *keys: str, by: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    """Try to move an order, as the shop or with somebody else's credentials."""
    ids, there = await states(order.world), await order.there()
    actions = [
        {"action": "transitionState", "state": {"typeId": "state", "id": ids[key]}, **more} for key in keys
    ]
    body = {"version": there["version"], "actions": actions}
    return await order.world.shop.post(f"/orders/{order.id}", json=body, headers=by or {})


async def our_own(placet: World) -> dict[str, str]:
    """The header of Placet's own API client, as somebody has it who stole the secret."""
    url = f"{placet.stack.settings.sandbox_address.url}/oauth/token"
    form = {"grant_type": "client_credentials"}
    granted = await placet.shop.post(url, auth=("placet", "placet"), data=form)
    return {"Authorization": f"Bearer {granted.json()['access_token']}"}


def objection(answer: httpx.Response) -> str:
    """Why it was refused, and that commercetools says by whom."""
    assert answer.status_code == 400, answer.text
    error = answer.json()["errors"][0]
    assert error["code"] == "InvalidOperation"
    assert error["errorByExtension"]["key"] == "placet"
    return str(error["extensionExtraInfo"]["objection"])


@pytest.mark.parametrize("more", [{}, {"force": True}], ids=["plain", "forced"])
async def test_a_shop_cannot_approve(placet: World, more: dict[str, Any]) -> None:
    """One step or two, forced or not: the order stays where it is, and goes on as if nothing had happened."""
    order = await placet.place(150_000)
    await order.until_pending()
    assert objection(await move(order, "Approved", **more)) == "notYours"
    assert objection(await move(order, "Approved", "InFulfillment", **more)) == "notYours"
    assert objection(await move(order, "Rejected", **more)) == "notYours"
    assert await order.moves() == [(None, "PendingApproval")]
    assert (await order.decide("ana")).status_code == 200
    await order.until_phase("completed")
    assert await order.moves() == COMPLETED


async def test_our_own_secret_is_not_enough(placet: World) -> None:
    """With Placet's own client, and without a decision: the workflow does not stand by it."""
    order = await placet.place(150_000)
    await order.until_pending()
    ours = await our_own(placet)
    assert objection(await move(order, "Approved", by=ours)) == "notApproved"
    assert objection(await move(order, "Approved", "InFulfillment", by=ours)) == "notApproved"
    assert objection(await move(order, "InFulfillment", by=ours, force=True)) == "notApproved"
    assert await order.moves() == [(None, "PendingApproval")]


async def test_an_order_is_not_created_past_its_approval(placet: World) -> None:
    """Not in a later state; in the waiting one it is, and Placet takes it up."""
    ids = await states(placet)
    with pytest.raises(AssertionError, match="notInitial"):
        await placet.place(150_000, state={"typeId": "state", "id": ids["InFulfillment"]})
    order = await placet.place(150_000, state={"typeId": "state", "id": ids["PendingApproval"]})
    await order.until_pending()


async def test_a_closed_order_is_not_brought_back(placet: World) -> None:
    """Rejected is the end, for the one who would force it, too."""
    order = await placet.place(150_000)
    await order.until_pending()
    await order.decide("ana", "reject")
    await order.until_phase("rejected")
    assert objection(await move(order, "InFulfillment", force=True)) == "notOnTheMachine"
    assert objection(await move(order, "PendingApproval", force=True)) == "notOnTheMachine"


async def test_edits_and_payments_are_left_alone(placet: World) -> None:
    """The guard looks at states; everything else of a waiting order passes."""
    order = await placet.place(150_000)
    await order.until_pending()
    version = (await order.there())["version"]
    actions = [{"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "PO-7"}]
    body = {
        "version": version,
        "actions": [*actions, {"action": "changePaymentState", "paymentState": "Pending"}],
    }
    assert (await placet.shop.post(f"/orders/{order.id}", json=body)).status_code == 200
    await order.until(lambda status: status["revision"] == 2)


async def test_without_a_word_from_the_workflow_nothing_passes(placet: World) -> None:
    """No worker answers: within commercetools' two seconds the guard has said no."""
    order = await placet.place(150_000)
    await order.until_pending()
    ours = await our_own(placet)
    await placet.kill_worker()
    try:
        assert objection(await move(order, "Approved", "InFulfillment", by=ours)) == "noVerdict"
    finally:
        await placet.start_worker()
    assert (await order.decide("ana")).status_code == 200
    await order.until_phase("completed")


async def test_a_guard_that_is_away_lets_nothing_pass(placet: World) -> None:
    """The edge is down: commercetools refuses the write, Placet's too; once it is back the approval goes through."""
    order = await placet.place(150_000)
    await order.until_pending()
    edge = placet.stack.process("edge")
    os.kill(edge.pid, signal.SIGKILL)
    await edge.ended()
    placet.stack.house.processes.remove(edge)
    try:
        refused = await move(order, "Approved", force=True)
        assert refused.status_code == 504
        assert refused.json()["errors"][0]["code"] == "ExtensionNoResponse"
    finally:
        await (await placet.stack.start_edge()).ready()
    assert (await order.decide("ana")).status_code == 200
    await order.until_phase("completed")
    assert await order.moves() == COMPLETED


async def test_a_move_made_in_spite_of_it_is_told(placet: World) -> None:
    """Somebody has removed the extension: audit, status, lists and metrics say who did what."""
    order = await placet.place(150_000)
    await order.until_pending()
    ours = await our_own(placet)
    extension = (await placet.shop.get("/extensions/key=placet", headers=ours)).json()
    gone = await placet.shop.delete(
        "/extensions/key=placet", params={"version": extension["version"]}, headers=ours
    )
    assert gone.status_code == 200
    try:
        assert (await move(order, "Approved", force=True)).status_code == 200
        status = await order.until(
            lambda s: s.get("alarm") == "pastTheGuard" and s["state"] == "PendingApproval"
        )
    finally:
        settings = placet.stack.settings
        made = provision(settings, await placet.stack.temporal(), load(settings.config_dir).machine)
        assert [done async for done in made]
    assert status["pending"]
    alarm = next(e for e in (await order.audit())["entries"] if e["kind"] == "alarm")
    why = "shop moved the order from PendingApproval to Approved by force"
    assert (alarm["detail"]["alarm"], alarm["detail"]["why"]) == ("pastTheGuard", why)
    metrics = (await placet.edge.get("/metrics")).text
    assert 'placet_drifts_total{drift="forced"} ' in metrics
    assert objection(await move(order, "Approved", force=True)) == "notYours"
    await asyncio.sleep(0)
    assert (await order.decide("ana")).status_code == 200
    await order.until_phase("completed")
    assert (await order.moves())[-2:] == APPROVED[2:] + COMPLETED[3:]
