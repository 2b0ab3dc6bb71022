"""The real thing, small: one server, the sink, the shipped worker and the floor's, an order or two through each."""

from dataclasses import replace

import pytest

from benchmarks.cost import cost
from benchmarks.load import run_round
from benchmarks.measured import QUICK
from benchmarks.sides import BareFloor, Product, Side
from benchmarks.stack import FLOOR_NAMESPACE, Stack
from benchmarks.story import BY_KIND, DONE
from benchmarks.watch import Watch

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


async def test_both_sides_write_as_much() -> None:
    """Product, plain and packed floor: each order makes the ten writes of the story, seen by the sink."""
    async with Stack() as stack, Watch(stack.sink) as watch:
        worker, floor = await stack.product_worker(), await stack.floor_worker()
        bare = await stack.client(FLOOR_NAMESPACE)
        sides: list[tuple[Side, int]] = [
            (Product(await stack.client()), worker.pid),
            (BareFloor(bare), floor.pid),
            (BareFloor(bare, packed=True), floor.pid),
        ]
        for side, pid in sides:
            pids = {"server": stack.server.pid, "worker": pid}
            done = await run_round(side, watch, pids, [f"{side.name[:6]}-{n}" for n in range(3)], 3)
            assert done.rate > 0
            assert len(done.decision_seconds) == 3
            assert all(0 < seconds < 30 for seconds in done.decision_seconds)
        writes = (await watch.counts())["writes"]
        assert writes == {kind: 3 * count for kind, count in BY_KIND.items()} | {"write": 2 * 3 * DONE}


async def test_an_order_costs_what_the_server_counts() -> None:
    """The actions that we count from histories are those of the server's own counter; so many, and no more."""
    measured = await cost(replace(QUICK, costed=2, thorough=True))
    checked = measured.detail["actionsCheckedAgainstServer"]
    assert set(checked) == {"product", "floors"}
    assert all(side["byEvents"] == side["byServer"] for side in checked.values())
    assert measured.figures["actionsPerOrder"] <= 13
    packed = measured.detail["sides"]["packed floor"]["actions"]
    assert packed["total"] == 10
    for side in measured.detail["sides"].values():
        assert sum(part["actions"] for part in side["byPhase"].values()) == side["actions"]["total"]
        assert sum(part["events"] for part in side["byPhase"].values()) == side["events"]
