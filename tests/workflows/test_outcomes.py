"""What the policy declares beside who decides: what a missed deadline means, and how long an order stays open."""

from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.testing import WorkflowEnvironment

from domain.audit import AuditKind
from domain.phases import Phase
from domain.policy import Outcome
from tests.workflows.drafts import shipped
from tests.workflows.scene import scene

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("outcome", "phase", "state"),
    [
        (Outcome.REJECT, Phase.REJECTED, "Rejected"),
        (Outcome.APPROVE, Phase.IN_FULFILLMENT, "InFulfillment"),
    ],
)
async def test_a_policy_may_declare_another_outcome(
    environment: WorkflowEnvironment, outcome: Outcome, phase: Phase, state: str
) -> None:
    """`onTimeout: reject` closes the order, `onTimeout: approve` releases it through the same gate."""
    async with scene(environment, configuration=shipped(on_timeout=outcome)) as here:
        order = await here.place()
        await order.until_pending("ana", "ben")
        await order.pass_time(4 * DAY + HOUR)
        status = await order.until_phase(phase)
        assert (status.state, status.decisions) == (state, ())
        assert (await order.details(AuditKind.TIMED_OUT))[0]["outcome"] == outcome.value
        assert (await order.there())["state"] == state


@pytest.mark.slow
async def test_a_deadline_missed_on_other_content_approves_nothing(environment: WorkflowEnvironment) -> None:
    """`onTimeout: approve` goes through the gate too: content changed meanwhile is routed again, the clock anew."""
    async with scene(environment, configuration=shipped(on_timeout=Outcome.APPROVE)) as here:
        order = await here.place()
        await order.until_pending("ana", "ben")
        await order.edit()  # the message about it is missed
        await order.pass_time(4 * DAY + HOUR)
        status = await order.until_pending("ana", "ben", revision=2)
        assert status.phase is Phase.PENDING
        assert (await order.there())["state"] == "PendingApproval"


async def test_without_a_window_for_returns_the_workflow_ends_at_once(
    environment: WorkflowEnvironment,
) -> None:
    """`returnsWithin: PT0S` closes with the completion, and no timer is ever started for it."""
    async with scene(environment, configuration=shipped(returns_within=timedelta(0))) as here:
        order = await here.place(100)
        await order.until_phase(Phase.IN_FULFILLMENT)
        await order.report("completed")
        assert (await order.result()).phase is Phase.COMPLETED
        types = {event.event_type for event in (await order.handle.fetch_history()).events}
        assert EventType.EVENT_TYPE_TIMER_STARTED not in types
