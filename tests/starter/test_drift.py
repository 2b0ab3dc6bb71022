"""A move past the guard, seen in a message: judged, counted, told to the workflow or parked."""

from typing import Any

import pytest

from domain.guard import Drift
from tests.starter.conftest import Served, problem
from tests.starter.fakes import CLOSED, RUNNING, forbidden, unreachable
from tests.starter.test_messages import message
from workflows.memory import DriftedMove, OrderChanged


def moved(
    source: str | None, target: str, by: str | None, order_id: str = RUNNING, **fields: Any
) -> dict[str, Any]:
    """The message about a transition by an API client."""
    old = {"oldState": {"typeId": "state", "id": f"id-of-{source}"}} if source else {}
    return message(
        "OrderStateTransition",
        resource={"typeId": "order", "id": order_id},
        state={"typeId": "state", "id": f"id-of-{target}"},
        lastModifiedBy={"clientId": by} if by else {},
        **{"force": False} | old | fields,
    )


def told(served: Served) -> OrderChanged:
    """What the workflow was told."""
    change = served.orders.calls[-1][2]
    assert isinstance(change, OrderChanged)
    return change


@pytest.mark.parametrize(
    ("body", "drift"),
    [
        (moved("PendingApproval", "Approved", "shop"), Drift.NOT_ALLOWED),
        (moved("PendingApproval", "Cancelled", "shop"), Drift.NOT_ALLOWED),
        (moved("PendingApproval", "Approved", None), Drift.NOT_ALLOWED),
        (moved("PendingApproval", "Approved", "operators-client"), Drift.NOT_ALLOWED),
        (moved("PendingApproval", "Elsewhere", "shop"), Drift.NOT_ALLOWED),
        (moved("Rejected", "Approved", "shop", force=True), Drift.FORCED),
        (moved(None, "InFulfillment", "shop", force=True), Drift.FORCED),
        (moved("PendingApproval", "Cancelled", "operators-client", force=True), Drift.FORCED),
        (moved("PendingApproval", "Approved", "placet-client", force=True), Drift.FORCED),
    ],
)
async def test_a_move_that_was_not_its_movers_to_make(
    served: Served, body: dict[str, Any], drift: Drift, lines: pytest.LogCaptureFixture
) -> None:
    """The workflow is told what is wrong, it is counted and logged; also with our own client, which never forces."""
    answer = await served.notify(body)
    assert answer.json()["result"] == "told"
    drifted = told(served).drifted
    assert drifted is not None
    assert drifted.drift is drift
    assert await served.counted(f'placet_drifts_total{{drift="{drift}"}}') == 1
    assert any('"event": "drift"' in line.message for line in lines.records)


@pytest.mark.parametrize(
    "body",
    [
        moved(None, "PendingApproval", "shop"),
        moved("PendingApproval", "Cancelled", "operators-client"),
        message("OrderStateTransition", resource={"typeId": "order", "id": RUNNING}),
    ],
    ids=["entering", "an operator cancels", "without its states"],
)
async def test_a_move_that_anybody_could_make_is_just_told(served: Served, body: dict[str, Any]) -> None:
    """The workflow looks; nobody is alarmed."""
    await served.notify(body)
    assert told(served).drifted is None


async def test_our_own_moves_end_at_the_bridge(served: Served) -> None:
    """Nobody needs to look at what we did, along whichever edge."""
    answer = await served.notify(moved("PendingApproval", "Approved", "placet-client"))
    assert answer.json()["result"] == "echo"
    assert served.orders.calls == []


async def test_a_move_after_the_end_is_parked(served: Served) -> None:
    """Nothing runs that could be told: it is kept where operators see it, with what is wrong."""
    answer = await served.notify(moved("Rejected", "InFulfillment", "shop", CLOSED, force=True))
    assert answer.json()["result"] == "closed"
    name, order_id, change = served.orders.calls[-1]
    assert (name, order_id) == ("park_change", CLOSED)
    assert isinstance(change, OrderChanged)
    expected = DriftedMove(drift=Drift.FORCED, source="Rejected", target="InFulfillment")
    assert change.drifted == expected


async def test_a_move_that_was_told_before_the_end_is_not_parked_again(served: Served) -> None:
    """The message was delivered twice, and the workflow closed in between."""
    served.orders.told_messages = {"m-1"}
    await served.notify(moved("Rejected", "InFulfillment", "shop", CLOSED, force=True))
    assert "park_change" not in [name for name, _, _ in served.orders.calls]


async def test_a_move_that_never_can_be_judged_is_taken_in(served: Served) -> None:
    """Without the right to read states: the workflow looks, and what was forced is an alarm by the states' ids."""
    served.shop.fails = forbidden()
    await served.notify(moved("PendingApproval", "Approved", "shop"))
    assert told(served).drifted is None
    await served.notify(moved("PendingApproval", "Approved", "shop", force=True))
    expected = DriftedMove(drift=Drift.FORCED, source="id-of-PendingApproval", target="id-of-Approved")
    assert told(served).drifted == expected


async def test_a_move_that_cannot_be_judged_is_not_acknowledged(served: Served) -> None:
    """commercetools does not say which states they are: the message is kept there and comes again."""
    served.shop.fails = unreachable()
    problem(await served.notify(moved("PendingApproval", "Approved", "shop")), 503, "unavailable")
    assert served.orders.calls == []
