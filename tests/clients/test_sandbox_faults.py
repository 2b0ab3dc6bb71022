"""What goes wrong at the sandbox is the error that says so, and every request stays within the definition."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from clients import drafts
from clients.errors import (
    ConcurrentModification,
    Forbidden,
    GatewayTimeout,
    RateLimited,
    ServerFault,
    Unauthorized,
    Unreachable,
)
from clients.fulfillment import FulfillmentSystem
from clients.transport import Timeouts
from domain.fulfillment import FULFILLMENT_CONTAINER, HandOver
from sandbox.options import ApiClient
from tests.clients.sandboxed import Sandboxed, sandboxed


async def test_expired_tokens_are_renewed_once_for_all(here: Sandboxed) -> None:
    """Twenty calls that find their token gone still succeed."""
    order = await here.order()
    await here.ours.order(order.id)
    await here.fault("expireTokens")
    assert await asyncio.gather(*(here.ours.order(order.id) for _ in range(20))) == [order] * 20


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "rateLimit", "retryAfterSeconds": 7}, RateLimited),
        ({"kind": "errorBeforeCommit", "status": 504}, GatewayTimeout),
        ({"kind": "conflict"}, ConcurrentModification),
    ],
)
async def test_faults_before_the_write_change_nothing(
    here: Sandboxed, fault: dict[str, Any], expected: type[Exception]
) -> None:
    """Each is its own error, and the order is in no state."""
    order = await here.order()
    await here.fault(**fault, method="POST", path="/orders")
    with pytest.raises(expected) as raised:
        await here.ours.update_order(order.id, order.version, [drafts.transition_state("PendingApproval")])
    if isinstance(raised.value, RateLimited):
        assert raised.value.retry_after == timedelta(seconds=7)
    after = await here.ours.order(order.id)
    assert after is not None
    assert after.state is None


async def test_a_fault_after_the_write_has_written(here: Sandboxed) -> None:
    """A server fault is no proof that nothing happened, and we wrote once."""
    order = await here.order()
    await here.fault("errorAfterCommit", status=500)
    with pytest.raises(ServerFault):
        await here.ours.update_order(order.id, order.version, [drafts.transition_state("PendingApproval")])
    after = await here.ours.order(order.id)
    assert after is not None
    assert (after.state, after.version) == ("PendingApproval", order.version + 1)


async def test_a_slow_answer_is_left_at_the_deadline() -> None:
    """The whole call is bound, whatever the transport does about time."""
    quick = Timeouts(connect=timedelta(seconds=0.2), whole=timedelta(seconds=0.2))
    async with sandboxed(quick) as here:
        await here.ours.project()
        await here.fault("slow", delayMs=2000)
        with pytest.raises(Unreachable):
            await here.ours.project()


async def test_missing_scopes_and_wrong_secrets_are_typed() -> None:
    """Not allowed, and not known, are two things."""
    clients = (ApiClient("placet", "other-secret"), ApiClient("shop", "shop", ("manage_project",)))
    async with sandboxed(clients=clients) as here:
        with pytest.raises(Unauthorized):
            await here.ours.project()
    clients = (ApiClient("placet", "placet", ("view_orders",)), ApiClient("shop", "shop"))
    async with sandboxed(clients=clients, scopes=()) as here:
        with pytest.raises(Forbidden):
            await here.ours.states()


async def test_a_hand_over_reaches_the_local_fulfilment_system(here: Sandboxed) -> None:
    """It reads the document that was put there, and takes the same announcement once."""
    order = await here.order()
    hand_over = HandOver(
        ref="ON-1-1",
        order_id=order.id,
        order_number="ON-1",
        revision=1,
        digest="d" * 64,
        content=order.content,
    )
    await here.ours.put_custom_object(FULFILLMENT_CONTAINER, hand_over.ref, hand_over.to_json_dict(), 0)
    system = FulfillmentSystem("http://sandbox/sandbox/downstream", here.http)
    await system.announce(hand_over)
    await system.announce(hand_over)
    (known,) = (await here.http.get("http://sandbox/sandbox/downstream")).json()["handOvers"]
    assert (known["ref"], known["idempotencyKey"], known["times"]) == ("ON-1-1", "ON-1-1", 2)
    assert HandOver.model_validate(known["value"]) == hand_over
