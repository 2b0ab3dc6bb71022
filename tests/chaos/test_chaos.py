"""The quick form of `make chaos`: some thirty orders, and everything breaks at least once."""

from pathlib import Path

import pytest

from tests.chaos.plan import draw
from tests.chaos.run import Bounds, run
from tests.chaos.stories import STORIES

# A seed with which something was found stays here, with the orders and seconds that it was found with.
KEPT = ((1, 36, 10.0),)


def test_a_seed_is_a_schedule() -> None:
    """The same seed draws the same orders and blows, another one others; every story is told and everything breaks."""
    plan = draw(7, 300, 60.0)
    assert plan == draw(7, 300, 60.0)
    assert plan.arrivals != draw(8, 300, 60.0).arrivals
    assert {arrival.story for arrival in plan.arrivals} == set(STORIES)
    kinds = {rule["kind"] for blow in plan.blows for rule in blow.rules}
    assert kinds == {
        "conflict", "rateLimit", "errorBeforeCommit", "errorAfterCommit", "slow", "expireTokens",
        "dropNotification", "repeatNotification", "reorderNotifications",
    }  # fmt: skip
    ends = {blow.what for blow in plan.blows} - {"commercetools:"}
    assert ends == {"kill a worker", "kill all workers", "kill the edge", "stop Temporal", "kill Temporal"}


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(("seed", "orders", "seconds"), KEPT)
async def test_nothing_is_lost_and_nothing_happens_twice(
    seed: int, orders: int, seconds: float, tmp_path: Path
) -> None:
    """Whatever breaks: each order takes one legal path, each decision is answered and carried out, none is left."""
    outcome = await run(draw(seed, orders, seconds), tmp_path, Bounds(answers=80, idle=30, rest=15))
    assert outcome.findings == [], "\n".join(map(str, outcome.findings))
    assert len(outcome.evidence["placed"]) == orders
    accepted = [
        one for one in outcome.evidence["answers"] if (one["answer"] or {}).get("receipt") == "accepted"
    ]
    assert len(accepted) > orders / 3
    assert any(
        one["status"] is None for one in outcome.evidence["answers"]
    )  # some attempts met nobody at all
