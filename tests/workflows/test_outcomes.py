"""What a missed deadline means is the policy's to declare, and goes through the same gate as a yes."""

from datetime import timedelta

import pytest
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
