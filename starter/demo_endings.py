"""How a scenario ended: asked of commercetools, of the edge, and of Temporal."""

import asyncio

from temporalio.client import Client, WorkflowFailureError
from temporalio.service import RPCError

from domain.status import OrderStatus
from starter.demo_report import Ending, SentDecision
from starter.demo_scenarios import Scenario
from starter.demo_telling import Telling
from starter.exits import CommandError
from workflows.names import order_workflow_id

_CLOSES_WITHIN = 10.0


async def ending_of(telling: Telling, scenario: Scenario, client: Client, problem: str | None) -> Ending:
    """The ending, and what is wrong with it; `problem` is what went wrong on the way, if something did."""
    events, unclosed = (0, None) if not telling.order_id else await _history(telling, client)
    state = await _state(telling)
    status = await _status(telling)
    phase = status.phase if status is not None else None
    wrong = problem or unclosed
    if wrong is None and (state, phase) != (scenario.state, scenario.phase):
        wrong = f"ended as {state}, {phase}, and not as {scenario.state}, {scenario.phase}"
    return Ending(
        scenario=scenario.name,
        order_id=telling.order_id,
        order_number=telling.order_number,
        state=state,
        phase=phase,
        decisions=tuple(
            SentDecision(
                approver=answer.approver,
                verdict=answer.verdict,
                revision=answer.receipt.revision,
                receipt=answer.receipt.receipt,
            )
            for answer in telling.answers
        ),
        history_events=events,
        seconds=round(telling.seconds, 3),
        fulfilled=telling.fulfilled,
        problem=wrong,
    )


async def _history(telling: Telling, client: Client) -> tuple[int, str | None]:
    """The number of events in the order's history, once its workflow has come to its end."""
    handle = client.get_workflow_handle(order_workflow_id(telling.order_id))
    unclosed = None
    try:
        async with asyncio.timeout(_CLOSES_WITHIN):
            await handle.result()
        return (await handle.describe()).history_length, None
    except TimeoutError:
        unclosed = f"its workflow was still open after {_CLOSES_WITHIN:g} s"
    except WorkflowFailureError as error:
        unclosed = f"its workflow failed: {error.cause}"
    except RPCError as error:
        return 0, f"its workflow cannot be looked at: {error.message}"
    return (await handle.describe()).history_length, unclosed


async def _state(telling: Telling) -> str | None:
    """The key of the order's state, as commercetools has it now."""
    if not telling.order_id:
        return None
    try:
        order = await telling.world.shop.get(f"orders/{telling.order_id}")
    except CommandError:
        return None
    state = order.get("state")
    return telling.world.state_keys.get(state["id"]) if state is not None else None


async def _status(telling: Telling) -> OrderStatus | None:
    if not telling.order_id:
        return None
    try:
        return await telling.world.edge.status(telling.order_id)
    except CommandError:
        return None
